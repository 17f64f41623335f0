"""What holds for every document, seen from inside: nothing is opened, nothing runs away."""

from __future__ import annotations

import ast
import csv
import io
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import ogpgraph
from ogpgraph import files
from ogpgraph.errors import BadInput, ParseResources
from ogpgraph.files import Graph
from ogpgraph.formats import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE
from ogpgraph.intake.documents import Intake
from ogpgraph.store.embedded import EmbeddedStore
from ogpgraph.terms import Term

PACKAGE = Path(ogpgraph.__file__).parent
BASE = "https://base.example/"
PATTERN = "<http://www.w3.org/ns/shacl#pattern>"

AUDITED = """
import os, sys
from ogpgraph import files
from ogpgraph.errors import OgpGraphError
from ogpgraph.files import Graph
from ogpgraph.validation import Validator

shapes = files.parse(b'''@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <http://e/> .
e:S a sh:NodeShape ; sh:targetClass e:C ; sh:property [ sh:path e:p ; sh:minCount 1 ] ;
  sh:sparql [ sh:select "SELECT $this WHERE { $this <http://e/q> ?x }" ] .''',
  "text/turtle", name="s", base="http://b/").graph
validator = Validator(shapes)
files.parse(b"", "text/turtle", name="f", base="http://b/")
validator.validate(Graph(), Graph())  # libraries load some of their modules when first used

allowed = tuple(os.path.realpath(p) for p in (sys.prefix, sys.base_prefix)) + (sys.prefix,)
seen = []
def watch(event, arguments):
    if event == "open":
        path = arguments[0]
        if isinstance(path, str) and not os.path.realpath(path).startswith(allowed):
            seen.append((event, path))
    elif event.startswith(("socket.", "urllib.", "subprocess.", "os.system", "ftplib.", "http.")):
        seen.append((event, str(arguments)))
sys.addaudithook(watch)

documents = [
    ("text/turtle", b"@base <file:///etc/> . <passwd> <x> <y> ."),
    ("text/turtle", b'''@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <http://e/> .
       <http://127.0.0.1:9/d> <http://www.w3.org/2002/07/owl#imports> <http://127.0.0.1:9/o> .
       e:a a e:C ; sh:shapesGraph <http://127.0.0.1:9/s> ; e:q <http://127.0.0.1:9/x> .
       e:S sh:js [ sh:jsLibrary [ sh:jsLibraryURL "http://127.0.0.1:9/j" ] ] .'''),
    ("application/rdf+xml", b'<!DOCTYPE r SYSTEM "http://127.0.0.1:9/d"><r/>'),
    ("application/rdf+xml", b'<?xml-stylesheet href="http://127.0.0.1:9/x"?><r xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/etc/passwd"/></r>'),
    ("application/ld+json", b'{"@context":"http://127.0.0.1:9/c","@id":"http://e/s"}'),
    ("application/ld+json", b'{"@context":{"@import":"file:///etc/passwd"}}'),
    ("application/n-triples", b"<http://127.0.0.1:9/s> <http://e/p> <http://127.0.0.1:9/o> ."),
]
parsed = 0
for media_type, content in documents:
    try:
        graph = files.parse(content, media_type, name="f", base="http://b/").graph
    except OgpGraphError:
        continue
    validator.validate(graph, Graph())
    parsed += 1
print(parsed, seen)
"""


def python(text: str) -> str:
    known = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": "1"}
    found = subprocess.run(
        [sys.executable, "-c", text], check=False, capture_output=True, text=True, env=known
    )
    assert found.returncode == 0, found.stderr
    return found.stdout


def test_p15_reading_and_validating_open_nothing() -> None:
    """No file outside Python's own, no socket, no request, by the hooks of the interpreter."""
    parsed, _, seen = python(AUDITED).strip().partition(" ")
    assert int(parsed) >= 2
    assert seen == "[]"


def test_p15_the_process_that_serves_has_no_rdflib_in_it() -> None:
    text = "import sys, ogpgraph.web.run, ogpgraph.cli.entry; print({'rdflib', 'pyshacl'} & {*sys.modules})"
    assert python(text).strip() == "set()"


