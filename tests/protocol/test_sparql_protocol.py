"""The SPARQL 1.1 Protocol for queries as a table: one row a rule.

The rows that begin with `w3c` are the tests of W3C's suite for the protocol, in its words, on graphs
that are published here (nothing is fetched). What is asked stands as it goes over the wire.
"""

from __future__ import annotations

import csv
import io
import shutil
import warnings
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx
import pytest
import rdflib
from fastapi import FastAPI
from pyld import jsonld
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID
from rdflib.query import Result

from ogpgraph.files import Graph
from ogpgraph.service import Service
from ogpgraph.settings import load_settings
from ogpgraph.web.app import create_app

FORM, QUERY = "application/x-www-form-urlencoded", "application/sparql-query"
UPDATE = "application/sparql-update"
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
CSV, TSV, HTML = "text/csv", "text/tab-separated-values", "text/html"
TTL, NT, LD, RDF = (
    "text/turtle",
    "application/n-triples",
    "application/ld+json",
    "application/rdf+xml",
)
N3, TRIG, NQ = "text/n3", "application/trig", "application/n-quads"
SOLUTIONS, GRAPHS = (JSON, XML, CSV, TSV), (TTL, NT, LD, RDF, N3, TRIG, NQ)
ONE, TWO, THREE, NONE = (f"http://example.org/data{name}" for name in ("1", "2", "3", "0"))
DOCUMENT = "http://xmlns.com/foaf/0.1/Document"
BOTH = f"ASK {{ <{ONE}> a ?type . <{TWO}> a ?type . }}"
IN_GRAPHS = f"ASK {{ GRAPH ?g1 {{ <{ONE}> a ?type }} GRAPH ?g2 {{ <{TWO}> a ?type }} }}"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s a <http://xmlns.com/foaf/0.1/Document> }"
SHARED = "http://example.org/shared"
"""A graph with the triples of ONE and of TWO."""
FROM_SHARED = f"FROM <{ONE}> FROM <{SHARED}>"
ASK, SELECT = "ASK {}", "SELECT (1 AS ?value) {}"
CONSTRUCT, DESCRIBE = "CONSTRUCT { <s> <p> 1 } WHERE {}", f"DESCRIBE <{ONE}>"
ORIGIN = "https://yasgui.example"


@dataclass(frozen=True)
class Sent:
    """A request as it goes over the wire; `address` is its query string."""

    method: str = "GET"
    address: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    path: str = "/sparql"

    def by(self, client: httpx.Client) -> httpx.Response:
        url = self.path + (f"?{self.address}" if self.address else "")
        return client.request(self.method, url, headers=self.headers, content=self.body)


Check = Callable[[httpx.Response], None]
Rule = tuple[Sent, int, Check | None]
Pairs = tuple[tuple[str, str], ...]


def address(query: str, *more: tuple[str, str]) -> str:
    return urlencode([("query", query), *more], quote_via=quote)


def get(query: str, *more: tuple[str, str], **headers: str) -> Sent:
    return Sent(address=address(query, *more), headers=named(headers))


def form(*pairs: tuple[str, str], method: str = "POST", beside: str = "", **headers: str) -> Sent:
    body = urlencode(pairs, quote_via=quote).encode()
    return Sent(method, beside, {"Content-Type": FORM, **named(headers)}, body)


def direct(query: str, *more: tuple[str, str], method: str = "POST", **headers: str) -> Sent:
    beside = urlencode(more, quote_via=quote)
    return Sent(method, beside, {"Content-Type": QUERY, **named(headers)}, query.encode())


def raw(body: str | bytes, media_type: str | None, method: str = "POST", beside: str = "") -> Sent:
    content = body.encode() if isinstance(body, str) else body
    return Sent(method, beside, {"Content-Type": media_type} if media_type else {}, content)


def named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def preflight(method: str, path: str = "/sparql") -> Sent:
    return Sent(
        "OPTIONS", "", {"Origin": ORIGIN, "Access-Control-Request-Method": method}, b"", path
    )


# --- what is looked at in an answer --------------------------------------------------------------


def says(wanted: bool) -> Check:
    def check(answer: httpx.Response) -> None:
        assert answer.headers["content-type"] == JSON
        assert answer.json() == {"head": {}, "boolean": wanted}

    return check


yes, no = says(True), says(False)


def counts(wanted: int) -> Check:
    def check(answer: httpx.Response) -> None:
        (row,) = answer.json()["results"]["bindings"]
        assert row["n"]["value"] == str(wanted)

    return check


def sends(media_type: str) -> Check:
    """The header says so, and the body can be read as what the header says."""

    def check(answer: httpx.Response) -> None:
        charset = "; charset=utf-8" if media_type.startswith("text/") else ""
        assert answer.headers["content-type"] == media_type + charset
        assert read(answer)

    return check


def tells(slug: str, **members: object) -> Check:
    """A problem document with those members."""

    def check(answer: httpx.Response) -> None:
        assert answer.headers["content-type"] == "application/problem+json"
        found = answer.json()
        assert found["type"] == f"https://w3id.org/ogpgraph/problems/{slug}"
        assert found["status"] == answer.status_code
        assert found["detail"]
        assert found["instance"] == f"urn:request:{answer.headers['x-request-id']}"
        assert {name: found.get(name) for name in members} == members

    return check


def has(**headers: str) -> Check:
    def check(answer: httpx.Response) -> None:
        found = {name: answer.headers.get(name.replace("_", "-")) for name in headers}
        assert found == headers

    return check


def lacks(*names: str) -> Check:
    def check(answer: httpx.Response) -> None:
        assert [name for name in names if name in answer.headers] == []

    return check


def lists(header: str, *values: str) -> Check:
    def check(answer: httpx.Response) -> None:
        assert set(answer.headers[header].split(", ")) == set(values)

    return check


def all_of(*checks: Check) -> Check:
    def check(answer: httpx.Response) -> None:
        for one in checks:
            one(answer)

    return check


Cells = list[list[str | None]]


