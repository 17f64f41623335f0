"""Writes the tables of terms into the data model pages from the ontology: `python docs/terms.py`.

What stands between `<!-- terms -->` and `<!-- /terms -->` is replaced; a test holds
both pages to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from ogpgraph.files import read
from ogpgraph.iris import Names
from ogpgraph.ontology import Ontology, TermInfo
from ogpgraph.vocab import EXTERNAL_PREFIXES

REPOSITORY = Path(__file__).resolve().parents[1]
PAGES = {
    "en": REPOSITORY / "docs" / "data-model.md",
    "es": REPOSITORY / "docs/es/modelo-de-datos.md",
}
HEADINGS = {
    "en": (
        "### Classes",
        "### Properties",
        "class | under | what it is",
        "property | of | value | what it says",
    ),
    "es": (
        "### Clases",
        "### Propiedades",
        "clase | bajo | qué es",
        "propiedad | de | valor | qué dice",
    ),
}
SECTION = re.compile(r"(?<=<!-- terms -->\n).*?(?=<!-- /terms -->)", re.DOTALL)


def tables(language: str) -> str:
    """Classes and properties in a language, in alphabetical order."""
    names = Names()
    graph = read(REPOSITORY / "ontology" / "ogp.ttl", base=names.base).graph
    ontology = Ontology(graph, names.term(""))
    classes, properties, class_head, property_head = HEADINGS[language]
    parts = [classes, "", *_head(class_head)]
    parts += [_row(language, info, info.parents) for info in _sorted(ontology.classes())]
    parts += ["", properties, "", *_head(property_head)]
    parts += [
        _row(language, info, info.domain, info.range) for info in _sorted(ontology.properties())
    ]
    return "\n" + "\n".join(parts) + "\n\n"


def page(language: str) -> str:
    """A page with its tables as the ontology has them now."""
    return SECTION.sub(_constant(tables(language)), PAGES[language].read_text(encoding="utf-8"))


def _constant(text: str) -> Callable[[re.Match[str]], str]:
    return lambda _match: text


def _sorted(terms: Iterable[TermInfo]) -> list[TermInfo]:
    return sorted(terms, key=lambda info: _short(info.iri).casefold())


def _head(columns: str) -> list[str]:
    return [f"| {columns} |", "|" + "---|" * len(columns.split("|"))]


def _row(language: str, info: TermInfo, *related: Iterable[str]) -> str:
    cells = [" ".join(f"`{_short(iri)}`" for iri in sorted(iris)) or "–" for iris in related]
    return f"| `{_short(info.iri)}` | {' | '.join(cells)} | {_first(info.definitions[language])} |"


def _first(definition: str) -> str:
    """The first sentence; the ontology has the rest."""
    return re.split(r"(?<=[.;:]) (?=[A-ZÁÉÍÓÚ¿«“])", definition)[0].replace("|", "\\|")


def _short(iri: str) -> str:
    own = Names().term("")
    if iri.startswith(own):
        return iri.removeprefix(own)
    known = [item for item in EXTERNAL_PREFIXES.items() if iri.startswith(item[1])]
    prefix, namespace = max(known, key=lambda item: len(item[1]), default=("", ""))
    return f"{prefix}:{iri.removeprefix(namespace)}" if prefix else iri


if __name__ == "__main__":
    for code, path in PAGES.items():
        path.write_text(page(code), encoding="utf-8")
        print(f"{path.relative_to(REPOSITORY)}: {tables(code).count(chr(10))} lines of tables")
