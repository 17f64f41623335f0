"""What things without a label of their own are called."""

from __future__ import annotations

from pathlib import Path

import pytest

from ogpgraph.library import Library
from ogpgraph.settings import Settings
from ogpgraph.terms import Term, iri, literal
from ogpgraph.web.titles import Titles

NOTHING: dict[str, dict[str, list[Term]]] = {}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return Library.load(Settings(home=Path(tmp_path_factory.mktemp("home"))))


def called(library: Library, local: str, language: str, said: object = None) -> str:
    titles = Titles(library.names, library.vocabulary, language, lambda _: "")
    subject = f"{library.names.base}id/{local}"
    return titles.of(subject, {subject: said} if isinstance(said, dict) else NOTHING)


@pytest.mark.parametrize(
    ("local", "spanish", "english"),
    [
        (
            "alignment/HND-4-19/4.7/curated",
            "ODS 4.7 · HND-4-19 (por curaduría)",
            "SDG 4.7 · HND-4-19 (curated)",
        ),
        (
            "alignment/CRI-4-3/13/statedInSource",
            "ODS 13 · CRI-4-3 (dicho en la fuente)",
            "SDG 13 · CRI-4-3 (stated in the source)",
        ),
        (
            "alignment/MEX-4/16.a/suggested",
            "ODS 16.a · MEX-4 (sugerido por un programa)",
            "SDG 16.a · MEX-4 (suggested by a program)",
        ),
        (
            "evidence/CRI-4/claim/total",
            "Evidencia del plan de acción CRI-4 (Total de compromisos)",
            "Evidence for action plan CRI-4 (Total of commitments)",
        ),
        (
            "claim/CRI-4/total/CRI-4",
            "Afirmación de la fuente del plan de acción CRI-4 (Total de compromisos)",
            "Source claim for action plan CRI-4 (Total of commitments)",
        ),
        (
            "evidence/CRI-4-1/ogp-sdg-13",
            "Evidencia del compromiso CRI-4-1 (ODS 13)",
            "Evidence for commitment CRI-4-1 (SDG 13)",
        ),
        (
            "classification/HND-4-1/policy-area/ogp-rightToInformation",
            "Clasificación del compromiso HND-4-1 (Derecho a la información)",
            "Classification for commitment HND-4-1 (Right To Information)",
        ),
        (
            "branch-assessment/MEX-4-8/subnational",
            "Determinación del poder del Estado del compromiso MEX-4-8 (Nivel subnacional)",
            "Branch assessment for commitment MEX-4-8 (Subnational level)",
        ),
        (
            "rating/ECU-1-1/ambition",
            "Calificación del compromiso ECU-1-1 (Ambición)",
            "Rating for commitment ECU-1-1 (Ambition)",
        ),
        (
            "translation/platform/CRI-4/en",
            "Traducción de la plataforma de seguimiento CRI-4 (inglés)",
            "Translation for follow-up platform CRI-4 (English)",
        ),
        (
            "status/ECU-1-2/milestones",
            "Observación de avance del compromiso ECU-1-2 (Hitos)",
            "Status observation for commitment ECU-1-2 (Milestones)",
        ),
        ("unknown/x", "unknown/x", "unknown/x"),
    ],
)
def test_an_id_is_put_into_words(library: Library, local: str, spanish: str, english: str) -> None:
    assert called(library, local, "es") == spanish
    assert called(library, local, "en") == english


def test_evidence_without_words_is_called_by_its_lines(library: Library) -> None:
    term = library.names.term
    local = "evidence/CRI-4-1/text"
    said = {term("firstLine"): [literal("25")], term("lastLine"): [literal("27")]}
    assert called(library, local, "es", said) == "Evidencia del compromiso CRI-4-1 (líneas 25–27)"
    said[term("lastLine")] = said[term("firstLine")]
    assert called(library, local, "en", said) == "Evidence for commitment CRI-4-1 (line 25)"
    assert called(library, local, "en") == "Evidence for commitment CRI-4-1 (text)"


def test_an_alignment_is_called_by_what_is_said_of_it_where_its_id_says_less(
    library: Library,
) -> None:
    names = library.names
    said = {
        names.term("alignedTarget"): [iri("http://metadata.un.org/sdg/16.6")],
        names.term("alignedGoal"): [iri("http://metadata.un.org/sdg/16")],
    }
    assert called(library, "alignment/imported-1", "es", said) == "ODS 16.6"
    assert called(library, "alignment/imported-1", "es") == "Alineación con los ODS imported-1"