def read(answer: httpx.Response) -> object:
    """What an answer holds, by readers of others: rows of texts, a truth as text, or a graph."""
    media_type, body = answer.headers["content-type"].partition(";")[0], answer.content
    if media_type in {JSON, XML, TSV}:
        form = {TSV: "tsv"}.get(media_type, media_type)
        return of_results(Result.parse(io.BytesIO(body), format=form))
    if media_type == CSV:
        _, *rows = csv.reader(io.StringIO(body.decode(), newline=""))
        return [[cell or None for cell in row] for row in rows]
    if media_type == LD:
        turned = jsonld.to_rdf(answer.json(), {"format": "application/n-quads"})
        return rdflib.Graph().parse(data=turned, format="nt")
    if media_type in {TRIG, NQ}:
        return default_graph(body, "trig" if media_type == TRIG else "nquads")
    return (
        body.decode()
        if media_type == HTML
        else parsed(body, {N3: "n3"}.get(media_type, media_type))
    )


def of_results(found: Result) -> object:
    if found.type == "ASK":
        return str(found.askAnswer).lower()
    return [[None if term is None else str(term) for term in row] for row in found]  # type: ignore[union-attr]


def parsed(body: bytes, form: str) -> rdflib.Graph:
    with warnings.catch_warnings():  # rdflib uses what it has deprecated itself
        warnings.simplefilter("ignore", DeprecationWarning)
        return rdflib.Graph().parse(io.BytesIO(body), format=form)


def default_graph(body: bytes, form: str) -> rdflib.Graph:
    """The default graph of a dataset, which is all that there may be."""
    graph = rdflib.Graph()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        dataset = rdflib.Dataset()
        dataset.parse(io.BytesIO(body), format=form)
        for s, p, o, name in dataset.quads():
            assert name in {None, DATASET_DEFAULT_GRAPH_ID}
            graph.add((s, p, o))
    return graph


# --- the table -----------------------------------------------------------------------------------

D = "default-graph-uri"
N = "named-graph-uri"

W3C: dict[str, Rule] = {
    "w3c query_post_form: query via URL-encoded POST": (
        form(("query", ASK), beside=urlencode({D: NONE})),
        200,
        yes,
    ),
    "w3c query_dataset_default_graphs_get: GET query with protocol-specified default graphs": (
        get(BOTH, (D, ONE), (D, TWO)),
        200,
        yes,
    ),
    "w3c query_dataset_default_graphs_post: POST query with protocol-specified default graphs": (
        direct(BOTH, (D, ONE), (D, TWO)),
        200,
        yes,
    ),
    "w3c query_dataset_named_graphs_post: POST query with protocol-specified named graphs": (
        direct(IN_GRAPHS, (N, ONE), (N, TWO)),
        200,
        yes,
    ),
    "w3c query_dataset_named_graphs_get: GET query with protocol-specified named graphs": (
        get(IN_GRAPHS, (N, ONE), (N, TWO)),
        200,
        yes,
    ),
    "w3c query_dataset_full: query with protocol-specified dataset (both named and default graphs)": (
        direct(
            IN_GRAPHS.replace("{", f"{{ <{THREE}> a ?type .", 1), (D, THREE), (N, ONE), (N, TWO)
        ),
        200,
        yes,
    ),
    "w3c query_multiple_dataset: the dataset of the protocol is used, not that of the query": (
        direct(IN_GRAPHS.replace("ASK", f"ASK FROM <{THREE}>"), (N, ONE), (N, TWO)),
        200,
        yes,
    ),
    "w3c query_get: query via GET": (get(ASK, (D, NONE)), 200, yes),
    "w3c query_post_direct: query via POST directly": (direct(ASK, (D, NONE)), 200, yes),
    "w3c query_content_type_select: XML, JSON, CSV or TSV": (direct(SELECT), 200, sends(JSON)),
    "w3c query_content_type_ask: XML or JSON": (direct(ASK), 200, sends(JSON)),
    "w3c query_content_type_describe: RDF": (direct("DESCRIBE <http://example.org/>"), 200, None),
    "w3c query_content_type_construct: RDF, and a relative IRI has a base": (
        direct(CONSTRUCT),
        200,
        sends(TTL),
    ),
    "w3c bad_query_method: invoke query operation with a method other than GET or POST": (
        form(("query", ASK), method="PUT"),
        405,
        tells("method-not-allowed"),
    ),
    "w3c bad_multiple_queries: invoke query operation with more than one query string": (
        form(("query", ASK), ("query", SELECT)),
        400,
        tells("bad-request", parameter="query"),
    ),
    "w3c bad_query_wrong_media_type: POST with a type that is not url-encoded or sparql-query": (
        raw(ASK, "text/plain"),
        415,
        tells("unsupported-media-type", accepted=[FORM, QUERY]),
    ),
    "w3c bad_query_missing_form_type: url-encoded body without application/x-www-form-urlencoded": (
        raw("query=ASK%20%7B%7D", None),
        415,
        tells("unsupported-media-type"),
    ),
    "w3c bad_query_missing_direct_type: SPARQL body without application/sparql-query": (
        raw(ASK, None),
        415,
        tells("unsupported-media-type"),
    ),
    "w3c bad_query_non_utf8: direct POST with a charset other than UTF-8": (
        raw(ASK.encode("utf-16"), f"{QUERY}; charset=UTF-16"),
        415,
        tells("unsupported-media-type"),
    ),
    "w3c bad_query_syntax: invalid query syntax is 400": (
        get("ASK {"),
        400,
        tells("malformed-query", line=1),
    ),
}

