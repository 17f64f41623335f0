"""The gate: limits, SERVICE in every spelling that the engine takes, linear time."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ogpgraph import gate
from ogpgraph.errors import Forbidden, MalformedQuery, TooComplex, TooLarge
from ogpgraph.gate import MAX_DEPTH, MAX_QUERY_BYTES, answer_kind, inspect

MANY = 170 if os.environ.get("OGPGRAPH_SOAK") else 1
"""How many times more texts are tried in the long form (S6): a million in all."""
E = "<http://127.0.0.1:1/>"
"""Port 1: the engine refuses it with an error of its own, and no packet leaves."""


def verdict(text: str) -> str:
    """“passes”, or the name of what the gate raises."""
    try:
        inspect(text)
    except (Forbidden, MalformedQuery, TooComplex, TooLarge) as error:
        return type(error).__name__
    return "passes"


def parses(text: str) -> bool:
    """Whether the engine takes a query; what it finds out while evaluating does not count."""
    try:
        ox.Store().query(text)
    except (SyntaxError, ValueError):
        return False
    except (OSError, RuntimeError):  # no such endpoint; its name is an unbound variable
        return True
    return True


# --- sizes -----------------------------------------------------------------------------------

NESTED: dict[str, tuple[Callable[[int], str], int]] = {
    "groups": (lambda n: "ASK " + "{" * n + "}" * n, 0),
    "parentheses": (lambda n: "ASK {FILTER" + "(" * n + "1" + ")" * n + "}", 1),
    "function calls": (
        lambda n: "ASK {BIND(" + "CONCAT(" * n + "'a'" + ")" * n + " AS ?x)}",
        2,
    ),
    "IF": (lambda n: "ASK {FILTER(" + "IF(true," * n + "1" + ",1)" * n + ")}", 2),
    "FILTER EXISTS": (lambda n: "ASK {" + "FILTER EXISTS {" * n + "}" * n + "}", 1),
    "sub-selects": (lambda n: "SELECT * {" + "{SELECT * {" * n + "}}" * n + "}", 1),
    "GRAPH": (lambda n: "ASK {" + "GRAPH ?g {" * n + "}" * n + "}", 1),
    "OPTIONAL": (lambda n: "ASK {" + "OPTIONAL {" * n + "}" * n + "}", 1),
    "MINUS": (lambda n: "ASK {" + "MINUS {" * n + "}" * n + "}", 1),
    "path groups": (lambda n: "ASK {?s " + "(" * n + "<http://e/p>" + ")" * n + " ?o}", 1),
    "blank nodes": (lambda n: "ASK {" + "[<http://e/p> " * n + "1" + "]" * n + "}", 1),
    "collections": (lambda n: "ASK {?s ?p " + "(" * n + "1" + ")" * n + "}", 1),
    "not": (lambda n: "ASK {FILTER(" + "!" * n + "true)}", 0),
    "minus signs": (lambda n: "ASK {FILTER(" + "- " * n + "?x)}", 0),
    "inverse paths": (lambda n: "ASK {?s " + "^" * n + "<http://e/p> ?o}", 0),
}
"""Shape -> how it is written n deep, and how deep what stands around it is."""
MEASURED_PER_LEVEL = {"sub-selects": 2}
"""Brackets that one level opens, where it is not one."""


@pytest.mark.parametrize("shape", NESTED)
@pytest.mark.parametrize("depth", [MAX_DEPTH - 1, MAX_DEPTH, MAX_DEPTH + 1, 1_000, 100_000])
def test_nesting_is_refused_past_64(shape: str, depth: int) -> None:
    write, around = NESTED[shape]
    levels = max(1, (depth - around) // MEASURED_PER_LEVEL.get(shape, 1))
    text = write(levels)
    found = around + levels * MEASURED_PER_LEVEL.get(shape, 1)
    if len(text) > MAX_QUERY_BYTES:
        wanted = {"TooLarge"}
    elif found > MAX_DEPTH:
        wanted = {"TooComplex"}
    else:
        wanted = (
            {"passes"}
            if shape not in {"FILTER EXISTS", "sub-selects"}
            else {"passes", "TooComplex"}
        )
    assert verdict(text) in wanted


FLAT: dict[str, tuple[Callable[[int], str], int, str]] = {
    "FILTER": (lambda n: "ASK {" + "FILTER(1)" * n + "}", 200, "FILTER"),
    "OPTIONAL": (lambda n: "ASK {" + "OPTIONAL{}" * n + "}", 100, "OPTIONAL"),
    "UNION": (lambda n: "ASK {{}" + "UNION{}" * n + "}", 100, "UNION"),
    "MINUS": (lambda n: "ASK {" + "MINUS{}" * n + "}", 100, "MINUS"),
    "BIND": (lambda n: "ASK {" + "BIND(1 AS ?x)" * n + "}", 200, "BIND"),
    "GRAPH": (lambda n: "ASK {" + "GRAPH ?g{}" * n + "}", 100, "GRAPH"),
    "EXISTS": (lambda n: "ASK {" + "FILTER EXISTS{}" * n + "}", 50, "EXISTS"),
    "SELECT": (lambda n: "SELECT*{" + "{SELECT*{}}" * (n - 1) + "}", 50, "SELECT"),
    "FROM": (lambda n: "ASK " + "FROM <http://e/g>" * n + "{}", 100, "FROM"),
    "patterns": (lambda n: "ASK {" + "?s ?p ?o." * n + "}", 400, "statement separators (. ; ,)"),
    "object lists": (lambda n: "ASK {?s ?p 1" + ",1" * n + "}", 400, "statement separators (. ; ,)"),
    "predicate lists": (lambda n: "ASK {?s ?p 1" + ";?p 1" * n + "}", 400, "statement separators (. ; ,)"),
    "path steps": (lambda n: "ASK {?s <http://e/p>" + "/<http://e/p>" * n + " ?o}", 200, "path steps and divisions (/)"),
    "sums": (lambda n: "ASK {FILTER(?x" + "+?x" * n + ")}", 2_000, "operators"),
    "or": (lambda n: "ASK {FILTER(?x" + "||?x" * n + ")}", 2_000, "operators"),
    "and": (lambda n: "ASK {FILTER(?x" + "&&?x" * n + ")}", 2_000, "operators"),
    "path alternatives": (lambda n: "ASK {?s <p:>" + "|<p:>" * n + " ?o}", 2_000, "operators"),
    "VALUES": (lambda n: "ASK {VALUES ?x {" + "1 " * (n - 3) + "}}", 12_000, "terms and words"),
    "IN": (lambda n: "ASK {FILTER(?x IN (1" + ",1" * (n - 5) + "))}", 12_000, "terms and words"),
}  # fmt: skip


@pytest.mark.parametrize("shape", FLAT)
def test_each_count_holds_at_its_limit_and_not_past_it(shape: str) -> None:
    write, limit, measure = FLAT[shape]
    inspect(write(limit))
    with pytest.raises(TooComplex) as caught:
        inspect(write(limit + 1))
    assert caught.value.members == {"measure": measure, "limit": limit, "found": limit + 1}


def test_the_largest_text_passes_and_one_byte_more_does_not() -> None:
    fill = MAX_QUERY_BYTES - len("ASK {} #")
    inspect("ASK {} #" + "x" * fill)
    with pytest.raises(TooLarge) as caught:
        inspect("ASK {} #" + "x" * (fill + 1))
    assert caught.value.members == {"limit": MAX_QUERY_BYTES}


def test_bytes_are_counted_not_characters() -> None:
    assert verdict("ASK {} #" + "ñ" * (MAX_QUERY_BYTES // 2)) == "TooLarge"


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ('ASK {?s ?p "open}', 1, 12),
        ("ASK {\n ?s ?p 'open}", 2, 8),
        ('ASK {?s ?p """open"}', 1, 12),
        ("ASK {?s ?p '''open''}", 1, 12),
        ("ASK {?s ?p 'a\nb'}", 1, 12),
        ("ASK {?s ?p 'a\\qb'}", 1, 12),
        ("ASK {?s ?p 'a\\u12'}", 1, 12),
        ("ASK {\\u0053ELECT}", 1, 6),
        ("ASK {?s ?p <<?a ?b ?c>>}", 1, 12),
        ("ASK {?s ?p '\\uD800'}", 1, 12),
        ("ASK {?s ?p '\\udfff'}", 1, 12),
        ("ASK {?s ?p '\\U0000dABC'}", 1, 12),
        ("ASK {?s ?p '\\U00110000'}", 1, 12),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(text: str, line: int, column: int) -> None:
    with pytest.raises(MalformedQuery) as caught:
        inspect(text)
    assert caught.value.members == {"line": line, "column": column}


