"""Documents that mean harm, or are at a limit: made here, never stored."""

from __future__ import annotations

import json
from dataclasses import dataclass

TURTLE, N_TRIPLES = "text/turtle", "application/n-triples"
RDF_XML, JSON_LD = "application/rdf+xml", "application/ld+json"
FORMATS = {"ttl": TURTLE, "nt": N_TRIPLES, "rdf": RDF_XML, "jsonld": JSON_LD}

READ = frozenset({(400, "bad-input")})
"""It was read whole: all that is wrong is that it does not say which graph it is."""
EITHER = READ | {(422, "parse-resources")}


@dataclass(frozen=True)
class Case:
    """A document, and what may be said of it."""

    name: str
    media_type: str
    content: bytes
    expected: frozenset[tuple[int, str]]
    line: int | None = None


def case(
    name: str,
    media_type: str,
    content: str | bytes,
    status: int | frozenset[tuple[int, str]],
    slug: str = "",
    line: int | None = None,
) -> Case:
    expected = status if isinstance(status, frozenset) else frozenset({(status, slug)})
    raw = content if isinstance(content, bytes) else content.encode()
    return Case(name, media_type, raw, expected, line)


def triple(value: str, line: int = 1) -> str:
    return "\n" * (line - 1) + f"<http://e/s> <http://e/p> {value} .\n"


def xml(inner: str, prologue: str = "") -> str:
    return (
        f'{prologue}<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        f'xmlns:e="http://e/"><rdf:Description rdf:about="http://e/s">{inner}'
        "</rdf:Description></rdf:RDF>"
    )


def nested_xml(depth: int) -> str:
    """Elements inside one another: `depth` of them in all, an odd or an even number."""
    pairs, odd = divmod(depth - 1, 2)
    inner = "<e:p/>" if odd == 0 else ""
    opening = "<e:p><e:C>" * (pairs - (odd == 0))
    closing = "</e:C></e:p>" * (pairs - (odd == 0))
    text = xml("", "").replace('<rdf:Description rdf:about="http://e/s"></rdf:Description>', "§")
    return text.replace("§", f"<e:C>{opening}{inner}{closing}</e:C>")


def nested_json(depth: int) -> str:
    """Objects inside one another: `depth` of them."""
    return '{"http://e/p":' * (depth - 1) + '{"http://e/p":1}' + "}" * (depth - 1)


def all_cases(canary: str) -> list[Case]:
    """Every case; `canary` is a URL that nobody may ask for."""
    return [
        *encodings(),
        *depths(),
        *rdf_12(),
        *document_types(canary),
        *contexts(canary),
        *relative(),
        *schemes(),
        *forbidden_in_iris(),
        *controls(),
        *limits(),
        *syntax(),
        *heavy(),
        *shacl(canary),
    ]


def encodings() -> list[Case]:
    """P3."""
    wrong = {
        "utf-16-le": "\ufeff<é>".encode("utf-16-le"),
        "utf-16-be": "\ufeff<é>".encode("utf-16-be"),
        "latin-1": "\n\n“ñ".encode()[:5] + "ñandú".encode("latin-1"),
        "overlong": b"\n\n\xc0\x80",
        "surrogate": b"\n\n\xed\xa0\x80",
        "cut off": "\n\nñ".encode()[:-1],
        "too high": b"\n\n\xf5\x80\x80\x80",
        "lone continuation": b"\n\n\x80",
    }
    return [
        case(f"P3 {name} {short}", media_type, content, 400, "malformed-rdf",
             1 if name.startswith("utf-16") else 3)
        for short, media_type in FORMATS.items()
        for name, content in wrong.items()
    ] + [
        case("P3 BOM ttl", TURTLE, "\ufeff" + triple("1"), READ),
        case("P3 BOM rdf", RDF_XML, "\ufeff" + xml("<e:p>1</e:p>"), READ),
        case("P3 BOM jsonld", JSON_LD, "\ufeff" + nested_json(1), READ),
    ]  # fmt: skip


