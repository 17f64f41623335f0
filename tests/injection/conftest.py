"""The corpus: strings that would do harm where text is taken for syntax, by family."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import unquote

import pytest
from fastapi import FastAPI

from ogpgraph.service import Service
from ogpgraph.web.app import create_app

HND = "https://w3id.org/ogpgraph/id/country/HND"
GOOD = ("HND", "CRI-4", "CRI-4-9", "judicial", "16", HND)
"""Values that things have, before which or behind which something is put."""

PAYLOADS = (
    "?s ?p ?o", "{ ?s ?p ?o }", "DROP ALL", "; DROP ALL", "INSERT DATA { <x:a> <x:b> 1 }", "SERVICE <http://127.0.0.1:1/> { }",
    "UNION { ?item ?p ?o }", "FILTER(true)", "|| true", "BIND(1 AS ?item)",
)  # fmt: skip
"""What an attacker would have evaluated, once the text is syntax."""

BREAKOUTS = {
    "iri": ("> {} <", "HND> . {} #", "HND> }} {} #", "x>{}<x", "> {} <http://e/", "HND%3E {}"),
    "literal": ('" {} "', '" ) {} #', "' {} '", '""" {} """', "''' {} '''", '"@en {} #', '"^^<x:y> {} #', '\\" {}', "\\\\' {}"),
    "values": ("}} {} {{", "HND }} {} VALUES ?x {{", ") }} {} #", "UNDEF }} {} #", "HND) }} }} {} #"),
    "prefixed name": ("ogp:x }} {} #", "HND. {}", "HND; ?p ?o . {}", "HND\\,{}", "skos:a/ogp:b {}", ":{}"),
    "comment": ("#{}", "HND#{}", "HND # \n {}", "HND #= country\n{}", "// {}", "/* {} */", "-- {}", "<!-- {} -->"),
    "line": ("HND\n{}", "HND\r\n{}", "HND\r{}", "\n{}", "HND\u2028{}", "HND\u2029{}", "HND\x85{}", "HND\x0b{}"),
    "escape": ("\\u003E {}", "\\u0022 {}", "\\U0000003E {}", "\\u007D {}", "\\x3e {}", "\\u005Cu0022 {}", "\\\\u0022 {}", "&gt; {}", "&#62; {}"),
    "percent": ("%3E%20{}", "%22%20{}", "%253E {}", "%7D {}", "%u003e {}", "%00{}", "%0d%0a{}", "%c0%be {}", "%"),
}  # fmt: skip
"""Family -> ways out of what stands around a value, `{}` where the payload goes."""

TABLES = {
    "control": (*(f"HND{chr(n)}x" for n in (*range(0x20), 0x7F, 0x80, 0x85, 0x9F)), "\0", "\0HND", "HND\0"),
    "unicode": (
        "\u202eDNH", "HND\u202e", "\u2066HND\u2069", "HND\u200b", "HND\u200d", "\ufeffHND", "H\u0338ND", "ＨＮＤ", "НND", "HN\u0501",
        "＜script＞", "＂", "＞", "HND\ufffe", "HND\uffff", "HND\ue000", "HND\U000e0001", "HND\U0010ffff", "💥", "é", "e\u0301",
        "ſERVICE", "İ", "ı", "ß", "\u0130ND", "١٦", "१६", "²", "Ⅷ", "\u3000", "\xa0HND", "a\u0300" * 500, "𝐇𝐍𝐃", "\ufdd0",
    ),
    "overlong": ("\ufffd", "À®À®À¯", "Ã¾", "HND\ufffd", "ÿþ", "ï»¿HND"),
    "sql": (
        "' OR '1'='1", "' OR 1=1 --", "'; DROP TABLE version; --", "1; DELETE FROM version", '" OR ""="', "1 UNION SELECT sqlite_version()",
        "') OR ('a'='a", "admin'--", "' AND randomblob(1000000000) --", "1' ORDER BY 99 --", "x'; ATTACH DATABASE '/tmp/x' AS y; --", "%' OR '%'='",
        "1e309", "-1", "0", "0x10", "1 OR 1", "NULL", "' || (SELECT content) || '", "; PRAGMA writable_schema=1",
    ),
    "template": (
        "{{7*7}}", "{{ config }}", "{{''.__class__.__mro__[1].__subclasses__()}}", "{% for x in ().__class__.__base__.__subclasses__() %}",
        "${7*7}", "#{7*7}", "<%= 7*7 %>", "{{request}}", "{{lipsum.__globals__}}", "{%raw%}x", "{#x#}", "{0.__class__}", "{item}", "{}", "%s%s%s%n",
        "%(x)s", "{?value}", "$(id)", "`id`", "${jndi:ldap://127.0.0.1:1/a}", "{{self}}", "@{7*7}", "*{7*7}", "[[7*7]]", "<#assign x=7>",
    ),
    "path": (
        "../../../../etc/passwd", "..", ".", "./", "../", "..\\..\\windows", "/etc/passwd", "//127.0.0.1:1/", "///127.0.0.1:1", "\\\\127.0.0.1\\x",
        "....//....//etc/passwd", "..;/", "%2e%2e/%2e%2e/", "..%2f..%2f", "..%252f", "%2e%2e%5c", "file:///etc/passwd", "/proc/self/environ", "HND/..",
        "HND/../CRI", "HND//", "HND/", "HND.json/..", "../shapes/must.ttl", "../ledger.sqlite", "style.css/../../app.py", "~root", "C:\\x", "CON", "HND.json.json",
        "HND.ttl\n", ".json", ".html", "HND.exe", "HND;a=b", "HND?x=y", "HND#x", "HND&country=CRI", "HND=CRI", "a" * 300 + "/../b",
    ),
    "html": (
        "<script>alert(1)</script>", "</script><script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'><svg onload=alert(1)>",
        '" onmouseover="alert(1)', "' onfocus='alert(1)' autofocus='", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)",
        "data:text/html,<script>alert(1)</script>", "vbscript:msgbox(1)", "</textarea><script>alert(1)</script>", "</title><script>alert(1)</script>",
        "<!--><script>alert(1)</script>", "<iframe src=//127.0.0.1:1>", "<base href=//127.0.0.1:1/>", "<meta http-equiv=refresh content=0>",
        "<style>@import '//127.0.0.1:1'</style>", "<a href=javascript:alert(1)>x</a>", "<form action=//127.0.0.1:1>", "&lt;script&gt;", "&#x3c;script&#x3e;",
        "<math><mi//xlink:href='data:x,<script>alert(4)</script>'>", "<svg><script>alert(1)</script></svg>", "<details open ontoggle=alert(1)>",
        "<script\x00>alert(1)</script>", "<scr<script>ipt>alert(1)</scr</script>ipt>", "\"'><b>x</b>", "<plaintext>", "</html>", "<xmp><p title='</xmp><img src=x onerror=alert(1)>'>",
        "]]><script>alert(1)</script>", "<![CDATA[<script>alert(1)</script>]]>", "<?php echo 1 ?>", "<bdo dir=rtl>x</bdo>", "<img src=`x`onerror=alert(1)>",
    ),
    "ldap": ("*)(uid=*", "*)(|(uid=*))", "admin)(&)", "*", "(|(a=*))", ")(cn=*))\\00", "*)(objectClass=*"),
    "header": (
        "x\r\nSet-Cookie: a=b", "x\r\n\r\n<html>", "x\nLocation: http://127.0.0.1:1/", "%0d%0aSet-Cookie:a=b", "\r\nX: y", "x\u010d\u010aSet-Cookie: a=b",
        'x>; rel="stylesheet", <http://127.0.0.1:1/x', '>; rel="preload"; as="script"', '>,<//127.0.0.1:1/>;rel=next;x="', '", <x>; rel="canonical', 'a"; filename="x.exe',
        "x; charset=utf-7", "text/html, */*", "en;q=0", "en,<script>", 'W/"x", *', "*;q=nan",
    ),
    "long": ("a" * 2_001, "HND" * 1_000, "<" * 3_000, '"' * 3_000, "(" * 3_000, "\\" * 3_000, "é" * 2_000, "{" * 5_000, "9" * 4_400, "%" * 3_000, "\n" * 2_000, "../" * 1_500, "-" * 3_000),
    "number": (
        "1", "16.6", "-0", "1e9999", "NaN", "Infinity", "-Infinity", "0x7fffffff", "9" * 19, "9223372036854775808", "1_000", "+1", " 1", "1 ", "1.", ".5",
        "1,5", "true", "false", "TRUE", "null", "undefined", "None", "[]", "[1]", "W10", "bnVsbA", "WzEsMiwzXQ", "WyIiLDFlOTk5LCIiXQ", "WyIiLE5hTiwiIl0", "W1tdLHRydWUse31d",
        "WyJcdWQ4MDAiLCAwLCAieCJd", "WyIiLCAtMSwgIiJd", "eyJhIjoxfQ", "====", "////", "A", "AA", "AAA",
    ),
}  # fmt: skip
"""Family -> strings that stand as they are. Those of “number” are also broken cursors, in base64."""


def corpus() -> dict[str, tuple[str, ...]]:
    """Family -> its strings, each in one family only."""
    found: dict[str, list[str]] = {}
    for family, ways in BREAKOUTS.items():
        found[family] = [way.format(payload) for way in ways for payload in PAYLOADS]
    for family, strings in TABLES.items():
        found.setdefault(family, []).extend(strings)
    found["behind a value"] = [
        f"{good}{mark}{payload}"
        for good in GOOD
        for mark, payload in zip(
            (" ", "> ", '" ', "} ", ";", "|", "^", "%20", "\t"), PAYLOADS, strict=False
        )
    ]
    seen: set[str] = set()
    return {
        family: tuple(s for s in strings if not (s in seen or seen.add(s)))  # type: ignore[func-returns-value]
        for family, strings in found.items()
    }


@pytest.fixture(scope="session")
def families() -> dict[str, tuple[str, ...]]:
    return corpus()


@dataclass(frozen=True)
class Answer:
    """What the application sent."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    def header(self, name: str) -> str:
        """The first header of a name, as text."""
        return next((v.decode("latin-1") for k, v in self.headers if k == name.encode()), "")


