"""Draws docs/ontology.svg from ontology/ogp.ttl: `python docs/diagram.py`.

Which boxes stand where is said here; what is written in them is read from the ontology: the
properties whose domain is the class, and where they lead. The same ontology gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from ogpgraph.files import read, triples
from ogpgraph.iris import Names
from ogpgraph.ontology import Ontology, TermInfo
from ogpgraph.vocab import EXTERNAL_PREFIXES

REPOSITORY = Path(__file__).resolve().parents[1]
TARGET = REPOSITORY / "docs" / "ontology.svg"

LINE, HEAD, PAD, GAP_Y = 16, 24, 8, 18
BOX_WIDTH, GAP_X, MARGIN = 292, 152, 20
COLUMNS = tuple(MARGIN + n * (BOX_WIDTH + GAP_X) for n in range(3))
WIDTH = COLUMNS[2] + BOX_WIDTH + MARGIN


@dataclass(frozen=True)
class Row:
    """One arrow from (or, reversed, to) the hub, the box there, and what that box leads to."""

    link: str
    box: str
    onward: tuple[tuple[str, str], ...] = ()
    reverse: bool = False


@dataclass(frozen=True)
class Panel:
    """A part of the picture around one box."""

    title: str
    hub: str
    left: tuple[Row, ...] = ()
    right: tuple[Row, ...] = ()


PANELS = (
    Panel(
        "The plan · El plan",
        "ActionPlan",
        left=(
            Row("hasClaim", "SourceClaim"),
            Row("hasUnlistedNumber", "UnlistedNumber"),
            Row("coCreatedThrough", "CoCreationProcess"),
            Row("hasPrinciple", "CoCreationPrinciple"),
            Row("hasPillar", "Pillar"),
            Row("reportOf", "EvaluationReport", reverse=True),
        ),
        right=(
            Row("hasCommitment", "Commitment"),
            Row("planAlignment", "SDGAlignment"),
            Row("hasAchievement", "Achievement"),
            Row("hasRoadmapItem", "RoadmapItem"),
            Row("followUpPlatform", "FollowUpPlatform"),
            Row("developmentContext", "NationalDevelopmentPlan"),
        ),
    ),
    Panel(
        "The commitment · El compromiso",
        "Commitment",
        right=(
            Row(
                "hasInvolvement",
                "Involvement",
                (("involvedAgent", "org:Organization"), ("involvementRole", "InvolvementRole")),
            ),
            Row("hasBranchAssessment", "BranchAssessment", (("assessedBranch", "BranchOfState"),)),
            Row("hasClassification", "Classification", (("classifiedAs", "skos:Concept"),)),
            Row(
                "commitmentAlignment",
                "SDGAlignment",
                (("alignedGoal", "sdgo:Goal"), ("alignedTarget", "sdgo:Target")),
            ),
            Row("hasMilestone", "Milestone"),
            Row("ratedCommitment", "Rating", (("ratingValue", "RatingValue"),), reverse=True),
        ),
    ),
    Panel(
        "Of any thing · De cualquier cosa",
        "",
        right=(
            Row("hasEvidence", "Evidence", (("oa:hasSource", "SourceDocument"),)),
            Row("figureOf", "Figure", (("measure", "FigureMeasure"),), reverse=True),
            Row(
                "statusOf",
                "StatusObservation",
                (("completionLevel", "CompletionLevel"),),
                reverse=True,
            ),
            Row(
                "translationOf",
                "Translation",
                (("translationMethod", "TranslationMethod"),),
                reverse=True,
            ),
        ),
    ),
    Panel(
        "Documents and graphs · Documentos y grafos",
        "SourceDocument",
        right=(
            Row("citesReport", "EvaluationReport", (("reportOf", "ActionPlan"),)),
            Row("citesLaw", "LegalCitation", (("citedNorm", "LegalNorm"),)),
            Row("prov:hadPrimarySource", "PublishedGraph", reverse=True),
        ),
    ),
)
"""Every class that is not a code list stands in some panel; a test holds it."""

SUBCLASSES = {
    "org:Organization": ("PublicInstitution", "NonStateActor", "MultiStakeholderForum"),
    "skos:Concept": ("PolicyArea", "OGPValue"),
    "PublishedGraph": ("SourceGraph", "ReferenceGraph"),
    "CoCreationProcess": ("CoCreationStage",),
}
"""Classes written inside another's box: its subclasses here, and the stages of a process."""