@pytest.mark.parametrize("text", ["ASK {} #\0", "ASK {?s ?p '\ud800'}", "\udfff"])
def test_what_is_no_text_is_refused(text: str) -> None:
    with pytest.raises(MalformedQuery):
        inspect(text)


@pytest.mark.parametrize(
    "text",
    [
        r"ASK {?s ?p '\\ud800'}",
        r"ASK {?s ?p 'Ã\uD7FF'}",
        r"ASK {?s ?p '\U0010FFFF'}",
        "ASK {?s ?p '''a'b''c'''}",
        'ASK {?s ?p """a"b""c"""}',
        "ASK {?s ?p '', \"\"}",
        "ASK {FILTER(1<2 && 3>2)}",
        "ASK {FILTER(?a<?b&&?c>?d)}",
        "PREFIX ñ: <http://e/> ASK {ñ:é ?p ñ:\\'\\#}",
    ],
)
def test_what_can_be_read_passes(text: str) -> None:
    assert parses(text)
    inspect(text)


# --- SERVICE ---------------------------------------------------------------------------------

P = f"PREFIX ex: {E} "
SPELLINGS = [
    f"ASK {{SERVICE {E} {{}}}}",
    f"ASK {{service {E} {{}}}}",
    f"ASK {{sErViCe {E} {{}}}}",
    f"ASK {{SERVICE{E}{{}}}}",
    f"ASK {{SERVICE SILENT {E} {{}}}}",
    f"ASK {{SERVICE silent{E}{{}}}}",
    f"ASK {{SERVICESILENT{E}{{}}}}",
    f"ASK {{SERVICE#c\n{E} {{}}}}",
    f"ASK {{SERVICE #'\n#\"\n{E} {{}}}}",
    f"ASK {{SERVICE\t\r\n{E}\n{{}}}}",
    f"ASK {{SERVICE # SILENT\nSILENT#\n{E}#\n{{}}}}",
    P + "ASK {SERVICE ex:a {}}",
    P + "ASK {SERVICEex:a {}}",
    P + "ASK {SERVICE ex: {}}",
    P + "ASK {SERVICEex:{}}",
    P + "ASK {SERVICE SILENTex:a{}}",
    P + "ASK {SERVICESILENTex:a{}}",
    f"PREFIX : {E} ASK {{SERVICE :a {{}}}}",
    f"PREFIX : {E} ASK {{SERVICE:a{{}}}}",
    f"PREFIX : {E} ASK {{SERVICE:{{}}}}",
    f"PREFIX : {E} ASK {{?s ?p true.SERVICE:a{{}}}}",
    f"PREFIX service: {E} ASK {{SERVICE service:a {{}}}}",
    f"PREFIX silent: {E} ASK {{SERVICE silent:a {{}}}}",
    f"BASE {E} ASK {{SERVICE <a> {{}}}}",
    f"BASE {E} ASK {{SERVICE <> {{}}}}",
    f"BASE {E} ASK {{SERVICE <#a> {{}}}}",
    "ASK {SERVICE ?e {}}",
    "ASK {SERVICE?e{}}",
    "ASK {SERVICE $e {}}",
    f"ASK {{VALUES ?e {{{E}}} SERVICE ?e {{}}}}",
    f"ASK {{{{SERVICE {E} {{}}}}}}",
    f"ASK {{OPTIONAL {{SERVICE {E} {{}}}}}}",
    f"ASK {{MINUS {{SERVICE {E} {{}}}}}}",
    f"ASK {{{{}} UNION {{SERVICE {E} {{}}}}}}",
    f"ASK {{GRAPH ?g {{SERVICE {E} {{}}}}}}",
    f"ASK {{FILTER EXISTS {{SERVICE {E} {{}}}}}}",
    f"ASK {{FILTER NOT EXISTS {{SERVICE {E} {{}}}}}}",
    f"ASK {{BIND(EXISTS {{SERVICE {E} {{}}}} AS ?x)}}",
    f"SELECT (EXISTS {{SERVICE {E} {{}}}} AS ?x) {{}}",
    f"SELECT * {{{{SELECT * {{SERVICE {E} {{}}}}}}}}",
    f"SELECT * {{}} ORDER BY (EXISTS {{SERVICE {E} {{}}}})",
    f"SELECT * {{}} HAVING (EXISTS {{SERVICE {E} {{}}}})",
    f"CONSTRUCT {{?s ?p ?o}} WHERE {{SERVICE {E} {{?s ?p ?o}}}}",
    f"DESCRIBE ?s {{SERVICE {E} {{?s ?p ?o}}}}",
    f"ASK {{?s ?p 1SERVICE{E}{{}}}}",
    f"ASK {{?s ?p 1.SERVICE{E}{{}}}}",
    f"ASK {{?s ?p 1.5e0SERVICE{E}{{}}}}",
    f"ASK {{?s ?p trueSERVICE{E}{{}}}}",
    f"ASK {{?s ?p true.SERVICE{E}{{}}}}",
    f"ASK {{?s ?p 'a'SERVICE{E}{{}}}}",
    f"ASK {{?s ?p 'a'@en SERVICE{E}{{}}}}",
    f"ASK {{?s ?p '\\''SERVICE{E}{{}}}}",
    f"ASK {{?s ?p '\\\\'SERVICE{E}{{}}}}",
    f'ASK {{?s ?p "\'"SERVICE{E}{{}}#\'\n}}',
    f"ASK {{?s ?p '''\n''\\''''SERVICE{E}{{}}}}",
    f'ASK {{?s ?p """\'""\\""""SERVICE{E}{{}}}}',
    f"ASK {{VALUES ?x {{'''a'}}SERVICE{E}{{}}}}",
    f"ASK {{VALUES ?x {{'''a'}}SERVICE{E}{{}} #\\uD800'''\n}}",
    P + f"ASK {{VALUES ?x {{'''a'ex:b\\_}}SERVICE{E}{{}} #'''\n}}",
    f"ASK {{FILTER(1<2)SERVICE#>\n{E}{{}}}}",
    f"ASK {{FILTER(1<'>')SERVICE{E}{{}}}}#'",
    f"ASK {{FILTER('a'<'>')SERVICE{E}{{}}}}#'",
    f"ASK {{FILTER(1<2#>'''\n)SERVICE{E}{{}}#'''\n}}",
    f"ASK {{FILTER(1<((2)>1))FILTER(1<2#>'''\n)SERVICE{E}{{}}#'''\n}}",
    "ASK {FILTER(1<2)SERVICE?x#>\n{}}",
    P + f"ASK {{?s ?p ex:a\\' . SERVICE{E}{{}} #'\n}}",
    P + f"ASK {{?s ?p ex:a\\# . SERVICE{E}{{}}\n}}",
    P + f"ASK {{?s ?p ex:a.b.SERVICE{E}{{}}}}",
    P + f"ASK {{?s ex:-1SERVICE{E}{{}}}}",
    f"ASK {{?s ?p <http://a\\u0041'>.SERVICE{E}{{}} #'\n}}",
    f"ASK {{?s ?p <http://a\\u0041#b>.SERVICE{E}{{}}\n}}",
    f"PREFIX p: <http://127.0.0.1:80> ASK {{?s ?p p:SERVICE{E}{{}}}}",
    f"PREFIXp:<http://127.0.0.1:80>ASK{{?s ?p p:SERVICE{E}{{}}}}",
    f"PREFIX p: <http:\\u002f\\u002f127.0.0.1:80> ASK {{?s ?p p:SERVICE{E}{{}}}}",
    f"PREFIX p: <http://[::1]> ASK {{?s ?p p:SERVICE{E}{{}}}}",
    f"PREFIX p: <http://127.0.0.1:80> ASK {{?s p:1SERVICE{E}{{}}}}",
    f"PREFIX p: <http://a/> PREFIX \ufff0: {E} ASK {{?s ?q p:SERVICE\ufff0:{{}}}}",
    f"ASK {{?s ?p ?o . # it's\nSERVICE {E} {{}}}}",
    f"ASK {{?s ?p <http://e/#'> . SERVICE {E} {{}} #'\n}}",
]  # fmt: skip


