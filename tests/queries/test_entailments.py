"""What OWL 2 RL entails: each rule by small cases, all of them against owlrl on all there is.

owlrl runs its rules of properties and of class axioms (prp-* and cax-* of the profile) over what is
asserted and derived, the ontology's axioms among it. What it finds and what stands in the store must
be the same, in both directions, but for what is excluded below with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from types import MappingProxyType

import httpx
import owlrl
import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, Literal, URIRef

from ogpgraph.entailments import Entailments, axioms_of
from ogpgraph.files import Graph, read
from ogpgraph.iris import Names
from ogpgraph.queries import load_rules
from ogpgraph.reference import Reference
from ogpgraph.rules import Rules
from ogpgraph.service import Service
from ogpgraph.store.base import rows
from ogpgraph.vocab import EXTERNAL_PREFIXES

ROOT = Path(__file__).resolve().parents[2]
RULES = {rule.name: rule.text for rule in load_rules(ROOT / "queries" / "entailments")}
ALIGNMENTS = Path(__file__).parent / "fixtures" / "alignments.ttl"
NAMES = Names()
ASSERTED, DERIVED, ENTAILED = NAMES.graph_groups
PLAN = EXTERNAL_PREFIXES["prov"] + "Plan"
COUNT_PLANS = f"SELECT (COUNT(*) AS ?n) {{dataset}} WHERE {{{{ ?s a <{PLAN}> }}}}"
WORDS = MappingProxyType(
    {
        "a": f"<{RDF.type}>",
        "<": f"<{RDFS.subClassOf}>",
        "<<": f"<{RDFS.subPropertyOf}>",
        "inverse": f"<{OWL.inverseOf}>",
        "domain": f"<{RDFS.domain}>",
        "range": f"<{RDFS.range}>",
    }
)


def graph(text: str) -> Graph:
    """Statements of a case, parted by semicolons: words are IRIs, except those above."""

    def term(word: str) -> str:
        return WORDS.get(word) or (word if word[0] == '"' else f"<urn:x:{word}>")

    statements = [part.split() for part in text.split(";") if part.strip()]
    return Graph.of(f"{' '.join(map(term, words))} ." for words in statements)


CASES = {
    "a superclass of a superclass": ("cax-sco", "C < D; D < E", "x a C", "x a D; x a E"),
    "no subclass": ("cax-sco", "C < D", "x a D", ""),
    "classes that are circular": ("cax-sco", "C < D; D < C", "x a C", "x a D"),
    "a superproperty of a superproperty": ("prp-spo1", "p << q; q << r", "x p y", "x q y; x r y"),
    "no subproperty": ("prp-spo1", "p << q", "x q y", ""),
    "a superproperty of a literal": ("prp-spo1", "p << q", 'x p "v"', 'x q "v"'),
    "two turns": ("prp-spo1", "p inverse q; q << r; s inverse r", "x p y", "x s y"),
    "an inverse": ("prp-inv", "p inverse q", "x p y", "y q x"),
    "an inverse the other way": ("prp-inv", "p inverse q", "x q y", "y p x"),
    "an inverse of a superproperty": ("prp-inv", "p << q; r inverse q", "x p y", "y r x"),
    "a superproperty of an inverse": ("prp-inv", "p inverse q; q << r", "x p y", "y q x; y r x"),
    "no inverse of a literal": ("prp-inv", "p inverse q", 'x p "v"', ""),
    "no inverse of a subproperty": ("prp-inv", "p << q; r inverse p", "x q y", ""),
    "a domain": ("prp-dom", "p domain C; C < D", "x p y", "x a C; x a D"),
    "a domain of a superproperty": ("prp-dom", "p << q; q domain C", 'x p "v"', "x a C"),
    "a range of an inverse": ("prp-dom", "p inverse q; q range C", "x p y", "x a C"),
    "no domain of a subproperty": ("prp-dom", "p << q; p domain C", "x q y", ""),
    "a range": ("prp-rng", "p range C; C < D", "x p y", "y a C; y a D"),
    "a range of a superproperty": ("prp-rng", "p << q; q range C", "x p y", "y a C"),
    "a domain of an inverse": ("prp-rng", "q inverse p; q domain C", "x p y", "y a C"),
    "no range of a literal": ("prp-rng", "p range C", 'x p "v"', ""),
}


@pytest.mark.parametrize("case", CASES)
def test_a_rule_gives_this_and_nothing_else(case: str) -> None:
    rule, axioms, statements, expected = CASES[case]
    found = Entailments([RULES[rule]]).entail(graph(statements), graph(axioms), Graph())
    assert found == graph(expected)
    every = Entailments(RULES.values()).entail(graph(statements), graph(axioms), Graph())
    assert set(found.lines) <= set(every.lines)


def test_every_rule_has_cases() -> None:
    assert {rule for rule, *_ in CASES.values()} == RULES.keys()
    assert all(any(c[0] == rule and not c[3] for c in CASES.values()) for rule in RULES)


def test_one_pass_suffices_whatever_the_axioms() -> None:
    axioms = graph(
        "p << q; q inverse r; r << s; s inverse t; t domain C; s domain D; C < E; r range F"
    )
    first = Entailments(RULES.values()).entail(graph("x p y"), axioms, Graph())
    again = Entailments(RULES.values()).entail(graph("x p y") | first, axioms, Graph())
    wanted = "x q y; y r x; y s x; x t y; x a C; x a E; y a D; x a F"
    assert first == graph(wanted)
    assert again == Graph()


def test_what_is_known_is_not_said_again() -> None:
    rules, axioms = Entailments(RULES.values()), graph("C < D; D < E")
    assert rules.entail(graph("x a C; x a D"), axioms, graph("x a E")) == Graph()


def test_what_data_say_of_terms_is_no_axiom() -> None:
    """Trap 1: the UN's ontology gives dcterms:subject a domain. In no graph of data does that count."""
    trap = graph("subject domain Concept; x a Plan; x subject y; Plan < Concept; subject << p")
    assert Entailments(RULES.values()).entail(trap, Graph(), Graph()) == Graph()
    assert Entailments(RULES.values()).entail(trap, axioms_of([trap]), Graph()) != Graph()


