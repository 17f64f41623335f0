"""JSON-LD 1.1 drawn from a graph: plain JSON to read, the same triples to parse.

Keys, value forms and arrays come from the context that we ship, so a key always has the same
form. Nothing is fetched. Tests read the output back with independent JSON-LD parsers.
"""

from __future__ import annotations

import json
from collections import ChainMap, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ogpgraph.errors import BadInput
from ogpgraph.files import Graph, triples
from ogpgraph.terms import RDF_LANG_STRING, XSD, XSD_STRING, Term
from ogpgraph.vocab import EXTERNAL_PREFIXES, RDF_TYPE

Json = dict[str, Any]
_Pairs = list[tuple[str, Term]]
"""Predicates and values of a thing."""
_Said = Mapping[str, _Pairs]

_FIRST = ("id", "type", "number", "title", "label", "altLabel", "summary")
_LABEL = f"{EXTERNAL_PREFIXES['skos']}prefLabel"
_SAFE_DIGITS = 15
"""Digits of an integer that every JSON reader keeps exactly."""
_DEPTH = 4
"""How deep things are nested at most; deeper ones are given by their id."""


@dataclass(frozen=True, slots=True)
class Key:
    """One term of the context: how values of a property are written under it.

    `coercion` is the datatype of the values, “@id” for links, None for what JSON has itself;
    `by_language` is an object of texts by language.
    """

    name: str
    coercion: str | None
    by_language: bool
    always_array: bool


class Framer:
    """Draws trees from graphs under one context."""

    def __init__(self, context: Json, url: str) -> None:
        """Prepare.

        Args:
            context: the value of `@context`: prefixes, and terms with `@id`, `@type` (an IRI or
                `@id`), and `@container` (`@language`, `@set`).
            url: where that context is published, named in documents that are sent.
        """
        self._context = context
        self._keys: dict[str, list[Key]] = defaultdict(list)
        self._ordinal = self._expanded(context.get("ordinal", {}).get("@id", ""))
        self.url = url
        for name, definition in context.items():
            if isinstance(definition, dict) and not name.startswith("@"):
                iri, key = self._term(name, definition)
                self._keys[iri].append(key)

    @classmethod
    def read(cls, path: Path, rebase: tuple[str, str], url: str) -> Framer:
        """A framer with the context of a file, rewritten from one base IRI to another.

        Raises:
            BadInput: it is not a JSON-LD context.
        """
        try:
            document = json.loads(path.read_text(encoding="utf-8").replace(*rebase))
            return cls(document["@context"], url)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadInput(f"{path}: not a JSON-LD context: {error}.", file=str(path)) from error

    @property
    def document(self) -> Json:
        """The context as it is published."""
        return {"@context": self._context}

    def keys(self, iri: str) -> tuple[Key, ...]:
        """The terms of the context for a property or class, in its order; none for no term."""
        return tuple(self._keys.get(iri, ()))

    @property
    def terms(self) -> tuple[str, ...]:
        """The IRIs of the properties and classes that the context has terms for."""
        return tuple(self._keys)

    def frame(self, graph: Graph, roots: Sequence[str]) -> list[Json]:
        """The things with these IRIs as trees, in this order, without context.

        Whatever the graph says of a thing stands wherever the thing is named, so that each
        item can be read alone; of one that is an item itself, its id and label.
        """
        said: dict[str, _Pairs] = defaultdict(list)
        places: dict[str, int] = {}
        for subject, predicate, value in triples(graph):
            said[subject.value].append((predicate.value, value))
            if predicate.value == self._ordinal:
                places[subject.value] = _integer(value.value) or 0
        for pairs in said.values():  # numbered things stand in the order of their numbers
            pairs.sort(key=lambda pair: (pair[0], places.get(pair[1].value, 0)))
        brief = {root: [one for one in said[root] if one[0] == _LABEL] for root in roots}
        inner = ChainMap(brief, said)
        return [self._node(root, said[root], inner, frozenset()) for root in roots]

    def _node(self, iri: str, pairs: _Pairs, said: _Said, above: frozenset[str]) -> Json:
        node: Json = {"id": iri}
        inside = above | {iri}
        for predicate, value in pairs:
            if predicate == RDF_TYPE:
                _put(node, "type", self._class_name(value.value), array=False)
            elif value.kind == "literal":
                self._put_literal(node, predicate, value)
            else:
                more = said.get(value.value)
                deep = value.value in inside or len(above) >= _DEPTH
                shown = self._node(value.value, more, said, inside) if more and not deep else None
                self._put_link(node, predicate, value.value, shown)
        first = {key: node[key] for key in _FIRST if key in node}
        return first | {key: node[key] for key in sorted(node) if key not in first}

    def _put_literal(self, node: Json, predicate: str, value: Term) -> None:
        keys = self._keys.get(predicate, ())
        if value.language:
            for key in keys:
                if key.by_language:
                    texts = node.setdefault(key.name, {})
                    _put(texts, value.language, value.value, array=key.always_array)
                    return
        datatype = value.datatype or (RDF_LANG_STRING if value.language else XSD_STRING)
        for key in keys:
            native = None if key.by_language else _native(value.value, datatype, key.coercion)
            if native is not None:
                _put(node, key.name, native, array=key.always_array)
                return
        whole = {"@value": value.value}
        if value.language:
            whole["@language"] = value.language
        elif value.datatype:
            whole["@type"] = value.datatype
        key_name = next((k.name for k in keys if k.coercion is None and not k.by_language), None)
        _put(node, key_name or predicate, whole, array=False)

    def _put_link(self, node: Json, predicate: str, iri: str, shown: Json | None) -> None:
        for key in self._keys.get(predicate, ()):
            if key.coercion == "@id":
                _put(node, key.name, shown or iri, array=key.always_array)
                return
        _put(node, predicate, shown or {"id": iri}, array=False)

    def _class_name(self, iri: str) -> str:
        keys = self._keys.get(iri)
        return keys[0].name if keys else iri

    def _term(self, name: str, definition: Json) -> tuple[str, Key]:
        container = definition.get("@container", ())
        containers = {container} if isinstance(container, str) else set(container)
        coercion = definition.get("@type")
        key = Key(
            name,
            coercion if coercion in {None, "@id"} else self._expanded(coercion),
            "@language" in containers,
            "@set" in containers,
        )
        return self._expanded(definition["@id"]), key

    def _expanded(self, compact: str) -> str:
        prefix, colon, local = compact.partition(":")
        namespace = self._context.get(prefix)
        if colon and isinstance(namespace, str) and not local.startswith("//"):
            return namespace + local
        return compact


def _native(text: str, datatype: str, coercion: str | None) -> object | None:
    """A literal as a JSON value that parses back to it; None where there is none."""
    if coercion == datatype:
        return text
    if coercion is not None:
        return None
    if datatype == XSD_STRING:
        return text
    if datatype == f"{XSD}integer" and str(_integer(text)) == text:
        return _integer(text)
    return _BOOLEANS.get(text) if datatype == f"{XSD}boolean" else None


_BOOLEANS = MappingProxyType({"true": True, "false": False})


def _integer(text: str) -> int | None:
    digits = text.removeprefix("-")
    return (
        int(text) if digits.isdigit() and digits.isascii() and len(digits) <= _SAFE_DIGITS else None
    )


def _put(node: Json, key: str, value: object, *, array: bool) -> None:
    """Add a value under a key: alone, or in an array where there are several or always."""
    if key not in node:
        node[key] = [value] if array else value
    elif isinstance(node[key], list):
        node[key].append(value)
    else:
        node[key] = [node[key], value]