@dataclass
class Wire:
    """Sends requests to an application as uvicorn does, with nothing mended on the way.

    (A well-behaved client percent-encodes `<`, `>` and quotes; an attacker does not.)
    """

    app: FastAPI
    runner: asyncio.Runner = field(default_factory=asyncio.Runner)
    clients: Iterator[int] = field(default_factory=count)
    """Each request comes from somebody else, as a budget for each client is another test's."""

    def get(
        self, path: bytes, query: bytes = b"", headers: Mapping[str, bytes] | None = None
    ) -> Answer:
        """GET of a target as it would stand in the request line."""
        return self.runner.run(self._get(path, query, headers or {}))

    async def _get(self, path: bytes, query: bytes, headers: Mapping[str, bytes]) -> Answer:
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
            "path": unquote(path.decode("ascii")), "raw_path": path, "query_string": query, "root_path": "",
            "headers": [(b"host", b"localhost:8000"), *((n.encode(), v) for n, v in headers.items())],
            "client": (f"192.0.2.{next(self.clients) % 250}", 50_000), "server": ("localhost", 8000),
        }  # fmt: skip
        status, sent, body = 0, (), b""
        asked, over = False, asyncio.Event()

        async def receive() -> dict[str, object]:
            nonlocal asked
            if asked:
                await over.wait()  # nobody hangs up
                return {"type": "http.disconnect"}
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict[str, object]) -> None:
            nonlocal status, sent, body
            if message["type"] == "http.response.start":
                status, sent = message["status"], tuple(message["headers"])  # type: ignore[assignment, arg-type]
            else:
                body += message.get("body", b"")  # type: ignore[operator]
                if not message.get("more_body"):
                    over.set()

        await self.app(scope, receive, send)  # type: ignore[arg-type]
        return Answer(status, tuple((bytes(k).lower(), bytes(v)) for k, v in sent), body)


@pytest.fixture(scope="session")
def wire(service: Service) -> Iterator[Wire]:
    """The application over the shipped data, at the end of a bare wire."""
    found = Wire(create_app(service))
    yield found
    found.runner.close()


@pytest.fixture
def unchanged(service: Service) -> Iterator[None]:
    """Holds that a test leaves every named graph, and the ledger, as they were."""
    before = _state(service)
    assert len(before) > 20
    yield
    assert _state(service) == before


def _state(service: Service) -> dict[str, str]:
    digests = {iri: service.store.graph(iri).digest for iri in service.store.graphs()}
    return digests | {"sequence": str(service.sequence)}


Get = Callable[[bytes, bytes], Answer]
