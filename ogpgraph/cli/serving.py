"""`ogpgraph serve`."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated

import typer

from ogpgraph.cli.options import ABOUT, Home
from ogpgraph.cli.output import progress_bar
from ogpgraph.service import Service
from ogpgraph.settings import load_settings
from ogpgraph.web.run import bind, run


def serve(
    home: Home = None,
    host: Annotated[str | None, typer.Option(help=ABOUT["host"])] = None,
    port: Annotated[str | None, typer.Option(help=ABOUT["port"])] = None,
    base_iri: Annotated[str | None, typer.Option(help=ABOUT["base_iri"])] = None,
    public_url: Annotated[str | None, typer.Option(help=ABOUT["public_url"])] = None,
    sample: Annotated[bool, typer.Option(help="Fill an empty home with the shipped plans.")] = True,
) -> None:
    """Serve a home; an empty one is first filled with the shipped plans."""
    given = {"home": home, "host": host, "port": port}
    settings = load_settings(given | {"base_iri": base_iri, "public_url": public_url})
    with bind(settings) as listener, closing(Service.open(settings, serving=True)) as service:
        shipped = service.library.shipped
        files = (*shipped.ontology, *(shipped.data if sample else ()))
        with progress_bar("Validating and loading", len(files)) as told:
            service.fill(sample=sample, progress=told)
        run(service, listener)
