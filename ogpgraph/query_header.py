"""The `#+` header of a stored query, check or rule: read strictly, every error with its line.

#+ title@en: A text of one line
#+ description@en: A text that goes on on lines
#+   indented by two spaces more
#+ param country: iri(country) optional
#+ param country@en: What the parameter means
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from ogpgraph.errors import BadStoredQuery
from ogpgraph.vocab import LANGUAGES

Texts = Mapping[str, str]
"""A text by its language: always es and en."""

Rewrite = Callable[[str], str]
"""What is done to a file's text before it is read, e.g. `Names.rebase`."""

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_KEY = re.compile(r"([a-z]+|param [A-Za-z]\w*)(@[a-z]+)?")


class Header:
    """The `#+` lines of a file, taken one key after the other; what is left over is unknown."""

    def __init__(self, path: Path, rewrite: Rewrite) -> None:
        self.file = str(path)
        self._values: dict[str, str] = {}
        self._lines: dict[str, int] = {}
        if not _NAME.fullmatch(path.stem):
            raise self.error("the file's name is not lower-case words joined by hyphens")
        try:
            self.text = rewrite(path.read_bytes().decode("utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise self.error(f"it cannot be read as UTF-8 text ({error})") from error
        self._read()

    def _read(self) -> None:
        last, body = None, False
        for number, line in enumerate(self.text.split("\n"), start=1):
            if not line.startswith("#+"):
                body = True
            elif body:
                raise self.error("a header line after the header", line=number)
            elif line.startswith("#+   ") and last and line[5:].strip():
                self._values[last] += " " + line[5:].strip()
            else:
                last = self._entry(line, number)

    def _entry(self, line: str, number: int) -> str:
        key, separator, value = line.removeprefix("#+ ").partition(": ")
        if not (line.startswith("#+ ") and separator and value.strip() and _KEY.fullmatch(key)):
            raise self.error(f"malformed header line “{line}”", line=number)
        if key in self._values:
            raise self.error(f"“{key}” is given twice", line=number)
        self._values[key], self._lines[key] = value.strip(), number
        return key

    def take(self, key: str, *, required: bool = True) -> str | None:
        """The value of a key, which counts as known from now on."""
        value = self._values.pop(key, None)
        if value is None and required:
            raise self.error(f"the header has no “{key}”", line=1)
        return value

    def texts(self, key: str) -> Texts:
        """A text in each language."""
        return {language: self.take(f"{key}@{language}") or "" for language in LANGUAGES}

    def parameters(self) -> list[str]:
        """The names of the declared parameters, in the file's order."""
        keys = [key for key in self._values if key.startswith("param ") and "@" not in key]
        return [key.removeprefix("param ") for key in keys]

    def finish(self) -> None:
        """Refuse what nobody took."""
        for key in self._values:
            raise self.error(f"unknown header key “{key}”", key)

    def error(
        self, message: str, key: str | None = None, *, line: int | None = None
    ) -> BadStoredQuery:
        """The error for this file, at the line of a key or at a given one."""
        line = line or self._lines.get(key or "")
        where = f"{self.file}:{line}" if line else self.file
        return BadStoredQuery(f"{where}: {message}.", file=self.file, line=line)