REQUESTS: dict[str, Rule] = {
    "parameters stand in any order": (
        Sent(address=f"{D}={quote(ONE, safe='')}&timeout=5&query=ASK+%7B%7D"),
        200,
        yes,
    ),
    "a space is + or %20 in an address": (Sent(address="query=ASK+%7B%7D%20"), 200, yes),
    "a space is + or %20 in a form": (raw("query=ASK+%7B%7D%20", FORM), 200, yes),
    "percent-encoding is undone once": (get('ASK { FILTER("%41" = "%" + "41") }'), 200, no),
    "a + in a query is %2B": (get("ASK { FILTER(1+1 = 2) }"), 200, yes),
    "text beyond ASCII in an address": (get('ASK { FILTER(STRLEN("ñ😀") = 2) }'), 200, yes),
    "text beyond ASCII in a form": (form(("query", 'ASK { FILTER(STRLEN("ñ😀") = 2) }')), 200, yes),
    "text beyond ASCII in a body": (direct('ASK { FILTER(STRLEN("ñ😀") = 2) }'), 200, yes),
    "a byte order mark before a query is no part of it": (direct("\ufeffASK {}"), 200, yes),
    "charset=utf-8 beside application/sparql-query": (
        raw(ASK, f"{QUERY}; charset=utf-8"),
        200,
        yes,
    ),
    'charset="UTF-8" in quotes': (raw(ASK, f'{QUERY};charset="UTF-8"'), 200, yes),
    "charset=utf-8 beside a form": (raw("query=ASK{}", f"{FORM}; charset=UTF-8"), 200, yes),
    "charset=us-ascii is UTF-8, too": (raw(ASK, f"{QUERY}; charset=US-ASCII"), 200, yes),
    "version=1.1 beside application/sparql-query": (raw(ASK, f"{QUERY}; version=1.1"), 200, yes),
    "another parameter before the charset": (
        raw(ASK, f"{QUERY}; version=1.1; charset=latin1"),
        415,
        tells("unsupported-media-type"),
    ),
    "a form in Latin-1 is 415": (
        raw("query=ASK{}", f"{FORM}; charset=ISO-8859-1"),
        415,
        tells("unsupported-media-type", accepted=[FORM, QUERY]),
    ),
    "415 says in Accept what is read": (
        raw(ASK, "text/plain"),
        415,
        has(accept=f"{FORM}, {QUERY}"),
    ),
    "a media type is the same in capitals": (raw(ASK, QUERY.upper()), 200, yes),
    "a form of a file (multipart) is 415": (
        raw("--x--", "multipart/form-data; boundary=x"),
        415,
        tells("unsupported-media-type"),
    ),
    "JSON is 415": (raw("{}", "application/json"), 415, tells("unsupported-media-type")),
    "an update sent directly is 415": (
        raw("DROP ALL", "application/sparql-update"),
        415,
        tells("unsupported-media-type"),
    ),
    "an update by GET is 400": (Sent(address="update=DROP+ALL"), 400, tells("bad-request")),
    "an update in a form is 400": (
        form(("update", "DROP ALL")),
        400,
        tells("bad-request", parameter="update"),
    ),
    "a query and an update are 400": (
        form(("query", ASK), ("update", "DROP ALL")),
        400,
        tells("bad-request", parameter="update"),
    ),
    "the text of an update as a query is 400": (get("DROP ALL"), 400, tells("malformed-query")),
    "two queries by GET are 400": (get(ASK, ("query", ASK)), 400, tells("bad-request")),
    "no query in a form is 400": (form(("x", "y")), 400, tells("bad-request", parameter="query")),
    "an empty form is 400": (form(), 400, tells("bad-request", parameter="query")),
    "an empty body is 400": (direct(""), 400, tells("malformed-query")),
    "an empty query is 400": (get(""), 400, tells("malformed-query")),
    "a query in the address and in the form is 400": (
        form(("query", ASK), beside=address(ASK)),
        400,
        tells("bad-request", parameter="query"),
    ),
    "a query in the address and in the body is 400": (
        direct(ASK, ("query", ASK)),
        400,
        tells("bad-request", parameter="query"),
    ),
    "a query in the address of a form without one is taken": (form(beside=address(ASK)), 200, yes),
    "graphs in the address and in the form are 400": (
        form(("query", ASK), (D, ONE), beside=urlencode({D: TWO})),
        400,
        tells("bad-request", parameter=D),
    ),
    "default graphs in a form": (form(("query", BOTH), (D, ONE), (D, TWO)), 200, yes),
    "named graphs in a form": (form(("query", IN_GRAPHS), (N, ONE), (N, TWO)), 200, yes),
    "one default graph is not the other": (get(BOTH, (D, ONE)), 200, no),
    "the default graph is empty where only named ones are given": (get(BOTH, (N, ONE)), 200, no),
    "no named graph where only default ones are given": (get(IN_GRAPHS, (D, ONE)), 200, no),
    "without any, the default graph is the merge": (get(COUNT), 200, counts(3)),
    "a graph named twice counts once": (get(COUNT, (D, ONE), (D, ONE)), 200, counts(1)),
    "graphs are merged": (get(COUNT, (D, ONE), (D, TWO)), 200, counts(2)),
    "a graph that is not there is empty": (get(COUNT, (D, NONE)), 200, counts(0)),
    "FROM is followed without a parameter": (
        get(COUNT.replace("{", f"FROM <{ONE}> {{", 1)),
        200,
        counts(1),
    ),
    "graphs that share triples are merged to a set": (
        get(COUNT, (D, ONE), (D, SHARED)),
        200,
        counts(2),
    ),
    "so are those of FROM": (get(COUNT.replace("{", f"{FROM_SHARED} {{", 1)), 200, counts(2)),
    "so are those of FROM in a form": (
        form(("query", COUNT.replace("{", f"{FROM_SHARED} {{", 1))),
        200,
        counts(2),
    ),
    "FROM twice the same is once": (
        get(COUNT.replace("{", f"FROM <{ONE}> FROM <{ONE}> {{", 1)),
        200,
        counts(1),
    ),
    "FROM NAMED is followed without a parameter": (
        get(f"SELECT (COUNT(*) AS ?n) FROM NAMED <{ONE}> {{ GRAPH ?g {{ ?s ?p ?o }} }}"),
        200,
        counts(1),
    ),
    "a parameter stands over FROM": (
        get(COUNT.replace("{", f"FROM <{ONE}> {{", 1), (D, NONE)),
        200,
        counts(0),
    ),
    "a relative graph is 400": (get(ASK, (D, "data1")), 400, tells("bad-request", parameter=D)),
    "a relative named graph is 400": (get(ASK, (N, "x")), 400, tells("bad-request", parameter=N)),
    "an empty graph is 400": (get(ASK, (D, "")), 400, tells("bad-request", parameter=D)),
    "a relative IRI is under the endpoint": (
        get("ASK { FILTER(STR(<s>) = 'http://localhost:8000/s') }"),
        200,
        yes,
    ),
    "BASE stands over the endpoint": (
        get("BASE <http://b/> ASK { FILTER(STR(<s>) = 'http://b/s') }"),
        200,
        yes,
    ),
    "Host does not change the base": (
        get("ASK { FILTER(STR(<s>) = 'http://localhost:8000/s') }", host="127.0.0.1:9"),
        200,
        yes,
    ),
    "parameters of other clients are ignored": (
        get(ASK, ("format", "xml"), ("output", "csv"), ("results", "x"), ("ac", "1")),
        200,
        yes,
    ),
    "version= is ignored": (get(ASK, ("version", "1.2")), 200, yes),
    "timeout= in a form": (form(("query", ASK), ("timeout", "5")), 200, yes),
    "timeout= beside a body": (direct(ASK, ("timeout", "5")), 200, yes),
    "a higher timeout is the server's": (get(ASK, ("timeout", "86400")), 200, yes),
    "timeout=0 is 400": (
        get(ASK, ("timeout", "0")),
        400,
        tells("bad-request", parameter="timeout"),
    ),
    "a timeout that is no number is 400": (
        form(("query", ASK), ("timeout", "soon")),
        400,
        tells("bad-request", parameter="timeout"),
    ),
    "timeout twice is 400": (
        get(ASK, ("timeout", "5"), ("timeout", "6")),
        400,
        tells("bad-request", parameter="timeout"),
    ),
    "with a slash at the end, GET": (Sent(address=address(ASK), path="/sparql/"), 200, yes),
    "with a slash at the end, POST": (
        Sent("POST", "", {"Content-Type": QUERY}, ASK.encode(), "/sparql/"),
        200,
        yes,
    ),
    "with a slash at the end, QUERY": (
        Sent("QUERY", "", {"Content-Type": QUERY}, ASK.encode(), "/sparql/"),
        200,
        yes,
    ),
    "without a query, RDF is the service description": (
        Sent(headers={"Accept": TTL}),
        200,
        sends(TTL),
    ),
    "without a query, a browser gets a form": (Sent(headers={"Accept": HTML}), 200, sends(HTML)),
    "the description as N3": (Sent(headers={"Accept": N3}), 200, sends(N3)),
    "the description as TriG": (Sent(headers={"Accept": TRIG}), 200, sends(TRIG)),
    "the description as N-Quads": (Sent(headers={"Accept": NQ}), 200, sends(NQ)),
    "DELETE is 405": (Sent("DELETE"), 405, tells("method-not-allowed")),
    "PATCH is 405": (Sent("PATCH"), 405, tells("method-not-allowed")),
    "405 says what is allowed": (
        Sent("PUT"),
        405,
        lists("allow", "GET", "HEAD", "POST", "QUERY", "OPTIONS"),
    ),
    "HEAD of a query has no body": (
        Sent("HEAD", address(ASK)),
        200,
        has(content_type=JSON, content_length="26"),
    ),
    "HEAD of a bad query is 400": (Sent("HEAD", address("ASK {")), 400, None),
    "HEAD of the description": (Sent("HEAD", headers={"Accept": TTL}), 200, None),
}

