"""Stored queries over HTTP: the catalogue, and every query in every form, with typed parameters."""

from __future__ import annotations

import copy
import csv
import io
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pyoxigraph as ox
import pytest
import rdflib
from fastapi import FastAPI
from rdflib.query import Result as RdflibResult

from ogpgraph.files import Graph
from ogpgraph.formats import GRAPH_OFFERS
from ogpgraph.iris import Names
from ogpgraph.queries import StoredQueries, StoredQuery
from ogpgraph.service import Service
from ogpgraph.settings import load_settings
from ogpgraph.store.base import Result, Row, Store, rows
from ogpgraph.terms import Term
from ogpgraph.web.app import create_app

ReadRdf = Callable[[bytes, str], rdflib.Graph]
Make = Callable[[FastAPI], httpx.Client]
SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
NAMES = sorted(path.stem for path in (Path(__file__).parents[2] / "queries").glob("*.rq"))
RDF = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
}
RESULTS = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
GRAPHS = {offer.media_type for offer in GRAPH_OFFERS}
COUNTRY = "commitments-of-a-country"


def problem(answer: httpx.Response, status: int) -> dict[str, object]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found = answer.json()
    assert isinstance(found, dict)
    return found


def example(query: StoredQuery, language: str = "en") -> dict[str, str]:
    values = {p.name: p.example or "" for p in query.parameters if p.required}
    labels = {p.name: language for p in query.parameters if p.kind == "language"}
    return values | labels


def cell(term: rdflib.term.Node | Term | None) -> tuple[str, str, str] | None:
    """A term of rdflib's or of ours, so that both can be compared."""
    if term is None:
        return None
    if isinstance(term, Term):
        if term.kind == "iri":
            return term.value, "", "iri"
        datatype = None if term.datatype is None else rdflib.URIRef(term.datatype)
        term = rdflib.Literal(term.value, lang=term.language, datatype=datatype)
    if isinstance(term, rdflib.Literal):
        datatype = "" if term.datatype in {None, rdflib.XSD.string} else str(term.datatype)
        return str(term), (term.language or "").lower(), datatype
    return str(term), "", "iri"


def wanted(
    service: Service, query: StoredQuery, language: str = "en"
) -> list[dict[str, tuple[str, str, str] | None]]:
    return [{n: cell(term) for n, term in row.items()} for row in raw(service, query, language)]


def raw(service: Service, query: StoredQuery, language: str = "en") -> list[Row]:
    return list(rows(service.store.query(query.bind(example(query, language)))))


# --- running ---------------------------------------------------------------------------------


def test_every_query_has_a_route(full_service: Service) -> None:
    assert sorted(full_service.library.queries) == NAMES
    assert len(NAMES) >= 25


@pytest.mark.parametrize("suffix", ["json", "xml"])
@pytest.mark.parametrize("name", NAMES)
def test_an_answer_reads_the_same_in_another_library(
    full_client: httpx.Client, full_service: Service, name: str, suffix: str
) -> None:
    query = full_service.library.queries[name]
    answer = full_client.get(
        f"/queries/{name}", params=example(query), headers={"Accept": RESULTS[suffix]}
    )
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == RESULTS[suffix]
    parsed = RdflibResult.parse(io.BytesIO(answer.content), format=suffix)
    found = [{str(n): cell(term) for n, term in binding.items()} for binding in parsed.bindings]
    assert found == wanted(full_service, query)


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_in_tsv_reads_the_same_in_another_library(
    full_client: httpx.Client, full_service: Service, name: str
) -> None:
    query = full_service.library.queries[name]
    answer = full_client.get(f"/queries/{name}.tsv", params=example(query))
    assert answer.headers["content-type"] == "text/tab-separated-values; charset=utf-8"
    head, *lines = answer.text.removesuffix("\n").split("\n")
    found = []
    for line in lines:
        pairs = zip(head.split("\t"), line.split("\t"), strict=True)
        found.append({n[1:]: _tsv(text) for n, text in pairs if text})
    values = [{n: c for n, c in row.items() if c} for row in wanted(full_service, query)]
    assert found == values


