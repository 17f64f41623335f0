"""Every test, in two halves side by side: what is done to a service from outside, and the rest.

`python tests/halves.py` ends with 0 when both do. What the second half prints comes last, whole.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile

OUTSIDE = tuple(
    f"tests/{folder}"
    for folder in ("hostile", "faults", "cli", "clients", "fuzz", "packaging", "pages")
)
PYTEST = (sys.executable, "-m", "pytest")


def main() -> int:
    """The exit code of the half that failed, if one did."""
    with tempfile.TemporaryFile() as printed:
        command = [*PYTEST, "-p", "no:cacheprovider", *OUTSIDE]
        with subprocess.Popen(command, stdout=printed, stderr=subprocess.STDOUT) as outside:
            code = subprocess.call([*PYTEST, *(f"--ignore={folder}" for folder in OUTSIDE)])
        printed.seek(0)
        sys.stdout.write(printed.read().decode(errors="replace"))
    return code or outside.returncode


if __name__ == "__main__":
    raise SystemExit(main())