QUERY_METHOD: dict[str, Rule] = {
    "QUERY with a query as its body": (direct(ASK, method="QUERY"), 200, yes),
    "QUERY with a form": (form(("query", ASK), method="QUERY"), 200, yes),
    "QUERY takes graphs beside a body": (
        direct(BOTH, (D, ONE), (D, TWO), method="QUERY"),
        200,
        yes,
    ),
    "QUERY takes graphs in a form": (
        form(("query", BOTH), (D, ONE), method="QUERY"),
        200,
        no,
    ),
    "QUERY negotiates": (direct(SELECT, method="QUERY", accept=CSV), 200, sends(CSV)),
    "QUERY without Content-Type is 415": (
        raw(ASK, None, "QUERY"),
        415,
        tells("unsupported-media-type"),
    ),
    "QUERY of another type is 415": (
        raw(ASK, "text/plain", "QUERY"),
        415,
        tells("unsupported-media-type", accepted=[FORM, QUERY]),
    ),
    "QUERY of an update is 415": (
        raw("DROP ALL", "application/sparql-update", "QUERY"),
        415,
        tells("unsupported-media-type"),
    ),
    "QUERY with an update in it is 400": (
        form(("update", "DROP ALL"), method="QUERY"),
        400,
        tells("bad-request"),
    ),
    "QUERY without a query is 400": (raw("", QUERY, "QUERY"), 400, tells("malformed-query")),
    "QUERY that is malformed is 400": (
        direct("ASK {", method="QUERY"),
        400,
        tells("malformed-query"),
    ),
    "QUERY may be stored": (direct(ASK, method="QUERY"), 200, has(cache_control="no-cache")),
    "QUERY of now is not": (
        direct("SELECT (NOW() AS ?t) {}", method="QUERY"),
        200,
        has(cache_control="no-store"),
    ),
    "GET says what QUERY takes": (get(ASK), 200, lists("accept-query", FORM, QUERY)),
    "the description says what QUERY takes": (
        Sent(headers={"Accept": TTL}),
        200,
        lists("accept-query", FORM, QUERY),
    ),
    "QUERY elsewhere is 405": (
        Sent("QUERY", path="/plans"),
        405,
        lists("allow", "GET", "HEAD", "OPTIONS"),
    ),
    "QUERY where nothing is is 404": (Sent("QUERY", path="/none"), 404, tells("not-found")),
}

_RDFLIB = "application/rdf+xml, application/sparql-results+xml"
_BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
ACCEPTED: dict[str, list[tuple[str, str | None]]] = {
    SELECT: [
        ("*/*", JSON),
        ("", JSON),
        (JSON, JSON),
        ("application/json", JSON),
        (XML, XML),
        ("application/xml", XML),
        ("text/xml", XML),
        (CSV, CSV),
        (TSV, TSV),
        (HTML, HTML),
        ("application/*", JSON),
        ("text/*", CSV),
        (f"{JSON};q=0.5, {XML};q=0.6", XML),
        (f"{XML}, {JSON}", JSON),
        (f"{JSON};q=0, */*", XML),
        (f"*/*, {JSON};q=0, {XML};q=0", CSV),
        (f"{JSON};version=1.1", JSON),
        (f"{CSV};header=present;q=0.9, {TSV};q=0.1", CSV),
        (_RDFLIB, XML),
        (_BROWSER, HTML),
        (f"{TTL}, {TSV};q=0.1", TSV),
        ("APPLICATION/SPARQL-RESULTS+XML", XML),
        (TTL, None),
        ("image/png", None),
        ("*/*;q=0", None),
        ("text/plain", None),
    ],
    ASK: [
        ("*/*", JSON),
        (JSON, JSON),
        ("application/json", JSON),
        (XML, XML),
        ("text/xml", XML),
        (HTML, HTML),
        (f"{CSV}, {XML};q=0.2", XML),
        ("text/boolean, */*;q=0.1", JSON),
        (CSV, None),
        (TSV, None),
        (TTL, None),
    ],
    CONSTRUCT: [
        ("*/*", TTL),
        (TTL, TTL),
        ("application/turtle", TTL),
        ("application/x-turtle", TTL),
        (NT, NT),
        ("text/plain", NT),
        (LD, LD),
        ("application/json", LD),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded"', LD),
        (RDF, RDF),
        ("application/xml", RDF),
        ("text/xml", RDF),
        (N3, N3),
        ("text/rdf+n3", N3),
        (TRIG, TRIG),
        (NQ, NQ),
        (HTML, HTML),
        ("application/*", NT),
        ("text/*", TTL),
        (_RDFLIB, RDF),
        (f"{JSON}, {LD};q=0.1", LD),
        (f"{TTL};q=0, text/*", N3),
        (JSON, None),
        (CSV, None),
        ("application/rdf+json", None),
    ],
    DESCRIBE: [("*/*", TTL), (NT, NT), (LD, LD), (RDF, RDF), (TRIG, TRIG), (XML, None)],
}


