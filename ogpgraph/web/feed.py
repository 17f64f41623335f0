"""Atom feeds (RFC 4287)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree as ET

NEVER = "1970-01-01T00:00:00.000Z"
"""When a feed without entries was updated."""
_ATOM = "http://www.w3.org/2005/Atom"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Link = tuple[str, str, str]
"""Relation, address and media type."""


@dataclass(frozen=True, slots=True)
class Item:
    """An entry; times are of RFC 3339."""

    identifier: str
    title: str
    updated: str
    author: str
    summary: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Feed:
    """What is said of a feed as a whole."""

    identifier: str
    title: str
    language: str
    updated: str
    author: str
    links: tuple[Link, ...]


def atom(feed: Feed, items: Iterable[Item]) -> bytes:
    """A feed as a document in UTF-8. Characters that XML cannot hold become U+FFFD."""
    root = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": feed.language})
    _add(root, "id", feed.identifier)
    _add(root, "title", feed.title)
    _add(root, "updated", feed.updated)
    _author(root, feed.author)
    _links(root, feed.links)
    for item in items:
        entry = ET.SubElement(root, "entry")
        _add(entry, "id", item.identifier)
        _add(entry, "title", item.title)
        _add(entry, "updated", item.updated)
        _author(entry, item.author)
        _links(entry, item.links)
        _add(entry, "summary", item.summary)
    ET.indent(root)
    content: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _add(parent: ET.Element, local: str, text: str) -> None:
    ET.SubElement(parent, local).text = _NOT_XML.sub("\ufffd", text)


def _author(parent: ET.Element, name: str) -> None:
    _add(ET.SubElement(parent, "author"), "name", name)


def _links(parent: ET.Element, links: Iterable[Link]) -> None:
    for relation, address, media_type in links:
        known = {"rel": relation, "href": address, "type": media_type}
        ET.SubElement(parent, "link", known)
