"""Fields of a form with files (RFC 7578), from bytes that are in memory: nothing goes to a disk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from ogpgraph.errors import BadRequest

MEDIA_TYPE = "multipart/form-data"
_MOST_FIELDS = 10
_MOST_NAME = 200
"""Characters of the name of a field or a file."""


@dataclass(slots=True)
class FormField:
    """A field: its bytes, and the name of the file where it is one; `filename` is empty for none.

    A browser sends a file without a name and without bytes where none was chosen.
    """

    name: str = ""
    filename: str = ""
    content: bytearray = field(default_factory=bytearray)


@dataclass(slots=True)
class _Reader:
    """What the parser tells, put together."""

    fields: list[FormField] = field(default_factory=list)
    header: tuple[bytearray, bytearray] = field(default_factory=lambda: (bytearray(), bytearray()))
    ended: bool = False

    def begin(self) -> None:
        if len(self.fields) == _MOST_FIELDS:
            raise BadRequest(f"The form has more than {_MOST_FIELDS} fields.")
        self.fields.append(FormField())

    def header_name(self, data: bytes, start: int, end: int) -> None:
        self.header[0].extend(data[start:end])

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self.header[1].extend(data[start:end])

    def header_end(self) -> None:
        name, value = (bytes(one) for one in self.header)
        self.header = (bytearray(), bytearray())
        if name.lower() == b"content-disposition":
            _, options = parse_options_header(value)
            self.fields[-1].name = _text(options.get(b"name", b""))
            self.fields[-1].filename = _text(options.get(b"filename", b""))

    def data(self, data: bytes, start: int, end: int) -> None:
        self.fields[-1].content.extend(data[start:end])

    def end(self) -> None:
        self.ended = True


def is_form(content_type: str) -> bool:
    """Whether a body of this content type is such a form."""
    return content_type.partition(";")[0].strip().lower() == MEDIA_TYPE


def fields_of(content: bytes, content_type: str, known: Iterable[str]) -> dict[str, FormField]:
    """The fields of a form by their names.

    Args:
        content: the body.
        content_type: its header field, which holds the boundary.
        known: the names that fields may have.

    Raises:
        BadRequest: it is not such a form, or cut off; a field is unknown, or there twice.
    """
    _, options = parse_options_header(content_type)
    boundary = options.get(b"boundary", b"")
    if not boundary:
        raise BadRequest("The form has no boundary.", parameter="Content-Type")
    reader = _Reader()
    try:
        parser = MultipartParser(
            boundary,
            {
                "on_part_begin": reader.begin,
                "on_header_field": reader.header_name,
                "on_header_value": reader.header_value,
                "on_header_end": reader.header_end,
                "on_part_data": reader.data,
                "on_end": reader.end,
            },
        )
        parser.write(content)
        parser.finalize()
    except FormParserError as error:
        raise BadRequest("The form is not well-formed multipart/form-data.") from error
    if not reader.ended:
        raise BadRequest("The form is cut off: its last boundary is missing.")
    return _by_name(reader.fields, sorted(known))


def _by_name(fields: list[FormField], known: list[str]) -> dict[str, FormField]:
    found: dict[str, FormField] = {}
    for one in fields:
        if one.name not in known:
            shown = one.name[:80]
            raise BadRequest(f"The form has no field “{shown}”.", known=known, parameter=shown)
        if one.name in found:
            raise BadRequest(f"The field {one.name} is there twice.", parameter=one.name)
        found[one.name] = one
    return found


def _text(value: bytes) -> str:
    return value.decode("utf-8", errors="replace")[:_MOST_NAME]