def _accepted() -> Iterator[tuple[str, Rule]]:
    for text, asked in ACCEPTED.items():
        for accept, sent in asked:
            request = get(text, Accept=accept)
            if sent is None:
                wanted: Rule = (request, 406, tells("not-acceptable"))
            else:
                wanted = (request, 200, sends(sent))
            yield f"{text.partition(' ')[0]} as “{accept}” is {sent or 406}", wanted


MANY = "SELECT * { VALUES ?a {1 2 3 4 5 6 7} }"
LONG = "ASK {} #" + "x" * 66_000
SERVICE = "ASK { SERVICE <http://127.0.0.1:9/sparql> { ?s ?p ?o } }"
DEEP = "ASK " + "{" * 70 + "}" * 70
ERRORS: dict[str, Rule] = {
    "400 has line and column": (
        get("SELECT *\nWHERE { ?s ?p }"),
        400,
        tells("malformed-query", line=2, column=16),
    ),
    "400 of an undeclared prefix": (get("ASK { ?s x:y 1 }"), 400, tells("malformed-query", line=1)),
    "400 of bytes that are not UTF-8 in an address": (
        Sent(address="query=ASK%20%FF"),
        400,
        tells("bad-request"),
    ),
    "400 of bytes that are not UTF-8 in a form": (
        raw(b"query=%FF", FORM),
        400,
        tells("bad-request"),
    ),
    "400 of bytes that are not UTF-8 in a body": (
        raw(b"ASK {} #\xff", QUERY),
        400,
        tells("bad-request"),
    ),
    "403 of SERVICE": (get(SERVICE), 403, tells("federation-disabled")),
    "403 of SERVICE SILENT": (
        direct(SERVICE.replace("SERVICE", "SERVICE SILENT")),
        403,
        tells("federation-disabled"),
    ),
    "406 has the offers": (
        get(ASK, Accept=CSV),
        406,
        tells("not-acceptable", offers=[JSON, XML, HTML]),
    ),
    "406 of a text that XML cannot hold": (
        get('SELECT ("\\u0001" AS ?x) {}', Accept=XML),
        406,
        tells("not-acceptable", offers=[JSON, CSV, TSV, HTML]),
    ),
    "400 of an Accept of 5,000 characters": (
        get(ASK, Accept="a/b," * 1_250),
        400,
        tells("bad-request", parameter="Accept"),
    ),
    "413 of a long query in a body": (direct(LONG), 413, tells("payload-too-large", limit=65_536)),
    "413 of a long query in a form": (
        form(("query", LONG)),
        413,
        tells("payload-too-large", limit=65_536),
    ),
    "413 of a long QUERY": (
        direct(LONG, method="QUERY"),
        413,
        tells("payload-too-large", limit=65_536),
    ),
    "415 of a compressed body": (
        direct(ASK, Content_Encoding="gzip"),
        415,
        tells("unsupported-media-type"),
    ),
    "422 of a query that is nested too deep": (
        get(DEEP),
        422,
        tells("query-too-complex", measure="nesting", limit=64),
    ),
    "422 of more graphs than may be named": (
        direct(ASK, *((D, f"urn:a:{number}") for number in range(101))),
        422,
        tells("query-too-complex", measure=D, limit=100, found=101),
    ),
    "422 of more rows than the cap": (get(MANY), 422, tells("result-too-large", limit=5)),
    "422 of more rows as XML": (get(MANY, Accept=XML), 422, tells("result-too-large", limit=5)),
    "422 of more rows as CSV": (get(MANY, Accept=CSV), 422, tells("result-too-large", limit=5)),
    "422 of more rows as TSV": (get(MANY, Accept=TSV), 422, tells("result-too-large", limit=5)),
    "422 of more triples than the cap": (
        get("CONSTRUCT { <s> <p> ?a } " + MANY.removeprefix("SELECT * ")),
        422,
        tells("result-too-large", limit=5),
    ),
    "200 of as many rows as the cap": (get(MANY + " LIMIT 5"), 200, sends(JSON)),
    "503 of a query that needs more memory than there is": (
        get(
            "SELECT (STRLEN(?x28) AS ?n) { BIND('abcdefgh' AS ?x0)"
            + "".join(f"BIND(CONCAT(?x{n},?x{n}) AS ?x{n + 1})" for n in range(28))
            + "}"
        ),
        503,
        tells("query-memory"),
    ),
    "504 of a query that takes longer than timeout=": (
        get(
            "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?i) }",
            ("timeout", "0.2"),
        ),
        504,
        tells("query-timeout"),
    ),
    "an error is a problem document though Turtle was asked for": (
        get("CONSTRUCT {", Accept=TTL),
        400,
        tells("malformed-query"),
    ),
    "an error is a page where a page was asked for": (
        get("ASK {", Accept=HTML),
        400,
        has(content_type="text/html; charset=utf-8", cache_control="no-store"),
    ),
    "an error is a problem document where that is asked for beside a page": (
        get("ASK {", Accept="text/html, application/problem+json"),
        400,
        tells("malformed-query"),
    ),
    "an error is not stored": (get("ASK {"), 400, has(cache_control="no-store")),
    "an error can be read by a page of another origin": (
        get("ASK {", Origin=ORIGIN),
        400,
        has(access_control_allow_origin="*"),
    ),
}

