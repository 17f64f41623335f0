"""Q16, H1, R3: no value of a request is ever taken for SPARQL, HTML, a path or a header.

The short form sends every string, and of every family some to every parameter; the full product
is sent under `OGPGRAPH_SOAK=1`.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote_from_bytes

import pytest

from ogpgraph.formats import RESULTS_JSON
from ogpgraph.kinds import KINDS
from ogpgraph.queries import load_stored_query
from ogpgraph.service import Service

QUERIES = Path(__file__).resolve().parents[2] / "queries"
SOAK = bool(os.environ.get("OGPGRAPH_SOAK"))
STATUSES = {200, 303, 304, 308, 400, 404, 406}
HEADERS = {
    b"content-type", b"content-length", b"etag", b"vary", b"cache-control", b"link", b"location", b"content-language",
    b"x-content-type-options", b"referrer-policy", b"x-frame-options", b"content-security-policy", b"last-modified",
    b"accept-ranges", b"x-request-id", b"access-control-allow-origin", b"access-control-expose-headers", b"accept-query", b"content-disposition",
}  # fmt: skip
LINKS = re.compile(
    r'<(?P<target>[^<>"\s\\{}|^`]*)>; '
    r'rel="(?:alternate|canonical|describedby|describes|first|last|license|next|prev|service-desc)"'
    r'(?:; type="[a-z/+-]+")?'
)
OURS = (
    "/",
    "https://w3id.org/ogpgraph/",
    "http://metadata.un.org/sdg/",
    "https://creativecommons.org/",
)


@dataclass(frozen=True)
class Place:
    """One parameter of one route: where a string is put, and what may come of it."""

    path: str
    name: str | None = None
    """The query parameter; None: the string stands in the path, at `{}`."""
    accept: str = "application/json"
    items: str | None = None
    """The kind whose things the answer lists, if it is a list."""
    header: str | None = None
    """The request header that the string is sent in."""

    def __str__(self) -> str:
        return f"{self.path} {self.name or self.header or ''} {self.accept.partition(',')[0]}"


JSON, HTML = "application/json", "text/html"
SHARED = ("cursor", "page_size", "lang", "total", "sort", "facets", "for", "q")
"""Parameters of every list."""


def places() -> list[Place]:
    found: list[Place] = []
    for kind in KINDS.values():
        names = [row.name for row in kind.filters] + list(SHARED)
        for accept in (JSON, HTML):
            found += [Place(f"/{kind.name}", name, accept, kind.name) for name in names]
            found.append(Place(f"/{kind.name}/{{}}", accept=accept))
        found.append(Place(f"/{kind.name}/{{}}.ttl"))
        found.append(Place(f"/{kind.name}.json", "", JSON))
        found.append(Place(f"/{kind.name}/{{}}.csv"))
    found.append(Place("/commitments", "listed", JSON, "commitments"))
    for folder in (
        "things",
        "id",
        "scheme",
        "graph",
        ".well-known/genid",
        "schemes",
        "ns",
        "static",
    ):
        found.append(Place(f"/{folder}/{{}}"))
    found += [Place("/things/{}", accept=HTML), Place("/{}", accept=HTML)]
    found += [Place("/things/id/plan/CRI-4", name) for name in ("lang", "")]
    found += [Place("/sparql", name, HTML) for name in ("example", "lang", "")]
    asked = "/sparql?query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D%20LIMIT%202"
    found += [Place(asked, n, "*/*") for n in ("default-graph-uri", "named-graph-uri", "timeout")]
    found += [Place(asked, "lang", HTML)]
    found += stored_queries()
    found += [
        Place("/", "lang", HTML),
        Place("/ontology", "lang", HTML),
        Place("/docs", "lang", HTML),
    ]
    for header in ("accept", "accept-language", "if-none-match", "host", "x-forwarded-host"):
        found.append(Place("/commitments?country=HND", header=header, accept=HTML))
    return found


def stored_queries() -> list[Place]:
    """Every parameter of every stored query, each type also on a page; names; the catalogue."""
    found = [Place("/queries/{}"), Place("/queries/{}", accept=HTML), Place("/queries.{}")]
    found += [Place("/queries", name, HTML) for name in ("lang", "")]
    seen: set[tuple[str, str | None, bool]] = set()
    for path in sorted(QUERIES.glob("*.rq")):
        query = load_stored_query(path)
        required = [p for p in query.parameters if p.required]
        for one in query.parameters:
            others = "&".join(f"{p.name}={p.example}" for p in required if p is not one)
            at = f"/queries/{query.name}" + (f"?{others}" if others else "")
            found.append(Place(at, one.name, RESULTS_JSON))
            kind = (one.kind, one.resource, one.required)
            if kind not in seen:
                found.append(Place(at, one.name, HTML))
            seen.add(kind)
    return found


PLACES = places()


def test_the_corpus_is_of_500_strings_at_least(families) -> None:
    strings = [string for some in families.values() for string in some]
    assert len(strings) == len(set(strings)) >= 500
    assert len(families) >= 16
    assert all(len(some) >= 6 for some in families.values())


def test_every_parameter_of_every_stored_query_has_a_place() -> None:
    placed = {(place.path.partition("?")[0], place.name) for place in PLACES}
    wanted = {
        (f"/queries/{path.stem}", one.name)
        for path in QUERIES.glob("*.rq")
        for one in load_stored_query(path).parameters
    }
    assert len(wanted) > 40
    assert wanted <= placed


def test_every_filter_of_every_kind_has_a_place() -> None:
    placed = {(place.items, place.name) for place in PLACES if place.items}
    filters = {(kind.name, row.name) for kind in KINDS.values() for row in kind.filters}
    assert filters <= placed
    assert len(PLACES) >= 80


@pytest.fixture(scope="module")
def whole(wire) -> dict[str, frozenset[str]]:
    """Kind -> the ids of all its things."""
    found = {}
    for name in KINDS:
        answer = wire.get(f"/{name}".encode(), b"page_size=1000", {"accept": JSON.encode()})
        body = json.loads(answer.body)
        assert "next" not in body
        found[name] = frozenset(item["id"] for item in body["items"])
    assert len(found["commitments"]) > 50
    return found


def plan(families, place_number: int) -> Iterator[str]:
    """The strings for a place: two or three of each family in turn, or all of them."""
    for some in families.values():
        each = len(some) if SOAK else max(1, -(-len(some) // len(PLACES)))
        for n in range(each):
            yield some[(place_number * each + n) % len(some)]


@pytest.mark.parametrize("number", range(len(PLACES)), ids=lambda n: str(PLACES[n]))
def test_no_string_does_harm(wire, whole, families, number: int) -> None:
    place = PLACES[number]
    for value in plan(families, number):
        for raw in (False, True):
            _one(wire, whole, place, value, raw=raw)


def test_every_string_is_sent(families) -> None:
    sent = {value for number in range(len(PLACES)) for value in plan(families, number)}
    assert sent == {value for some in families.values() for value in some}


def test_nothing_was_changed(wire, families, unchanged, whole) -> None:
    """Every string once more, each to the next place, with the state before and after."""
    strings = [value for some in families.values() for value in some]
    for at, value in enumerate(strings):
        _one(wire, whole, PLACES[at % len(PLACES)], value, raw=False)


def _encoded(value: str, *, raw: bool) -> bytes:
    """Percent-encoded whole, or only what no server lets through, as an attacker sends it."""
    octets = value.encode("utf-8", "surrogatepass")
    if raw:
        return b"".join(
            bytes([o]) if 0x21 <= o < 0x7F and o not in b"#?&" else b"%%%02X" % o for o in octets
        )
    return quote_from_bytes(octets, safe="").encode()


def _one(wire, whole, place: Place, value: str, *, raw: bool) -> None:
    said = f"{place}: {value[:60]!r} {'raw' if raw else 'encoded'}"
    path, _, query = place.path.partition("?")
    headers = {"accept": place.accept.encode()}
    target, pairs = path.encode(), query.encode()
    if place.header:
        sent = value.encode("utf-8", "surrogatepass")
        if any(o < 0x20 or o == 0x7F for o in sent):  # no server lets these in
            return
        headers[place.header] = sent
    elif place.name is None:
        target = path.encode().replace(b"{}", _encoded(value, raw=raw))
    else:
        given = _encoded(value, raw=raw)
        pair = place.name.encode() + b"=" + given if place.name else given + b"=x"
        pairs = pairs + b"&" + pair if pairs else pair
    answer = wire.get(target, pairs, headers)
    assert answer.status in STATUSES, f"{said}: {answer.status} {answer.body[:300]!r}"
    _check_headers(answer, value, said)
    _check_body(answer, value, said)
    if answer.status == 200 and place.items and place.accept == JSON:
        ids = {item["id"] for item in json.loads(answer.body)["items"]}
        assert ids <= whole[place.items], said
    if answer.status == 200 and path.endswith("/{}") and answer.header("content-type") == JSON:
        asked = target.decode().rpartition("/")[0]
        body = json.loads(answer.body)
        assert asked.split("/")[1] in {"things", *KINDS}, said
        assert body["id"].startswith(OURS[1:3]), said


def _check_headers(answer, value: str, said: str) -> None:
    for name, content in answer.headers:
        assert name in HEADERS, f"{said}: {name!r}"
        assert all(0x20 <= octet < 0x7F for octet in content), f"{said}: {name!r} {content!r}"
        if re.search(r"[^\w./:%+=&;,*()'$!@~?#\[\]-]", value, re.ASCII) and len(value) > 2:
            assert value.encode("utf-8", "surrogatepass") not in content, f"{said}: {name!r}"
    rest = answer.header("link")
    while rest:
        found = LINKS.match(rest)
        assert found, f"{said}: Link {rest[:200]}"
        assert found["target"].startswith(OURS), f"{said}: Link {rest[:200]}"
        assert not found["target"].startswith("//"), said
        rest = rest[found.end() :].removeprefix(", ")
    location = answer.header("location")
    assert not location or (location.startswith("/") and location[:2] not in {"//", "/\\"}), said


EDITOR = re.compile(
    r"\[\('type', 'module'\), \('src', '/static/editor/editor\.js\?v=[0-9a-f]{12}'\)\]"
)
"""The one script that there is, of ours, with its digest: see tests/pages/test_editor.py."""


class _Page(HTMLParser):
    """What is active in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script" and EDITOR.fullmatch(repr(attrs)):
            return
        if tag in {
            "script",
            "iframe",
            "object",
            "embed",
            "base",
            "style",
            "b",
            "math",
            "plaintext",
            "xmp",
        }:
            self.wrong.append(tag)
        for name, content in attrs:
            text = re.sub(r"[\x00-\x20]", "", content or "").lower()
            if name.startswith("on") or name in {"style", "srcdoc", "formaction"}:
                self.wrong.append(f"{tag} {name}")
            if name in {"href", "src", "action"} and not re.match(
                r"/(?!/)|#|https?:|mailto:", text
            ):
                self.wrong.append(f"{tag} {name}={text[:50]}")


