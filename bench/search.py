"""What the search index costs to make, and a search against CONTAINS, on generated plans.

    python bench/search.py [--commitments N] [--rounds N] [--seed N]

Prints seconds and bytes of the index, what a light request takes while it is made, and
min - median - max in milliseconds of each search, with the ratio of CONTAINS to it. See README.md.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from ogpgraph.files import Graph
from ogpgraph.library import Library
from ogpgraph.search.found import Search
from ogpgraph.search.question import Question
from ogpgraph.service import Service
from ogpgraph.settings import Settings, load_settings
from ogpgraph.store.base import rows
from ogpgraph.store.isolated import IsolatedStore
from ogpgraph.terms import literal

_WORDS = """
    transparencia participación ciudadana rendición cuentas datos abiertos justicia municipal
    presupuesto salud educación agua ambiente energía tierra vivienda mujeres jóvenes indígenas
    corrupción integridad compras contratación parlamento congreso judicial electoral policía
    seguridad empleo comercio transporte cultura deporte archivo registro catastro portal
    plataforma estrategia política ley reglamento protocolo capacitación consulta mesa comité
    observatorio indicadores evaluación monitoreo informe publicación acceso información digital
"""
WORDS = tuple(_WORDS.split())
QUESTIONS = (
    ("a rare word", "volcanología"),
    ("two common words", "transparencia municipal"),
    ("a beginning", "observ"),
    ("a phrase", '"datos abiertos"'),
    ("five words", "estrategia política datos salud agua"),
)
PER_PLAN = 70


def generated(library: Library, commitments: int, seed: int) -> dict[str, Graph]:
    """Plans in the shape of ours, each in a graph: about 15 statements a commitment."""
    chance = random.Random(seed)
    names = library.names
    words = [*WORDS]
    words += [f"{a[:5]}{b[-5:]}" for a in WORDS for b in WORDS[:40]]  # a tail of rarer words
    weights = [1 / (rank + 30) for rank in range(len(words))]

    def text(size: int) -> str:
        return " ".join(chance.choices(words, weights, k=size))

    graphs: dict[str, Graph] = {}
    for plan in range(-(-commitments // PER_PLAN)):
        code = f"ZZ{chr(65 + plan % 26)}-{plan}"
        this = f"<{names.thing('plan', code)}>"
        country = f"<{names.thing('country', chance.choice(('CRI', 'ECU', 'GTM', 'HND', 'MEX')))}>"
        lines = [
            f"{this} {rdf('type')} <{names.term('ActionPlan')}> .",
            f"{this} <{names.term('country')}> {country} .",
        ]
        for number in range(min(PER_PLAN, commitments - plan * PER_PLAN)):
            lines += _commitment(library, chance, code, number, text)
        graphs[names.graph(f"plan/{code}")] = Graph.of(lines)
    return graphs


def rdf(local: str) -> str:
    """A term of RDF."""
    return f"<http://www.w3.org/1999/02/22-rdf-syntax-ns#{local}>"


def _commitment(
    library: Library, chance: random.Random, plan: str, number: int, text: Callable[[int], str]
) -> list[str]:
    names = library.names
    this = f"<{names.thing('commitment', f'{plan}-{number}')}>"
    branch = chance.choice(("executive", "judicial", "legislative", "subnational"))
    title = text(12) + (" volcanología" if number == 0 and plan.endswith("7") else "")
    said = [
        (rdf("type"), f"<{names.term('Commitment')}>"),
        ("<http://www.w3.org/2004/02/skos/core#prefLabel>", literal(title, language="es")),
        ("<http://www.w3.org/2004/02/skos/core#prefLabel>", literal(text(12), language="en")),
        ("<http://purl.org/dc/terms/title>", literal(title, language="es")),
        (f"<{names.term('summary')}>", literal(text(40), language="es")),
        (f"<{names.term('summary')}>", literal(text(40), language="en")),
        (f"<{names.term('number')}>", literal(str(number))),
        (f"<{names.term('commitmentOf')}>", f"<{names.thing('plan', plan)}>"),
        (f"<{names.term('involvesBranch')}>", f"<{names.concept('branch', branch)}>"),
    ]
    lines = [f"{this} {predicate} {value} ." for predicate, value in said]
    for quote in range(2):
        proof = f"<{names.thing('evidence', f'{plan}-{number}/{quote}')}>"
        lines += [
            f"{this} <{names.term('hasEvidence')}> {proof} .",
            f"{proof} {rdf('type')} <{names.term('Evidence')}> .",
            f"{proof} <{names.term('quote')}> {literal(text(10), language='es')} .",
        ]
    return lines


def shown(name: str, taken: list[float], base: float | None = None) -> float:
    """Print a row; its median."""
    middle = statistics.median(taken)
    ratio = f"   CONTAINS / it: {base / middle:.0f}" if base else ""
    print(f"  {name:<36} {min(taken):9.2f} - {middle:9.2f} - {max(taken):9.2f} ms{ratio}")
    return middle


def repeated(rounds: int, run: Callable[[], object]) -> list[float]:
    """How long something takes, in milliseconds."""
    taken = []
    for _ in range(rounds):
        since = time.perf_counter()
        run()
        taken.append((time.perf_counter() - since) * 1000)
    return taken


def making(service: Service) -> Search:
    """Make the index while a light request is asked again and again; print what that takes."""
    names = service.names
    text = f"ASK {{ <{names.thing('commitment', 'ZZA-0-1')}> ?p ?o }}"

    def light() -> None:
        with service.reading() as reading:
            reading.store.query(text, default_graphs=names.shown_graphs).write(
                "application/sparql-results+json"
            )

    idle = repeated(100, light)
    done = threading.Event()
    meanwhile: list[float] = []

    def ask() -> None:
        while not done.is_set():
            meanwhile.extend(repeated(1, light))
            time.sleep(0.02)

    asking = threading.Thread(target=ask)
    asking.start()
    since, process = time.perf_counter(), time.process_time()
    with service.reading() as reading:
        search = service._indexer.make(reading)
    took, own = time.perf_counter() - since, time.process_time() - process
    done.set()
    asking.join()
    size = sum(path.stat().st_size for path in (service.settings.home / "search").iterdir())
    print(f"  made in {took:.1f} s, {own:.1f} s of CPU in this process; {size / 2**20:.0f} MiB")
    shown("a lookup, idle", idle)
    shown("a lookup, while it is made", meanwhile)
    ranked = sorted(meanwhile)
    print(f"  99 % of those within {ranked[int(len(ranked) * 0.99)]:.1f} ms")
    return search


def contains(service: Service, text: str) -> int:
    """What the search would be without an index."""
    with service.reading() as reading:
        asks = (
            f"SELECT (COUNT(DISTINCT ?item) AS ?n) WHERE {{ ?item a ogp:Commitment ; ?p ?text "
            f"FILTER (isLiteral(?text) && CONTAINS(LCASE(STR(?text)), {literal(text)})) }}"
        )
        found = reading.store.query(
            reading.names.sparql_prologue + asks,
            timeout=60,
            default_graphs=reading.names.shown_graphs,
        )
        return int(next(iter(rows(found)))["n"].value)


def run(settings: Settings, commitments: int, rounds: int, seed: int) -> None:
    """All of it, on a home of its own, served as to requests."""
    library = Library.load(settings)
    with closing(Service.open(settings, serving=True)) as service:
        service.fill(sample=False)
        service._ahead.close()  # it makes none: this does
        kept = service.store
        assert isinstance(kept, IsolatedStore)
        graphs = generated(library, commitments, seed)
        graphs |= {iri: kept.graph(iri) for iri in kept.graphs()}
        kept._store.fill(graphs)
        kept.snapshots.renew()
        statements = sum(len(graph) for graph in graphs.values())
        del graphs
        print(f"{commitments} commitments, {statements} statements")
        search = making(service)
        base = shown(
            "CONTAINS of two words",
            repeated(rounds, lambda: contains(service, "transparencia mun")),
        )
        for name, text in QUESTIONS:
            found = search.find(Question.read(text))
            asked = repeated(rounds * 4, lambda text=text: search.find(Question.read(text)))
            shown(f"{name}: {found.total} found", asked, base)
        asked = repeated(rounds, lambda: search.matching("transparencia municipal", "commitments"))
        shown("matching, for a list", asked, base)


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commitments", type=int, default=66_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as root:
        settings = load_settings({"home": Path(root) / "home"}, {})
        run(settings, given.commitments, given.rounds, given.seed)


if __name__ == "__main__":
    main()
