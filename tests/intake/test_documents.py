"""Documents read and validated in real worker processes: the same as in process, and killable."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from ogpgraph import files
from ogpgraph.errors import (
    BadInput,
    BadSyntax,
    OgpGraphError,
    ParseResources,
    Unavailable,
    Unprocessable,
    ValidationFailed,
    ValidationTimeout,
)
from ogpgraph.files import Graph
from ogpgraph.formats import JSON_LD, TURTLE
from ogpgraph.intake.documents import Intake
from ogpgraph.reference import Reference
from ogpgraph.report import Report
from ogpgraph.settings import DEFAULT_BASE_IRI
from ogpgraph.shipped import Shipped
from ogpgraph.validation import Validator
from ogpgraph.workers.cancel import Cancel

BASE = "https://base.example/"
GOOD = b"<http://e/s> <http://e/p> _:a , 1.50 .\n_:a <http://e/q> 'x'@ES .\n"
CHAIN = (
    '{"@context":{"t0":"http://e/p",'
    + ",".join(f'"t{n}":"t{n + 1}:x"' for n in range(1, 400_000))
    + '},"@id":"http://e/s","t1":1}'
).encode()
"""Terms that hang on one another: 8 MB that no stack holds, in nearly every order in which the
parser happens to take them; in the others it is refused for its schemes."""


@pytest.fixture
def make(shapes: Graph) -> Iterator[object]:
    """Opens an intake of its own, closed afterwards."""
    made: list[Intake] = []

    def one(given: Graph | None = None, **more: object) -> Intake:
        made.append(Intake(shapes if given is None else given, **{"size": 1, **more}))
        return made[-1]

    yield one
    for each in made:
        each.close()


def parse(intake: Intake, content: bytes, media_type: str = TURTLE, **more: object):
    return intake.parse(content, media_type, name="f", base=BASE, **more)


def test_a_document_is_the_same_as_when_read_in_process(intake: Intake) -> None:
    here = files.parse(GOOD, TURTLE, name="f", base=BASE)
    there = parse(intake, GOOD)
    assert there == here
    assert dict(there.line_of) == dict(here.line_of)


def test_every_shipped_file_and_its_report_are_the_same_in_parallel(
    intake: Intake, shapes: Graph
) -> None:
    shipped = Shipped.find()
    paths = shipped.data[:4]
    with ThreadPoolExecutor(2) as threads:
        read = list(threads.map(lambda path: intake.read(path, base=DEFAULT_BASE_IRI), paths))
        assert read == [files.read(path, base=DEFAULT_BASE_IRI) for path in paths]
        broken = [Graph.of(document.graph.lines[:-40]) for document in read]
        shared = Reference([files.read(p, base=DEFAULT_BASE_IRI).graph for p in shipped.ontology])
        work = [(graph, shared.around(graph)) for graph in broken]
        found = list(threads.map(lambda pair: intake.validate(*pair), work))
    assert intake.digest == shapes.digest
    validator = Validator(shapes)
    for (graph, around), findings in zip(work, found, strict=True):
        here = validator.validate(graph, around)
        assert Report(findings) == Report(here)
        assert not Report(here).conforms


@pytest.mark.parametrize(
    "content",
    [b"\n\nbroken", b"<http://e/s> <http://e/p> <javascript:x> .", b"\xff", b"<a> <b> <c> ."],
)
def test_an_error_is_the_same_as_in_process(intake: Intake, content: bytes) -> None:
    with pytest.raises(OgpGraphError) as here:
        files.parse(content, TURTLE, name="f", base=BASE)
    with pytest.raises(OgpGraphError) as there:
        parse(intake, content)
    assert type(there.value) is type(here.value)
    assert there.value.message == here.value.message
    assert there.value.members == here.value.members
    assert there.value.slug == here.value.slug


def test_p12_what_ends_its_parser_is_told_so_and_the_next_one_is_read(intake: Intake) -> None:
    before = intake.lanes()["parse"].kills["crash"] if "parse" in intake.lanes() else 0
    told = []
    while "parse-resources" not in told:
        with pytest.raises((ParseResources, Unprocessable)) as caught:
            parse(intake, CHAIN, JSON_LD)
        told.append(caught.value.slug)
        assert len(told) < 10
    assert len(parse(intake, GOOD).graph) == 3
    assert sum(intake.state()["parse"].ended.values()) > before


def test_p12_a_document_past_its_time_is_killed(make) -> None:
    intake = make(parse_timeout=0.05)
    many = "".join(f"<http://e/{n}> <http://e/p> {n}.5 .\n" for n in range(90_000)).encode()
    with pytest.raises(ParseResources) as caught:
        parse(intake, many)
    assert caught.value.members["limit_s"] == 0.05
    assert intake.state()["parse"].ended == {"timeout": 1}


def test_p12_a_document_without_memory_left_is_told_so(make) -> None:
    intake = make(memory_mib=64)
    long = "x" * 280
    many = "".join(f'<http://e/{n}> <http://e/p> "{n}{long}" .\n' for n in range(90_000)).encode()
    with pytest.raises(ParseResources) as caught:
        parse(intake, many)
    assert caught.value.members["limit_mb"] == 64
    assert len(parse(intake, GOOD).graph) == 3


def test_a_document_that_ends_its_worker_fails_no_other(make) -> None:
    intake = make(size=2)

    def read(n: int) -> object:
        try:
            return len((parse(intake, CHAIN, JSON_LD) if n % 4 == 0 else parse(intake, GOOD)).graph)
        except (ParseResources, Unprocessable):
            return "ended"

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(read, range(12)))
    assert found == ["ended" if n % 4 == 0 else 3 for n in range(12)]


SLOW = b"""
@prefix sh: <http://www.w3.org/ns/shacl#> .
<https://base.example/shapes#S> a sh:NodeShape ; sh:targetClass <http://e/C> ;
    sh:sparql [ sh:select '''SELECT $this WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l
        FILTER(STRLEN(CONCAT(STR(?a), STR(?d), STR(?g), STR(?j))) < 0) }''' ] .