@pytest.mark.parametrize("text", SPELLINGS)
def test_service_is_refused_however_it_is_written(text: str) -> None:
    assert parses(text), "a spelling that the engine does not take shows nothing"
    with pytest.raises((Forbidden, MalformedQuery)) as caught:  # or a string with a wrong escape
        inspect(text)
    assert getattr(caught.value, "slug", "federation-disabled") == "federation-disabled"


def test_the_spellings_are_at_least_50() -> None:
    assert len(set(SPELLINGS)) >= 50


@pytest.mark.parametrize(
    "text",
    [
        f"ASK {{\\u0053ERVICE {E} {{}}}}",
        f"ASK {{S\\u0045RVICE {E} {{}}}}",
        f"ASK {{ſERVICE {E} {{}}}}",
        f"ASK {{SERVıCE {E} {{}}}}",
        f"ASK {{SERVİCE {E} {{}}}}",
        f"ASK {{ＳＥＲＶＩＣＥ {E} {{}}}}",
        f"ASK {{SER VICE {E} {{}}}}",
        f"ASK {{SER#\nVICE {E} {{}}}}",
        f"ASK {{SERVICE\u00a0{E} {{}}}}",
        f"ASK {{SERVICE\u2028{E} {{}}}}",
        f"ASK {{SERVICE\x0c{E} {{}}}}",
        f"ASK {{?s ?p 'a'@enSERVICE{E}{{}}}}",
        f"PREFIX p: <http://a/> ASK {{?s p:a?1SERVICE{E}{{}}}}",
        f"SERVICE {E} {{}}",
    ],
)
def test_what_looks_like_service_is_none_to_the_engine(text: str) -> None:
    """These may pass the gate, as long as no engine takes them: a newer one shows here."""
    assert not parses(text)


