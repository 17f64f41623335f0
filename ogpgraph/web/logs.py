"""What the server writes on standard error: one line for each event, whatever is in it."""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime
from json.encoder import encode_basestring_ascii

from ogpgraph.settings import Settings

_PLAIN = re.compile(r"[A-Za-z0-9_.:/+@,\-]+")
_DELETE = "\x7f"


class _Lines(logging.Formatter):
    """Remembers the second that it told last: a busy server tells the same one many times."""

    _second = ("", -1)

    def values(self, record: logging.LogRecord) -> dict[str, object]:
        """All that an event is told with."""
        second, at = self._second
        whole = int(record.created)
        if at != whole:
            second = datetime.fromtimestamp(whole, UTC).strftime("%Y-%m-%dT%H:%M:%S")
            self._second = (second, whole)
        values: dict[str, object] = {
            "time": f"{second}.{int(record.created * 1000) % 1000:03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        values |= getattr(record, "fields", {})
        if record.exc_info:
            values["exception"] = self.formatException(record.exc_info)
        return values


class JsonLines(_Lines):
    """One JSON object a line, ASCII only: control characters of any kind are escaped."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of an event, without its end."""
        members = [f'"{name}": {_json(value)}' for name, value in self.values(record).items()]
        return f"{{{', '.join(members)}}}".replace(_DELETE, "\\u007f")


class TextLines(_Lines):
    """Time, level, logger, message, then `name=value`; what is not plain is quoted as in JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of an event, without its end."""
        values = self.values(record)
        head = " ".join(str(values.pop(name)) for name in ("time", "level", "logger"))
        message = _ascii(values.pop("message"))[1:-1]
        rest = (f"{name}={_shown(value)}" for name, value in values.items())
        return " ".join((head, message, *rest))


def configure(settings: Settings) -> None:
    """Let everything that this process logs go to standard error, in the form of the settings."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if settings.log_format == "json" else TextLines())
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    logging.getLogger("asyncio").setLevel(logging.INFO)


def _shown(value: object) -> str:
    text = str(value)
    return text if _PLAIN.fullmatch(text) else _ascii(text)


def _ascii(value: object) -> str:
    return _json(value).replace(_DELETE, "\\u007f")


def _json(value: object) -> str:
    """JSON in ASCII, but for DEL."""
    if type(value) is str:  # most of a line needs no encoder made for it
        return encode_basestring_ascii(value)
    if type(value) in {int, float}:
        return repr(value)
    return json.dumps(value, ensure_ascii=True, default=str)