class Words:
    """What the ontology says of each class, as lines of a box."""

    def __init__(self) -> None:
        names = Names()
        graph = read(REPOSITORY / "ontology" / "ogp.ttl", base=names.base).graph
        self._namespace = names.term("")
        scope_note = EXTERNAL_PREFIXES["skos"] + "scopeNote"
        self._derived = {
            t.subject.value
            for t in triples(graph)
            if t.predicate.value == scope_note and "Derived" in t.object.value
        }
        ontology = Ontology(graph, self._namespace)
        self.properties = tuple(ontology.properties())
        self.classes = tuple(ontology.classes())

    def short(self, iri: str) -> str:
        """A name as people write it: no prefix for ours."""
        if iri.startswith(self._namespace):
            return iri.removeprefix(self._namespace)
        known = [item for item in EXTERNAL_PREFIXES.items() if iri.startswith(item[1])]
        if not known:
            return iri
        prefix, namespace = max(known, key=lambda item: len(item[1]))
        return f"{prefix}:{iri.removeprefix(namespace)}"

    def lines(self, name: str, without: Sequence[str]) -> tuple[list[str], list[str]]:
        """The stated and the derived properties of a class, but those drawn as arrows.

        Without a name: the properties that have no domain.
        """
        stated: list[str] = []
        derived: list[str] = []
        for info in self.properties:
            local = self.short(info.iri)
            mine = name in map(self.short, info.domain) if name else not info.domain
            if mine and local not in without:
                kind = derived if info.iri in self._derived else stated
                kind.append(self._line(local, info))
        return sorted(stated), sorted(derived)

    def _line(self, local: str, info: TermInfo) -> str:
        ranges = [self.short(iri) for iri in sorted(info.range)]
        linked = [name for name in ranges if not name.startswith(("xsd:", "rdf:", "rdfs:"))]
        return f"{local} → {linked[0]}" if linked else local


@dataclass(frozen=True)
class Box:
    """A class with its lines, where it stands."""

    name: str
    lines: tuple[str, ...]
    x: int
    y: int
    height: int


