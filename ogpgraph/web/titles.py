"""What things without a label of their own are called: in words, by what their ids say.

alignment/HND-4-19/4.7/curated      SDG 4.7 · HND-4-19 (curated)
evidence/CRI-4/claim/total          Evidence for action plan CRI-4 (Total of commitments)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from ogpgraph.iris import Names
from ogpgraph.kinds import KINDS
from ogpgraph.ontology import Ontology
from ogpgraph.sdg import VOCABULARY
from ogpgraph.terms import Term
from ogpgraph.vocab import RDF_TYPE
from ogpgraph.web.texts import LANGUAGE_NAMES, TEXTS

_OWNER = re.compile(r"[A-Z]{3}-\d+(-\d+)?")
_SDG = re.compile(r"(?:ogp-)?sdg-(.+)")
_ABOUT = ("assessedBranch", "classifiedAs", "claimField", "measure", "involvedAgent")
_CLASSES = MappingProxyType(
    {
        "achievement": "Achievement",
        "alignment": "SDGAlignment",
        "branch-assessment": "BranchAssessment",
        "claim": "SourceClaim",
        "classification": "Classification",
        "commitment": "Commitment",
        "evidence": "Evidence",
        "figure": "Figure",
        "involvement": "Involvement",
        "legal-citation": "LegalCitation",
        "milestone": "Milestone",
        "pillar": "Pillar",
        "plan": "ActionPlan",
        "platform": "FollowUpPlatform",
        "principle": "CoCreationPrinciple",
        "process": "CoCreationProcess",
        "rating": "Rating",
        "report": "EvaluationReport",
        "roadmap-item": "RoadmapItem",
        "stage": "CoCreationStage",
        "status": "StatusObservation",
        "translation": "Translation",
        "unlisted-number": "UnlistedNumber",
    }
)
"""The first piece of an id -> the class of what is named so, where no statement says it."""
_OWNERS = MappingProxyType(
    {**_CLASSES, "law": "LegalNorm", "national-plan": "NationalDevelopmentPlan"}
)
"""The same for what a thing belongs to."""
_FEMININE = frozenset({"alignment", "figure", "law", "platform", "stage"})
"""Those whose class has the article “la” in Spanish."""
_SCHEMES = MappingProxyType(
    {
        "alignment": "alignment-method",
        "branch-assessment": "branch",
        "claim": "claim-field",
        "figure": "figure-measure",
        "ogp-value": "ogp-value",
        "policy-area": "policy-area",
        "rating": "rating-indicator",
    }
)
"""A piece of an id -> the code list that the pieces after it are of."""
Said = Mapping[str, Mapping[str, Sequence[Term]]]
"""What is said: subject -> property -> values."""


class Titles:
    """Calls things in one language."""

    def __init__(
        self,
        names: Names,
        vocabulary: tuple[Ontology, Ontology],
        language: str,
        called: Callable[[str], str],
    ) -> None:
        """Make ready.

        Args:
            names: of the deployment.
            vocabulary: the terms of the ontology, and the concepts of its code lists.
            language: of the titles.
            called: the label that data gives a thing, empty where it gives none.
        """
        self._names = names
        self._ontology, self._concepts = vocabulary
        self._language = language
        self._called = called

    def of(self, iri: str, said: Said) -> str:
        """What a thing without a label is called: its class, what it belongs to, the rest.

        Args:
            iri: of the thing.
            said: what is known of it; its id is enough where nothing is.
        """
        local = self._names.local(iri) or iri
        kind, _, rest = local.removeprefix("id/").partition("/")
        mine = said.get(iri, {})
        classes = [t.value for t in mine.get(RDF_TYPE, ()) if t.value.startswith(self._names.base)]
        if kind in _CLASSES and local.startswith("id/"):
            classes.append(self._names.term(_CLASSES[kind]))
        if not classes or not rest:
            return local.removeprefix("id/")
        if self._names.term("SDGAlignment") in classes and (found := self._alignment(rest, mine)):
            return found
        label = self._ontology.label(classes[0], self._language)
        owner, pieces = self._owner(rest)
        detail = self._about(mine) or self._detail(kind, pieces, mine)
        more = f" ({detail})" if owner and detail else ""
        return f"{label[:1].upper()}{label[1:]} {owner or rest}{more}"

    def _alignment(self, rest: str, said: Mapping[str, Sequence[Term]]) -> str:
        """An alignment: the goal or target by its code, what is aligned, and how that came about.

        Empty where no code is known of it.
        """
        pieces = rest.split("/")
        goals = [*self._values(said, "alignedTarget"), *self._values(said, "alignedGoal")]
        codes = [code for one in goals if (code := VOCABULARY.of_iri(one, self._names))]
        codes += [entry.code for piece in pieces[1:] if (entry := VOCABULARY.entry(piece))]
        if not codes:
            return ""
        methods = [self._called(one) for one in self._values(said, "alignmentMethod")]
        methods += [self._concept("alignment-method", piece) for piece in pieces[1:]]
        method = next((found for found in methods if found), "")
        owner = f" · {pieces[0]}" if _OWNER.fullmatch(pieces[0]) else ""
        how = f" ({method[:1].lower()}{method[1:]})" if method else ""
        return f"{self._word('sdg')} {codes[0].text}{owner}{how}"

    def _owner(self, rest: str) -> tuple[str, list[str]]:
        """What an id says that a thing belongs to, in words, and the rest of the id."""
        kind, *pieces = rest.split("/")
        if kind in _OWNERS and pieces:
            identifier, *pieces = pieces
        elif (match := _OWNER.fullmatch(kind)) and pieces:
            identifier, kind = kind, "commitment" if match[1] else "plan"
        else:
            return "", []
        what = self._ontology.label(self._names.term(_OWNERS[kind]), self._language)
        article = "de la" if kind in _FEMININE else "del"
        joint = article if self._language == "es" else "for"
        return f"{joint} {what} {identifier}", [p for p in pieces if p != identifier]

    def _about(self, said: Mapping[str, Sequence[Term]]) -> str:
        """The label of what a judgement or a count is about, empty where none is known."""
        about = (value for name in _ABOUT for value in self._values(said, name))
        return next((label for value in about if (label := self._called(value))), "")

    def _detail(self, kind: str, pieces: Sequence[str], said: Mapping[str, Sequence[Term]]) -> str:
        """What an id says besides, in words; of evidence, where no word is known, its lines."""
        scheme, told, unsaid = _SCHEMES.get(kind, ""), [], []
        for at, piece in enumerate(pieces):
            if piece in _SCHEMES and at + 1 < len(pieces):
                scheme = _SCHEMES[piece]
            elif word := self._piece(scheme, piece):
                told.append(word)
            else:
                unsaid.append(piece)
        lines = self._lines(said) if unsaid else ""
        return ", ".join([*told, *([lines] if lines else unsaid)])

    def _piece(self, scheme: str, piece: str) -> str:
        """A piece of an id in words, empty where there are none for it."""
        if scheme and (concept := self._concept(scheme, piece.removeprefix("ogp-"))):
            return concept
        code = _SDG.fullmatch(piece)
        if code and (entry := VOCABULARY.entry(code[1])):
            return f"{self._word('sdg')} {entry.code.text}"
        if piece in LANGUAGE_NAMES:
            return LANGUAGE_NAMES[piece][self._at]
        if piece in KINDS:
            return KINDS[piece].title[self._at]
        if piece in _CLASSES:
            return self._ontology.label(self._names.term(_CLASSES[piece]), self._language)
        return ""

    def _lines(self, said: Mapping[str, Sequence[Term]]) -> str:
        """The lines of a source that evidence stands in, empty where none are known."""
        first = next(iter(said.get(self._names.term("firstLine"), ())), None)
        last = next(iter(said.get(self._names.term("lastLine"), ())), first)
        if first is None or last is None:
            return ""
        if first.value == last.value:
            return f"{self._word('line')} {first.value}"
        return f"{self._word('lines')} {first.value}–{last.value}"

    def _concept(self, scheme: str, local: str) -> str:
        """The label of a concept of a code list that we ship, empty where it has none such."""
        return self._concepts.term(self._names.concept(scheme, local)).labels.get(
            self._language, ""
        )

    def _values(self, said: Mapping[str, Sequence[Term]], name: str) -> list[str]:
        return [term.value for term in said.get(self._names.term(name), ())]

    def _word(self, name: str) -> str:
        return TEXTS[name][self._at]

    @property
    def _at(self) -> int:
        return 0 if self._language == "es" else 1
