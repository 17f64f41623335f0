"""One thing says the same in every form: each is read by a reader of its own, and compared.

Shown by: `curl -H 'Accept-Language: es-MX' /commitments/MEX-4-11` and its JSON, JSON-LD, Turtle,
CSV and HTML.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from html.parser import HTMLParser

import httpx
import pytest
import rdflib
from pyld import jsonld

from ogpgraph.iris import Names

NAMES = Names()
HEADERS = {"Accept-Language": "es-MX"}
THINGS = ("MEX-4-11", "ECU-1-2", "HND-4-15", "CRI-4-9")
PROPERTIES = {
    "number": "ogp:number",
    "title": "dcterms:title",
    "label": "skos:prefLabel",
    "summary": "ogp:summary",
    "plan": "ogp:commitmentOf",
    "branch": "ogp:involvesBranch",
    "policy_area": "ogp:policyArea",
    "ogp_value": "ogp:ogpValue",
    "lead": "ogp:leadInstitution",
}
"""What every form says, by the property that says it."""
TEXTS = ("number", "title", "label", "summary")
Said = Mapping[str, frozenset[str]]


def of_rdf(graph: rdflib.Graph, thing: str) -> Said:
    """From triples: texts in Spanish, or in the language that they are in; ends of links."""
    found = {}
    for name, property_name in PROPERTIES.items():
        prefix, _, local = property_name.partition(":")
        term = rdflib.URIRef(NAMES.prefixes[prefix] + local)
        values = list(graph.objects(rdflib.URIRef(thing), term))
        spanish = [one for one in values if getattr(one, "language", None) == "es"]
        found[name] = frozenset(map(str, spanish or values))
    return found


def of_turtle(answer: httpx.Response, thing: str) -> Said:
    return of_rdf(rdflib.Graph().parse(answer.content, format="turtle"), thing)


def of_json_ld(answer: httpx.Response, thing: str, context: object) -> Said:
    text = jsonld.to_rdf(answer.json() | {"@context": context}, {"format": "application/n-quads"})
    return of_rdf(rdflib.Graph().parse(data=str(text), format="nt"), thing)


def of_json(answer: httpx.Response) -> Said:
    """As a programmer reads it who has never heard of RDF."""
    body = answer.json()
    keys = {
        "plan": "commitmentOf",
        "branch": "involvesBranch",
        "policy_area": "policyArea",
        "ogp_value": "ogpValue",
        "lead": "leadInstitution",
    }
    found = {}
    for name in PROPERTIES:
        value = body.get(keys.get(name, name))
        if isinstance(value, dict) and "id" not in value:
            value = value.get("es", next(iter(value.values())))
        values = value if isinstance(value, list) else [value] if value else []
        found[name] = frozenset(one["id"] if isinstance(one, dict) else one for one in values)
    return found


def of_csv(answer: httpx.Response) -> Said:
    (row,) = csv.DictReader(io.StringIO(answer.content.decode(), newline=""))
    prefixes = {
        "plan": NAMES.thing("plan", ""),
        "branch": NAMES.concept("branch", ""),
        "policy_area": NAMES.concept("policy-area", ""),
        "ogp_value": NAMES.concept("ogp-value", ""),
        "lead": NAMES.thing("institution", ""),
    }
    return {
        name: frozenset(
            prefixes.get(name, "") + value for value in row[name].split("|") if row[name]
        )
        for name in PROPERTIES
    }


class _Text(HTMLParser):
    """The words of a page as they are read, and where its links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.links |= {value or "" for name, value in attrs if name == "href"}

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.mark.parametrize("identifier", THINGS)
def test_json_json_ld_turtle_csv_and_html_say_the_same(
    client: httpx.Client, identifier: str
) -> None:
    path, thing = f"/commitments/{identifier}", NAMES.thing("commitment", identifier)
    forms: dict[str, Callable[[str], httpx.Response]] = {
        "suffix": lambda suffix: client.get(f"{path}.{suffix}", headers=HEADERS),
        "accept": lambda suffix: client.get(path, headers={**HEADERS, "Accept": ACCEPT[suffix]}),
    }
    context = client.get("/context.jsonld").json()["@context"]
    for get in forms.values():
        wanted = of_turtle(get("ttl"), thing)
        assert all(wanted[name] for name in (*TEXTS, "plan"))
        assert of_json_ld(get("jsonld"), thing, context) == wanted
        assert of_json(get("json")) == wanted
        assert of_csv(get("csv")) == wanted
        page = _Text()
        page.feed(get("html").text)
        words = " ".join(" ".join(page.words).split())
        for name in TEXTS:
            for text in wanted[name]:
                assert " ".join(text.split()) in words, (name, text)
        for name, folder in (("plan", "/plans/"), ("branch", "/branches/")):
            for value in wanted[name]:
                assert folder + value.rpartition("/")[2] in page.links, (name, value)


ACCEPT = {
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "json": "application/json",
    "csv": "text/csv",
    "html": "text/html",
}


def test_without_a_form_curl_gets_the_json_and_the_page_is_in_spanish(
    client: httpx.Client,
) -> None:
    path = "/commitments/MEX-4-11"
    plain = client.get(path, headers={**HEADERS, "Accept": "*/*"})
    assert plain.headers["content-type"] == "application/json"
    assert plain.json()["label"]["es"] == "Hacia la divulgación de los beneficiarios finales"
    page = client.get(path, headers={**HEADERS, "Accept": "text/html"})
    assert page.headers["content-language"] == "es"
    table = client.get(path, headers={**HEADERS, "Accept": "text/csv"})
    assert table.headers["content-language"] == "es"
    assert "Hacia la divulgación de los beneficiarios finales" in table.text


def test_json_ld_parses_back_to_the_same_triples(client: httpx.Client) -> None:
    context = client.get("/context.jsonld").json()["@context"]
    for identifier in THINGS:
        document = client.get(f"/commitments/{identifier}.jsonld").json() | {"@context": context}
        text = jsonld.to_rdf(document, {"format": "application/n-quads"})
        found = set(rdflib.Graph().parse(data=str(text), format="nt"))
        turtle = client.get(f"/commitments/{identifier}.ttl").content
        assert found == set(rdflib.Graph().parse(turtle, format="turtle"))
        assert len(found) > 50
