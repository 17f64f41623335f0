"""Documents from outside, read and validated in worker processes that may be killed.

The process that has an `Intake` never parses what came from outside, nor runs the shapes on it:
a document that ends a worker, or holds one for too long, is an error of that document alone.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from ogpgraph.errors import (
    BadInput,
    ParseResources,
    Unavailable,
    ValidationFailed,
    ValidationTimeout,
)
from ogpgraph.files import Document, Graph
from ogpgraph.intake import source
from ogpgraph.intake.limits import MAX_TRIPLES
from ogpgraph.intake.wire import (
    MAX_DOCUMENT,
    MAX_FINDINGS,
    answers_of,
    document_of,
    error_of,
    findings_of,
    packed_graphs,
    packed_named_graphs,
    revised_of,
    revision_error_of,
)
from ogpgraph.report import Finding
from ogpgraph.store.answer import ask
from ogpgraph.update_text import Operation
from ogpgraph.workers.cancel import Cancel
from ogpgraph.workers.frames import Head
from ogpgraph.workers.pool import Crashed, Late, Limits, OutOfMemory, Pool, Program, State

PARSE, VALIDATE, EVALUATE, REVISE = "parse", "validate", "evaluate", "revise"
"""The lanes."""

_PARSER = Program(
    "ogpgraph.intake.parsing",
    start=30.0,
    body=2 * MAX_DOCUMENT,  # the statements, and 4 bytes of line for each
)
_EVALUATOR = Program("ogpgraph.intake.evaluating", start=30.0, body=MAX_DOCUMENT)
_REVISER = Program("ogpgraph.workers.reviser", body=MAX_DOCUMENT)
_REVISER_FILES = 512
"""MiB of a file that an update may write, on its copy of the store."""
_VALIDATOR = "ogpgraph.intake.validating"
_VALIDATOR_START = 60.0
"""Seconds that a validator gets to load the libraries and prepare the shapes."""


class Intake:
    """Reads and validates documents; any number of threads may ask at once.

    Workers are started when they are first needed. Parsing and validating have their own: a
    document that ends its parser costs no prepared shapes.
    """

    def __init__(
        self,
        shapes: Graph,
        *,
        size: int | None = None,
        memory_mib: int = 1024,
        parse_timeout: float = 30.0,
        validate_timeout: float = 60.0,
        patience: float = 60.0,
    ) -> None:
        """Make ready to start workers.

        Args:
            shapes: what documents are validated against.
            size: workers of each kind; one a core without it.
            memory_mib: MiB that one of them may take on top of what it starts with.
            parse_timeout: seconds that one document may take to parse.
            validate_timeout: seconds that one graph may take to validate.
            patience: seconds that a request may wait for a worker.
        """
        self.size = size or os.cpu_count() or 2
        self.digest = shapes.digest
        self._parse_timeout, self._validate_timeout = parse_timeout, validate_timeout
        self._patience = patience
        self._limits = Limits(memory_mib=memory_mib, rows=MAX_TRIPLES)
        validator = Program(
            _VALIDATOR,
            first=({}, shapes.to_bytes()),
            start=_VALIDATOR_START,
            body=MAX_FINDINGS,
        )
        self._programs = {PARSE: _PARSER, VALIDATE: validator, EVALUATE: _EVALUATOR}
        self._programs[REVISE] = _REVISER
        self._lock = threading.Lock()
        self._pools: dict[str, Pool] = {}
        self._closed = False

    def read(self, path: Path, *, base: str, cancel: Cancel | None = None) -> Document:
        """Read one file, plain or `.gz`, its format known by its suffix.

        Args:
            path: the file.
            base: the base IRI of the deployment, under which blank nodes are given IRIs.
            cancel: set by another thread when the document is no longer wanted.

        Raises:
            BadInput: it cannot be read, is too large or of an unknown suffix.
            BadSyntax, Unprocessable, ParseResources, Busy, Unavailable: as `parse`.
        """
        content, media_type = source.read(path)
        return self.parse(content, media_type, name=str(path), base=base, cancel=cancel)

    def parse(
        self,
        content: bytes,
        media_type: str,
        *,
        name: str,
        base: str,
        cancel: Cancel | None = None,
    ) -> Document:
        """Parse a document of triples into a graph without blank nodes.

        Args:
            content: its bytes.
            media_type: Turtle, N-Triples, RDF/XML or JSON-LD.
            name: what it is called in messages and findings.
            base: the base IRI of the deployment, under which blank nodes are given IRIs.
            cancel: set by another thread when the document is no longer wanted.

        Raises:
            BadInput: it is too large.
            BadSyntax: it does not parse; line and column are given.
            Unprocessable: something in it is over a limit, or not taken.
            ParseResources: it took too much time or memory, or ended its worker.
            Busy, Unavailable: no worker was to be had.
        """
        if len(content) > source.MAX_BYTES:
            raise BadInput(f"{name}: over the limit of {source.MAX_BYTES} bytes.", file=name)
        head = {"media_type": media_type, "name": name, "base": base}
        try:
            reply, body = self._pool(PARSE).run(
                head, content, timeout=self._parse_timeout, patience=self._patience, cancel=cancel
            )
        except Late as error:
            message = f"{name}: takes longer than {error.limit_s:g} s to parse."
            raise ParseResources(message, file=name, limit_s=error.limit_s) from error
        except OutOfMemory as error:
            message = f"{name}: needs more than {error.limit_mb} MiB of memory to parse."
            raise ParseResources(message, file=name, limit_mb=error.limit_mb) from error
        except Crashed as error:
            message = f"{name}: ended the process that parsed it; it may be nested too deep."
            raise ParseResources(message, file=name) from error
        if "error" in reply:
            raise error_of(reply)
        return document_of(name, reply, body)

    def validate(
        self, graph: Graph, around: Graph, *, cancel: Cancel | None = None
    ) -> tuple[Finding, ...]:
        """Check a graph against the shapes; `Report.placed` says where findings stand.

        Args:
            graph: what is checked; only its own subjects are reported.
            around: what it refers to or supplements, as `Reference.around` gives it.
            cancel: set by another thread when the answer is no longer wanted.

        Raises:
            ValidationTimeout: it took too long.
            ValidationFailed: the validator could not finish, so nothing is known.
            Busy, Unavailable: no worker was to be had.
        """
        _, body = self._judged(VALIDATE, *packed_graphs(graph, around), cancel)
        return findings_of(body)

    def evaluate(
        self, graphs: Mapping[str, Graph], texts: Sequence[str], *, cancel: Cancel | None = None
    ) -> list[bytes]:
        """Ask queries of ours about documents: see `store.scratch.evaluate`.

        Args:
            graphs: by IRI.
            texts: SPARQL.
            cancel: set by another thread when the answers are no longer wanted.

        Raises:
            ValidationTimeout: it took too long.
            ValidationFailed: it could not be finished, so nothing is known.
            Busy, Unavailable: no worker was to be had.
        """
        return answers_of(*self._judged(EVALUATE, *packed_named_graphs(graphs, texts), cancel))

    def revise(
        self,
        copy: Path | bytes,
        operations: Sequence[Operation],
        *,
        timeout: float,
        cancel: Cancel | None = None,
    ) -> dict[str, bytes]:
        """Run an update on a copy of the store, operation by operation.

        Args:
            copy: a folder of the embedded engine that is written and of no use afterwards, or
                N-Quads of the named graphs.
            operations: as `update_text.operations` gives them.
            timeout: seconds.
            cancel: set by another thread when the answer is no longer wanted.

        Returns:
            The N-Triples of each graph that is not as it was, by IRI; nothing for one that is
            no more.

        Raises:
            MalformedQuery, BadRequest: an operation does not parse, or cannot be carried out.
            Unprocessable: the graphs are too large afterwards.
            QueryTimeout, QueryMemory, QueryCrashed, Busy, Unavailable: it could not be finished.
        """
        told = json.dumps([asdict(operation) for operation in operations]).encode()
        data = copy if isinstance(copy, bytes) else b""
        folder = "" if isinstance(copy, bytes) else str(copy)
        reply, body = ask(
            self._pool(REVISE),
            {"folder": folder, "data": len(data)},
            data + told,
            timeout=timeout,
            cancel=cancel,
            what="update",
        )
        if "error" in reply:
            raise revision_error_of(reply)
        return revised_of(reply, body)

    def _judged(
        self, lane: str, head: Head, content: bytes, cancel: Cancel | None
    ) -> tuple[Head, bytes]:
        """The reply of a worker that shapes, checks or rules are run on."""
        limit = self._validate_timeout
        try:
            reply, body = self._pool(lane).run(
                head, content, timeout=limit, patience=self._patience, cancel=cancel
            )
        except Late as error:
            message = f"The validator did not finish within {limit:g} s."
            raise ValidationTimeout(message, limit_s=limit) from error
        except OutOfMemory as error:
            message = f"The validator needs more than {error.limit_mb} MiB of memory for this."
            raise ValidationFailed(message) from error
        except Crashed as error:
            raise ValidationFailed("The validator could not finish: its process ended.") from error
        if "error" in reply:
            raise error_of(reply)
        return reply, body

    def state(self) -> Mapping[str, State]:
        """What each lane is at; without those that were never needed."""
        return {name: pool.state() for name, pool in self.lanes().items()}

    def lanes(self) -> Mapping[str, Pool]:
        """The lanes that were needed so far, by name."""
        with self._lock:
            return dict(self._pools)

    def close(self) -> None:
        """End every worker, those in use too: their requests are told that the service stops."""
        with self._lock:
            self._closed = True
            pools = list(self._pools.values())
        for pool in pools:
            pool.close()

    def _pool(self, name: str) -> Pool:
        """A lane, its workers started if they are not yet."""
        with self._lock:
            if self._closed:
                raise Unavailable("The service is stopping.")
            if name not in self._pools:
                limits, size = self._limits, self.size
                if name == REVISE:  # they come one at a time
                    limits, size = replace(limits, file_mib=_REVISER_FILES), 1
                self._pools[name] = Pool(size, limits, program=self._programs[name])
            return self._pools[name]