def depths() -> list[Case]:
    """P7."""
    found = []
    for depth in (63, 64, 65, 1_000, 100_000, 1_000_000):
        deep = depth > 64
        found.append(
            case(
                f"P7 objects {depth}",
                JSON_LD,
                nested_json(depth),
                *((400, "too-deep", 1) if deep else (READ,)),
            )
        )
        if depth <= 100_000:
            found.append(
                case(
                    f"P7 elements {depth}",
                    RDF_XML,
                    nested_xml(depth),
                    *((400, "too-deep", 1) if deep else (READ,)),
                )
            )
        found.append(
            case(
                f"P7 arrays {depth}",
                JSON_LD,
                "[" * depth + "]" * depth,
                *((400, "too-deep", 1) if deep else (READ,)),
            )
        )
    for depth in (255, 256, 257, 1_000, 100_000, 1_000_000):
        deep = depth > 256
        blank = "[<http://e/p> " * depth + "1" + "]" * depth
        lists = "(" * depth + ")" * depth
        for name, text in (("blank nodes", blank), ("lists", lists)):
            found.append(
                case(
                    f"P7 {name} {depth}",
                    TURTLE,
                    triple(text, 3),
                    *((400, "too-deep", 3) if deep else (READ,)),
                )
            )
    found.append(case("P7 brackets in texts", TURTLE, triple('"' + "[" * 1_000 + '"'), READ))
    found.append(
        case("P7 brackets in comments", TURTLE, "#" + "(" * 1_000 + "\n" + triple("1"), READ)
    )
    return found  # fmt: skip


def rdf_12() -> list[Case]:
    """P7: triples as terms."""
    a, b, c = "<http://e/a>", "<http://e/b>", "<http://e/c>"
    nested = "<<( <http://e/a> <http://e/b> "
    slug = "rdf12-not-supported"
    return [
        case("P7 triple term", TURTLE, triple(f"<<( {a} {b} {c} )>>", 2), 400, slug, 2),
        case("P7 triple term nt", N_TRIPLES, triple(f"<<( {a} {b} {c} )>>", 2), 400, slug, 2),
        case("P7 reified", TURTLE, f"<< {a} {b} {c} >> {b} {c} .", 400, slug, 1),
        case("P7 annotation", TURTLE, f"{a} {b} {c} {{| {b} 1 |}} .", 400, slug, 1),
        case("P7 reifier", TURTLE, f"{a} {b} {c} ~ {a} .", 400, slug, 1),
        case("P7 direction", TURTLE, triple('"a"@en--ltr', 2), 400, slug, 2),
        *(case(f"P7 triple terms {n}", TURTLE, triple(nested * n + c + " )>>" * n), 400, slug, 1)
          for n in (10, 10_000, 100_000)),
    ]  # fmt: skip


def document_types(canary: str) -> list[Case]:
    """P5."""
    laughs = '<!ENTITY l0 "ha">' + "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9)
    )
    kinds = {
        "laughs 5": f"<!DOCTYPE r [{laughs}]>",
        "laughs 8": f"<!DOCTYPE r [{laughs}]>",
        "quadratic": f'<!DOCTYPE r [<!ENTITY l8 "{"x" * 100_000}">]>',
        "external entity file": '<!DOCTYPE r [<!ENTITY l8 SYSTEM "file:///etc/passwd">]>',
        "external entity http": f'<!DOCTYPE r [<!ENTITY l8 SYSTEM "{canary}xxe">]>',
        "external type": f'<!DOCTYPE r SYSTEM "{canary}dtd">',
        "public type": f'<!DOCTYPE r PUBLIC "-//W3C//DTD" "{canary}dtd">',
        "parameter entity": f'<!DOCTYPE r [<!ENTITY % p SYSTEM "{canary}pe"> %p;]>',
        "after a comment": "<!-- > --><!DOCTYPE r>",
        "after an instruction": "<?xml version='1.0'?><?a b?><!DOCTYPE r>",
        "after a mark": "\ufeff<!DOCTYPE r>",
        "after space": " \t<!DOCTYPE r>",
        "in lower case": "<!doctype r>",
    }
    counts = {"laughs 5": "&l5;", "quadratic": "&l8;" * 20_000}
    return [
        case(f"P5 {name}", RDF_XML, xml(f"<e:p>{counts.get(name, '&l8;')}</e:p>", text),
             400, "dtd-not-allowed", 1)
        for name, text in kinds.items()
    ] + [
        case("P5 after lines", RDF_XML, xml("", "\n\n<!DOCTYPE r>"), 400, "dtd-not-allowed", 3),
        case("P5 inside", RDF_XML, xml("<!DOCTYPE r>"), 400, "malformed-rdf", 1),
        case("P5 in a text", RDF_XML, xml("<e:p><![CDATA[<!DOCTYPE r>]]></e:p>"), READ),
    ]  # fmt: skip