def _check_body(answer, value: str, said: str) -> None:
    media_type = answer.header("content-type")
    if (
        answer.status >= 400 and media_type != "text/html; charset=utf-8"
    ):  # a page is looked at below
        assert media_type == "application/problem+json", f"{said}: {media_type}"
        body = json.loads(answer.body)
        assert {"type", "title", "status", "detail", "instance"} <= body.keys(), said
        assert body["status"] == answer.status, said
        assert "Traceback" not in body["detail"], said
    elif media_type.startswith(("application/json", "application/ld+json", RESULTS_JSON)):
        json.loads(answer.body)
    elif media_type.startswith("text/html"):
        text = answer.body.decode("utf-8")
        page = _Page()
        page.feed(text)
        page.close()
        assert page.wrong == [], said
        if len(value) > 4 and value != "</html>" and re.search(r"[<>\"']", value):
            assert value not in text, said
        told = text.replace(answer.header("x-request-id"), "")  # which may have a 49 by chance
        assert "7*7" not in value or "49" not in told or value not in told, said


def test_the_check_of_pages_finds_what_it_looks_for() -> None:
    for text in (
        "<script>",
        "<a href='javascript:x'>",
        "<p onclick=x>",
        "<img src=//e/>",
        "<a href='java\nscript:x'>",
    ):
        page = _Page()
        page.feed(text)
        assert page.wrong, text
    page = _Page()
    page.feed('<a href="/x">x</a><a href="#y"><a href="https://e/">&lt;script&gt;')
    assert page.wrong == []


