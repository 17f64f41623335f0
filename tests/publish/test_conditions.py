"""V10, V11, V13: what is expected, who is first, what is withdrawn; and what is left out (C4)."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from ogpgraph.errors import NotFound, PreconditionFailed
from ogpgraph.files import Document, Graph, read
from ogpgraph.iris import Names
from ogpgraph.ledger import Ledger
from ogpgraph.library import Library
from ogpgraph.loading import Documents
from ogpgraph.memo import Memo
from ogpgraph.publish import Publication, Publisher
from ogpgraph.service import Service
from ogpgraph.settings import load_settings
from ogpgraph.store.embedded import EmbeddedStore

NAMES = Names()
TEST = NAMES.graph("shared/test")
NO_LANGUAGE = '\nagent:x a <http://www.w3.org/ns/prov#Agent> ; dcterms:title "no language" .\n'
GraphFile = Callable[..., Path]


@pytest.fixture(scope="module")
def opened(filled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    home = shutil.copytree(filled_home, tmp_path_factory.mktemp("conditions") / "home")
    with closing(Service.open(load_settings({"home": home}, {}))) as service:
        yield service


@pytest.fixture
def publisher(opened: Service) -> Iterator[Publisher]:
    """The write path; the graph of the tests is withdrawn in the end."""
    yield opened._publisher
    if len(opened.store.graph(TEST)):
        opened._publisher.withdraw(TEST, agent="tester", source="test")


@pytest.fixture
def document(graph_file: GraphFile) -> Callable[..., Document]:
    def make(name: str = "a.ttl", **given: str) -> Document:
        return read(graph_file(name, **given), base=NAMES.base)

    return make


def put(publisher: Publisher, document: Document, expected: str | type | None = str) -> Publication:
    wanted = None if expected is str else {TEST: expected}
    return publisher.publish([document], agent="tester", source="test", expected=wanted)


def test_the_same_content_twice_is_one_version_with_one_tag(publisher, document) -> None:
    """V11."""
    first, second = put(publisher, document()), put(publisher, document())
    assert len(first.versions) == 1
    assert second.versions == ()
    assert first.heads == second.heads == first.versions


def test_a_graph_that_is_not_as_expected_stays_as_it_is(publisher, document, opened) -> None:
    """V10: `If-Match` of a digest, `If-None-Match: *`."""
    with pytest.raises(PreconditionFailed, match="it is not published"):
        put(publisher, document(), "0" * 64)
    (version,) = put(publisher, document(), None).versions
    with pytest.raises(PreconditionFailed, match=version.digest):
        put(publisher, document(title="Another"), None)
    assert opened.store.graph(TEST).digest == version.digest
    assert put(publisher, document(title="Another"), version.digest).versions


def test_of_writers_that_expect_the_same_one_wins(publisher, document, opened) -> None:
    """V10: racing writers; winners and refusals are all of them, the last winner is what is read."""
    documents = [document(f"{at}.ttl", title=f"Title {at}") for at in range(12)]
    start = put(publisher, document()).heads[0]
    barrier = threading.Barrier(4)

    def race(mine: list[Document]) -> tuple[list[int], int]:
        won, refused, known = [], 0, start.digest
        barrier.wait(30)
        for one in mine:
            try:
                won.append(put(publisher, one, known).versions[0].sequence)
            except PreconditionFailed:
                refused += 1
            known = opened.store.graph(TEST).digest
        return won, refused

    with ThreadPoolExecutor(4) as threads:
        results = list(threads.map(race, [documents[at::4] for at in range(4)]))
    won = sorted(sequence for winners, _ in results for sequence in winners)
    assert len(won) + sum(refused for _, refused in results) == len(documents)
    assert len(won) == len(set(won)) >= 1
    head = next(v for v in opened.status().versions if v.graph == TEST)
    assert head.sequence == won[-1]
    assert opened.store.graph(TEST).digest == head.digest


def test_what_is_withdrawn_is_gone_and_stays_in_the_ledger(publisher, document, opened) -> None:
    """V13."""
    (version,) = put(publisher, document()).versions
    with pytest.raises(PreconditionFailed):
        publisher.withdraw(TEST, agent="tester", source="test", expected={TEST: "0" * 64})
    gone = publisher.withdraw(TEST, agent="tester", source="test", expected={TEST: version.digest})
    assert (gone.graph, gone.statements, gone.sequence) == (TEST, 0, version.sequence + 1)
    assert TEST not in opened.store.graphs()
    assert len(opened._ledger.content(version.digest)) == version.statements
    with pytest.raises(NotFound):
        publisher.withdraw(TEST, agent="tester", source="test")
    assert put(publisher, document(), None).versions  # it may come again


def test_the_others_are_published_where_that_is_asked_for(publisher, document, opened) -> None:
    """C4: `--keep-going`."""
    broken = document("broken.ttl", graph="shared/broken", more=NO_LANGUAGE)
    both = [document(), broken]
    published = publisher.publish(both, agent="tester", source="test", keep_going=True)
    assert [version.graph for version in published.versions] == [TEST]
    assert published.refused == (broken.name,)
    assert {finding.file for finding in published.report.violations} == {broken.name}
    assert NAMES.graph("shared/broken") not in opened.store.graphs()


def test_a_document_that_leans_on_one_left_out_is_left_out_too(
    library: Library, judge: Documents, known: Memo
) -> None:
    others = [d for d in library.sample_documents() if not d.name.startswith("data/ttl/HND")]
    given = [d for d in library.sample_documents() if d.name.startswith("data/ttl/HND/")]
    at = next(n for n, d in enumerate(given) if d.name.endswith("HND/institutions.ttl"))
    line = '<http://e/x> <http://purl.org/dc/terms/title> "no language" .'
    agent = "<http://e/x> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/prov#Agent> ."
    broken = Document(given[at].name, given[at].graph | Graph.of([line, agent]))
    with closing(Ledger(Path(":memory:"))) as ledger, closing(EmbeddedStore()) as store:
        mirror = library.mirror(store, ledger, judge)
        publisher = library.publisher(mirror, ledger, judge, known)
        publisher.publish([*library.reference_documents, *others], agent="t", source="t")
        given[at], good = broken, given[at]
        published = publisher.publish(given, agent="t", source="t", keep_going=True)
        assert broken.name in published.refused
        assert "data/ttl/HND/HND-4.ttl" in published.refused
        assert not any("HND" in iri for iri in store.graphs() if iri.endswith("HND-4"))
        given[at] = good
        assert publisher.publish(given, agent="t", source="t").report.conforms