def contexts(canary: str) -> list[Case]:
    """P6."""
    thing = '"@id":"http://e/s","http://e/p":1'
    slug = "remote-context"
    texts = [
        f'{{"@context":"{where}",{thing}}}'
        for where in (
            f"{canary}c.jsonld", "https://schema.org/", "file:///etc/passwd", "/etc/passwd",
            "c.jsonld", "", f"//{canary.partition('//')[2]}c",
        )
    ]  # fmt: skip
    texts += [
        f'{{"@context":{{"@import":"{canary}i"}},{thing}}}',
        f'{{"@context":[null,{{}},"{canary}a"],{thing}}}',
        f'{{"\\u0040context":"{canary}e",{thing}}}',
        f'{{"@context":{{"p":{{"@id":"http://e/p","@context":"{canary}s"}}}},"p":{{}}}}',
        f'{{"@context":{{"T":{{"@id":"http://e/T","@context":["{canary}t"]}}}},"@type":"T"}}',
        f'{{{thing},"http://e/q":[{{"@context":"{canary}n"}}]}}',
        f'{{"@included":[{{"@context":{{"@import":"{canary}j"}}}}]}}',
        f'{{"@context" \n:\n "{canary}l",{thing}}}',
    ]
    found = [case(f"P6 {n}", JSON_LD, text, 400, slug) for n, text in enumerate(texts)]
    return [*found, case("P6 on line 4", JSON_LD, '{\n"a":1,\n\n"@context":"x"}', 400, slug, 4)]


def relative() -> list[Case]:
    """P8."""
    slug = "malformed-rdf"
    return [
        case("P8 ttl", TURTLE, "\n<foo> <http://e/p> 1 .", 400, slug, 2),
        case("P8 ttl object", TURTLE, triple("<../x>"), 400, slug, 1),
        case("P8 ttl empty", TURTLE, triple("<>"), 400, slug, 1),
        case("P8 nt", N_TRIPLES, triple("<foo>", 2), 400, slug, 2),
        case("P8 rdf", RDF_XML, xml('\n<e:p rdf:resource="foo"/>'), 400, slug, 2),
        case("P8 rdf ID", RDF_XML, xml('<e:p rdf:ID="foo">1</e:p>'), 400, slug, 1),
        case("P8 rdf base", RDF_XML, xml('<e:p xml:base="b/" rdf:resource="foo"/>'), 400, slug, 1),
        case("P8 jsonld", JSON_LD, '{"@id":"foo","http://e/p":1}', 400, slug, 1),
        case("P8 jsonld host", JSON_LD, '{"@id":"//h/x","http://e/p":1}', 400, slug, 1),
        case("P8 jsonld base", JSON_LD, '{"@context":{"@base":null},"@id":"foo"}', 400, slug, 1),
        case("P8 jsonld vocabulary", JSON_LD, '{"@context":{"@vocab":""},"p":1}', 400, slug, 1),
        case(
            "P8 working folder", TURTLE, "@base <file:///> .\n" + triple("<x>"), 422, "iri-scheme"
        ),
    ]


def schemes() -> list[Case]:
    """P9."""
    names = [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "vbscript:x", "data:text/html,x",
        "file:///etc/passwd", "FILE:///etc/passwd", "blob:x", "about:blank", "ftp://e/x",
        "ldap://e/x", "gopher://e/x", "jar:file:///x!/y", "view-source:http://e/", "ws://e/",
    ]  # fmt: skip
    slug = "iri-scheme"
    found = [case(f"P9 {iri}", TURTLE, triple(f"<{iri}>", 2), 422, slug, 2) for iri in names]
    return [
        *found,
        case("P9 subject", TURTLE, f"\n<{names[0]}> <http://e/p> 1 .", 422, slug, 2),
        case("P9 predicate", TURTLE, f"<http://e/s> <{names[0]}> 1 .", 422, slug, 1),
        case("P9 datatype", TURTLE, triple(f'"x"^^<{names[0]}>'), 422, slug, 1),
        case("P9 nt", N_TRIPLES, triple(f"<{names[0]}>", 3), 422, slug, 3),
        case("P9 rdf", RDF_XML, xml(f'<e:p rdf:resource="{names[0]}"/>'), 422, slug, 1),
        case("P9 jsonld", JSON_LD, f'{{"@id":"{names[0]}","http://e/p":1}}', 422, slug, 1),
        *(case(f"P9 {iri} is taken", TURTLE, triple(f"<{iri}>"), READ)
          for iri in ("HTTP://e/x", "mailto:a@e", "urn:a:b", "tel:+1", "https://e/")),
    ]  # fmt: skip


def forbidden_in_iris() -> list[Case]:
    """P9: characters that no IRI holds, raw and escaped."""
    found = []
    for character in ' <>"{}|\\^`\x00\x0b':
        code = f"\\u{ord(character):04X}"
        found.append(
            case(f"P9 ttl {code}", TURTLE, triple(f"<http://e/a{code}b>"), 400, "malformed-rdf", 1)
        )
        text = json.dumps({"@id": f"http://e/a{character}b", "http://e/p": 1})
        found.append(case(f"P9 jsonld {code}", JSON_LD, text, 400, "malformed-rdf", 1))
    return found  # fmt: skip