def _tsv(text: str) -> tuple[str, str, str] | None:
    """A cell of TSV is a term of Turtle."""
    graph = rdflib.Graph().parse(data=f"<urn:x:s> <urn:x:p> {text} .", format="turtle")
    return cell(next(graph.objects()))


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_in_csv_reads_the_same_in_another_library(
    full_client: httpx.Client, full_service: Service, name: str
) -> None:
    query = full_service.library.queries[name]
    answer = full_client.get(
        f"/queries/{name}", params=example(query), headers={"Accept": "text/csv"}
    )
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    reader = csv.DictReader(io.StringIO(answer.content.decode(), newline=""))
    found, head = list(reader), list(reader.fieldnames or ())
    values = [{n: term.value for n, term in row.items()} for row in raw(full_service, query)]
    unbound_is_empty = [{n: row.get(n, "") for n in head} for row in values]
    assert found == unbound_is_empty


def test_most_answers_have_rows(full_service: Service) -> None:
    """So that the tests above compare something."""
    queries = full_service.library.queries.values()
    empty = [query.name for query in queries if not wanted(full_service, query)]
    assert len(empty) <= 2, empty


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("suffix", RDF)
def test_rdf_of_a_select_describes_it(
    client: httpx.Client, read_rdf: ReadRdf, name: str, suffix: str
) -> None:
    answer = client.get(f"/queries/{name}", headers={"Accept": RDF[suffix]})
    assert answer.headers["content-type"].partition(";")[0] == RDF[suffix]
    assert client.get(f"/queries/{name}.{suffix}").status_code == 200
    found = read_rdf(answer.content, RDF[suffix])
    subjects = list(found.subjects(rdflib.RDF.type, SH.SPARQLExecutable))
    assert subjects == [rdflib.URIRef(f"http://localhost:8000/queries/{name}")]
    assert "SELECT" in str(found.value(subjects[0], SH.select))


@pytest.mark.parametrize("media_type", sorted(GRAPHS - set(RDF.values())))
def test_the_other_forms_of_rdf_hold_the_same(client: httpx.Client, media_type: str) -> None:
    one = client.get(f"/queries/{COUNTRY}", headers={"Accept": media_type})
    assert one.headers["content-type"].partition(";")[0] == media_type
    quads = ox.parse(one.content, format=ox.RdfFormat.from_media_type(media_type))
    plain = client.get(f"/queries/{COUNTRY}.nt").content
    wanted = ox.parse(plain, format=ox.RdfFormat.N_TRIPLES)
    assert {quad.triple for quad in quads} == {quad.triple for quad in wanted}