AXIOMS_OF_OTHERS = {
    "PublicOrganisation",  # below org:Organization, as in its own ontology: what leads from
    "OrganizationalCollaboration",  # our classes up to org:Organization
}


def test_axioms_are_about_our_own_terms_but_for_two(service: Service) -> None:
    axioms = axioms_of(service.store.graph(NAMES.graph(p)) for p in ("ontology", "alignments"))
    subjects = {line.split(" ", 1)[0].strip("<>") for line in axioms.lines}
    others = {iri for iri in subjects if not iri.startswith(NAMES.term(""))}
    assert {iri.rsplit("#", 1)[-1].rsplit("/", 1)[-1] for iri in others} == AXIOMS_OF_OTHERS
    assert len(axioms) > 250


UNREAD = {
    OWL.equivalentClass, OWL.equivalentProperty, OWL.TransitiveProperty, OWL.SymmetricProperty,
    OWL.FunctionalProperty, OWL.InverseFunctionalProperty, OWL.hasKey, OWL.sameAs, OWL.hasValue,
    OWL.someValuesFrom, OWL.allValuesFrom, OWL.intersectionOf, OWL.unionOf, OWL.oneOf,
}  # fmt: skip


def test_the_ontology_has_no_axiom_that_no_rule_reads(service: Service) -> None:
    """Whoever adds one adds a rule. Disjointness gives no statements; chains are derived links."""
    for path in ("ontology", "alignments"):
        found = parsed(service.store.graph(NAMES.graph(path)).lines)
        assert not UNREAD & {term for triple in found for term in triple}


def parsed(lines: Iterable[str]) -> rdflib.Graph:
    return rdflib.Graph().parse(data="\n".join(sorted(lines)), format="nt")


class RestrictedSemantics(owlrl.OWLRL_Semantics):  # type: ignore[misc]
    """owlrl's own prp-* and cax-* rules: no axiomatic triples, no eq-*, cls-*, scm-* and dt-*."""

    def one_time_rules(self) -> None:
        pass

    def rules(self, t: tuple[object, ...], cycle_num: int) -> None:
        self._properties(t, cycle_num)
        self._class_axioms(t, cycle_num)


ANNOTATIONS = {RDFS.isDefinedBy, RDFS.label, RDFS.seeAlso, OWL.versionInfo}


def excluded(triple: tuple[object, ...]) -> str | None:
    """Why something that owlrl gives is not ours to give; None where it is."""
    if isinstance(triple[0], Literal):
        return "a literal has no statements in RDF"
    if triple[0] in ANNOTATIONS and triple[1:] == (RDF.type, OWL.AnnotationProperty):
        return "owlrl declares the annotation properties that it meets, without an axiom of ours"
    return None


def test_all_there_is_equals_owlrl(service: Service) -> None:
    """Over the shipped data, and made-up alignments that make the chains of the ontology work."""
    store = service.store
    made = {iri: store.graph(iri) for iri in store.graphs() if NAMES.group_of(iri)}
    fixture = read(ALIGNMENTS, base=NAMES.base).graph
    axioms = axioms_of(made[NAMES.graph(path)] for path in ("ontology", "alignments"))
    around = Reference([made[NAMES.graph("scheme/sdg")]]).around(fixture)
    derived = Rules(service.library.rules).derive(fixture, around)
    entailed = Entailments(RULES.values()).entail(fixture | derived, axioms, around)
    said = set[str]().union(
        fixture.lines,
        derived.lines,
        *(g.lines for iri, g in made.items() if "/entailed/" not in iri),
    )
    also = set(entailed.lines).union(*(g.lines for i, g in made.items() if "/entailed/" in i))
    closed = parsed(said)
    reasoner = RestrictedSemantics(closed, False, False)
    reasoner.closure()
    assert reasoner.error_messages == []
    given = {triple for triple in closed if excluded(triple) is None}
    assert given == set(parsed(said | also))
    new = also - said
    types = sum(f"<{RDF.type}>" in line for line in new)
    assert len(new) > 1_500
    assert 0 < types < len(new)
    left_out = {
        triple[0] for triple in closed if excluded(triple) and not isinstance(triple[0], Literal)
    }
    assert left_out == ANNOTATIONS


