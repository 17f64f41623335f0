"""The one write path: all or nothing, into the ledger first, and always to be repaired from it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from ogpgraph.errors import BadInput, BadSyntax, NoGraphNamed
from ogpgraph.files import Document, Graph, read
from ogpgraph.iris import Names
from ogpgraph.ledger import Ledger
from ogpgraph.library import Library
from ogpgraph.report import NotConforming, Severity
from ogpgraph.service import SHIPPED_AGENT, Documents, Service
from ogpgraph.settings import DEFAULT_BASE_IRI, Settings, load_settings
from ogpgraph.store.base import boolean, rows
from ogpgraph.store.embedded import EmbeddedStore
from ogpgraph.web.app import create_app

GraphFile = Callable[..., Path]
NAMES = Names()
OTHER_BASE = "https://data.example.org/og/"
TEST = NAMES.graph("shared/test")
NO_LANGUAGE = '\nagent:x a <http://www.w3.org/ns/prov#Agent> ; dcterms:title "no language" .\n'


def state(service: Service) -> tuple[object, ...]:
    """Everything that publishing may change, as a value."""
    graphs = {iri: service.store.graph(iri).digest for iri in service.store.graphs()}
    merge = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
    (row,) = rows(service.store.query(merge))
    return graphs, row["n"].value, service.sequence, service._ledger.heads()


def ours(service: Service) -> dict[str, str]:
    """The graphs of the data and what follows from them: not those that describe a version."""
    prefix = NAMES.graph("")
    stored = [iri for iri in service.store.graphs() if iri.startswith(prefix)]
    return {iri: service.store.graph(iri).digest for iri in stored}


@pytest.fixture
def opened(home_copy: Path) -> Iterator[Service]:
    """A service over a copy of the filled home."""
    with closing(Service.open(load_settings({"home": home_copy}, {}))) as service:
        yield service


@pytest.fixture(scope="module")
def small_ledger(
    library: Library, judge: Documents, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The ledger of a service that holds the ontology and the agents, closed: copy it."""
    home = tmp_path_factory.mktemp("small")
    path = home / "ledger.sqlite"
    ledger = Ledger(path)
    mirror = library.mirror(EmbeddedStore(), ledger, judge)
    service = Service(load_settings({"home": home}, {}), library, mirror, ledger, judge)
    agents = [d for d in library.sample_documents() if d.name.endswith("shared/agents.ttl")]
    assert len(agents) == 1
    kept = [*library.reference_documents, *agents]
    with closing(service):
        service._publisher.publish(kept, agent="tester", source="test")
    return path


@pytest.fixture
def small(
    library: Library, settings: Settings, small_ledger: Path, judge: Documents
) -> Iterator[Service]:
    """A service in memory over little: its store is filled from a copy of the ledger."""
    settings.home.mkdir()
    ledger = Ledger(Path(shutil.copy(small_ledger, settings.home / "ledger.sqlite")))
    mirror = library.mirror(EmbeddedStore(), ledger, judge)
    assert len(mirror.restore()) >= 2
    with closing(Service(settings, library, mirror, ledger, judge)) as service:
        yield service