CACHING: dict[str, Rule] = {
    "a result has a strong ETag": (get(SELECT), 200, lambda a: _strong(a.headers["etag"])),
    "an answer of ASK has a strong ETag": (get(ASK), 200, lambda a: _strong(a.headers["etag"])),
    "a graph has a weak ETag": (get(CONSTRUCT), 200, lambda a: _strong(a.headers["etag"][2:])),
    "a result varies by Accept only": (get(SELECT), 200, has(vary="Accept")),
    "a page varies by language, too": (
        get(SELECT, Accept=HTML),
        200,
        has(vary="Accept, Accept-Language"),
    ),
    "a result is asked for again": (get(SELECT), 200, has(cache_control="no-cache")),
    "a posted query is answered as others": (direct(SELECT), 200, has(cache_control="no-cache")),
    "the licence is linked": (
        get(SELECT),
        200,
        has(link='<https://creativecommons.org/licenses/by/4.0/>; rel="license"'),
    ),
    "CSV is named as a file": (
        get(SELECT, Accept=CSV),
        200,
        has(content_disposition='attachment; filename="results.csv"'),
    ),
    "TSV is named as a file": (
        get(SELECT, Accept=TSV),
        200,
        has(content_disposition='attachment; filename="results.tsv"'),
    ),
    "JSON is not": (get(SELECT), 200, lacks("content-disposition")),
    "no-store for NOW": (get("SELECT (NOW() AS ?x) {}"), 200, has(cache_control="no-store")),
    "no-store for RAND": (get("SELECT (RAND() AS ?x) {}"), 200, has(cache_control="no-store")),
    "no-store for UUID": (get("SELECT (UUID() AS ?x) {}"), 200, has(cache_control="no-store")),
    "no-store for STRUUID": (
        get("SELECT (STRUUID() AS ?x) {}"),
        200,
        has(cache_control="no-store"),
    ),
    "no-store for BNODE": (get("SELECT (BNODE() AS ?x) {}"), 200, has(cache_control="no-store")),
    "no ETag for NOW": (get("SELECT (NOW() AS ?x) {}"), 200, lacks("etag")),
    "a variable called ?now is stored": (
        get("SELECT ?now { VALUES ?now {1} }"),
        200,
        has(cache_control="no-cache"),
    ),
}


def _strong(tag: str) -> None:
    assert tag.startswith('"')
    assert tag.endswith('"')
    assert len(tag) > 10


_METHODS = ("GET", "HEAD", "POST", "QUERY")
TAKEN = dict.fromkeys(("/update", "/update/"), (FORM, UPDATE)) | dict.fromkeys(
    ("/graphs", "/graphs/"), (TTL, NT, RDF, LD)
)
"""What a POST that writes takes, by path."""
OPTIONS: dict[str, Rule] = {
    "OPTIONS of /sparql": (
        Sent("OPTIONS"),
        204,
        all_of(
            lists("allow", *_METHODS, "OPTIONS"),
            lists("accept-post", FORM, QUERY),
            lists("accept-query", FORM, QUERY),
            lacks("access-control-allow-methods"),
        ),
    ),
    "OPTIONS of /sparql/": (
        Sent("OPTIONS", path="/sparql/"),
        204,
        lists("allow", *_METHODS, "OPTIONS"),
    ),
    "OPTIONS of a list": (
        Sent("OPTIONS", path="/plans"),
        204,
        all_of(lists("allow", "GET", "HEAD", "OPTIONS"), lacks("accept-post", "accept-query")),
    ),
    "OPTIONS of a thing": (
        Sent("OPTIONS", path="/plans/CRI-4.ttl"),
        204,
        lists("allow", "GET", "HEAD", "OPTIONS"),
    ),
    "OPTIONS of validation": (
        Sent("OPTIONS", path="/shacl/validate"),
        204,
        all_of(
            lists("allow", "GET", "HEAD", "POST", "OPTIONS"),
            lists("accept-post", TTL, NT, RDF, LD),
            lacks("accept-query"),
        ),
    ),
    **{
        f"OPTIONS of {path}": (
            Sent("OPTIONS", path=path),
            204,
            all_of(
                lists("accept-post", *media_types),
                lacks("accept-query", "access-control-allow-origin"),
            ),
        )
        for path, media_types in TAKEN.items()
    },
    **{
        f"a preflight to write at {path} is refused": (
            preflight("POST", path),
            400,
            all_of(lists("accept-post", *media_types), lacks("access-control-allow-origin")),
        )
        for path, media_types in TAKEN.items()
    },
    "OPTIONS of a style sheet": (
        Sent("OPTIONS", path="/static/style.css"),
        204,
        lists("allow", "GET", "HEAD", "OPTIONS"),
    ),
    "OPTIONS where nothing is": (Sent("OPTIONS", path="/none"), 404, tells("not-found")),
    "a preflight may be remembered": (
        preflight("POST"),
        204,
        has(access_control_max_age="86400", access_control_allow_origin="*"),
    ),
    "a preflight lets Content-Type and If-None-Match through": (
        preflight("POST"),
        204,
        lambda a: _superset(
            a, "access-control-allow-headers", "Content-Type", "If-None-Match", "*"
        ),
    ),
    "a preflight grants no credentials": (
        preflight("POST"),
        204,
        lacks("access-control-allow-credentials"),
    ),
    "a preflight is the same for every origin": (preflight("GET"), 204, lacks("vary")),
    "an answer may be read from other origins": (
        get(ASK, Origin=ORIGIN),
        200,
        has(access_control_allow_origin="*"),
    ),
    "so may one that was asked for without Origin, as a cache may hold it": (
        get(ASK),
        200,
        has(access_control_allow_origin="*"),
    ),
    "an answer to POST may be read": (
        direct(ASK, Origin=ORIGIN),
        200,
        has(access_control_allow_origin="*"),
    ),
    "an answer to QUERY may be read": (
        direct(ASK, method="QUERY", Origin=ORIGIN),
        200,
        has(access_control_allow_origin="*"),
    ),
    "an answer to DELETE may not": (
        Sent("DELETE", "", {"Origin": ORIGIN}),
        405,
        lacks("access-control-allow-origin"),
    ),
    "what is counted may not be read": (
        Sent(path="/metrics", headers={"Origin": ORIGIN}),
        200,
        lacks("access-control-allow-origin"),
    ),
    "scripts may read the id and the budget of an answer": (
        get(ASK, Origin=ORIGIN),
        200,
        lambda a: _superset(
            a, "access-control-expose-headers", "X-Request-Id", "RateLimit", "ETag", "Retry-After"
        ),
    ),
    "no answer varies by Origin": (get(ASK, Origin=ORIGIN), 200, has(vary="Accept")),
}