def controls() -> list[Case]:
    """P11."""
    codes = [n for n in range(0x20) if n not in {9, 10, 13}] + [0xFFFE, 0xFFFF]
    slug = "control-character"
    found = [
        case(f"P11 U+{n:04X}", TURTLE, triple(f'"a\\u{n:04X}"', 2), 422, slug, 2) for n in codes
    ]
    return [
        *found,
        case("P11 jsonld", JSON_LD, '{"@id":"http://e/s",\n"http://e/p":"\\u0001"}', 422, slug, 2),
        case("P11 nt raw", N_TRIPLES, triple('"a\x01"'), 422, slug, 1),
        case("P11 rdf", RDF_XML, xml("<e:p>\x01</e:p>"), 400, "malformed-rdf", 1),
        case("P11 rdf reference", RDF_XML, xml("<e:p>&#1;</e:p>"), 400, "malformed-rdf", 1),
        case("P11 tab, line feed, return", TURTLE, triple('"\\t\\n\\r"'), READ),
    ]


def limits() -> list[Case]:
    """P10."""
    number = '"{}"^^<http://www.w3.org/2001/XMLSchema#{}>'
    prefix = "@prefix e: <http://e/{}> .\n"
    return [
        case("P10 IRI at", TURTLE, triple(f"<http://e/{'x' * (2048 - 9)}>"), READ),
        case("P10 IRI over", TURTLE, triple(f"<http://e/{'x' * (2048 - 8)}>", 2), 422, "limit", 2),
        case("P10 IRI over in bytes", TURTLE, triple(f"<http://e/{'ñ' * 1020}>"), 422, "limit", 1),
        case("P10 literal at", TURTLE, triple(f'"{"x" * 2**20}"'), READ),
        case("P10 literal over", TURTLE, triple(f'"{"x" * 2**20}x"', 2), 422, "limit", 2),
        case("P10 literal of 20 MB", TURTLE, triple(f'"{"x" * 20_000_000}"'),
             frozenset({(422, "limit"), (400, "bad-input")})),
        case("P10 digits at", TURTLE, triple("1" * 400), READ),
        case("P10 digits over", TURTLE, triple("1" * 401, 2), 422, "limit", 2),
        case("P10 100000 digits", TURTLE, triple("1" * 100_000), 422, "limit", 1),
        case("P10 decimals over", TURTLE, triple("0." + "1" * 400), 422, "limit", 1),
        case("P10 year", TURTLE, triple(number.format("9" * 500, "gYear")), 422, "limit", 1),
        case("P10 json number", JSON_LD, f'{{"@id":"http://e/s","http://e/p":{"1" * 5000}}}',
             frozenset({(422, "limit"), (400, "bad-input"), (400, "malformed-rdf")})),
        case("P10 language", TURTLE, triple('"x"@en' + "-aaaaaaaa" * 40), 422, "limit", 1),
        case("P10 prefix 1 MB x 20000", TURTLE,
             prefix.format("x" * 1_000_000) + "e:a e:b e:c .\n" * 20_000, 422, "limit"),
        case("P10 triples over", N_TRIPLES,
             "".join(triple(f'"{n}"') for n in range(100_001)), 422, "limit", 100_001),
        case("P10 as N-Triples", TURTLE,
             prefix.format("x" * 2_000) + "".join(f"e:{n} e:p e:o .\n" for n in range(15_000)),
             422, "limit"),
    ]  # fmt: skip