S = "PREFIX schema: <https://schema.org/> PREFIX service: <http://e/service/> "
ALLOWED = [
    "ASK {?s ?p 'SERVICE'}",
    'ASK {?s ?p "SERVICE <http://e/> {}"}',
    "ASK {?s ?p '''\nSERVICE <http://e/> {}\n'''}",
    'ASK {?s ?p """SERVICE \\""" {}"""}',
    "ASK {?s ?p <http://e/service>}",
    "ASK {?s ?p <http://e/SERVICE#service>}",
    "ASK {?s <http://e/a#service> ?o}",
    "ASK {} # SERVICE <http://e/> {}",
    "# SERVICE <http://e/> {}\nASK {}",
    "ASK {#SERVICE\n?s ?p ?o #service {\n}",
    "SELECT ?service {?service ?p ?o}",
    "SELECT ?service ?x {?service ?p ?x}",
    "SELECT * {{SELECT ?service ?x {?service ?p ?x}}}",
    "SELECT $SERVICE {$SERVICE ?p ?o}",
    "ASK {_:service ?p _:SERVICE2}",
    S + "ASK {?s schema:Service ?o}",
    S + "ASK {?s a schema:Service . {?s ?p 1} UNION {?s ?p 2}}",
    S + "ASK {?s a schema:Service {?s ?p 1} UNION {?s ?p 2}}",
    S + "ASK {?s schema:serviceType/schema:service-x ?o}",
    S + "ASK {service:SERVICE ?p service:x}",
    S + "ASK {GRAPH service:x {?s ?p ?o}}",
    S + "ASK {GRAPH schema:service {?s ?p ?o}}",
    S + "SELECT * FROM service:x {?s ?p ?o}",
    S + "SELECT * FROM NAMED service:x {?s ?p ?o}",
    S + "DESCRIBE service:x {}",
    S + "DESCRIBE schema:service ?x {?x ?p ?o}",
    "ASK {?s ?p 'a'@en-service}",
    "ASK {FILTER(?service<3 && ?x>2)}",
    "ASK {FILTER(?x<<http://e/a#b>)}".replace("<<", "< <"),
    "BASE <http://e/> ASK {?s <#service> ?o}",
    "ASK {?s ?p <urn:service#a> FILTER(?s IN (<urn:service>, <http://e/service#a>))}",
    "ASK {VALUES (?a ?b) {(<http://e/a#b> <http://e/a#service>) (1 <urn:service>)}}",
]