# --- in the store, and switched --------------------------------------------------------------


def members(service: Service, group: str) -> set[str]:
    graphs = (service.store.graph(i) for i in service.store.graphs() if NAMES.group_of(i) == group)
    return {line for one in graphs for line in one.lines}


def test_every_graph_has_a_companion_of_what_it_entails(service: Service) -> None:
    for plan in ("CRI-4", "ECU-1", "GTM-4", "HND-4", "MEX-4"):
        iri = NAMES.entailed_graph(NAMES.graph(f"plan/{plan}"))
        assert (
            f"<{NAMES.thing('plan', plan)}> <{RDF.type}> <{PLAN}> ."
            in service.store.graph(str(iri)).lines
        )


def test_groups_hold_what_their_graphs_hold_and_nothing_twice(service: Service) -> None:
    asserted, derived = members(service, ASSERTED), members(service, DERIVED)
    entailed = members(service, ENTAILED)
    expected = {ASSERTED: asserted, DERIVED: derived - asserted}
    expected[ENTAILED] = entailed - derived - asserted
    for group, lines in expected.items():
        assert set(service.store.graph(group).lines) == lines
        text = f"SELECT (COUNT(*) AS ?n) FROM <{group}> WHERE {{ ?s ?p ?o }}"
        (row,) = rows(service.store.query(text))
        assert int(row["n"].value) == len(lines) > 500


SWITCHES = {
    "default": ((), True),
    "asserted": ((ASSERTED,), False),
    "asserted and derived": ((ASSERTED, DERIVED), False),
    "all three": ((ASSERTED, DERIVED, ENTAILED), True),
}


@pytest.mark.parametrize("switch", SWITCHES)
@pytest.mark.parametrize("way", ["text", "parameter"])
def test_a_query_over_http_sees_superclasses_or_not(
    client: httpx.Client, switch: str, way: str
) -> None:
    groups, seen = SWITCHES[switch]
    dataset = " ".join(f"FROM <{group}>" for group in groups) if way == "text" else ""
    parameters: dict[str, object] = {"query": COUNT_PLANS.format(dataset=dataset)}
    if way == "parameter":
        parameters["default-graph-uri"] = list(groups)
    found = client.get("/sparql", params=parameters, headers={"Accept": "text/csv"})
    assert found.status_code == 200, found.text
    assert found.text.split() == ["n", "76" if seen else "0"]


def test_a_graph_variable_over_http_gives_no_group(client: httpx.Client) -> None:
    text = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"
    found = client.get("/sparql", params={"query": text}, headers={"Accept": "text/csv"})
    names = set(found.text.split()[1:])
    assert not names & set(NAMES.graph_groups)
    assert {NAMES.graph(f"{family}plan/CRI-4") for family in ("", "derived/", "entailed/")} <= names
    text = f"SELECT DISTINCT ?g FROM NAMED <{ASSERTED}> WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    found = client.get("/sparql", params={"query": text}, headers={"Accept": "text/csv"})
    assert found.text.split() == ["g", ASSERTED]


def test_no_stored_query_has_another_answer_for_what_is_entailed(service: Service) -> None:
    named = [iri for iri in service.store.graphs() if "/entailed/" not in iri]
    for stored in service.library.queries.values():
        values = {p.name: p.example for p in stored.parameters if p.example}
        text = stored.bind(values)
        with_it = service.store.query(text).write("text/csv")
        graphs = {"default_graphs": NAMES.graph_groups[:2], "named_graphs": named}
        assert with_it == service.store.query(text, **graphs).write("text/csv"), stored.name  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "path", ["/commitments/CRI-4-9.nt", "/plans/CRI-4.nt", "/institutions.json"]
)
def test_documents_show_what_is_asserted_and_derived(
    client: httpx.Client, read_rdf: Callable[[bytes, str], rdflib.Graph], path: str
) -> None:
    content = client.get(path).content
    assert content
    if path.endswith(".json"):
        assert b"GovernmentOrganization" not in content
        return
    found = read_rdf(content, "nt")
    assert len(found) > 20
    assert URIRef(PLAN) not in set(found.objects(None, RDF.type))
