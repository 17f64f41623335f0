"""Dumps of the dataset to download, and what they weigh."""

from __future__ import annotations

import base64
import re
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, PlainTextResponse

from ogpgraph import formats
from ogpgraph.describing.formats import DUMPS
from ogpgraph.dumps import Made, file_name, sums
from ogpgraph.errors import NotFound
from ogpgraph.formats import GRAPH_OFFERS, Offer
from ogpgraph.vocab import LICENSE
from ogpgraph.web import describing, operations, pages, respond, schemas
from ogpgraph.web.context import not_modified, reading_of, service_of

_NAME = re.compile(r"ogpgraph-(0|[1-9][0-9]{0,17})\.([a-z]{2,6})\.gz")
_GZIP, _TEXT = "application/gzip", "text/plain"
_FOLDER_OFFERS = (Offer(formats.JSON, (), "json"), formats.PAGE)
_RDF = frozenset(offer.media_type for offer in GRAPH_OFFERS)
_OFFERS = (*_FOLDER_OFFERS, *GRAPH_OFFERS)


def install(app: FastAPI) -> None:
    """Add the routes."""
    folder = {
        "parameters": [operations.lang()],
        **operations.read(_OFFERS, 400, 406, json=_schema(), tagged=False),
    }
    digests = {"responses": {"200": operations.sent(_TEXT, tagged=False)}}
    packed = {**dict.fromkeys(("200", "206"), operations.sent(_GZIP)), **operations.unchanged()}
    dump = {"responses": packed | operations.problems(404, 416, 503)}
    for path, answer, described, *words in (
        ("/dumps/", _folder, folder, "Descargas del conjunto de datos", "Dumps of the dataset"),
        ("/dumps/SHA256SUMS", _sums, digests, "Resúmenes de ellas", "Digests of the dumps"),
        ("/dumps/{name}", _dump, dump, "Una descarga", "A dump"),
    ):
        app.get(
            path,
            summary=operations.both(*words),
            description=operations.both(
                "Los archivos grandes se hacen cuando se piden por primera vez.",
                "Large files are made when they are first asked for.",
            ),
            tags=["about"],
            response_class=Response,
            openapi_extra=described,
        )(answer)


def _schema() -> dict[str, Any]:
    """What is told of the dumps."""
    known = {"name": schemas.text(), "url": schemas.text(format="uri")}
    weighed = {"bytes": schemas.number(), "sha256": schemas.digest()}
    file = schemas.record({**known, "mediaType": schemas.text()}, weighed)
    sums = {"sha256sums": schemas.text(format="uri")}
    return schemas.record({"version": schemas.number(), "files": schemas.many(file), **sums})


def _folder(request: Request) -> Response:
    """What can be had. Not to be kept: large files are made when they are first asked for."""
    offer = respond.choose(request, None, _OFFERS)
    if offer.media_type in _RDF:
        return describing.catalogue(request, _OFFERS)
    service, reading = service_of(request), reading_of(request)
    made = service.dumps.at_hand(reading)
    base = service.settings.base_url()
    files = [_entry(base, reading.sequence, suffix, made) for suffix in DUMPS]
    if offer.media_type == formats.JSON:
        body = {"version": reading.sequence, "files": files}
        body |= {"sha256sums": f"{base}/dumps/SHA256SUMS"}
        content = respond.json_text(body)
    else:
        content = pages.page(request, "dumps.html", title=pages.word(request, "dumps"), files=files)
    response = respond.send(request, offer, content)
    del response.headers["ETag"]
    response.headers["Cache-Control"] = "no-store"
    return response


def _entry(base: str, version: int, suffix: str, made: Made | None) -> dict[str, object]:
    name = file_name(version, suffix)
    known: dict[str, object] = {
        "name": name,
        "url": f"{base}/dumps/{name}",
        "mediaType": DUMPS[suffix],
    }
    if made:
        weight = made.weights[suffix]
        known |= {"bytes": weight.size, "sha256": weight.sha256}
    return known


def _sums(request: Request) -> Response:
    """Of the files that have been made, for `sha256sum -c`."""
    dumps = service_of(request).dumps
    dumps.at_hand(reading_of(request))
    content = sums(dumps.made())
    return PlainTextResponse(content, headers={"Cache-Control": "no-store"})


def _dump(request: Request, name: str) -> Response:
    found = _NAME.fullmatch(name)
    if not found:
        raise NotFound(f"“{name}” is no dump: they are called {file_name(1, 'nq')}.")
    path, weight = service_of(request).dumps.file(int(found[1]), found[2])
    digest = base64.b64encode(bytes.fromhex(weight.sha256)).decode()
    tag = f'"{weight.sha256}"'
    headers = {
        "ETag": tag,
        "Cache-Control": "no-cache",
        "Repr-Digest": f"sha-256=:{digest}:",
        "Link": f'<{LICENSE}>; rel="license"',
    }
    if not_modified(request, tag):
        return Response(status_code=304, headers=headers)
    return FileResponse(path, headers=headers, media_type=_GZIP, filename=name)