@pytest.mark.parametrize("text", ALLOWED)
def test_the_word_is_free_in_strings_names_and_comments(text: str) -> None:
    assert parses(text)
    inspect(text)


KNOWN = {
    "?s ?p service:x {?s ?q 1}": "whether it is an object or SERVICE and `:x` shows only in a parse",
    "?s ?p (1 <#it's>) . ?s ?q <urn:service>": "`<#it's>` may have been less-than, and a string begun",
    "VALUES (?a ?b) {(1 <#b>)} ?a ?p <urn:service>": "it may have been less-than, and a comment begun",
}
"""Queries without SERVICE that are refused all the same, and why a pass over tokens cannot tell.

A full stop before the `{`, an absolute IRI in the brackets or another name is the way around.
"""


@pytest.mark.parametrize("body", KNOWN)
def test_known_false_refusals(body: str) -> None:
    """Once they pass, they belong among `ALLOWED`."""
    text = f"BASE <http://e/> {S} ASK {{{body}}}"
    assert parses(text)
    assert verdict(text) == "Forbidden"


@pytest.mark.parametrize(
    "body",
    [
        "?s ?p service:x . {?s ?q 1}",
        "?s ?p (1 <http://e/#it's>) . ?s ?q <urn:service>",
        "VALUES (?a ?b) {(1 <http://e/#b>)} ?a ?p <urn:service>",
    ],
)
def test_there_is_a_way_around_each(body: str) -> None:
    inspect(f"BASE <http://e/> {S} ASK {{{body}}}")


@pytest.mark.parametrize(
    "text",
    [
        "ASK {?a ?p 1 FILTER(?a<<http://e/x>)}",
        "ASK {?a ?p ?b FILTER(?a<<http://e/x> && ?b<<urn://e/#service>)}",
        "ASK {FILTER(1<<http://e/it's>)}",
        "ASK {?s ?p 'SERVICE' FILTER(?s<<http://e/service>)}",
    ],
)
def test_less_than_may_stand_beside_an_absolute_iri(text: str) -> None:
    assert parses(text)
    inspect(text)


