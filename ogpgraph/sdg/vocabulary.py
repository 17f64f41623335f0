"""What there is: 17 goals, 169 targets, 252 codes of 240 indicators, and what they are called.

Read from `codes.tsv`, which a test holds to the graphs that we ship (ontology/schemes/sdg*.ttl).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType

from ogpgraph.iris import Names
from ogpgraph.sdg.codes import Code, Level
from ogpgraph.vocab import SDG

INDICATOR_SCHEME = "sdg-indicator"
"""Where indicators without a permanent code have an IRI of ours."""
WIKIDATA = "http://www.wikidata.org/entity/"
SDGIO = "http://purl.unep.org/sdg/"


@dataclass(frozen=True, slots=True)
class Entry:
    """One code: its permanent code where it has one, and the ids of the same thing elsewhere.

    `codes` are all codes of the same thing in their order: an indicator that measures several
    targets has several, of which the first names its page.
    """

    code: Code
    permanent: str
    wikidata: str
    sdgio: str
    codes: tuple[Code, ...]

    @property
    def first(self) -> Code:
        """The code that names the thing, where it has several."""
        return self.codes[0]

    @property
    def un_iri(self) -> str | None:
        """Its IRI of the United Nations; None for an indicator whose permanent code is unknown."""
        if self.code.level != "indicator":
            return SDG + self.code.text
        return SDG + self.permanent if self.permanent else None

    def iri(self, names: Names) -> str:
        """Its IRI: the UN's, or ours where the UN has none that is known."""
        return self.un_iri or names.concept(INDICATOR_SCHEME, self.code.text)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All codes in order, and ways to them. Nothing in it changes."""

    entries: Mapping[Code, Entry]
    below: Mapping[Code, tuple[Code, ...]]
    """Targets of goals, indicators of targets."""
    by_permanent: Mapping[str, Code]
    """By the permanent code in capitals: the first code."""
    by_wikidata: Mapping[str, Code]
    by_sdgio: Mapping[str, Code]

    @classmethod
    def read(cls, text: str) -> Vocabulary:
        """The vocabulary of a table: code, permanent code, Wikidata, SDGIO, by tabs."""
        rows: dict[Code, list[str]] = {}
        for line in text.splitlines()[1:]:
            first, *others = line.split("\t")
            rows[Code.parse(first)] = [*others, "", "", ""][:3]
        same: dict[str, list[Code]] = defaultdict(list)
        below: dict[Code, list[Code]] = defaultdict(list)
        for code in sorted(rows):
            same[rows[code][0] or code.text].append(code)
            if code.parent:
                below[code.parent].append(code)
        entries = {}
        for code in sorted(rows):
            permanent, wikidata, sdgio = rows[code]
            codes = tuple(same[permanent or code.text])
            entries[code] = Entry(code, permanent, wikidata, sdgio, codes)
        firsts = [entry for code, entry in entries.items() if entry.first == code]
        return cls(
            MappingProxyType(entries),
            MappingProxyType({code: tuple(found) for code, found in below.items()}),
            MappingProxyType({e.permanent.upper(): e.code for e in firsts if e.permanent}),
            MappingProxyType({e.wikidata: e.code for e in firsts if e.wikidata}),
            MappingProxyType({e.sdgio: e.code for e in firsts if e.sdgio}),
        )

    def codes(self, level: Level | None = None) -> tuple[Code, ...]:
        """All codes in order, or those of a level."""
        return tuple(code for code in self.entries if level in {None, code.level})

    def entry(self, text: str) -> Entry | None:
        """What has a code in its plain form: 16, 16.6, 16.6.2; None where nothing has."""
        found = self._parsed(text)
        return self.entries[found[0]] if found else None

    def of_iri(self, iri: str, names: Names) -> Code | None:
        """The code that names the thing with this IRI, exactly as the graph has it."""
        if iri.startswith(SDG):
            local = iri.removeprefix(SDG)
            code = self.by_permanent.get(local.upper())
            if code is not None:
                return code if self.entries[code].un_iri == iri else None
            return next((c for c in self._parsed(local) if c.level != "indicator"), None)
        prefix = names.concept(INDICATOR_SCHEME, "")
        if not iri.startswith(prefix):
            return None
        found = self._parsed(iri.removeprefix(prefix))
        return next((c for c in found if self.entries[c].iri(names) == iri), None)

    def _parsed(self, text: str) -> tuple[Code, ...]:
        """The code of a text in its plain form, where there is one of it."""
        try:
            code = Code.parse(text)
        except ValueError:
            return ()
        return (code,) if code in self.entries else ()


VOCABULARY = Vocabulary.read(
    files("ogpgraph.sdg").joinpath("codes.tsv").read_text(encoding="utf-8")
)