def test_p15_rdflib_is_never_given_a_document() -> None:
    """`validation.py` is rdflib's only door: it calls no `parse`, and pyshacl gets no text."""
    tree = ast.parse((PACKAGE / "validation.py").read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = [node.func.attr for node in calls if isinstance(node.func, ast.Attribute)]
    assert not {"parse", "load", "parse_url", "update", "serialize"} & set(names)
    (call,) = [node for node in calls if ast.unparse(node.func) == "pyshacl.validate"]
    assert ast.unparse(call.args[0]) == "data"
    assert {"shacl_graph"} <= {keyword.arg for keyword in call.keywords}
    assert [
        k for k in call.keywords if isinstance(k.value, ast.Constant) and k.value.value is True
    ] == []


# --- V6 ----------------------------------------------------------------------------------------


def patterns(shapes: Graph) -> list[str]:
    return sorted({t.object.value for t in files.triples(shapes) if str(t.predicate) == PATTERN})


NESTED = re.compile(r"\([^()]*[*+][^()]*\)[*+{]|[*+][*+]")
"""A repeated group with something repeated without end in it."""


def test_v6_no_pattern_repeats_what_is_repeated(shapes: Graph) -> None:
    found = patterns(shapes)
    assert len(found) >= 8
    assert [text for text in found if NESTED.search(text)] == []
    assert NESTED.search("(a+)+$")
    assert NESTED.search("(a|b*)*")


def test_v6_each_pattern_is_quick_on_what_would_slow_it(shapes: Graph) -> None:
    beginnings = (
        "",
        "https://",
        "https://w3id.org/ogpgraph/scheme/policy-area/",
        "AP_",
        "2020-01-01T00:00:00.",
    )
    units = ("a", "A", "0", " ", "-", ".", "a/", "0Z", "a.-", "\u00a0", "\n")
    for text in patterns(shapes):
        compiled = re.compile(text)
        for beginning in beginnings:
            for unit in units:
                value = beginning + unit * (10_000 // len(unit)) + "!"
                took = []
                for _ in range(3):
                    before = time.process_time()
                    compiled.search(value)
                    took.append(time.process_time() - before)
                assert min(took) < 0.05, (text, beginning, unit)


# --- P11, P13 ----------------------------------------------------------------------------------

ACCEPTED = [
    "\t",
    "\n",
    "a\r\nb",
    "\r",
    "\x7f",
    "\x85",
    "\u2028",
    "\ufffd",
    "\U0001f600",
    "a\u200db",
    "]]>",
    "<&>\"'",
    " ",
]


@pytest.mark.parametrize("text", ACCEPTED, ids=ascii)
def test_p11_an_accepted_literal_comes_back_from_every_form(text: str) -> None:
    line = f"<http://e/s> <http://e/p> {Term('literal', text)} ."
    graph = files.parse(line.encode(), N_TRIPLES, name="f", base=BASE).graph
    for media_type in (TURTLE, N_TRIPLES, RDF_XML, JSON_LD):
        content = files.write(graph, media_type, prefixes={"e": "http://e/"})
        assert files.parse(content, media_type, name="f", base=BASE).graph == graph, media_type
    for media_type in (N_QUADS, TRIG):
        content = files.write_dataset({"http://e/g": graph}, media_type, prefixes={})
        assert b"http://e/g" in content
    store = EmbeddedStore()
    store.replace({"http://e/g": graph})

    def result(media_type: str) -> str:
        return store.query("SELECT ?o { ?s ?p ?o }").write(media_type).decode()

    answer = json.loads(result("application/sparql-results+json"))
    assert answer["results"]["bindings"][0]["o"]["value"] == text
    (found,) = ET.fromstring(result("application/sparql-results+xml")).iter(
        "{http://www.w3.org/2005/sparql-results#}literal"
    )
    assert found.text == text
    assert list(csv.reader(io.StringIO(result("text/csv"), newline="")))[1] == [text]
    assert result("text/tab-separated-values").count("\n") == 2
    store.close()


def test_p13_blank_nodes_of_two_documents_stay_two() -> None:
    one, two = (
        files.parse(f"<http://e/{n}> <http://e/p> _:a . _:a <http://e/q> {n} .".encode(), TURTLE,
                    name="f", base=BASE).graph
        for n in (1, 2)
    )  # fmt: skip
    assert not {t.object for t in files.triples(one)} & {t.subject for t in files.triples(two)}


def test_p13_a_file_of_several_graphs_is_refused(tmp_path: Path) -> None:
    for suffix in (".trig", ".nq"):
        path = tmp_path / f"two{suffix}"
        path.write_text("<http://e/g> { <http://e/s> <http://e/p> 1 }")
        with pytest.raises(BadInput, match="several graphs"):
            files.read(path, base=BASE)


def test_p12_blank_nodes_that_cannot_be_told_apart_cost_one_worker(shapes: Graph) -> None:
    """A complete graph of blank nodes: every naming of them has to be tried."""
    names = [f"_:b{n}" for n in range(14)]
    text = "".join(f"{a} <http://e/p> {b} .\n" for a in names for b in names if a != b)
    intake = Intake(shapes, size=1, parse_timeout=2.0)
    try:
        with pytest.raises(ParseResources):
            intake.parse(text.encode(), TURTLE, name="f", base=BASE)
        assert sum(intake.state()["parse"].ended.values()) == 1
    finally:
        intake.close()