@pytest.mark.parametrize(
    "text",
    [
        "ASK {<<?a ?b ?c>> ?p ?o}",
        "ASK {<<<http://e/a> ?b ?c>> ?p ?o}",
        "ASK {?s ?p <<<http://e/a><http://e/b><http://e/c>>>}",
        "ASK {?s ?p <<(<http://e/a><http://e/b><http://e/c>)>>}",
        "PREFIX http: <http://e/> ASK {<<http:a http:b http:c>> ?p ?o}",
    ],
)
def test_triple_terms_are_refused_all_the_same(text: str) -> None:
    assert verdict(text) == "MalformedQuery"


ALLOW = ("https://query.example/sparql/", "http://other.example/")


@pytest.mark.parametrize(
    "text",
    [
        "ASK {SERVICE <https://query.example/sparql/> {}}",
        "ASK {service silent <http://other.example/x?y#z> {}}",
        "ASK {SERVICE#c\nSILENT#c\n<http://other.example/> {}}",
        "ASK {SERVICE <http://other.example/> {} SERVICE <http://other.example/2> {}}",
    ],
)
def test_an_allowed_service_passes(text: str) -> None:
    inspect(text, service_allow=ALLOW)
    with pytest.raises(Forbidden):
        inspect(text)


@pytest.mark.parametrize(
    "text",
    [
        "ASK {SERVICE <https://query.example/> {}}",
        "ASK {SERVICE <HTTP://other.example/> {}}",
        "ASK {SERVICE <http://other.example.evil/> {}}",
        "ASK {SERVICE <http://other\\u002eexample/> {}}",
        "BASE <http://evil/> ASK {SERVICE <x> {}}",
        "PREFIX o: <http://other.example/> ASK {SERVICE o:x {}}",
        "ASK {SERVICE ?x {}}",
        "ASK {SERVICE SILENT SILENT:x {}}",
        "ASK {1SERVICE <http://other.example/> {} trueSERVICE<http://evil/>{}}",
        "ASK {SERVICE <http://other.example/> {SERVICE <http://evil/> {}}}",
        "ASK {SERVICESILENT <http://other.example/> {}}",
        "ASK {SERVICE <https://query.example/sparql/../admin> {}}",
        "ASK {SERVICE <https://query.example/sparql/./x> {}}",
        "ASK {SERVICE <https://query.example/sparql/..> {}}",
        "ASK {SERVICE <https://query.example/sparql/%2e%2E/admin> {}}",
        "ASK {SERVICE <https://query.example/sparql/..%2fadmin> {}}",
        "ASK {SERVICE <https://query.example/sparql/..%5Cadmin> {}}",
        "ASK {SERVICE <https://query.example/sparql/\\u002e\\u002e/admin> {}}",
    ],
)
def test_any_other_service_does_not(text: str) -> None:
    with pytest.raises(Forbidden, match=r"query\.example"):
        inspect(text, service_allow=ALLOW)


# --- what changes each time -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("SELECT (NOW() AS ?x) {}", True),
        ("SELECT (now ( ) AS ?x) {}", True),
        ("SELECT (NOW#(\n() AS ?x) {}", True),
        ("SELECT (NOW # c\r\n # d\n () AS ?x) {}", True),
        ("SELECT (RAND() AS ?x) {}", True),
        ("SELECT (strUUID\t() AS ?x) {}", True),
        ("SELECT (UUID() AS ?x) {}", True),
        ("SELECT (BNODE('a') AS ?x) {}", True),
        ("ASK {FILTER(?x<NOW()&&?y>1)}", True),
        ("ASK {FILTER(1+1=2||true&&trueNOW())}", True),
        ("ASK {VALUES ?x {'''a'} FILTER(NOW()=1) #'''\n}", True),
        ("ASK {SERVICE <http://e/> {}}", True),
        ("ASK {?now ?p ('now (')}", True),
        ("ASK {?s ?p 'unknown'}", True),
        ("ASK {?now ?p ?o}", False),
        ("SELECT ?now (COUNT(*) AS ?n) {?now ?p ?rand} GROUP BY ?now", False),
        ("ASK {?s <http://e/random> ?uuid . FILTER(?uuid = 1)}", False),
        ("PREFIX brand: <http://e/> ASK {?s brand:x (1)}", False),
        ("ASK {} # NOW()", False),
    ],
)
def test_q13_what_changes_each_time_is_found(text: str, changes: bool) -> None:
    assert gate.changes_each_time(text) is changes


CALLS = ["NOW", "rand", "UUID", "BNODE", "(", "()", ")", " ", "#", "\n", "'", "'''", '"', "<", ">", "=", "1", "?x"]  # fmt: skip


