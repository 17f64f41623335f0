"""Files on their way in: read side by side, and checked without a home."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Protocol

from ogpgraph.drafts import drafts_of, graph_of
from ogpgraph.errors import BadInput, OgpGraphError
from ogpgraph.examination import Progress
from ogpgraph.files import Document
from ogpgraph.holdings import Holdings
from ogpgraph.intake.documents import Intake
from ogpgraph.intake.source import document_files
from ogpgraph.iris import Names
from ogpgraph.ledger import Activity, Ledger
from ogpgraph.library import Judge, Library
from ogpgraph.memo import Memo
from ogpgraph.report import Report
from ogpgraph.sdg.official import adopted, notes_of
from ogpgraph.updating import Reviser

SHIPPED_AGENT = "ogpgraph (shipped with the package)"


class Documents(Reviser, Judge, Protocol):
    """What reads documents and judges them: `Intake`, in worker processes."""

    def read(self, path: Path, *, base: str) -> Document:
        """Read one file.

        Raises:
            BadInput, BadSyntax, Unprocessable, ParseResources, Busy, Unavailable: it cannot be.
        """
        ...

    def close(self) -> None:
        """End the workers."""
        ...


def validate(
    library: Library, paths: Iterable[Path], *, progress: Progress | None = None
) -> Report:
    """Validate files and folders against the shapes, beside the shipped ontology and data.

    Needs no home and changes nothing.

    Raises:
        BadInput, BadSyntax: a file cannot be read.
    """
    files = document_files(paths)
    with ExitStack() as opened:
        intake = opened.enter_context(closing(Intake(library.shapes)))
        ledger = opened.enter_context(closing(Ledger(Path(":memory:"))))
        memo = opened.enter_context(closing(Memo()))
        documents, unread = read_documents(intake, files, library.names)
        if unread:
            raise joined(unread)
        shipped = (*library.reference_documents, *library.sample_documents())
        known = {graph_of(document, library.names): document.graph for document in shipped}
        ledger.append(known, Activity(SHIPPED_AGENT, "", "", ""))
        examiner = library.examiner(intake, Holdings(ledger, library.names), memo)
        report = examiner.examine(drafts_of(documents, library.names), progress)
        return Report.merged([report, Report(notes_of(documents))])


def read_documents(
    intake: Documents, files: Sequence[Path], names: Names
) -> tuple[list[Document], list[OgpGraphError]]:
    """Read files, as many at once as there are workers.

    Returns:
        The documents that could be read, in the order given; for every other file, why not. A
        file that does not say which named graph it is counts as one that cannot be read.
    """

    def one(file: Path) -> Document | OgpGraphError:
        try:
            document = adopted(intake.read(file, base=names.base), names)
            graph_of(document, names)
        except OgpGraphError as error:
            return error
        return document

    with ThreadPoolExecutor(intake.size) as threads:
        found = list(threads.map(one, files))
    documents = [each for each in found if isinstance(each, Document)]
    return documents, [each for each in found if isinstance(each, OgpGraphError)]


def joined(errors: Sequence[OgpGraphError]) -> OgpGraphError:
    """One error of several files, each on a line of its own, so that all can be mended at once."""
    if len(errors) == 1 or not all(isinstance(error, BadInput) for error in errors):
        return errors[0]
    return BadInput("\n".join(error.message for error in errors))
