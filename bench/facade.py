"""What lists cost at ten thousand and at a million generated statements, beside a SPARQL lookup.

    python bench/facade.py [--rounds N] [--statements N …]

Prints the median of each request in milliseconds, and its ratio to a lookup of one thing by
SPARQL, over the same store and application. Nothing is kept between requests. See README.md.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import httpx

from ogpgraph import assembly
from ogpgraph.drafts import graph_of
from ogpgraph.files import Graph
from ogpgraph.iris import Names
from ogpgraph.ledger import FILE_NAME, Ledger
from ogpgraph.library import Library
from ogpgraph.service import Service
from ogpgraph.settings import load_settings
from ogpgraph.store.embedded import EmbeddedStore
from ogpgraph.terms import XSD, iri, literal
from ogpgraph.vocab import EXTERNAL_PREFIXES, PREF_LABEL, RDF_TYPE
from ogpgraph.web.app import create_app

SEED = 20261129
OF_A_COMMITMENT = 16
"""Statements that are generated of each; a real one with its evidence has several times as many."""
OF_A_PLAN, COUNTRIES, OF_A_COUNTRY = 14, 60, 30
"""Commitments of a plan, countries, and institutions of each of them."""
TEXT = (
    "transparencia gobierno abierto datos participación justicia presupuesto salud agua educación "
    "información ciudadanía integridad municipios portal registro compras obras género clima"
)
WORDS = tuple(TEXT.split(" "))
CODES = {
    "involvesBranch": ("branch", ("executive", "judicial", "legislative", "electoral")),
    "policyArea": ("policy-area", ("openData", "justice", "health", "education", "gender")),
    "ogpValue": ("ogp-value", ("accessToInformation", "civicParticipation")),
}
ROLES = ("lead", "coResponsible", "supporting")
UNMETERED = {"client_seconds": 0, "client_errors": 0, "client_parallel": 0, "cache": 0}


class Generated:
    """Plans of made-up countries in the shape of ours, the same for the same number."""

    def __init__(self, names: Names, commitments: int) -> None:
        self._names = names
        self._random = random.Random(SEED)
        self.count = commitments
        self.codes: list[str] = []
        """Those of the plans."""

    def graphs(self) -> dict[str, Graph]:
        """Named graphs, those of what rules would derive too."""
        names = self._names
        found = {names.graph("shared/generated"): Graph.of(self._shared())}
        for number in range(-(-self.count // OF_A_PLAN)):
            code = f"X{number % COUNTRIES:02d}-{number // COUNTRIES + 1}"
            self.codes.append(code)
            graph = names.graph(f"plan/{code}")
            stated, derived = self._plan(code)
            found[graph] = Graph.of(stated)
            companion = names.derived_graph(graph)
            assert companion is not None
            found[companion] = Graph.of(derived)
        return found

    def _shared(self) -> Iterator[str]:
        spatial = EXTERNAL_PREFIXES["dcterms"] + "spatial"
        branch, codes = CODES["involvesBranch"]
        for number in range(COUNTRIES):
            code = f"X{number:02d}"
            country = self._names.thing("country", code)
            yield self._said(country, RDF_TYPE, self._names.term("Country"))
            yield self._called(country, f"País {code}", "es")
            for at in range(OF_A_COUNTRY):
                one = self._names.thing("institution", f"{code}-{at}")
                yield self._said(one, RDF_TYPE, self._names.term("PublicInstitution"))
                yield self._called(one, f"Institución {at} de {code}", "es")
                yield self._said(one, spatial, country)
                power = self._names.concept(branch, self._random.choice(codes))
                yield self._said(one, self._names.term("branchOfState"), power)

    def _plan(self, code: str) -> tuple[list[str], list[str]]:
        names, country = self._names, code.partition("-")[0]
        plan = names.thing("plan", code)
        stated = [
            self._said(plan, RDF_TYPE, names.term("ActionPlan")),
            self._said(plan, names.term("country"), names.thing("country", country)),
            self._called(plan, f"Plan {code}", "es"),
        ]
        derived: list[str] = []
        for number in range(1, OF_A_PLAN + 1):
            self._commitment(plan, f"{code}-{number}", number, stated, derived)
        return stated, derived

    def _commitment(
        self, plan: str, code: str, number: int, stated: list[str], derived: list[str]
    ) -> None:
        names, title = self._names, " ".join(self._random.choices(WORDS, k=6))
        one = names.thing("commitment", code)
        involvement = names.thing("involvement", f"{code}/1")
        at = self._random.randrange(OF_A_COUNTRY)
        agent = names.thing("institution", f"{code.partition('-')[0]}-{at}")
        role = names.concept("involvement-role", self._random.choice(ROLES))
        place = literal(str(number), datatype=f"{XSD}integer")
        stated += [
            self._said(plan, names.term("hasCommitment"), one),
            self._said(one, RDF_TYPE, names.term("Commitment")),
            f"{iri(one)} {iri(names.term('number'))} {literal(str(number))} .",
            f"{iri(one)} {iri(names.term('ordinal'))} {place} .",
            self._called(one, title, "es"),
            self._called(one, f"{title} in English", "en"),
            f"{iri(one)} {iri(EXTERNAL_PREFIXES['dcterms'] + 'title')} {literal(title)} .",
            self._said(one, names.term("hasInvolvement"), involvement),
            self._said(involvement, RDF_TYPE, names.term("Involvement")),
            self._said(involvement, names.term("involvedAgent"), agent),
            self._said(involvement, names.term("involvementRole"), role),
        ]
        derived += [
            self._said(one, names.term("commitmentOf"), plan),
            self._said(one, names.term("involvedParty"), agent),
        ]
        for term, (scheme, codes) in CODES.items():
            concept = names.concept(scheme, self._random.choice(codes))
            derived.append(self._said(one, names.term(term), concept))

    @staticmethod
    def _said(subject: str, predicate: str, value: str) -> str:
        return f"{iri(subject)} {iri(predicate)} {iri(value)} ."

    @staticmethod
    def _called(subject: str, label: str, language: str) -> str:
        return f"{iri(subject)} {iri(PREF_LABEL)} {literal(label, language=language)} ."


@contextmanager
def serving(folder: Path, statements: int) -> Iterator[tuple[Service, list[str]]]:
    """A service over generated statements, which are put in its store without being published."""
    settings = load_settings({"home": folder, **UNMETERED}, {})
    library = Library.load(settings)
    names = library.names
    data = Generated(names, statements // OF_A_COMMITMENT)
    documents = library.reference_documents()
    graphs = {graph_of(document, names): document.graph for document in documents}
    graphs |= data.graphs()
    print(f"\n{sum(map(len, graphs.values())):,} statements, {data.count:,} commitments")
    with ExitStack() as opened:
        store = assembly.open_store(settings, names, opened)
        assert isinstance(store, EmbeddedStore)
        before = time.perf_counter()
        store.fill(graphs)
        print(f"  {'filling the store':<52} {time.perf_counter() - before:9.1f} s")
        ledger = opened.enter_context(closing(Ledger(folder / FILE_NAME)))
        intake = opened.enter_context(closing(assembly.open_intake(settings, library)))
        mirror = library.mirror(store, ledger, intake, settings)
        mirror.store, public = assembly.open_lanes(settings, names, store, opened)
        yield Service(settings, library, mirror, ledger, intake, public=public), data.codes


def requests(codes: list[str], names: Names, turn: int) -> Mapping[str, str]:
    """One request of each sort, another one each turn."""
    chosen = random.Random(SEED + turn)
    code = chosen.choice(codes)
    country, institution = code[:3], f"{code[:3]}-{chosen.randrange(OF_A_COUNTRY)}"
    branch = chosen.choice(CODES["involvesBranch"][1])
    one = names.thing("commitment", f"{code}-{chosen.randint(1, OF_A_PLAN)}")
    query = quote(f"SELECT ?p ?o WHERE {{ {iri(one)} ?p ?o }}", safe="")
    size = 20 - turn % 2  # never twice the same address
    return {
        "SPARQL lookup of one thing": f"/sparql?query={query}",
        "one thing": f"/commitments/{one.rpartition('/')[2]}.json",
        "list of 20": f"/commitments?page_size={size}&country={country}&branch={branch}",
        "list of 20, all": f"/commitments?page_size={size}",
        "list of 20, all, by title": f"/commitments?page_size={size}&sort=-title&lang=es",
        "list of 20, who and role": f"/commitments?institution={institution}&role=lead",
        "list of 20, all, with total": f"/commitments?page_size={size}&total=true",
        "list of 20, one facet": f"/commitments?page_size={size}&country={country}&facets=branch",
        "list of 20, all, every facet": f"/commitments?page_size={size}&facets=true",
        "list of 20, filtered, every facet": f"/commitments?branch={branch}&facets=true&total=true",
        "list of 20 as CSV": f"/commitments.csv?page_size={size}&country={country}",
        "list of 20 as a page": f"/commitments.html?page_size={size}&country={country}",
    }


async def measure(service: Service, codes: list[str], rounds: int) -> dict[str, list[float]]:
    """What each request took, in milliseconds; the last page of the list too."""
    taken: dict[str, list[float]] = {}
    transport = httpx.ASGITransport(create_app(service))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:

        async def ask(name: str, address: str) -> httpx.Response:
            before = time.perf_counter()
            answer = await client.get(address)
            taken.setdefault(name, []).append((time.perf_counter() - before) * 1000)
            assert answer.is_success, (address, answer.text[:300])
            return answer

        for turn in range(rounds):
            for name, address in requests(codes, service.names, turn).items():
                answer = await ask(name, address)
                if name == "list of 20, all":
                    await ask("list of 20, the last page", answer.json()["last"])
    return {name: times[1:] for name, times in taken.items()}  # the first makes its order


def main() -> None:
    """Run each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--statements", type=int, nargs="+", default=[10_000, 1_000_000])
    given = parser.parse_args()
    for statements in given.statements:
        with tempfile.TemporaryDirectory(prefix="ogpgraph-bench-") as folder:
            home = Path(folder) / "home"
            home.mkdir()
            with serving(home, statements) as (service, codes):
                with service.reading() as reading:
                    before = time.perf_counter()
                    service.lists.of(reading)
                took = time.perf_counter() - before
                print(f"  {'making the index of lists, once a version':<52} {took:9.1f} s")
                taken = asyncio.run(measure(service, codes, given.rounds))
                first = statistics.median(next(iter(taken.values())))
                for name, times in taken.items():
                    middle = statistics.median(times)
                    print(f"  {name:<52} {middle:9.1f} ms   x {middle / first:.2f}")


if __name__ == "__main__":
    main()