"""
MANY = Graph.of(
    f"<http://e/{n}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://e/C> ."
    for n in range(60)
)


def test_v5_a_validation_past_its_time_is_killed(make) -> None:
    intake = make(files.parse(SLOW, TURTLE, name="s", base=BASE).graph, validate_timeout=1.0)
    with pytest.raises(ValidationTimeout) as caught:
        intake.validate(MANY, Graph())
    assert caught.value.members == {"limit_s": 1.0}
    assert intake.state()["validate"].ended == {"timeout": 1}
    assert intake.validate(Graph(), Graph()) == ()


def test_v4_a_validator_that_dies_is_no_verdict(make) -> None:
    intake = make(files.parse(SLOW, TURTLE, name="s", base=BASE).graph, validate_timeout=30.0)
    intake.validate(Graph(), Graph())
    (worker,) = intake.lanes()["validate"]._workers
    timer = threading.Timer(0.3, os.kill, (worker.pid, signal.SIGSEGV))
    timer.start()
    with pytest.raises(ValidationFailed, match="ended"):
        intake.validate(MANY, Graph())
    timer.join()


def test_nobody_waits_for_a_document_that_was_given_up(make) -> None:
    intake = make(files.parse(SLOW, TURTLE, name="s", base=BASE).graph)
    intake.validate(Graph(), Graph())  # its worker is there, however busy the machine is
    cancel = Cancel()
    threading.Timer(0.5, cancel.set).start()
    with pytest.raises(Unavailable):
        intake.validate(MANY, Graph(), cancel=cancel)
    assert intake.state()["validate"].ended == {"cancelled": 1}


def test_nothing_is_started_before_it_is_needed_and_nothing_left_after(make) -> None:
    intake = make()
    assert intake.state() == {}
    assert len(parse(intake, GOOD).graph) == 3
    assert set(intake.state()) == {"parse"}
    pids = [worker.pid for worker in intake.lanes()["parse"]._workers]
    intake.close()
    deadline = time.monotonic() + 5
    while any(_running(pid) for pid in pids):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    with pytest.raises(Unavailable, match="stopping"):
        parse(intake, GOOD)


def _running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_what_is_too_large_is_not_sent(make) -> None:
    intake = make()
    with pytest.raises(BadInput, match="limit"):
        parse(intake, b" " * (32 * 1024 * 1024 + 1))
    assert intake.state() == {}


def test_what_grows_too_large_is_refused(intake: Intake) -> None:
    prefix = "http://e/" + "x" * 2_000 + "/"
    text = f"@prefix e: <{prefix}> .\n" + "".join(f"e:{n} e:p e:o .\n" for n in range(20_000))
    with pytest.raises(Unprocessable) as caught:
        parse(intake, text.encode())
    assert (caught.value.slug, caught.value.members["which"]) == ("limit", "N-Triples")


def test_syntax_has_its_place(intake: Intake) -> None:
    with pytest.raises(BadSyntax) as caught:
        parse(intake, b"<http://e/s> <http://e/p> 1 .\n\n oops")
    assert caught.value.line == 3
