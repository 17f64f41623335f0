"""The templates: one environment for an application, which escapes all that comes from data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from ogpgraph.web.texts import MONTHS
from ogpgraph.web.views import Value

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_CONTROLS = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""What turns or hides text around it, and cannot be isolated where there are no elements."""
_MOST_IN_LINE = 150


class Templates:
    """Renders the templates of the package."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=PackageLoader("ogpgraph.web", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["together"] = _together
        self._environment.filters["in_line"] = in_line
        self._environment.globals["months"] = _months

    def render(self, template: str, values: dict[str, Any]) -> str:
        """A page."""
        return self._environment.get_template(template).render(values)


def in_line(text: str, most: int = _MOST_IN_LINE) -> str:
    """A text for a title or an attribute: short, and without characters that turn what follows."""
    clean = _CONTROLS.sub("", text)
    return clean if len(clean) <= most else clean[: most - 1] + "…"


def _together(values: Sequence[Value], local: str) -> list[list[Value]]:
    """Values whose things name the same by this property, side by side; the order stays."""
    groups: dict[str, list[Value]] = {}
    for value in values:
        named = value.part.first(local) if value.part else None
        groups.setdefault((named.iri or named.text) if named else value.iri, []).append(value)
    return list(groups.values())


def _months(start: str, end: str, chosen: str) -> str:
    """A period of whole months in words, as it stands where it is not of that form."""
    first, last = _MONTH.fullmatch(start), _MONTH.fullmatch(end or start)
    if not first or not last:
        return f"{start}–{end}" if end else start
    of = " de " if chosen == "es" else " "
    one, two = (MONTHS[chosen][int(found[2]) - 1] for found in (first, last))
    if first[1] != last[1]:
        return f"{one}{of}{first[1]} – {two}{of}{last[1]}"
    return f"{one}{of}{first[1]}" if one == two else f"{one}–{two}{of}{first[1]}"
