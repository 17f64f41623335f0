"""The application: its routes, the shape of its errors, and the layers around them."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles
from starlette.types import ASGIApp

from ogpgraph import __version__
from ogpgraph.service import Service
from ogpgraph.web import (
    alignments,
    changes,
    contract,
    describing,
    differences,
    discovery,
    dumps,
    entities,
    graphs,
    health,
    mementos,
    metrics,
    ontology,
    operations_page,
    problems,
    resources,
    reviewing,
    schemes,
    search,
    shapes,
    sparql,
    statistics,
    stored,
    suggesting,
    update,
    validation,
    versions,
)
from ogpgraph.web.answers import Answers
from ogpgraph.web.bundle import Bundle
from ogpgraph.web.cache import Cached
from ogpgraph.web.cors import Options, Readable
from ogpgraph.web.documents import Places
from ogpgraph.web.envelope import Caught, Envelope
from ogpgraph.web.observe import Observed
from ogpgraph.web.templating import Templates
from ogpgraph.web.tokens import Writers

_MIB = 1024 * 1024
_ABOUT = (contract, operations_page, discovery, describing, dumps, health, metrics)
_REFERENCE = (ontology, shapes, schemes)
_PAST = (versions, changes, differences, mementos)
_CHECKING = (validation, suggesting)
_ALIGNED = (alignments, reviewing, resources)
_DATA = (sparql, statistics, stored, update, graphs, *_CHECKING, entities, *_ALIGNED)
_ROOMS = (*_ABOUT, *_REFERENCE, *_PAST, *_DATA, search)


def _name(route: APIRoute) -> str:
    """The name of an operation whose room gives it none: the words of its path."""
    return "_".join(re.findall("[a-z0-9]+", route.path_format.lower())) or "home"


class _Application(FastAPI):
    """With our layers around those of the framework, so that what is kept needs none of those."""

    def build_middleware_stack(self) -> ASGIApp:
        """Observed, in the envelope, kept: then routes and what the framework has around them."""
        service, state = self.state.service, self.state
        kept = Cached(super().build_middleware_stack(), service, state.cache)
        scripted = sparql.PATHS if state.editor else ()
        return Observed(Readable(Envelope(Options(kept), service, scripted)), state.metrics)


def create_app(service: Service) -> FastAPI:
    """The ASGI application over an open service."""
    app = _Application(
        title="ogpgraph",
        version=__version__,
        summary="A knowledge graph of Open Government action plans.",
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses={"default": {"description": ""}},  # see `contract`
        generate_unique_id_function=_name,
    )
    app.state.service = service
    app.state.cache = Answers(service.settings.cache * _MIB if service else 0)  # docs have none
    app.state.metrics = metrics.Metrics(service, app.state.cache)
    app.state.writers = Writers(service.settings)
    app.state.written = Places()
    app.state.templates = Templates()
    static = Path(str(files("ogpgraph.web") / "static"))
    app.state.editor = Bundle.found(static)
    problems.install(app)
    for room in _ROOMS:
        room.install(app)
    app.mount("/static", StaticFiles(directory=static), name="static")
    app.add_middleware(Caught)
    return app
