"""Dereferencing: an IRI of a thing -> 303, in one hop, to the document about it."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse

from ogpgraph.errors import NotFound
from ogpgraph.kinds import document_path, kind_of
from ogpgraph.store.base import boolean
from ogpgraph.terms import iri
from ogpgraph.web.context import reading_of, service_of

_FOLDERS = ("id", "scheme", "graph", ".well-known/genid")


def install(app: FastAPI) -> None:
    """Add the routes of the IRIs that the service names things with."""
    for folder in _FOLDERS:
        app.get(f"/{folder}/{{path:path}}", include_in_schema=False)(_see_other)
    app.get("/ns", include_in_schema=False)(_ontology)
    app.get("/ns/{version}", include_in_schema=False)(_ontology)


def _see_other(request: Request) -> Response:
    service = service_of(request)
    path = request.scope["path"].lstrip("/")
    subject = service.names.base + path
    ask = f"ASK {{ {{ {iri(subject)} ?p ?o }} UNION {{ GRAPH {iri(subject)} {{ ?s ?q ?r }} }} }}"
    if not boolean(reading_of(request).store.query(ask, timeout=service.settings.query_timeout)):
        raise NotFound(f"Nothing is said here of {subject}.")
    found = kind_of(service.names, subject)
    target = document_path(*found) if found else f"/things/{quote(path)}"
    query = request.scope["query_string"].decode("ascii", "ignore")
    location = target + (f"?{query}" if query else "")
    return RedirectResponse(location, 303, {"Vary": "Accept, Accept-Language"})


def _ontology(request: Request) -> Response:  # noqa: ARG001
    return RedirectResponse("/ontology", 303, {"Vary": "Accept, Accept-Language"})