def _superset(answer: httpx.Response, header: str, *values: str) -> None:
    assert set(values) <= set(answer.headers[header].split(", "))


_OPEN = {
    "/sparql": _METHODS,
    "/sparql/": _METHODS,
    "/plans": ("GET", "HEAD"),
    "/plans/CRI-4": ("GET", "HEAD"),
    "/ontology": ("GET", "HEAD"),
    "/sdgs/suggest": ("GET", "HEAD", "POST"),
    "/shacl/validate": ("GET", "HEAD", "POST"),
    "/health/ready": ("GET", "HEAD"),
    "/static/style.css": ("GET", "HEAD"),
    "/metrics": (),
}


def _matrix() -> Iterator[tuple[str, Rule]]:
    """R9: whether a script of another origin may send a method to a path."""
    for path, methods in _OPEN.items():
        for method in ("GET", "HEAD", "POST", "QUERY", "PUT", "DELETE", "PATCH"):
            if method in methods:
                found: Rule = (
                    preflight(method, path),
                    204,
                    all_of(has(access_control_allow_origin="*"), _grants(methods)),
                )
            else:
                closed = lacks("access-control-allow-origin", "access-control-allow-methods")
                found = (preflight(method, path), 400, all_of(closed, tells("bad-request")))
            yield f"R9 preflight of {method} to {path}", found


def _grants(methods: tuple[str, ...]) -> Check:
    return lists("access-control-allow-methods", *methods)


RULES: dict[str, Rule] = {
    **W3C,
    **REQUESTS,
    **QUERY_METHOD,
    **dict(_accepted()),
    **ERRORS,
    **CACHING,
    **OPTIONS,
    **dict(_matrix()),
}


# --- the service and the tests -------------------------------------------------------------------


@pytest.fixture(scope="module")
def asked(
    bare_home: Path,
    tmp_path_factory: pytest.TempPathFactory,
    client_of: Callable[[FastAPI], httpx.Client],
) -> Iterator[httpx.Client]:
    """A client of a service with three graphs of one triple each, and a cap of five rows."""
    home = shutil.copytree(bare_home, tmp_path_factory.mktemp("protocol") / "home")
    limits = {"client_seconds": 0, "client_errors": 0, "client_parallel": 0, "result_rows": 5}
    settings = load_settings({"home": home, "metrics": "open", "query_memory": 512, **limits}, {})
    with closing(Service.open(settings, serving=True)) as service:
        a = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
        graphs = {name: Graph.of([f"<{name}> <{a}> <{DOCUMENT}> ."]) for name in (ONE, TWO, THREE)}
        service.store.replace(graphs | {SHARED: graphs[ONE] | graphs[TWO]})
        yield client_of(create_app(service))


def test_the_table_has_at_least_150_rules() -> None:
    sizes = [len(part) for part in (W3C, REQUESTS, QUERY_METHOD, ERRORS, CACHING, OPTIONS)]
    assert len(RULES) == sum(sizes) + sum(map(len, ACCEPTED.values())) + 7 * len(_OPEN)
    assert len(RULES) >= 150
    assert len({repr(rule[0]) for rule in RULES.values()}) >= 150


@pytest.mark.parametrize("rule", RULES)
def test_rule(asked: httpx.Client, rule: str) -> None:
    sent, status, check = RULES[rule]
    answer = sent.by(asked)
    assert answer.status_code == status, answer.text
    if check is not None:
        check(answer)
    if sent.method == "HEAD":
        assert answer.content == b""


# --- whatever a text says, in every form -----------------------------------------------------------

VALUES: dict[str, str] = {
    "quotes": 'a"b\'c""d',
    "line ends": "a\nb\r\nc\rd",
    "tabs": "a\tb\t",
    "backslashes": "a\\b\\n\\",
    "commas": "a,b,,c",
    "markup": "<a href='x'>&amp;</a>]]>",
    "beyond the BMP": "😀𝄞 ñ é",
    "spaces": "  a  ",
    "braces": "{}[]}{,",
    "a formula": '=1+1;@x"y',
    "right to left": "שלום",
    "a byte order mark inside": "a\ufeffb",
    "nothing": "",
}
TERMS = (
    'SELECT ("t"@es-MX AS ?tag) (2.5 AS ?decimal) (true AS ?truth) (1e0 AS ?double) '
    '("x"^^<http://e/t,u> AS ?typed) (<http://e/a,b> AS ?iri) ?unbound (BNODE("b") AS ?blank) {}'
)


def _escaped(text: str) -> str:
    return '"' + "".join(f"\\U{ord(character):08X}" for character in text) + '"'


@pytest.mark.parametrize("media_type", SOLUTIONS)
@pytest.mark.parametrize("name", VALUES)
def test_a_text_comes_back_as_it_was(asked: httpx.Client, name: str, media_type: str) -> None:
    text = VALUES[name]
    query = (
        f"SELECT (1 AS ?before) ?x ?y {{ VALUES ?x {{ {_escaped(text)} }} BIND(STRLEN(?x) AS ?y) }}"
    )
    query = query.replace(" (1 AS ?before)", " ")
    answer = direct(query, Accept=media_type).by(asked)
    found = read(answer)
    number = str(len(text))
    wanted = [[text, number]] if text or media_type != CSV else [[None, number]]
    assert found == wanted


@pytest.mark.parametrize("media_type", GRAPHS)
@pytest.mark.parametrize("name", VALUES)
def test_a_text_of_a_graph_comes_back_as_it_was(
    asked: httpx.Client, name: str, media_type: str
) -> None:
    text = VALUES[name]
    query = f"CONSTRUCT {{ <{ONE}> <{TWO}> ?x }} WHERE {{ VALUES ?x {{ {_escaped(text)} }} }}"
    graph = read(direct(query, Accept=media_type).by(asked))
    assert isinstance(graph, rdflib.Graph)
    assert [str(o) for o in graph.objects()] == [text]