def test_the_check_of_links_finds_what_it_looks_for() -> None:
    assert LINKS.match('</a?b=c>; rel="next"')
    assert not LINKS.match('</a?b=">; rel="next"')
    assert not LINKS.fullmatch('</a>; rel="stylesheet"')


def test_a_link_header_holds_no_mark_of_its_own_syntax(wire) -> None:
    """A target that came raw, as no browser sends it, is quoted before it is given back."""
    answer = wire.get(
        b"/commitments", b'number=x>;rel="stylesheet",<//127.0.0.1:1/x', {"accept": b"text/html"}
    )
    assert answer.status == 200
    assert "stylesheet" not in re.sub(r"<[^>]*>", "", answer.header("link"))
    _check_headers(answer, "x>", "raw")


@pytest.mark.parametrize("tail", ["%0A", "%0D%0A", "%00", "%E2%80%A8"])
@pytest.mark.parametrize("suffix", ["json", "html", "ttl"])
def test_a_suffix_ends_a_path(wire, suffix: str, tail: str) -> None:
    """R3: `$` also matches before a last line feed; a path with one names nothing."""
    assert wire.get(f"/plans/CRI-4.{suffix}".encode()).status == 200
    assert wire.get(f"/plans/CRI-4.{suffix}{tail}".encode()).status in {400, 404}


def test_a_kind_shows_only_its_own(wire, service: Service) -> None:
    """An id may not lead out of its kind: the UN's ontology lies beside its goals."""
    for path in ("/sdgs/16", "/commitments/CRI-4-9", "/countries/HND"):
        assert wire.get(path.encode(), b"", {"accept": b"application/json"}).status == 200
    for path in (
        "/sdgs/ontology%23Goal",
        "/sdgs/ontology%23Target",
        "/sdgs/",
        "/commitments/CRI-4-9%23x",
        "/commitments/..%2Fplan%2FCRI-4",
        "/plans/CRI-4/",
        "/countries/HND%3F",
    ):
        answer = wire.get(path.encode(), b"", {"accept": b"application/json"})
        assert answer.status in {400, 404}, (path, answer.status)
