"""What is found, in which order, on the shipped data. What is expected is read in the data's words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ogpgraph.errors import BadRequest
from ogpgraph.kinds import kind_of
from ogpgraph.search.found import Filters, Found, Search
from ogpgraph.search.question import Question
from ogpgraph.service import Service


@pytest.fixture(scope="module")
def search(service: Service) -> Iterator[Search]:
    with service.reading() as reading:
        yield service.searching(reading)


def first(service: Service, found: Found) -> list[str]:
    """The ids of the hits, in order."""
    names = service.names
    return [kind_of(names, hit.iri)[1] for hit in found.hits]  # type: ignore[index]


RELEVANCE = (
    # what is typed, kind that it is narrowed to, what comes first (in any order among themselves)
    ("datos abiertos", None, {"openData"}),
    ("open data", None, {"openData"}),
    ("política de datos abiertos Ecuador", None, {"ECU-1-1"}),
    ("ecuador open data policy", None, {"ECU-1-1"}),
    ("quién lidera la política de datos abiertos en Ecuador", None, {"ECU-1-1"}),
    ("beneficiarios finales", "commitments", {"MEX-4-11"}),
    ("beneficial ownership", "commitments", {"MEX-4-11"}),
    ("expediente digital", None, {"HND-4-15"}),
    ("justicia abierta", "commitments", {"HND-4-15"}),
    ("open justice", "commitments", {"HND-4-15"}),
    ("poder judicial", "branches", {"judicial"}),
    ("asamblea legislativa", "institutions", {"CRI-asamblea-legislativa"}),
    ("asamblea legislativa", "commitments", {"CRI-4-9"}),
    ("legislative assembly", "commitments", {"CRI-4-9"}),
    ("congreso abierto", "commitments", {"HND-4-8"}),
    ("defensoría", None, {"ECU-defensoria-del-pueblo"}),
    ("ombudsman", None, {"ECU-defensoria-del-pueblo"}),
    ("guatemala", None, {"GTM"}),
    ("méxico", None, {"MEX"}),
    ("plan de Honduras", "plans", {"HND-4"}),
    ("compromisos de Costa Rica", "commitments", None),
    ("ODS 16", None, {"16"}),
    ("SDG 16.6", None, {"16.6"}),
    ("16.6", None, {"16.6"}),
    ("instituciones transparentes", "sdgs", {"16.6"}),
    ("CRI-4-9", None, {"CRI-4-9"}),
    ("cri 4 9", None, {"CRI-4-9"}),
    ("derechos sexuales y reproductivos", None, {"MEX-4-4"}),
    ("protocolo de transparencia", "commitments", {"GTM-4-3"}),
    ("425 puestos de salud", None, {"GTM-4-18"}),
    ("soborno", None, {"16.5"}),
    ("bribery", None, {"16.5"}),
)


@pytest.mark.parametrize(("text", "kind", "expected"), RELEVANCE, ids=str)
def test_what_was_looked_for_comes_first(
    service: Service, search: Search, text: str, kind: str | None, expected: set[str] | None
) -> None:
    found = search.find(Question.read(text), Filters(kind))
    assert found.hits
    if expected is not None:
        assert set(first(service, found)[: len(expected)]) == expected


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("rendición de cuentas", ["rendicion de cuentas", "RENDICIÓN DE CUENTAS"]),
        ("participación ciudadana", ["participacion CIUDADANA", "Participacio\u0301n ciudadana"]),
        ("co-creación", ["CO-CREACION"]),
        ("Defensoría del Pueblo", ["defensoria del pueblo"]),
    ],
)
def test_case_and_accents_make_no_difference(
    service: Service, search: Search, text: str, others: list[str]
) -> None:
    found = search.find(Question.read(text), size=100)
    assert found.total > 0
    for other in others:
        assert first(service, search.find(Question.read(other), size=100)) == first(service, found)


@pytest.mark.parametrize(
    ("form", "other"),
    [
        ("compromiso", "compromisos"),
        ("instituciones", "institución"),
        ("ciudadanos", "ciudadana"),
        ("municipio", "municipios"),
        ("portal", "portales"),
        ("policies", "policy"),
        ("citizen", "citizens"),
        ("strengthens", "strengthening"),
    ],
)
def test_inflection_makes_no_difference_to_what_is_found(
    service: Service, search: Search, form: str, other: str
) -> None:
    both = (f'{form} -"zzz"', f'{other} -"zzz"')
    one, two = (search.find(Question.read(text), size=500) for text in both)
    assert one.total > 0
    assert {hit.iri for hit in one.hits} & {hit.iri for hit in two.hits}
    narrower, wider = sorted((one, two), key=lambda found: found.total)
    assert {hit.iri for hit in narrower.hits} <= {hit.iri for hit in wider.hits}


def test_the_form_that_was_typed_ranks_before_its_kin(search: Search) -> None:
    def has(text: str, found: Found) -> list[bool]:
        titles = (" ".join(t[2] for t in hit.texts if t[0] == "label") for hit in found.hits)
        return [text in title.lower().split() for title in titles]

    found = search.find(Question.read("abierta plataforma"), Filters("commitments"), size=10)
    assert has("abierta", found)[0]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("trasparencia", "transparencia"),
        ("transparenica", "transparencia"),
        ("judcial", "judicial"),
        ("corupción", "corrupción"),
        ("goverment", "government"),
        ("acountability", "accountability"),
        ("participasion", "participación"),
        ("datos avierto", "datos abierto"),
    ],
)
def test_a_slip_is_told_with_what_was_meant(search: Search, typed: str, meant: str) -> None:
    found = search.find(Question.read(typed))
    assert found.suggestion is not None
    text, count = found.suggestion
    assert text == meant
    assert search.find(Question.read(text)).total == count > 0


def test_nothing_is_suggested_for_what_is_found_or_for_what_is_like_nothing(search: Search) -> None:
    assert search.find(Question.read("transparencia")).suggestion is None
    found = search.find(Question.read("xqzwvkjh"))
    assert (found.total, found.suggestion, found.hits) == (0, None, ())


def test_phrases_prefixes_and_exclusions(search: Search) -> None:
    def total(text: str) -> int:
        found = search.find(Question.read(text))
        return found.total if found.need == "all" else 0

    assert 0 < total('"datos abiertos"') <= total("datos abiertos")
    assert total('"abiertos datos"') == 0
    assert 0 < total("transparencia") <= total("transp")
    assert total('"transp"') == 0
    assert 0 < total("transparencia -Honduras") < total("transparencia")
    assert total('datos -"datos abiertos"') < total("datos")


def test_where_nothing_has_all_words_some_do_and_that_is_told(search: Search) -> None:
    assert search.find(Question.read("expediente digital")).need == "all"
    assert search.find(Question.read("expediente digital volcanes")).need == "most"
    assert search.find(Question.read("expediente volcanes")).need == "some"


def test_facets_count_what_a_filter_gives(search: Search) -> None:
    question = Question.read("transparencia")
    whole = search.find(question)
    assert set(whole.facets) == {"kind", "country", "branch", "language"}
    assert all(whole.facets.values())
    for name, counts in whole.facets.items():
        for value, count in counts.items():
            narrowed = search.find(question, Filters(**{name: value}), size=500)
            assert narrowed.total == len(narrowed.hits) == count, (name, value)
            assert narrowed.facets[name] == counts  # under the other filters: there are none
    assert sum(whole.facets["kind"].values()) == whole.total


def test_facets_are_counted_under_the_other_filters(service: Service, search: Search) -> None:
    question = Question.read("transparencia")
    honduras = service.names.thing("country", "HND")
    narrowed = search.find(question, Filters("commitments", country=honduras))
    for value, count in narrowed.facets["kind"].items():
        assert search.find(question, Filters(value, country=honduras)).total == count
    assert honduras in narrowed.facets["country"]
    assert len(narrowed.facets["country"]) > 1


def test_pages_follow_one_another(search: Search) -> None:
    question = Question.read("transparencia")
    whole = search.find(question, size=500)
    parts = [search.find(question, size=7, offset=at).hits for at in range(0, whole.total, 7)]
    assert [hit.iri for part in parts for hit in part] == [hit.iri for hit in whole.hits]
    keys = [(-hit.score, hit.iri) for hit in whole.hits]
    assert [key[0] for key in keys] == sorted(key[0] for key in keys)


def test_equals_stand_in_the_order_of_their_iris(search: Search) -> None:
    found = search.find(Question.read("16"), Filters("sdgs"), size=100)
    pairs = list(zip(found.hits, found.hits[1:], strict=False))
    equals = [(one.iri, two.iri) for one, two in pairs if one.score == two.score]
    assert equals
    assert all(one < two for one, two in equals)


def test_matching_gives_iris_of_one_kind_in_rank_order(service: Service, search: Search) -> None:
    found = search.find(Question.read("datos abiertos"), Filters("commitments"), size=100)
    expected = tuple(hit.iri for hit in found.hits)
    assert search.matching("datos abiertos", "commitments") == expected
    assert search.matching("datos abiertos", "commitments", limit=3) == expected[:3]
    assert search.matching("xqzwvkjh", "commitments") == ()
    with pytest.raises(BadRequest):
        search.matching("?", "commitments")


def test_every_thing_with_a_page_is_found_by_its_id(service: Service, search: Search) -> None:
    for kind, identifier in (
        ("plans", "CRI-4"),
        ("commitments", "GTM-4-24"),
        ("institutions", "CRI-asamblea-legislativa"),
        ("branches", "publicMinistry"),
        ("policy-areas", "openData"),
        ("sdgs", "16.a"),
        ("countries", "HND"),
        ("milestones", "ECU-1-2-1"),
    ):
        found = search.find(Question.read(identifier), Filters(kind))
        assert first(service, found)[0] == identifier