def syntax() -> list[Case]:
    """P4, P13: an error on the first, a middle and the last line of each format."""
    slug = "malformed-rdf"
    found = []
    for line in (1, 5, 9):
        rows = ["<http://e/s> <http://e/p> 'x' ."] * 9
        rows[line - 1] = "<http://e/s> oops oops oops ."
        found.append(case(f"P4 ttl {line}", TURTLE, "\n".join(rows), 400, slug, line))
        text = "\n".join(rows).replace("'x'", '"x"')
        found.append(case(f"P4 nt {line}", N_TRIPLES, text, 400, slug, line))
        tags = ["<e:p>x</e:p>"] * 9
        tags[line - 1] = "<e:p>x</e:q>"
        found.append(case(f"P4 rdf {line}", RDF_XML, xml("\n".join(tags)), 400, slug, line))
        keys = [f'"http://e/p{n}": 1,' for n in range(9)]
        keys[line - 1] = '"http://e/p" 1,'
        found.append(case(f"P4 jsonld {line}", JSON_LD, "{" + "\n".join(keys), 400, slug, line))
    return [
        *found,
        case("P13 two graphs", TURTLE, "<http://e/g> {\n" + triple("1") + "}", 400, slug, 1),
        case("P13 quads", N_TRIPLES, "<http://e/s> <http://e/p> 1 <http://e/g> .", 400, slug, 1),
        case("P13 graph in JSON-LD", JSON_LD,
             '{"@id":"http://e/g","http://e/q":1,"@graph":[{"@id":"http://e/t","http://e/p":1}]}',
             400, slug, 1),
        case("P4 half a pair", TURTLE, triple('"\\uD800"', 2), 400, slug, 2),
        case("P4 half a pair in JSON", JSON_LD, '{"http://e/p":"\\ud800"}', 400, slug, 1),
        case("P4 gzip under another name", TURTLE, b"\x1f\x8b\x08\x00abc", 400, slug, 1),
        case("P4 nothing", TURTLE, "", READ),
        case("P4 unclosed comment", RDF_XML, "<!--" * 200_000, 400, slug),
        case("P4 unclosed texts", TURTLE, '"""a' * 200_000, 400, slug),
        case("P4 unclosed strings", JSON_LD, '["a' + '\\"a' * 200_000, 400, slug),
    ]  # fmt: skip


def heavy() -> list[Case]:
    """P12: what costs a parser much."""
    chain = ",".join(f'"t{n}":"t{n + 1}:x"' for n in range(20_000))
    names = " ".join(f'xmlns:n{n}="http://e/{n}"' for n in range(5_000))
    members = " ".join("1" for _ in range(100_000))
    return [
        case("P12 chained terms", JSON_LD, f'{{"@context":{{{chain}}},"@id":"http://e/s","t0":1}}',
             EITHER | {(400, "malformed-rdf"), (422, "iri-scheme"), (422, "limit")}),
        case("P12 many namespaces", RDF_XML, xml(f"<e:p {names}>1</e:p>"), EITHER),
        case("P12 long list", TURTLE, triple(f"({members})"), 422, "limit", 1),
        case("P12 many prefixes", TURTLE,
             "".join(f"@prefix p{n}: <http://e/{n}> .\n" for n in range(50_000)), EITHER),
    ]  # fmt: skip


PLAN = """@prefix ogp:  <https://w3id.org/ogpgraph/ns#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd:  <http://www.w3.org/2001/XMLSchema#> .
@prefix e: <https://w3id.org/ogpgraph/id/x/> .
<https://w3id.org/ogpgraph/graph/hostile> a ogp:ReferenceGraph ;
    dcterms:title "A"@en , "A"@es ; prov:generatedAtTime "2026-11-21T00:00:00Z"^^xsd:dateTime ;
    prov:wasAttributedTo <https://w3id.org/ogpgraph/id/agent/ogpgraphCuration> ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> .
"""
"""The beginning of a document that breaks no shape."""


def shacl(canary: str) -> list[Case]:
    """V2, V4: what is meant for the validator."""
    judged = frozenset({(200, ""), (422, "validation-failed")})
    chain = "".join(f"e:C{n} rdfs:subClassOf e:C{n + 1} .\n" for n in range(2_000))
    more = {
        "V4 chain of 2000 classes": f"{chain} e:a a e:C0 .",
        "V4 circle of classes": "e:C rdfs:subClassOf e:D . e:D rdfs:subClassOf e:C . e:a a e:C .",
        "V4 circular list": "e:l rdf:first 1 ; rdf:rest e:l . e:a a ogp:Commitment ; ogp:has e:l .",
        "V4 chain of commitments": "e:a a ogp:Commitment , ogp:ActionPlan , e:C0 .\n" + chain,
        "V2 import": f"<https://w3id.org/ogpgraph/ns> owl:imports <{canary}import> .",
        "V2 shapes graph": f"e:a sh:shapesGraph <{canary}shapes> .",
        "V2 script": f'e:a sh:js [ sh:jsLibrary [ sh:jsLibraryURL "{canary}js"^^xsd:anyURI ] ] .',
        "V2 ask elsewhere": f'e:S a sh:NodeShape ; sh:targetClass ogp:Commitment ; sh:sparql '
        f'[ sh:select "SELECT $this {{SERVICE <{canary}sparql> {{?a ?b ?c}}}}" ] .',
    }  # fmt: skip
    return [case(name, TURTLE, PLAN + text, judged) for name, text in more.items()]