@pytest.mark.parametrize("suffix", [*RESULTS, *RDF, "html"])
def test_a_suffix_is_as_good_as_accept(client: httpx.Client, suffix: str) -> None:
    media_type = (RESULTS | RDF | {"html": "text/html"})[suffix]
    by_suffix = client.get(f"/queries/{COUNTRY}.{suffix}?country=CRI")
    by_accept = client.get(f"/queries/{COUNTRY}?country=CRI", headers={"Accept": media_type})
    assert by_suffix.status_code == by_accept.status_code == 200
    assert by_suffix.headers["content-type"] == by_accept.headers["content-type"]
    if suffix != "html":
        assert by_suffix.content == by_accept.content


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/*", None])
def test_json_is_the_default(client: httpx.Client, accept: str | None) -> None:
    headers = {"Accept": accept} if accept else {}
    answer = client.get("/queries/declared-and-listed", headers=headers)
    assert answer.headers["content-type"] == RESULTS["json"]


def test_nothing_that_fits_is_406_with_the_offers(client: httpx.Client) -> None:
    found = problem(
        client.get("/queries/declared-and-listed", headers={"Accept": "image/png"}), 406
    )
    assert {*RESULTS.values(), *GRAPHS, "text/html"} == set(found["offers"])


def test_an_unknown_suffix_is_404(client: httpx.Client) -> None:
    assert ".csv" in str(problem(client.get("/queries/declared-and-listed.pdf"), 404)["detail"])
    problem(client.get("/queries.csv"), 404)


# --- parameters ------------------------------------------------------------------------------


def test_a_value_is_an_id_or_a_whole_iri(client: httpx.Client) -> None:
    short = client.get(f"/queries/{COUNTRY}?country=HND")
    whole = client.get(
        f"/queries/{COUNTRY}", params={"country": "https://w3id.org/ogpgraph/id/country/HND"}
    )
    assert short.content == whole.content
    assert len(short.json()["results"]["bindings"]) == 19


def test_an_empty_value_is_as_good_as_none(client: httpx.Client) -> None:
    one, other = (client.get(f"/queries/declared-and-listed{q}") for q in ("", "?country="))
    assert one.content == other.content
    problem(client.get(f"/queries/{COUNTRY}?country="), 400)


def test_a_missing_required_parameter_is_400_with_an_example(client: httpx.Client) -> None:
    found = problem(client.get(f"/queries/{COUNTRY}"), 400)
    assert found["parameter"] == "country"
    assert "country=HND" in str(found["detail"])


def test_an_unknown_parameter_is_400_naming_the_known(client: httpx.Client) -> None:
    found = problem(client.get(f"/queries/{COUNTRY}?contry=HND"), 400)
    assert (found["parameter"], found["known"]) == ("contry", ["country", "lang"])
    for path in ("/queries?country=HND", f"/queries/{COUNTRY}.ttl?contry=HND"):
        problem(client.get(path), 400)


def test_a_parameter_given_twice_is_400(client: httpx.Client) -> None:
    problem(client.get(f"/queries/{COUNTRY}?country=HND&country=CRI"), 400)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("suggestions-awaiting-review?minimumConfidence=high", "a decimal number such as 0.5"),
        (f"{COUNTRY}?country=H%20ND", "id of a country"),
        (f"{COUNTRY}?country=HND&lang=fr", "es and en"),
    ],
)
def test_a_value_of_another_type_is_400_saying_what_is_right(
    client: httpx.Client, path: str, said: str
) -> None:
    found = problem(client.get(f"/queries/{path}"), 400)
    assert said in str(found["detail"])
    assert found["parameter"]


@pytest.mark.parametrize(
    ("path", "known"),
    [
        (f"{COUNTRY}?country=XXX", "CRI"),
        (f"{COUNTRY}?country=https://w3id.org/ogpgraph/id/plan/CRI-4", "CRI"),
        (f"{COUNTRY}?country=http://e.example/x", "CRI"),
        ("declared-open-parliament?field=none", "parliament"),
        ("aligned-with-a-goal?goal=18", "17"),
    ],
)
def test_a_value_that_nothing_has_is_400_naming_the_known(
    client: httpx.Client, path: str, known: str
) -> None:
    found = problem(client.get(f"/queries/{path}"), 400)
    assert isinstance(found["known"], list)
    assert known in found["known"]


def test_a_thing_that_is_not_there_is_400(client: httpx.Client) -> None:
    path = "/queries/provenance-of-a-statement"
    found = problem(client.get(f"{path}?subject=commitment/CRI-4-99"), 400)
    assert "known" not in found
    assert client.get(f"{path}?subject=commitment/CRI-4-9").status_code == 200
    given = {"subject": "commitment/CRI-4-9", "property": "http://purl.org/dc/terms/title"}
    assert client.get(path, params=given).json()["results"]["bindings"]
    problem(client.get(f"{path}?subject=commitment/CRI-4-9&property=none"), 400)


def test_a_value_that_fits_nothing_is_an_empty_answer(client: httpx.Client) -> None:
    path = "/queries/aligned-with-a-goal.json?goal=7&country=GTM"
    assert client.get(path).json()["results"]["bindings"] == []


def test_an_unknown_name_is_404_with_near_names(client: httpx.Client) -> None:
    found = problem(client.get("/queries/commitments-of-a-contry"), 404)
    assert isinstance(found["known"], list)
    assert found["known"][0] == COUNTRY
    assert len(found["known"]) <= 5
    far = problem(client.get("/queries/zzz.csv"), 404)
    assert sorted(map(str, far["known"])) == NAMES


def test_the_labels_are_in_the_language_of_the_request(client: httpx.Client) -> None:
    path = f"/queries/{COUNTRY}.json?country=MEX"
    by_name = {at: client.get(f"{path}&lang={at}") for at in ("es", "en")}
    by_header = {at: client.get(path, headers={"Accept-Language": f"{at}-MX"}) for at in by_name}
    for at, answer in by_name.items():
        assert answer.headers["content-language"] == at
        assert answer.content == by_header[at].content
        labels = {row["label"]["xml:lang"] for row in answer.json()["results"]["bindings"]}
        assert labels == {at}
    assert by_name["es"].content != by_name["en"].content
    assert by_header["es"].headers["etag"] != by_header["en"].headers["etag"]


def test_a_query_without_labels_tells_no_language(client: httpx.Client) -> None:
    answer = client.get("/queries/equivalents-of-a-goal.json?goal=16&lang=es")
    assert answer.status_code == 200
    assert "content-language" not in answer.headers


# --- headers ---------------------------------------------------------------------------------


class Counting:
    """A store that counts what it is asked."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.asked: list[str] = []

    def query(self, text: str, **options: object) -> Result:
        self.asked.append(text)
        return self._store.query(text, **options)  # type: ignore[arg-type]

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)


@pytest.fixture
def counted(service: Service, client_of: Make) -> tuple[httpx.Client, Counting]:
    counting = Counting(service.store)
    altered = copy.copy(service)
    altered.store = counting  # type: ignore[assignment]
    altered.settings = replace(service.settings, cache=0)
    return client_of(create_app(altered)), counting


@pytest.mark.parametrize("suffix", ["json", "csv", "html", "ttl"])
def test_an_unchanged_answer_is_304_without_asking_the_engine(
    counted: tuple[httpx.Client, Counting], suffix: str
) -> None:
    client, store = counted
    path = f"/queries/{COUNTRY}.{suffix}?country=HND"
    first = client.get(path)
    assert first.headers["vary"].startswith("Accept, Accept-Language")
    store.asked.clear()
    again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content, store.asked) == (304, b"", [])
    other = f"/queries/{COUNTRY}.{suffix}?country=CRI"
    changed = client.get(other, headers={"If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200


def test_a_wrong_request_is_never_304(client: httpx.Client) -> None:
    for path in (f"/queries/{COUNTRY}", f"/queries/{COUNTRY}?country=XXX", "/queries/none"):
        assert client.get(path, headers={"If-None-Match": "*"}).status_code in {400, 404}


def test_links_name_the_other_forms_with_the_same_values(client: httpx.Client) -> None:
    answer = client.get(f"/queries/{COUNTRY}?country=HND&lang=es")
    found = re.findall(r'<([^>]*)>; rel="(\w+)"(?:; type="([^"]*)")?', answer.headers["link"])
    alternates = {media_type: target for target, rel, media_type in found if rel == "alternate"}
    assert set(alternates) == {*RESULTS.values(), "text/html"}
    for media_type, target in alternates.items():
        assert target.endswith("?country=HND&lang=es")
        sent = client.get(target).headers["content-type"].partition(";")[0]
        assert sent == media_type
    (described,) = [target for target, rel, _ in found if rel == "describedby"]
    assert client.get(described).headers["content-type"].startswith("text/turtle")
    assert "license" in {rel for _, rel, _ in found}


def test_head_is_as_get_without_the_body(client: httpx.Client) -> None:
    for path in ("/queries", f"/queries/{COUNTRY}?country=HND"):
        one, other = client.head(path), client.get(path)
        assert (one.status_code, one.content) == (200, b"")
        assert one.headers["etag"] == other.headers["etag"]
        assert one.headers["content-type"] == other.headers["content-type"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_else_than_reading_is_possible(client: httpx.Client, method: str) -> None:
    for path in ("/queries", f"/queries/{COUNTRY}"):
        answer = client.request(method, path)
        problem(answer, 405)
        assert {"GET", "HEAD"} <= set(answer.headers["allow"].split(", "))


# --- the catalogue ---------------------------------------------------------------------------


def test_the_catalogue_in_json_has_every_query_and_parameter(
    client: httpx.Client, service: Service
) -> None:
    body = client.get("/queries").json()
    assert body["version"] == service.sequence
    assert [item["name"] for item in body["items"]] == list(service.library.queries)
    for item in body["items"]:
        query = service.library.queries[item["name"]]
        assert item["title"] == dict(query.titles)
        assert item["description"] == dict(query.descriptions)
        told = {p["name"]: p for p in item["parameters"]}
        assert list(told) == [p.name for p in query.parameters]
        for parameter in query.parameters:
            one = told[parameter.name]
            assert one["type"] == parameter.kind
            assert one.get("kind") == parameter.resource
            assert one["required"] is parameter.required
            assert (one.get("default"), one.get("example")) == (
                parameter.default,
                parameter.example,
            )
        assert item["id"] == f"http://localhost:8000/queries/{query.name}"
        for suffix, target in item["links"].items():
            assert client.get(target, params=example(query)).status_code == 200, (target, suffix)


@pytest.mark.parametrize("suffix", RDF)
def test_the_catalogue_in_rdf_has_every_query(
    client: httpx.Client, read_rdf: ReadRdf, suffix: str
) -> None:
    one = client.get("/queries", headers={"Accept": RDF[suffix]})
    assert one.content == client.get(f"/queries.{suffix}").content
    found = read_rdf(one.content, RDF[suffix])
    subjects = set(found.subjects(rdflib.RDF.type, SH.SPARQLExecutable))
    assert subjects == {rdflib.URIRef(f"http://localhost:8000/queries/{n}") for n in NAMES}


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_catalogue_is_a_page_in_both_languages(
    client: httpx.Client, service: Service, language: str
) -> None:
    answer = client.get(f"/queries.html?lang={language}")
    assert answer.headers["content-language"] == language
    for query in service.library.queries.values():
        assert f'href="/queries/{query.name}?lang={language}"' in answer.text
        assert query.titles[language] in answer.text


# --- pages -----------------------------------------------------------------------------------


class Page(HTMLParser):
    """Inputs, the options of select boxes, table cells and links of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fields: dict[str, dict[str, str | None]] = {}
        self.options: dict[str, dict[str, str]] = {}
        self.chosen: dict[str, str] = {}
        self.links: list[str] = []
        self.rows = 0
        self.text = ""
        self._select = self._option = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in {"input", "select"}:
            self._select = values.get("name") or ""
            self.fields[self._select] = values
        elif tag == "option":
            self._option = values.get("value") or ""
            self.options.setdefault(self._select, {})[self._option] = ""
            if "selected" in values:
                self.chosen[self._select] = self._option
        elif tag == "a":
            self.links.append(values.get("href") or "")
        elif tag == "tr":
            self.rows += 1

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.lasttag == "option" and self._select in self.options and data.strip():
            self.options[self._select][self._option] = data


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_every_page_has_its_form_its_answer_and_its_links(
    full_client: httpx.Client, full_service: Service, name: str, language: str
) -> None:
    query = full_service.library.queries[name]
    answer = full_client.get(f"/queries/{name}?lang={language}", headers={"Accept": "text/html"})
    assert answer.status_code == 200, answer.text
    assert answer.text.count("<h1") == 1
    assert "<script" not in answer.text
    assert re.search(r"\s(?:style|on\w+)=", answer.text) is None
    page = Page(answer.text)
    named = {p.name for p in query.parameters if p.kind != "language"}
    assert set(page.fields) - {"lang", "q"} == named  # the search of every page has `q`
    assert query.titles[language] in page.text
    assert query.descriptions[language] in page.text
    found = wanted(full_service, query, language)
    assert page.rows == (len(found) + 1 if found else 0)
    csv_link = next(link for link in page.links if link.startswith(f"/queries/{name}.csv?"))
    sent = full_client.get(csv_link)
    assert len(list(csv.reader(io.StringIO(sent.text)))) == len(found) + 1


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_page_has_labels_for_ids(client: httpx.Client, language: str) -> None:
    answer = client.get(f"/queries/{COUNTRY}.html?country=MEX&lang={language}")
    page = Page(answer.text)
    assert page.options["country"] == {
        "CRI": "Costa Rica",
        "ECU": "Ecuador",
        "GTM": "Guatemala",
        "HND": "Honduras",
        "MEX": {"es": "México", "en": "Mexico"}[language],
    }
    assert page.chosen == {"country": "MEX"}
    assert "/commitments/MEX-4-1?lang=" + language in page.links


def test_an_optional_select_box_can_be_left_open(client: httpx.Client) -> None:
    page = Page(client.get("/queries/declared-and-listed.html?lang=es").text)
    assert (page.options["country"][""], page.chosen) == ("– todos –", {"country": ""})
    page = Page(client.get("/queries/declared-open-parliament.html").text)
    assert "" not in page.options["field"]
    assert page.chosen == {"field": "parliament"}


def test_a_whole_iri_chooses_its_option(client: httpx.Client) -> None:
    given = {"country": "https://w3id.org/ogpgraph/id/country/GTM"}
    page = Page(client.get(f"/queries/{COUNTRY}.html", params=given).text)
    assert page.chosen == {"country": "GTM"}


def test_a_number_is_written_as_a_number(client: httpx.Client) -> None:
    path = "/queries/suggestions-awaiting-review.html?minimumConfidence=0.7"
    field = Page(client.get(path).text).fields["minimumConfidence"]
    assert (field["type"], field["step"], field["value"]) == ("number", "any", "0.7")


def test_what_anything_can_be_is_written(client: httpx.Client) -> None:
    field = Page(client.get("/queries/provenance-of-a-statement.html").text).fields["subject"]
    assert (field["type"], field["value"]) == ("text", "commitment/CRI-4-9")
    assert "required" in field


def test_the_query_of_a_page_can_be_sent_to_the_editor(client: httpx.Client) -> None:
    answer = client.get(f"/queries/{COUNTRY}.html?country=GTM")
    found = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", answer.text, re.DOTALL)
    assert found
    text = found[1].replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", '"')
    assert "#+" not in text
    assert "id/country/GTM>" in text
    sent = client.get("/sparql", params={"query": text.replace("&#39;", "'")})
    direct = client.get(f"/queries/{COUNTRY}.json?country=GTM")
    assert sent.json() == direct.json()


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_editor_links_each_example_to_its_page(client: httpx.Client, language: str) -> None:
    page = Page(client.get(f"/sparql?lang={language}", headers={"Accept": "text/html"}).text)
    for name in NAMES:
        assert f"/queries/{name}?lang={language}" in page.links
        assert f"/sparql?example={name}&lang={language}" in page.links


def test_the_editor_has_an_example_s_text_without_its_header(client: httpx.Client) -> None:
    path = f"/sparql?example={COUNTRY}&lang=es"
    text = client.get(path, headers={"Accept": "text/html"}).text
    assert "id/country/HND&gt;" in text
    assert "#+" not in text


# --- data that mean harm ---------------------------------------------------------------------

HOSTILE = "</option></select><script>alert(1)</script>\"'\u202e"


@pytest.fixture(scope="module")
def hostile(bare_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A home whose only country and plan are called what would be markup."""
    home = tmp_path_factory.mktemp("hostile") / "home"
    home.mkdir()
    with closing(Service.open(load_settings({"home": home}, {}))) as opened:
        name, label = opened.names, str(Term("literal", HOSTILE, "en"))
        prefix = "<http://www.w3.org/2004/02/skos/core#prefLabel>"
        kind = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
        country, plan = f"<{name.thing('country', 'XYZ')}>", f"<{name.thing('plan', 'XYZ-1')}>"
        lines = [
            f"{country} {kind} <{name.term('Country')}> .",
            f"{country} {prefix} {label} .",
            f"{plan} {kind} <{name.term('ActionPlan')}> .",
            f"{plan} {prefix} {label} .",
            f"{plan} <{name.term('country')}> {country} .",
        ]
        opened.store.replace({name.graph("shared/hostile"): Graph.of(lines)})
        yield opened


def test_a_hostile_label_stays_text_on_the_page(hostile: Service, client_of: Make) -> None:
    client = client_of(create_app(hostile))
    answer = client.get("/queries/declared-and-listed.html?country=XYZ")
    assert answer.status_code == 200, answer.text
    assert "<script" not in answer.text
    page = Page(answer.text)
    assert page.options["country"]["XYZ"] == HOSTILE
    assert page.rows == 2
    assert "<bdi>" in answer.text
    body = client.get("/openapi.json").json()
    assert body["components"]["schemas"]["CountryId"]["enum"] == ["XYZ"]


# --- other forms of query --------------------------------------------------------------------

HEAD = """\
#+ title@en: T
#+ title@es: T
#+ description@en: D.
#+ description@es: D.
#+ param country: iri(country) required example HND
#+ param country@en: C.
#+ param country@es: C.
"""
SLOT = "VALUES ?country { <https://w3id.org/ogpgraph/id/country/HND> }  #= country\n"
OTHERS = {
    "an-ask": f"ASK {{\n {SLOT} ?plan <https://w3id.org/ogpgraph/ns#country> ?country }}",
    "a-construct": (
        f"CONSTRUCT {{ ?plan <urn:x:of> ?country }} WHERE {{\n {SLOT}"
        " ?plan <https://w3id.org/ogpgraph/ns#country> ?country }"
    ),
    "a-describe": f"DESCRIBE ?country WHERE {{\n {SLOT} ?country a ?kind }}",
}


@pytest.fixture(scope="module")
def others(
    service: Service, client_of: Make, tmp_path_factory: pytest.TempPathFactory
) -> httpx.Client:
    """A client of an application whose stored queries are of the other forms."""
    folder = tmp_path_factory.mktemp("others")
    for name, text in OTHERS.items():
        (folder / f"{name}.rq").write_text(HEAD + text)
    altered = copy.copy(service)
    altered.library = replace(service.library, queries=StoredQueries(folder))
    return client_of(create_app(altered))


@pytest.mark.parametrize("suffix", RDF)
@pytest.mark.parametrize("name", ["a-construct", "a-describe"])
def test_rdf_of_a_query_that_makes_a_graph_is_its_answer(
    others: httpx.Client, read_rdf: ReadRdf, name: str, suffix: str
) -> None:
    answer = others.get(f"/queries/{name}.{suffix}?country=CRI")
    found = read_rdf(answer.content, RDF[suffix])
    country = rdflib.URIRef(Names().thing("country", "CRI"))
    if name == "a-construct":
        assert list(found.objects()) == [country]
    else:
        assert set(found.subjects()) == {country}
    problem(others.get(f"/queries/{name}", headers={"Accept": "text/csv"}), 406)


def test_an_ask_is_a_boolean_and_is_described(others: httpx.Client, read_rdf: ReadRdf) -> None:
    for suffix in ("json", "xml"):
        answer = others.get(f"/queries/an-ask.{suffix}?country=CRI")
        parsed = RdflibResult.parse(io.BytesIO(answer.content), format=suffix)
        assert parsed.askAnswer is True
    problem(others.get("/queries/an-ask.csv?country=CRI"), 404)
    found = read_rdf(others.get("/queries/an-ask.ttl").content, "text/turtle")
    assert len(list(found.objects(None, SH.ask))) == 1


@pytest.mark.parametrize(
    ("name", "said"), [("an-ask", "Yes"), ("a-construct", "urn:x:of"), ("a-describe", "skos")]
)
def test_the_other_forms_have_pages_too(others: httpx.Client, name: str, said: str) -> None:
    answer = others.get(f"/queries/{name}.html?country=CRI")
    assert answer.status_code == 200, answer.text
    assert said in Page(answer.text).text


def test_the_other_forms_are_operations_too(others: httpx.Client) -> None:
    paths = others.get("/openapi.json").json()["paths"]
    sent = {n: set(paths[f"/queries/{n}"]["get"]["responses"]["200"]["content"]) for n in OTHERS}
    assert sent["a-construct"] == sent["a-describe"] == {*GRAPHS, "text/html"}
    ask = {RESULTS["json"], RESULTS["xml"]}
    assert sent["an-ask"] == {*ask, *GRAPHS, "text/html"}


# --- OpenAPI ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def openapi(client: httpx.Client) -> dict[str, dict[str, dict[str, dict[str, object]]]]:
    answer = client.get("/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    found = answer.json()
    assert isinstance(found, dict)
    return found


TYPES = {"integer": "integer", "decimal": "number", "string": "string"}


@pytest.mark.parametrize("name", NAMES)
def test_every_query_is_an_operation_with_its_parameters(
    openapi: dict, client: httpx.Client, service: Service, name: str
) -> None:
    query = service.library.queries[name]
    operation = openapi["paths"][f"/queries/{name}"]["get"]
    assert operation["operationId"] == f"query_{name.replace('-', '_')}"
    for language in ("es", "en"):
        told = operation["summary"] + operation["description"]
        assert query.titles[language] in told
        assert query.descriptions[language] in told
    declared = {parameter["name"]: parameter for parameter in operation["parameters"]}
    assert set(declared) == {"lang", *(p.name for p in query.parameters)}
    for parameter in query.parameters:
        if parameter.name == "lang":
            continue
        one = declared[parameter.name]
        assert one["in"] == "query"
        assert one["required"] is parameter.required
        assert all(text in one["description"] for text in parameter.descriptions.values())
        shown = parameter.example or parameter.default
        assert shown is None or str(one["example"]) == shown
        schema = resolved(openapi, one["schema"])
        assert schema["type"] == TYPES.get(parameter.kind, "string")
        if parameter.default is not None:
            assert str(one["schema"]["default"]) == parameter.default
    answer = client.get(f"/queries/{name}", params=example(query))
    assert answer.headers["content-type"] in operation["responses"]["200"]["content"]


def resolved(openapi: dict, schema: dict) -> dict:
    if "$ref" not in schema:
        return schema
    at = openapi
    for part in schema["$ref"].removeprefix("#/").split("/"):
        at = at[part]
    return at


def test_every_value_of_an_enumeration_is_taken(
    openapi: dict, client: httpx.Client, service: Service
) -> None:
    seen = set()
    for query in service.library.queries.values():
        for one in openapi["paths"][f"/queries/{query.name}"]["get"]["parameters"]:
            values = resolved(openapi, one["schema"]).get("enum")
            reference = one["schema"].get("$ref")
            if values is None or reference in seen:
                continue
            seen.add(reference)
            for value in values:
                given = example(query) | {one["name"]: value}
                assert client.get(f"/queries/{query.name}", params=given).status_code == 200
    assert {str(reference).rpartition("/")[2] for reference in seen} >= {
        "CountryId",
        "PlanId",
        "CommitmentId",
        "InstitutionId",
        "GoalId",
        "TargetId",
        "ClaimFieldId",
    }


def test_an_answer_is_as_its_schema_says(openapi: dict, client: httpx.Client) -> None:
    body = client.get(f"/queries/{COUNTRY}.json?country=HND").json()
    whole = {"components": openapi["components"]}
    results = {**whole, "$ref": "#/components/schemas/SparqlResults"}
    assert jsonschema_rs.validator_for(results).is_valid(body)
    assert not jsonschema_rs.validator_for(results).is_valid({"head": {}})
    wrong = client.get(f"/queries/{COUNTRY}").json()
    problems = {**whole, "$ref": "#/components/schemas/Problem"}
    assert jsonschema_rs.validator_for(problems).is_valid(wrong)


def test_the_page_of_operations_shows_the_same(openapi: dict, client: httpx.Client) -> None:
    text = client.get("/docs").text
    shown = re.findall(r"<code>GET (/[^<]*)</code>", text)
    assert sorted(shown) == sorted(path for path, one in openapi["paths"].items() if "get" in one)


def test_the_document_has_a_tag_and_is_304(client: httpx.Client) -> None:
    tag = client.get("/openapi.json").headers["etag"]
    assert client.get("/openapi.json", headers={"If-None-Match": tag}).status_code == 304


def test_the_document_is_made_once_for_an_edition(
    counted: tuple[httpx.Client, Counting],
) -> None:
    client, store = counted
    first = client.get("/openapi.json").content
    assert store.asked
    store.asked.clear()
    assert client.get("/openapi.json").content == first
    assert client.get("/docs").status_code == 200
    assert store.asked == []


def without_examples(tree: Any) -> Any:
    """A part of the document without what is taken from the data."""
    if isinstance(tree, dict):
        return {k: without_examples(v) for k, v in tree.items() if k not in {"example", "examples"}}
    return [without_examples(one) for one in tree] if isinstance(tree, list) else tree


def test_a_new_edition_renews_enumerations_and_forms(
    home_copy: Path, client_of: Make, graph_file: Callable[..., Path]
) -> None:
    """A country that is published appears; the operations of before stay as they were."""
    more = (
        "\n<https://w3id.org/ogpgraph/id/country/PER> a ogp:Country ;\n"
        '  <http://www.w3.org/2004/02/skos/core#prefLabel> "Perú"@es , "Peru"@en .\n'
    )
    path = f"/queries/{COUNTRY}.html"
    with closing(Service.open(load_settings({"home": home_copy}, {}))) as opened:
        client = client_of(create_app(opened))
        before = client.get("/openapi.json").json()
        assert "PER" not in Page(client.get(path).text).options["country"]
        problem(client.get(f"{path}?country=PER"), 400)
        opened.load([graph_file("new.ttl", more=more)], agent="test")
        after = client.get("/openapi.json").json()
        page = client.get(f"{path}?country=PER")
    assert Page(page.text).options["country"]["PER"] == "Peru"
    old, new = (d["components"]["schemas"]["CountryId"]["enum"] for d in (before, after))
    assert set(new) - set(old) == {"PER"}
    assert without_examples(before["paths"]) == without_examples(after["paths"])
