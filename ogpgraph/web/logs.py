"""What the server writes on standard error: one line for each event, whatever is in it."""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime

from ogpgraph.settings import Settings

_PLAIN = re.compile(r"[A-Za-z0-9_.:/+@,\-]+")
_DELETE = "\x7f"


class JsonLines(logging.Formatter):
    """One JSON object a line, ASCII only: control characters of any kind are escaped."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of an event, without its end."""
        return _ascii(_values(self, record))


class TextLines(logging.Formatter):
    """Time, level, logger, message, then `name=value`; what is not plain is quoted as in JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of an event, without its end."""
        values = _values(self, record)
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


def _values(formatter: logging.Formatter, record: logging.LogRecord) -> dict[str, object]:
    moment = datetime.fromtimestamp(record.created, UTC)
    values: dict[str, object] = {
        "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "message": record.getMessage(),
    }
    values |= getattr(record, "fields", {})
    if record.exc_info:
        values["exception"] = formatter.formatException(record.exc_info)
    return values


def _shown(value: object) -> str:
    text = str(value)
    return text if _PLAIN.fullmatch(text) else _ascii(text)


def _ascii(value: object) -> str:
    return json.dumps(value, ensure_ascii=True, default=str).replace(_DELETE, "\\u007f")