@pytest.mark.parametrize("media_type", [JSON, XML, TSV])
def test_terms_keep_their_kind(asked: httpx.Client, media_type: str) -> None:
    found = Result.parse(
        io.BytesIO(get(TERMS, Accept=media_type).by(asked).content),
        format={TSV: "tsv"}.get(media_type, media_type),
    )
    (row,) = found
    tag, decimal, truth, double, typed, iri, unbound, blank = row  # type: ignore[misc]
    assert (str(tag), tag.language.lower()) == ("t", "es-mx")
    assert [term.datatype.rpartition("#")[2] for term in (decimal, truth, double)] == [
        "decimal",
        "boolean",
        "double",
    ]
    assert [term.toPython() for term in (truth, double)] == [True, 1.0]
    assert (str(typed), str(typed.datatype)) == ("x", "http://e/t,u")
    assert iri == rdflib.URIRef("http://e/a,b")
    assert unbound is None
    assert isinstance(blank, rdflib.BNode)


def test_csv_has_plain_values_and_ends_lines_with_cr_lf(asked: httpx.Client) -> None:
    text = get(TERMS, Accept=CSV).by(asked).content.decode()
    head, line, rest = text.split("\r\n")
    assert rest == ""
    assert head == "tag,decimal,truth,double,typed,iri,unbound,blank"
    assert line.startswith('t,2.5,true,1,x,"http://e/a,b",,_:')


def test_tsv_has_terms_in_the_syntax_of_turtle(asked: httpx.Client) -> None:
    text = get(TERMS, Accept=TSV).by(asked).content.decode()
    head, line, rest = text.split("\n")
    assert rest == ""
    assert head == "?tag\t?decimal\t?truth\t?double\t?typed\t?iri\t?unbound\t?blank"
    cells = line.split("\t")
    assert cells[0].lower() == '"t"@es-mx'
    assert cells[1:3] == ["2.5", "true"]
    assert cells[4:7] == ['"x"^^<http://e/t,u>', "<http://e/a,b>", ""]


def test_xml_is_in_the_namespace_of_sparql_results(asked: httpx.Client) -> None:
    root = ET.fromstring(get(SELECT, Accept=XML).by(asked).content)
    space = "{http://www.w3.org/2005/sparql-results#}"
    assert root.tag == f"{space}sparql"
    assert [child.tag for child in root] == [f"{space}head", f"{space}results"]
    root = ET.fromstring(get(ASK, Accept=XML).by(asked).content)
    assert root.findtext(f"{space}boolean") == "true"


@pytest.mark.parametrize("media_type", SOLUTIONS)
@pytest.mark.parametrize("rows", [0, 1, 3])
def test_as_many_rows_as_there_are(asked: httpx.Client, media_type: str, rows: int) -> None:
    values = "".join(f'("{number}" <urn:a:{number}>)' for number in range(rows))
    found = read(get(f"SELECT * {{ VALUES (?x ?y) {{ {values} }} }}", Accept=media_type).by(asked))
    assert found == [[str(number), f"urn:a:{number}"] for number in range(rows)]


# --- what a caller has already ---------------------------------------------------------------------


@pytest.mark.parametrize("media_type", [*SOLUTIONS, HTML])
@pytest.mark.parametrize("method", ["GET", "HEAD", "QUERY"])
def test_304_for_what_a_caller_has(asked: httpx.Client, method: str, media_type: str) -> None:
    def ask(**headers: str) -> httpx.Response:
        if method == "QUERY":
            return direct(SELECT, method="QUERY", Accept=media_type, **headers).by(asked)
        return Sent(method, address(SELECT), named({"Accept": media_type, **headers})).by(asked)

    first = ask()
    tag = first.headers["etag"]
    for given in (tag, f"W/{tag}", f'"x", {tag}', f'{tag} , "y"', "*"):
        again = ask(If_None_Match=given)
        assert (again.status_code, again.content) == (304, b"")
        for name in ("etag", "vary", "cache-control", "access-control-allow-origin"):
            assert again.headers[name] == first.headers[name]
        assert "content-type" not in again.headers
    assert ask(If_None_Match='"x"').status_code == 200


@pytest.mark.parametrize("given", ["the tag", "*"])
def test_a_post_is_answered_whatever_a_caller_has(asked: httpx.Client, given: str) -> None:
    tag = get(SELECT).by(asked).headers["etag"] if given == "the tag" else given
    assert direct(SELECT, If_None_Match=tag).by(asked).status_code == 200


def test_what_is_asked_in_three_ways_has_one_tag(asked: httpx.Client) -> None:
    ways = [
        get(BOTH, (D, ONE)),
        direct(BOTH, (D, ONE)),
        direct(BOTH, (D, ONE), method="QUERY"),
        form(("query", BOTH), (D, ONE)),
    ]
    assert len({way.by(asked).headers["etag"] for way in ways}) == 1


def test_a_tag_is_of_one_edition_of_the_data(
    bare_home: Path,
    tmp_path: Path,
    client_of: Callable[[FastAPI], httpx.Client],
    graph_file: Callable[..., Path],
) -> None:
    home = shutil.copytree(bare_home, tmp_path / "edition")
    with closing(Service.open(load_settings({"home": home}, {}), serving=True)) as service:
        client = client_of(create_app(service))
        first = get(SELECT).by(client).headers["etag"]
        service.load([graph_file("x.ttl")], agent="test")
        again = get(SELECT, If_None_Match=first).by(client)
        assert again.status_code == 200
        assert again.headers["etag"] != first


# --- 429 -------------------------------------------------------------------------------------------


def test_429_tells_which_budget_and_when_to_come_back(
    bare_home: Path, tmp_path: Path, client_of: Callable[[FastAPI], httpx.Client]
) -> None:
    home = shutil.copytree(bare_home, tmp_path / "metered")
    with closing(
        Service.open(load_settings({"home": home, "client_errors": 1}, {}), serving=True)
    ) as service:
        client = client_of(create_app(service))
        for _ in range(2):
            assert get("ASK {").by(client).status_code == 400
        answer = direct(ASK, method="QUERY", Accept=TTL, Origin=ORIGIN).by(client)
        assert answer.status_code == 429
        tells("too-many-requests", budget="errors")(answer)
        assert int(answer.headers["retry-after"]) >= 1
        assert "RateLimit" in answer.headers["access-control-expose-headers"]
        assert '"errors";r=0' in answer.headers["ratelimit"]