class Picture:
    """The drawing, made from top to bottom."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._parts: list[str] = []
        self._y = MARGIN
        self._inverse = _inverses(words)

    def text(self) -> str:
        """The whole SVG file."""
        for panel in PANELS:
            self._panel(panel)
        height = self._y
        head = _HEAD.format(width=WIDTH, height=height, style=_STYLE)
        return head + "\n".join(self._parts) + "\n</svg>\n"

    def _panel(self, panel: Panel) -> None:
        self._parts.append(
            f'<text class="title" x="{MARGIN}" y="{self._y + 14}">{panel.title}</text>'
        )
        top = self._y + 30
        hub_column = 1 if panel.left else 0
        bottoms = []
        arrows: list[tuple[Row, Box, int]] = []
        for rows, column in ((panel.left, 0), (panel.right, hub_column + 1)):
            y = top
            for row in rows:
                box, end = self._row(row, column, y, panel)
                arrows.append((row, box, column))
                y = end + GAP_Y
            bottoms.append(y - GAP_Y)
        bottom = max(bottoms)
        hub = self._box(panel.hub, COLUMNS[hub_column], top, self._drawn(panel), bottom - top)
        bottom = max(bottom, hub.y + hub.height)
        for row, box, column in arrows:
            self._link(row, hub, box, left=column < hub_column)
        self._y = bottom + 36

    def _drawn(self, panel: Panel) -> list[str]:
        return [row.link for row in (*panel.left, *panel.right)]

    def _row(self, row: Row, column: int, y: int, panel: Panel) -> tuple[Box, int]:
        """A part's box, with the boxes that it leads to; returns the lower edge of all."""
        drawn = [*(name for name, _ in row.onward), *self._drawn(panel)]
        elsewhere = row.box == "Commitment" or (row.box == "SDGAlignment" and not row.onward)
        elsewhere = elsewhere or (row.box == "EvaluationReport" and bool(row.onward))
        next_y, reached = y, y
        for name, target in row.onward:
            brief = target in {"SourceDocument", "ActionPlan"}
            to = self._box(target, COLUMNS[column + 1], next_y, [], brief=brief)
            at = to.y + HEAD // 2
            self._arrow((COLUMNS[column] + BOX_WIDTH, at), (to.x, at), name)
            reached = to.y + HEAD
            next_y = to.y + to.height + GAP_Y
        box = self._box(row.box, COLUMNS[column], y, drawn, reached - y, brief=elsewhere)
        return box, max(box.y + box.height, next_y - GAP_Y)

    def _box(
        self,
        name: str,
        x: int,
        y: int,
        without: Sequence[str],
        height: int = 0,
        *,
        brief: bool = False,
    ) -> Box:
        stated, derived = ([], []) if brief else self._words.lines(name, without)
        stated = [line for line in stated if line.split(" ")[0] not in self._inverse]
        inside = [f"⊃ {sub}" for sub in SUBCLASSES.get(name, ())]
        if name == "CoCreationProcess":
            inside = []
            stated = ["hasStage → CoCreationStage", *self._stage_lines()]
        lines = [*inside, *stated, *(["derived · derivadas:"] if derived else []), *derived]
        least = HEAD + (PAD * 2 + LINE * len(lines) if lines else 0)
        box = Box(name, tuple(lines), x, y, max(least, height))
        self._draw(box, set(derived), brief=brief)
        return box

    def _stage_lines(self) -> list[str]:
        return [f"· {line}" for line in self._words.lines("CoCreationStage", ["stageOf"])[0]]

    def _draw(self, box: Box, derived: set[str], *, brief: bool) -> None:
        kind = (
            "any"
            if not box.name
            else "external"
            if ":" in box.name
            else "brief"
            if brief
            else "own"
        )
        place = f'x="{box.x}" y="{box.y}" width="{BOX_WIDTH}"'
        self._parts.append(f'<g class="{kind}"><rect {place} height="{box.height}" rx="6"/>')
        name = box.name or "any thing · cualquier cosa"
        self._parts.append(
            f'<text class="name" x="{box.x + 10}" y="{box.y + 17}">{escape(name)}</text>'
        )
        for number, line in enumerate(box.lines):
            y = box.y + HEAD + PAD + LINE * number + 8
            style = "derived" if line in derived or line.startswith("derived") else "line"
            self._parts.append(
                f'<text class="{style}" x="{box.x + 12}" y="{y}">{escape(line)}</text>'
            )
        self._parts.append("</g>")

    def _link(self, row: Row, hub: Box, box: Box, *, left: bool) -> None:
        y = box.y + HEAD // 2
        edge, other = (hub.x, box.x + BOX_WIDTH) if left else (hub.x + BOX_WIDTH, box.x)
        start, end = ((other, y), (edge, y)) if row.reverse else ((edge, y), (other, y))
        self._arrow(start, end, row.link)

    def _arrow(self, start: tuple[int, int], end: tuple[int, int], name: str) -> None:
        (x1, y1), (x2, y2) = start, end
        self._parts.append(
            f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" marker-end="url(#tip)"/>'
            f'<text class="link" x="{(x1 + x2) // 2}" y="{y1 - 5}">{escape(name)}</text>'
        )


def _inverses(words: Words) -> set[str]:
    """Of each pair of inverse properties the one that the other declares: it is derived."""
    return {words.short(iri) for info in words.properties for iri in info.inverse}


def drawn_classes() -> Iterator[str]:
    """The classes that stand in the picture."""
    for panel in PANELS:
        yield panel.hub
        for row in (*panel.left, *panel.right):
            yield row.box
            yield from (target for _, target in row.onward)
    for inside in SUBCLASSES.values():
        yield from inside


def svg() -> str:
    """The picture of the ontology as it stands."""
    return Picture(Words()).text()


_STYLE = """
  svg { background: #ffffff }
  text { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: #1f2328 }
  .title { font: 600 15px system-ui, sans-serif }
  .name { font-weight: 700; font-size: 12.5px }
  .line { fill: #40474f } .derived { fill: #6b4fa0; font-style: italic }
  .link { text-anchor: middle; font-size: 11px; fill: #0a5c91 }
  rect { fill: #f3f6f9; stroke: #5b6a78 }
  .external rect { fill: #fff7e6; stroke: #a3771f } .brief rect { stroke-dasharray: 5 3 }
  .any rect { fill: none; stroke-dasharray: 2 3 }
  line { stroke: #0a5c91; stroke-width: 1.2 } .tip { fill: #0a5c91 }
  @media (prefers-color-scheme: dark) {
    svg { background: #12171d }
    text { fill: #e6edf3 } .line { fill: #b7c0c9 } .derived { fill: #bda6ea }
    .link { fill: #7cc4f2 }
    rect { fill: #1d252d; stroke: #8b98a5 } .external rect { fill: #2b2413; stroke: #c99f4a }
    line { stroke: #7cc4f2 } .tip { fill: #7cc4f2 }
  }
"""
_HEAD = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"
  aria-labelledby="t d">
<title id="t">The ontology of ogpgraph · La ontología de ogpgraph</title>
<desc id="d">Classes as boxes with their properties, object properties as arrows.
Clases como cajas con sus propiedades, propiedades de objeto como flechas.</desc>
<style>{style}</style>
<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8"
  orient="auto"><path class="tip" d="M0 0 8 4 0 8z"/></marker></defs>
"""


if __name__ == "__main__":
    TARGET.write_text(svg(), encoding="utf-8")
    print(f"{TARGET.relative_to(REPOSITORY)}: {len(svg().splitlines())} lines")