@settings(max_examples=2_000, deadline=None, database=None)
@given(st.lists(st.sampled_from(CALLS), max_size=10).map("".join))
def test_q13_no_call_that_the_engine_takes_is_missed(middle: str) -> None:
    """A query that is none any more with another name there has called the function."""
    text = f"ASK {{FILTER(1={middle})}}"
    if not gate.changes_each_time(text) and parses(text):
        assert parses(re.sub("now|rand|uuid|bnode", "xx", text, flags=re.IGNORECASE))


# --- differential: the gate against the engine's own parser --------------------------------------

PIECES = [
    "SERVICE", "service", "SERVICE ", "SILENT ", E, E, "<x>", "<#>", "<'>", "<2)", ">", "<", "{", "}",
    "{}", "(", ")", "'", '"', "'''", '"""', "\\'", "\\", "#", "#'\n", "\n", " ", ".", ";", "1", "1.", "true",
    "?s ", "?p ", "?o ", "?service ", "?s ?p ", "ex:a", "ex:", "p:", ":x", "_:b ", "@en", "FILTER(",
    "OPTIONAL", "VALUES ?x ", "UNION", "EXISTS", "&&", "GRAPH ", "SELECT*", "'a'", '"b"', "a", "e0", "-",
    "schema:Service ", "service:x", "\\#", "\\_", "\\uD800", "\\u0041", ",", "=", "?",
]  # fmt: skip
PROLOGUE = (
    f"PREFIX ex: {E} PREFIX : {E} PREFIX p: <http://127.0.0.1:80> PREFIX schema: <http://e/> "
    f"PREFIX service: {E} PREFIX serbice: {E} PREFIX silent: {E} "
)
WHOLE = [
    "?s ?p ?o.", "FILTER(1<2)", "FILTER('a'<'>')", "?s ?p 'a'", "?s ?p p:", "?s p:1", "VALUES ?x {'''a'}",
    "?s ?p true", "?s ?p ex:a\\'.", "?s ?p <http://a\\u0041#b>.", "OPTIONAL{}", "#'\n", "#'''\n", "{", "}",
    f"SERVICE{E}{{}}", "SERVICEex:a{}", "SERVICE:{}", f"SERVICE#>\n{E}{{}}", f"SERVICE SILENT{E}{{}}",
    "?s schema:Service ?o.", "FILTER(?s<<http://e/#>)", "FILTER(1<<http://e/'>", "FILTER EXISTS{", "FILTER(1<2#>\n)", "\\uD800'''\n", "'''", '#"""\n', '"""',
]  # fmt: skip


def has_service(body: str) -> bool:
    """Whether the engine reads SERVICE as the keyword: then it parses with no other word there."""
    text = PROLOGUE + "ASK{" + body + "}"
    if not parses(text):
        return False
    at = text.lower().find("service", len(PROLOGUE))
    while at >= 0:
        if not parses(text[: at + 3] + "b" + text[at + 4 :]):
            return True
        at = text.lower().find("service", at + 1)
    return False


def test_the_engine_is_asked_rightly() -> None:
    assert has_service(f"SERVICE{E}{{}}")
    assert has_service(f"?s ?p 1SERVICE{E}{{}}")
    assert not has_service("?s schema:Service ?o. ?service service:x 'SERVICE' #SERVICE\n")
    assert not has_service(f"SERVICE{E}{{")


@settings(
    max_examples=1_500 * MANY, deadline=None, suppress_health_check=list(HealthCheck), database=None
)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_nothing_with_a_service_passes(body: str) -> None:
    _check(body)


@settings(
    max_examples=3_000 * MANY, deadline=None, suppress_health_check=list(HealthCheck), database=None
)
@given(st.lists(st.sampled_from(WHOLE), min_size=1, max_size=7).map("".join))
def test_nothing_with_a_service_among_whole_patterns_passes(body: str) -> None:
    _check(body)


@settings(
    max_examples=1_500 * MANY, deadline=None, suppress_health_check=list(HealthCheck), database=None
)
@given(
    st.sampled_from(SPELLINGS),
    st.lists(st.tuples(st.integers(0, 200), st.sampled_from([*PIECES, ""])), max_size=3),
)
def test_no_change_of_a_spelling_passes(text: str, changes: list[tuple[int, str]]) -> None:
    body = text[text.index("{") + 1 : text.rindex("}")]
    for at, piece in changes:
        body = body[: at % (len(body) + 1)] + piece + body[at % (len(body) + 1) :]
    _check(body)


def _check(body: str) -> None:
    if "service" in body.lower() and verdict(PROLOGUE + "ASK{" + body + "}") == "passes":
        assert not has_service(body)


# --- time ----------------------------------------------------------------------------------------