@pytest.fixture(scope="module")
def whole(filled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service over everything that each test leaves as it found it."""
    home = shutil.copytree(filled_home, tmp_path_factory.mktemp("whole") / "home")
    with closing(Service.open(load_settings({"home": home}, {}))) as service:
        yield service


# --- filling ---------------------------------------------------------------------------------


def test_the_shipped_files_are_graphs_of_their_own(service: Service) -> None:
    library = service.library
    files = len(library.reference_documents) + len(library.sample_documents())
    versions = service.status().versions
    assert len(versions) == files > 35
    assert {version.activity.agent for version in versions} == {SHIPPED_AGENT}
    stored = [iri for iri in ours(service) if not NAMES.is_companion(iri)]
    assert sorted(version.graph for version in versions) == stored


def test_filling_again_changes_nothing(opened: Service) -> None:
    before = state(opened)
    assert opened.fill() is False
    assert state(opened) == before


def test_an_empty_home_can_be_filled_without_the_plans(empty_service: Service) -> None:
    assert empty_service.fill(sample=False) is True
    assert not boolean(empty_service.store.query(f"ASK {{ ?p a <{NAMES.term('ActionPlan')}> }}"))
    assert NAMES.graph("scheme/branch") in empty_service.store.graphs()


# --- publishing ------------------------------------------------------------------------------


def test_a_file_becomes_a_version(small: Service, graph_file: GraphFile) -> None:
    before = small.sequence
    publication = small.load([graph_file("a.ttl")], agent="tester")
    (version,) = publication.versions
    assert (version.sequence, version.graph) == (before + 1, TEST)
    assert (version.activity.agent, version.activity.source) == ("tester", "a.ttl")
    assert version.activity.tool.startswith("ogpgraph ")
    assert version.activity.shapes == small.library.shapes.digest
    assert small.store.graph(TEST).digest == version.digest
    assert publication.report.conforms


def test_unchanged_content_gets_no_version(small: Service, graph_file: GraphFile) -> None:
    small.load([graph_file("a.ttl")], agent="tester")
    before = state(small)
    publication = small.load([graph_file("b.ttl", more="\n# only a comment\n")], agent="other")
    assert publication.versions == ()
    assert state(small) == before


def test_of_several_files_only_the_changed_get_versions(
    small: Service, graph_file: GraphFile
) -> None:
    first, second = graph_file("a.ttl"), graph_file("b.ttl", graph="shared/other")
    assert len(small.load([first, second], agent="tester").versions) == 2
    graph_file("b.ttl", graph="shared/other", title="Changed")
    (version,) = small.load([first, second], agent="tester").versions
    assert version.graph == NAMES.graph("shared/other")


def test_new_content_replaces_the_old(small: Service, graph_file: GraphFile) -> None:
    small.load([graph_file("a.ttl", title="Old title")], agent="tester")
    small.load([graph_file("a.ttl", title="New title")], agent="tester")
    assert not boolean(small.store.query('ASK { ?s ?p "Old title"@en }'))
    assert boolean(small.store.query('ASK { ?s ?p "New title"@en }'))


def test_a_folder_is_read_whole(small: Service, graph_file: GraphFile, tmp_path: Path) -> None:
    (tmp_path / "folder" / "deep").mkdir(parents=True)
    graph_file("folder/a.ttl")
    graph_file("folder/deep/b.ttl", graph="shared/other")
    assert len(small.load([tmp_path / "folder"], agent="tester").versions) == 2


REFUSED: dict[str, tuple[str, type[Exception]]] = {
    "a violation": (NO_LANGUAGE, NotConforming),
    "a syntax error": ("\nagent:x agent:y .\n", BadSyntax),
    "a second graph": (
        "\n<https://w3id.org/ogpgraph/graph/shared/b> a ogp:SourceGraph .\n",
        NoGraphNamed,
    ),
}


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("position", [0, 1, 2])
def test_one_wrong_file_of_three_changes_nothing(
    small: Service, graph_file: GraphFile, case: str, position: int
) -> None:
    more, error = REFUSED[case]
    files = [
        graph_file(f"{at}.ttl", graph=f"shared/{at}", more=more if at == position else "")
        for at in range(3)
    ]
    before = state(small)
    with pytest.raises(error):
        small.load(files, agent="tester")
    assert state(small) == before


def test_nothing_is_changed_on_disk_by_a_violation(opened: Service, graph_file: GraphFile) -> None:
    before = state(opened)
    with pytest.raises(NotConforming) as caught:
        opened.load([graph_file("a.ttl", more=NO_LANGUAGE)], agent="tester")
    opened.close()
    with closing(Service.open(opened.settings)) as again:
        assert state(again) == before
    finding = caught.value.report.violations[0]
    assert finding.severity is Severity.VIOLATION
    assert str(finding.file).endswith("a.ttl")
    assert finding.line == 13
    assert finding.messages.keys() == {"es", "en"}


def test_checking_changes_nothing_and_reports_the_same(
    small: Service, graph_file: GraphFile
) -> None:
    path = graph_file("a.ttl", more=NO_LANGUAGE)
    before = state(small)
    report = small._publisher.check([read(path, base=NAMES.base)])
    assert state(small) == before
    with pytest.raises(NotConforming) as caught:
        small.load([path], agent="tester")
    assert caught.value.report == report
    assert not report.conforms


def test_two_files_for_one_graph_are_refused(small: Service, graph_file: GraphFile) -> None:
    before = state(small)
    with pytest.raises(BadInput, match=r"b\.ttl and .*a\.ttl are both <.*shared/test>"):
        small.load([graph_file("a.ttl"), graph_file("b.ttl")], agent="tester")
    assert state(small) == before


def test_a_file_without_a_graph_name_is_refused(small: Service, tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text("<https://example.org/s> <https://example.org/p> 1 .")
    with pytest.raises(NoGraphNamed, match="says of none"):
        small.load([path], agent="tester")


@pytest.mark.parametrize(
    "graph",
    [
        "https://example.org/graph/x",
        "https://w3id.org/ogpgraph/id/plan/CRI-4",
        "urn:x:graph",
    ],
)
def test_a_graph_outside_the_base_is_refused(
    small: Service, graph_file: GraphFile, graph: str
) -> None:
    path = graph_file("a.ttl")
    path.write_text(path.read_text().replace(TEST, graph))
    before = state(small)
    with pytest.raises(BadInput, match="cannot be published"):
        small.load([path], agent="tester")
    assert state(small) == before


def test_no_files_or_an_empty_folder_are_refused(small: Service, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInput, match=r"no \.ttl file"):
        small.load([tmp_path / "empty"], agent="tester")


def test_progress_is_told_each_document(small: Service, graph_file: GraphFile) -> None:
    told: list[str] = []
    files = [graph_file("a.ttl"), graph_file("b.ttl", graph="shared/other")]
    small.load(files, agent="tester", progress=told.append)
    assert told == [str(path) for path in files]


# --- what is derived -------------------------------------------------------------------------


def involves(service: Service, commitment: str, branch: str) -> bool:
    subject, object_ = NAMES.thing("commitment", commitment), NAMES.concept("branch", branch)
    return boolean(
        service.store.query(f"ASK {{ <{subject}> <{NAMES.term('involvesBranch')}> <{object_}> }}")
    )


def test_every_plan_has_a_companion_of_what_follows_from_it(service: Service) -> None:
    for plan in ("CRI-4", "ECU-1", "GTM-4", "HND-4", "MEX-4"):
        companion = NAMES.derived_graph(NAMES.graph(f"plan/{plan}"))
        assert companion is not None
        assert len(service.store.graph(companion)) > 50
    assert involves(service, "CRI-4-9", "legislative")
    assert involves(service, "HND-4-15", "judicial")
    assert not any(
        head.graph.startswith(NAMES.graph("derived/")) for head in service._ledger.heads()
    )


def shipped(name: str, tmp_path: Path, repository: Path) -> Path:
    return Path(shutil.copy(repository / "data" / "ttl" / name, tmp_path))


def test_the_companion_follows_its_graph(opened: Service, tmp_path: Path, repository: Path) -> None:
    path = shipped("CRI/CRI-4.ttl", tmp_path, repository)
    text = path.read_text()
    policy = "policyArea:openParliaments"
    path.write_text(
        text.replace(f"ogp:classifiedAs {policy}", "ogp:classifiedAs policyArea:openData")
    )
    assert path.read_text() != text
    opened.load([path], agent="tester")
    area = NAMES.concept("policy-area", "openData")
    commitment = NAMES.thing("commitment", "CRI-4-9")
    assert boolean(
        opened.store.query(f"ASK {{ <{commitment}> <{NAMES.term('policyArea')}> <{area}> }}")
    )


def test_changing_a_reference_graph_derives_again_what_names_it(
    opened: Service, tmp_path: Path, repository: Path
) -> None:
    path = shipped("ECU/institutions.ttl", tmp_path, repository)
    text = path.read_text()
    before = involves(opened, "ECU-1-6", "electoral")
    changed = text.replace("branch:transparencyAndSocialControl", "branch:electoral")
    assert not before
    assert changed != text
    path.write_text(changed)
    (version,) = opened.load([path], agent="tester").versions
    assert version.graph == NAMES.graph("institutions/ECU")
    assert involves(opened, "ECU-1-6", "electoral")


def test_a_reference_changed_and_changed_back_leaves_what_was(
    opened: Service, tmp_path: Path, repository: Path
) -> None:
    path = shipped("ECU/institutions.ttl", tmp_path, repository)
    text, before = path.read_text(), ours(opened)
    path.write_text(text.replace("branch:transparencyAndSocialControl", "branch:electoral"))
    opened.load([path], agent="tester")
    assert ours(opened) != before
    path.write_text(text)
    opened.load([path], agent="tester")
    assert ours(opened) == before


# --- repair ----------------------------------------------------------------------------------


def test_a_deleted_store_is_rebuilt_from_the_ledger(home_copy: Path) -> None:
    settings = load_settings({"home": home_copy}, {})
    with closing(Service.open(settings)) as service:
        before = state(service)
    shutil.rmtree(home_copy / "store")
    with closing(Service.open(settings)) as service:
        assert state(service) == before


ALTERED = [
    ("plan/CRI-4", "dropped"),
    ("plan/CRI-4", "another's"),
    ("derived/plan/CRI-4", "cut"),
    ("derived/plan/CRI-4", "added to"),
    ("scheme/branch", "cut"),
]


@pytest.mark.parametrize(("path", "how"), ALTERED)
def test_an_altered_graph_is_repaired(whole: Service, path: str, how: str) -> None:
    graph, before = NAMES.graph(path), state(whole)
    content = whole.store.graph(graph)
    altered = {
        "dropped": Graph(),
        "cut": Graph(content.lines[:-3]),
        "added to": content | Graph(("<urn:a:s> <urn:a:p> <urn:a:o> .",)),
        "another's": whole.store.graph(NAMES.graph("plan/GTM-4")),
    }[how]
    whole.store.replace({graph: altered})
    assert state(whole) != before
    assert graph in whole._mirror.restore()
    assert state(whole) == before


def test_a_graph_that_the_ledger_never_had_does_not_stay(whole: Service) -> None:
    """Nobody else writes to the embedded store: it is built again, the other one put aside."""
    before = state(whole)
    stray = Graph(("<urn:a:s> <urn:a:p> <urn:a:o> .",))
    whole.store.replace({"https://example.org/theirs": stray})
    assert set(whole._mirror.restore()) == ours(whole).keys()
    assert "https://example.org/theirs" in str(whole.recovery_reason)
    assert state(whole) == before


def test_repairing_what_is_whole_changes_nothing(whole: Service) -> None:
    before = state(whole)
    assert whole._mirror.restore() == ()
    assert state(whole) == before


# --- another base ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service under another base, with one country's plan."""
    home = tmp_path_factory.mktemp("other-base")
    settings = load_settings({"home": home, "base_iri": OTHER_BASE}, {})
    with closing(Service.open(settings)) as opened:
        documents = [*opened.library.reference_documents]
        documents += [
            d for d in opened.library.sample_documents() if "CRI" in d.name or "agents" in d.name
        ]
        opened._publisher.publish(documents, agent="tester", source="test")
        yield opened


def test_the_whole_library_moves_to_another_base(other: Service, library: Library) -> None:
    moved = other.library
    documents: list[Document] = [*moved.reference_documents, *moved.sample_documents()]
    plain = [*library.reference_documents, *library.sample_documents()]
    assert len(documents) == len(plain) > 35
    for document, original in zip(documents, plain, strict=True):
        assert len(document.graph) == len(original.graph)
        iris = [
            part for line in document.graph.lines for part in line.split() if part.startswith("<")
        ]
        assert not [iri for iri in iris if DEFAULT_BASE_IRI in iri]
    texts = [query.text for query in moved.queries.values()] + list(moved.rules)
    assert len(texts) > 25
    assert not [text for text in texts if DEFAULT_BASE_IRI in text]
    assert DEFAULT_BASE_IRI not in str(moved.shapes.lines)
    assert DEFAULT_BASE_IRI not in str(moved.framer.document)
    assert OTHER_BASE in str(moved.framer.document)


def test_a_service_under_another_base_works(
    other: Service, client_of: Callable[[FastAPI], httpx.Client]
) -> None:
    client = client_of(create_app(other))
    answer = client.get("/commitments?country=CRI&page_size=1000&total=true")
    assert answer.json()["total"] == 7
    assert answer.json()["items"][0]["id"] == f"{OTHER_BASE}id/commitment/CRI-4-1"
    assert DEFAULT_BASE_IRI not in answer.text
    assert client.get("/id/commitment/CRI-4-9").headers["location"] == "/commitments/CRI-4-9"
    assert client.get("/commitments?branch=legislative").json()["items"][0]["number"] == "9"
    page = client.get("/commitments/CRI-4-9", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert DEFAULT_BASE_IRI not in page.text
