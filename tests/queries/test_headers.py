"""The `#+` headers: every shipped file parses; every malformed line is refused, with its place."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from ogpgraph.errors import BadStoredQuery
from ogpgraph.iris import Names
from ogpgraph.queries import (
    StoredQueries,
    StoredQuery,
    iri_prefixes,
    load_checks,
    load_rules,
    load_stored_query,
)

QUERIES = Path(__file__).resolve().parents[2] / "queries"
GOOD = """\
#+ question: 3
#+ title@en: A title: with a colon
#+ title@es: Un título
#+ description@en: One line
#+   and another.
#+ description@es: Una línea.
#+ param country: iri(country) optional
#+ param country@en: The country.
#+ param country@es: El país.
#+ param least: decimal default 0.5
#+ param least@en: The least.
#+ param least@es: Lo menos.
SELECT * WHERE {
  VALUES ?country { UNDEF }  #= country
  VALUES ?least { "0.5"^^<http://www.w3.org/2001/XMLSchema#decimal> }  #= least
  ?plan <https://w3id.org/ogpgraph/ns#country> ?country
}
"""


def written(directory: Path, text: str, name: str = "a-query") -> StoredQuery:
    path = directory / f"{name}.rq"
    path.write_bytes(text.encode())
    return load_stored_query(path)


def test_the_25_questions_are_each_answered_once(queries: StoredQueries) -> None:
    assert [q.question for q in queries.values() if q.question] == list(range(1, 26))
    assert next(iter(queries)) == "declared-and-listed"
    assert queries["transversal-focus"].question == 24


def test_every_file_is_loaded() -> None:
    assert len(StoredQueries(QUERIES)) == len(list(QUERIES.glob("*.rq"))) >= 25
    assert len(load_rules(QUERIES / "rules")) == len(list((QUERIES / "rules").glob("*.rq"))) == 7
    entailments = list((QUERIES / "entailments").glob("*.rq"))
    assert len(load_rules(QUERIES / "entailments")) == len(entailments) == 5
    checks = list((QUERIES / "checks").glob("*"))
    assert len(load_checks(QUERIES / "checks")) == len(checks) == 14


def test_both_languages_everywhere(queries: StoredQueries) -> None:
    texts = [t for q in queries.values() for t in (q.titles, q.descriptions)]
    texts += [p.descriptions for q in queries.values() for p in q.parameters]
    texts += [check.messages for check in load_checks(QUERIES / "checks")]
    for folder in ("rules", "entailments"):
        texts += [t for r in load_rules(QUERIES / folder) for t in (r.titles, r.descriptions)]
    for text in texts:
        assert set(text) == {"es", "en"}
        assert text["es"]
        assert text["en"]
        assert text["es"] != text["en"]


def test_rules_construct_and_checks_select_by_convention() -> None:
    for rule in (*load_rules(QUERIES / "rules"), *load_rules(QUERIES / "entailments")):
        assert isinstance(ox.Store().query(rule.text), ox.QueryTriples), rule.name
    for check in load_checks(QUERIES / "checks"):
        result = ox.Store().query(check.text)
        assert isinstance(result, ox.QuerySolutions)
        assert [v.value for v in result.variables] == ["focus", "path", "value"], check.name


def test_no_query_asks_another_service_or_uses_not_exists() -> None:
    for path in QUERIES.rglob("*.rq"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\b(SERVICE|NOT\s+EXISTS|FROM)\b", text), path.name
        assert text.endswith("}\n") or re.search(r"\nORDER BY [^\n]+\n$", text), path.name


def test_a_header_is_read_whole(tmp_path: Path) -> None:
    query = written(tmp_path, GOOD)
    assert (query.name, query.question) == ("a-query", 3)
    assert query.titles == {"es": "Un título", "en": "A title: with a colon"}
    assert query.descriptions["en"] == "One line and another."
    country, least = query.parameters
    assert (country.kind, country.resource, country.default) == ("iri", "country", None)
    assert (least.kind, least.resource, least.default, least.required) == (
        "decimal",
        None,
        "0.5",
        False,
    )
    assert query.text == GOOD


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("#+ question: 3", "#+ question: three", 1),
        ("#+ question: 3", "#+ question: 0", 1),
        ("#+ question: 3", "#+ kwestion: 3", 1),
        ("#+ question: 3", "#+question: 3", 1),
        ("#+ question: 3", "#+ question:3", 1),
        ("#+ question: 3", "#+ question: ", 1),
        ("#+ question: 3", "#+   question: 3", 1),
        ("#+ title@es: Un título\n", "", 1),
        ("#+ title@es: Un título", "#+ title@es: Un título\n#+ title@es: Otro", 4),
        ("#+ title@es: Un título", "#+ title@fr: Un titre\n#+ title@es: Un título", 3),
        ("#+   and another.", "#+  and another.", 5),
        ("#+   and another.", "#+", 5),
        ("iri(country) optional", "iri optional", 7),
        ("iri(country) optional", "iri(planet) optional", 7),
        ("iri(country) optional", "string(country) optional", 7),
        ("iri(country) optional", "number optional", 7),
        ("iri(country) optional", "iri(country)", 7),
        ("iri(country) optional", "iri(country) required", 7),
        ("iri(country) optional", "iri(country) default a b", 7),
        ("decimal default 0.5", "decimal default half", 10),
        ("decimal default 0.5", "decimal default 0.6", 15),
        ("#+ param least@es: Lo menos.\n", "", 1),
        ("{ UNDEF }  #= country", "{ UNDEF }  #= nation", 14),
        ("VALUES ?country { UNDEF }  #= country", "VALUES ?nation { UNDEF }  #= country", 14),
        ("  #= country", "", 7),
        ("{ UNDEF }  #= country", "{UNDEF}  #= country", None),
        ("  ?plan", "#+ late: header\n  ?plan", 16),
    ],
)  # fmt: skip
def test_malformed_headers_are_refused(
    tmp_path: Path, old: str, new: str, line: int | None
) -> None:
    assert GOOD.count(old) == 1
    with pytest.raises(BadStoredQuery) as raised:
        written(tmp_path, GOOD.replace(old, new))
    assert raised.value.file == str(tmp_path / "a-query.rq")
    assert raised.value.line == line


@pytest.mark.parametrize("name", ["A-query", "a_query", "a--query", "ñ"])
def test_names_are_kebab_case(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadStoredQuery, match="name"):
        written(tmp_path, GOOD, name)


def test_not_utf8_or_not_there(tmp_path: Path) -> None:
    (tmp_path / "latin.rq").write_bytes(GOOD.encode("latin-1"))
    for name in ("latin", "absent"):
        with pytest.raises(BadStoredQuery, match=name):
            load_stored_query(tmp_path / f"{name}.rq")


def test_two_answers_to_one_question(tmp_path: Path) -> None:
    written(tmp_path, GOOD, "first")
    written(tmp_path, GOOD, "second")
    with pytest.raises(BadStoredQuery, match="both answer question 3"):
        StoredQueries(tmp_path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("severity: warning", "severity: grave"),
        ("#+ message@es: Mal.\n", ""),
        ("#+ s", "#+ x: y\n#+ s"),
    ],
)
def test_malformed_checks_are_refused(tmp_path: Path, old: str, new: str) -> None:
    good = "#+ severity: warning\n#+ message@en: Bad {?value}.\n#+ message@es: Mal.\nSELECT * {}\n"
    path = tmp_path / "bad-violation.rq"
    path.write_text(good, encoding="utf-8")
    (check,) = load_checks(tmp_path)
    assert (check.name, check.severity) == ("bad", "warning")
    assert check.message("en", "7") == "Bad 7."
    path.write_text(good.replace(old, new), encoding="utf-8")
    with pytest.raises(BadStoredQuery):
        load_checks(tmp_path)


def test_another_base(queries: StoredQueries) -> None:
    names = Names("https://datos.example:18080/grafo/")
    rebased = StoredQueries(QUERIES, prefixes=iri_prefixes(names), rewrite=names.rebase)
    assert list(rebased) == list(queries)
    text = rebased["commitments-of-a-country"].bind({"country": "GTM"})
    assert "<https://datos.example:18080/grafo/id/country/GTM>" in text
    for query in rebased.values():
        assert "w3id.org/ogpgraph" not in query.text
        ox.Store().query(query.text)


def test_every_query_runs_as_it_stands(queries: StoredQueries, answers_store: ox.Store) -> None:
    for query in queries.values():
        result = answers_store.query(query.text)
        assert isinstance(result, ox.QuerySolutions)
        assert query.bind({p.name: p.example for p in query.parameters if p.example}) == query.text