SOUPS = [
    "a.", "a ", '"', "'''", "?x<a>", "ex:a ", "<a", "'''\\'''", "_:a.", "1.", "@a-", "#\n", ":", "a:.", "a-",
    "%20", "((", "'\\'", "<a>'", "\\", ".", "a.b", "service ", "service:", "<#>", "'a", "?", "\n", "ñ", "😀",
]  # fmt: skip


@pytest.mark.parametrize("piece", SOUPS)
def test_the_pass_is_linear(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps of Python code and characters matched grow no faster than the text."""
    monkeypatch.setattr(gate, "_LIMITS", dict.fromkeys(gate._LIMITS, 10**9))
    monkeypatch.setattr(gate, "MAX_DEPTH", 10**9)
    half = MAX_QUERY_BYTES // 2 // len(piece.encode())
    small, large = _steps(piece * half), _steps(piece * 2 * half)
    assert large <= 2.2 * small + 200


def _steps(text: str) -> int:
    count = 0

    def trace(*_: object) -> Callable[..., object]:
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        verdict(text)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("piece", SOUPS)
def test_the_tokens_are_found_in_linear_time(piece: str) -> None:
    """Matching alone, without limits: 64 KiB of the worst text in well under a second."""
    text = piece * (MAX_QUERY_BYTES // len(piece.encode()))
    before = _now()
    assert sum(len(match.group()) for match in gate._TOKEN.finditer(text)) == len(text)
    assert _now() - before < 1.0


def _now() -> float:
    return time.process_time()


def test_there_is_no_recursion() -> None:
    limit = sys.getrecursionlimit()
    deep = "ASK " + "{" * 30_000
    sys.setrecursionlimit(_depth() + 30)
    try:
        found = verdict(deep)
    finally:
        sys.setrecursionlimit(limit)
    assert found == "TooComplex"


def _depth() -> int:
    frame, depth = sys._getframe(), 0
    while frame.f_back:
        frame, depth = frame.f_back, depth + 1
    return depth


# --- the kind of the answer ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("SELECT * {}", "solutions"),
        ("select*{}", "solutions"),
        ("SELECT?x{}", "solutions"),
        ("ASK {}", "boolean"),
        ("aSk{}", "boolean"),
        ("CONSTRUCT {} WHERE {}", "graph"),
        ("CONSTRUCT WHERE {?s ?p ?o}", "graph"),
        ("DESCRIBE <http://e/>", "graph"),
        ("DESCRIBE<http://e/>", "graph"),
        ("# SELECT\nASK {}", "boolean"),
        ("#'\nASK {} # SELECT", "boolean"),
        ("PREFIX select: <http://e/> ASK {}", "boolean"),
        ("PREFIX insert: <http://e/> ASK {}", "boolean"),
        ("PREFIX ask:<http://e/select> DESCRIBE ask:select", "graph"),
        ("BASE <http://e/SELECT> ASK {}", "boolean"),
        ("BASE <http://e/#ask> SELECT * {}", "solutions"),
        ("PREFIX : <http://e/>ASK{}", "boolean"),
        ("PREFIX a.b: <http://e/> PREFIX é: <http://e/> CONSTRUCT {} {}", "graph"),
        ("ASK {?s ?p 'SELECT'}", "boolean"),
        ("ASK {{SELECT * {}}}", "boolean"),
        ("SELECT ?ask {?ask ?p 'DELETE'}", "solutions"),
        ("\n\t ASK{}", "boolean"),
        ("ASK {} ; DROP ALL", "boolean"),
    ],
)
def test_the_kind_is_that_of_the_form(text: str, kind: str) -> None:
    assert answer_kind(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "# ASK", "'ASK'", "?ask", "<ask>", "ask:ask", "hello", "{}", "PREFIX ask: <http://e/>",
        "_:ask", "@ask", "\\u0041SK {}",
    ],
)  # fmt: skip
def test_what_is_no_query_has_no_kind(text: str) -> None:
    with pytest.raises(MalformedQuery, match="not a query"):
        answer_kind(text)


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA {}",
        "delete where {?s ?p ?o}",
        "LOAD <http://e/>",
        "CLEAR ALL",
        "DROP ALL",
        "CREATE GRAPH <http://e/>",
        "ADD DEFAULT TO <http://e/>",
        "MOVE DEFAULT TO <http://e/>",
        "COPY DEFAULT TO <http://e/>",
        "WITH <http://e/> DELETE {} WHERE {}",
        "PREFIX select: <http://e/> # ASK\nINSERT {} WHERE {SELECT * {}}",
    ],
)
def test_an_update_is_named_as_such(text: str) -> None:
    with pytest.raises(MalformedQuery, match="an update"):
        answer_kind(text)
