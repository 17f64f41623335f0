"""The words of the pages: the same in Spanish and English, a module for each room of the site."""

from __future__ import annotations

from types import MappingProxyType

from ogpgraph.web.texts.common import COMMON
from ogpgraph.web.texts.home import HOME
from ogpgraph.web.texts.lists import LISTS
from ogpgraph.web.texts.names import (
    COLUMNS,
    EXTERNAL_LABELS,
    LANGUAGE_NAMES,
    MONTHS,
    language_name,
)
from ogpgraph.web.texts.operations import OPERATIONS
from ogpgraph.web.texts.problems import PROBLEMS
from ogpgraph.web.texts.reference import CONSTRAINTS, REFERENCE
from ogpgraph.web.texts.reviewing import REVIEWING
from ogpgraph.web.texts.sdg import SDG_PAGES
from ogpgraph.web.texts.search import SEARCH
from ogpgraph.web.texts.sparql import SPARQL
from ogpgraph.web.texts.statistics import STATISTICS
from ogpgraph.web.texts.suggestions import SUGGESTIONS
from ogpgraph.web.texts.things import THINGS
from ogpgraph.web.texts.validation import VALIDATION
from ogpgraph.web.texts.versions import VERSIONS

_SITE = (COMMON, HOME, LISTS, THINGS, SDG_PAGES, SEARCH, STATISTICS, VERSIONS)
_MACHINES = (OPERATIONS, PROBLEMS, REFERENCE, REVIEWING, SPARQL, SUGGESTIONS, VALIDATION)
_ROOMS = (*_SITE, *_MACHINES)
TEXTS = MappingProxyType({name: text for room in _ROOMS for name, text in room.items()})
"""Every word by its name; a name is in one room only, see the tests."""

__all__ = [
    "COLUMNS",
    "CONSTRAINTS",
    "EXTERNAL_LABELS",
    "LANGUAGE_NAMES",
    "MONTHS",
    "TEXTS",
    "language_name",
]
