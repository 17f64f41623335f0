"""Shapes speak Spanish and English, say what to do, and hold no slow regular expression."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable

import pytest
import rdflib
from rdflib.namespace import RDF, SH

from ogpgraph.files import Graph
from ogpgraph.settings import DEFAULT_BASE_IRI
from ogpgraph.shipped import Shipped

TEXTS = (SH.name, SH.description, SH.message)
NESTED = re.compile(r"\([^()]*[*+{][^()]*\)\s*[*+{]|[*+}][*+{]|\.\*.*\.\*")
LIMIT_S = 0.05
LENGTH = 10_000


@pytest.fixture(scope="module")
def graph(shapes: Graph) -> rdflib.Graph:
    return rdflib.Graph().parse(data=shapes.to_bytes(), format="nt")


def named(graph: rdflib.Graph) -> list[rdflib.URIRef]:
    return sorted(
        {*graph.subjects(RDF.type, SH.NodeShape), *graph.subjects(RDF.type, SH.PropertyShape)}
    )


def test_every_declared_shape_has_an_iri_in_our_namespace(graph: rdflib.Graph):
    shapes = named(graph)
    assert len(shapes) > 400
    assert [s for s in shapes if not s.startswith(f"{DEFAULT_BASE_IRI}shapes#")] == []


@pytest.mark.parametrize("kind", TEXTS, ids=lambda kind: kind.rpartition("#")[2])
def test_every_shape_has_the_text_once_in_each_language(graph: rdflib.Graph, kind: rdflib.URIRef):
    wrong = {
        str(shape): texts
        for shape in named(graph)
        if (texts := sorted(str(t.language) for t in graph.objects(shape, kind))) != ["en", "es"]
    }
    assert wrong == {}


def test_every_message_is_a_sentence_that_says_what_to_do(graph: rdflib.Graph):
    messages = [str(text) for text in graph.objects(None, SH.message)]
    assert [text for text in messages if not re.match(r"\w.{19,}[.)]$", text)] == []
    assert [text for text in messages if "conform" in text.lower()] == []


def test_messages_name_only_what_a_finding_has(graph: rdflib.Graph):
    messages = (str(text) for text in graph.objects(None, SH.message))
    placeholders = {name for text in messages for name in re.findall(r"\{([^}]*)\}", text)}
    assert placeholders <= {"?this", "?path", "?value"}


def test_both_languages_name_the_same_terms(graph: rdflib.Graph):
    """A translation that speaks of another property was forgotten."""
    different = {}
    for shape in named(graph):
        texts = {text.language: str(text) for text in graph.objects(shape, SH.message)}
        terms = {language: set(re.findall(r"\w+:\w+", text)) for language, text in texts.items()}
        if terms["es"] != terms["en"]:
            different[str(shape)] = terms
    assert different == {}


def test_only_core_and_sparql_constraints_are_used(graph: rdflib.Graph):
    used = {str(p).removeprefix(str(SH)) for p in graph.predicates() if str(p).startswith(str(SH))}
    assert used.isdisjoint({"js", "rule", "target", "values", "expression", "deactivated"})
    assert set(graph.objects(None, SH.severity)) == {SH.Warning}


def test_each_file_keeps_to_its_severity():
    for path in Shipped.find().shapes:
        shapes = rdflib.Graph().parse(path)
        warned = set(shapes.subjects(SH.severity, SH.Warning))
        declared = set(named(shapes))
        assert warned == (declared if path.stem == "should" else set()), path.name


def patterns(graph: rdflib.Graph) -> list[str]:
    return sorted({str(pattern) for pattern in graph.objects(None, SH.pattern)})


def adversarial(pattern: str) -> Iterable[str]:
    """Long strings that almost match: runs of each kind of character, with a wrong end."""
    literal = "".join(re.findall(r"[A-Za-z0-9:/._-]", pattern)) or "a"
    for seed in ("a", "A", "0", "/", ".", "-", "a.", "a/", "a+", " ", "_", literal):
        run = (seed * LENGTH)[:LENGTH]
        yield from (run, run + "!", "AP_" + run + "!", "https://" + run + "\n")


def test_patterns_are_found_and_have_no_nested_quantifiers(graph: rdflib.Graph):
    found = patterns(graph)
    assert len(found) == 14
    assert [pattern for pattern in found if NESTED.search(pattern)] == []


def test_patterns_are_linear(graph: rdflib.Graph):
    slow = {}
    for pattern in patterns(graph):
        compiled = re.compile(pattern)
        for text in adversarial(pattern):
            before = time.thread_time()
            compiled.search(text)
            taken = time.thread_time() - before
            if taken > LIMIT_S:
                slow[pattern] = taken
    assert slow == {}


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|b*)*c", "a++", ".*x.*y"])
def test_the_check_for_nested_quantifiers_finds_them(pattern: str):
    assert NESTED.search(pattern)
