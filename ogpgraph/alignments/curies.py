"""IRIs as CURIEs and back, with the prefixes of one document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from ogpgraph.alignments.slots import BUILT_IN, PAV
from ogpgraph.iris import Names

PATH = "/alignments.sssom"
"""Of the set of all alignments, below the URL of the service."""
NO_TARGET = "#no-target/"
"""What stands between that and the id of a commitment without a target."""
_NAMESPACE = re.compile(r".*[/#:]", re.DOTALL)


def known_prefixes(names: Names, url: str) -> dict[str, str]:
    """The prefixes that we would give to what alignments name.

    Args:
        names: of the deployment.
        url: of the service, without a final slash.
    """
    own = {kind: names.thing(kind, "") for kind in ("alignment", "evidence", "institution")}
    return {
        **names.prefixes,
        **BUILT_IN,
        **own,
        "noTarget": f"{url}{PATH}{NO_TARGET}",
        "pav": PAV,
        "wellKnown": f"{url}/.well-known/",
        "slot": f"{names.base}sssom#",
        "un": "http://metadata.un.org/",
    }


class Prefixes:
    """The prefixes of a document: those that its IRIs need, made up where we know none."""

    def __init__(self, known: Mapping[str, str], iris: Iterable[str]) -> None:
        """Begin.

        Args:
            known: by name.
            iris: all that are to be written.
        """
        by_length = sorted({**known, **BUILT_IN}.items(), key=lambda pair: (-len(pair[1]), pair[0]))
        found: dict[str, str] = {}
        self._curies: dict[str, str] = {}
        made = 0
        for iri in sorted(set(iris)):
            pairs = ((name, space) for name, space in by_length if _fits(iri, space))
            prefix, space = next(pairs, ("", ""))
            if not prefix:
                namespace = _NAMESPACE.match(iri)
                space = namespace.group() if namespace else iri
                prefix = next((name for name, one in found.items() if one == space), "")
            if not prefix:
                made += 1
                prefix = f"ns{made}"
            found[prefix] = space
            self._curies[iri] = f"{prefix}:{iri.removeprefix(space)}"
        self.map = MappingProxyType(
            {name: found[name] for name in sorted(found) if name not in BUILT_IN}
        )

    def curie(self, iri: str) -> str:
        """The CURIE of one of the IRIs that were given."""
        return self._curies[iri]


def _fits(iri: str, space: str) -> bool:
    local = iri.removeprefix(space)
    return local not in {"", iri} and not local.startswith("//")
