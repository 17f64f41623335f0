"""JSON Schemas of the trees that `Framer` draws: of each class, and of anything.

Names and forms come from the context, domains, ranges and words from the ontology, and what is
used from VoID, so that nothing is written twice. A schema is closed: it has every member that a
thing of the class can have in this version, and no other. Cardinalities of the shapes are not
relied on for single values: two graphs may say two things of one, and both are sent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any

from ogpgraph.describing.usage import Usage, Use
from ogpgraph.files import Graph, triples
from ogpgraph.jsonld import Framer, Key
from ogpgraph.ontology import Ontology
from ogpgraph.terms import RDF_LANG_STRING, XSD, XSD_STRING
from ogpgraph.vocab import EXTERNAL_PREFIXES, PREF_LABEL, RDF_TYPE

Json = dict[str, Any]

_SH = EXTERNAL_PREFIXES["sh"]
_RDFS = EXTERNAL_PREFIXES["rdfs"]
_REFERENCE = "#/components/schemas/"
_IRI_MEMBER = "^[a-z][a-z0-9+.-]*:"
"""A member that is no term of the context: the IRI of a property."""
_NATIVE = MappingProxyType(
    {XSD_STRING: "string", f"{XSD}integer": "integer", f"{XSD}boolean": "boolean"}
)
"""Datatypes that have a form of their own in JSON, and which."""
_EXACT = frozenset({XSD_STRING})
"""Of these, the ones whose every value has it: integers may be too large, or written otherwise."""


def reference(name: str) -> Json:
    """A reference to a schema of the description."""
    return {"$ref": f"{_REFERENCE}{name}"}


def shaped(shapes: Graph) -> dict[str, dict[str, bool]]:
    """Class -> the properties that its shapes speak of, by IRI, and whether each must be there."""
    said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for subject, predicate, value in triples(shapes):
        name = predicate.value.removeprefix(_SH)
        if name == "property":
            said[str(subject)][name].append(str(value))
        elif name != "path" or value.kind == "iri":
            said[str(subject)][name].append(value.value)
    found: dict[str, dict[str, bool]] = defaultdict(dict)
    for shape in list(said.values()):
        for one in shape["property"]:
            inner = said[one]
            least = max(map(int, inner["minCount"]), default=0)
            advice = f"{_SH}Warning" in {*shape["severity"], *inner["severity"]}
            must = least > 0 and not advice and not inner["deactivated"]
            for name in shape["targetClass"]:
                for path in inner["path"]:
                    found[name][path] = must or found[name].get(path, False)
    return dict(found)


def any_of(schemas: Iterable[Json]) -> Json:
    """What is one of some schemas; each is named once."""
    found: list[Json] = []
    for schema in schemas:
        if schema not in found:
            found.append(schema)
    return found[0] if len(found) == 1 else {"anyOf": found}


class ClassSchemas:
    """Schemas by class, of one version. Those that are asked for are kept in `made`."""

    def __init__(self, framer: Framer, ontology: Ontology, shapes: Graph, usage: Usage) -> None:
        """Prepare.

        Args:
            framer: what draws.
            ontology: of the classes.
            shapes: that everything keeps which is published.
            usage: in the version that is described.
        """
        self._shaped = shaped(shapes)
        self._framer = framer
        self._ontology = ontology
        self._own = frozenset(one.iri for one in ontology.classes())
        self._usage = usage.of
        self.made: dict[str, Json] = {
            "Iri": {"type": "string", "format": "iri"},
            "Texts": _texts({"type": "string"}, several=True),
            "TextLists": _texts({"type": "string"}, several=False),
            "Literal": _literal(()),
        }

    def of(self, iri: str) -> Json:
        """A reference to the schema of what is shown of things of a class, in whatever place."""
        keys = self._framer.keys(iri)
        if not keys or not self._ontology.is_class(iri):
            return self.anything()
        name = keys[0].name
        if name not in self.made:
            self.made[name] = {}  # it may lead to itself
            self.made[name] = self._closed(self._members(iri), iri)
        return reference(name)

    def item(self, iri: str) -> Json:
        """The schema of a whole thing of a class."""
        needs = {"required": self._required(iri), "properties": {"type": self._type(iri)}}
        return {"allOf": [self.of(iri), needs]}

    def document(self, iri: str | None, context: str) -> Json:
        """The schema of the answer about a thing, which names its context.

        Args:
            iri: its class; None for anything.
            context: the address of the context.
        """
        members = self._members(iri) if iri else self._anything
        named: Json = {"@context": {"const": context}}
        if iri:
            named["type"] = self._type(iri)
        found = self._closed({**members, **named}, iri)
        return {**found, "required": ["@context", *(self._required(iri) if iri else ["id"])]}

    def anything(self) -> Json:
        """A reference to the schema of a thing of which no class is known."""
        if "Thing" not in self.made:
            self.made["Thing"] = {}
            self.made["Thing"] = self._closed(self._anything, None)
        return reference("Thing")

    def _closed(self, members: Mapping[str, Json], iri: str | None) -> Json:
        found: Json = {"type": "object"}
        if iri and (words := self._words(iri)):
            found["description"] = words
        found |= {"required": ["id"], "properties": dict(members), "additionalProperties": False}
        if iri is None or not self._usage:  # what is not described may have any property
            value = any_of([self._whole(()), self.anything()])
            found["patternProperties"] = {_IRI_MEMBER: _one_or_more(value)}
        return found

    def _type(self, iri: str) -> Json:
        name = self._framer.keys(iri)[0].name
        several = {"type": "array", "minItems": 2, "items": {"type": "string"}}
        return {"anyOf": [{"const": name}, {**several, "contains": {"const": name}}]}

    def _required(self, iri: str) -> list[str]:
        of_class = [self._shaped.get(one, {}) for one in self._ontology.ancestors(iri)]
        properties = {name for found in of_class for name, must in found.items() if must}
        keys = [self._framer.keys(one) for one in properties]
        return ["id", "type", *sorted({found[0].name for found in keys if len(found) == 1})]

    def _members(self, iri: str) -> dict[str, Json]:
        """The members of a thing of a class, in the order that a reader would look for them."""
        if not self._usage:
            return self._anything
        used = self._usage.get(iri, {})
        found = {"id": reference("Iri"), "type": _one_or_more({"type": "string"})}
        for name in dict.fromkeys((*self._declared(iri), *used)):
            if name != RDF_TYPE:
                found |= self._forms(name, used.get(name))
        return found

    def _declared(self, iri: str) -> list[str]:
        """The properties that the ontology or the shapes give to a class, or to one above it."""
        above, ontology = self._ontology.ancestors(iri), self._ontology
        own = [one.iri for one in ontology.properties() if one.domain & above]
        wider = {name for one in own for name in ontology.ancestors(one)}
        spoken = {name for one in above for name in self._shaped.get(one, ())}
        mine = [one.iri for one in ontology.properties() if one.iri in wider]
        return [PREF_LABEL, *mine, *sorted(spoken)]

    @cached_property
    def _anything(self) -> dict[str, Json]:
        """Every member that the context has a term for."""
        found = {"id": reference("Iri"), "type": _one_or_more({"type": "string"})}
        for iri in self._framer.terms:
            if not self._ontology.is_class(iri):
                for key in self._framer.keys(iri):
                    found[key.name] = self._general(key)
        return found

    def _general(self, key: Key) -> Json:
        """Whatever may stand under a term."""
        if key.coercion == "@id":
            return _as(key, any_of([reference("Iri"), self.anything()]))
        if key.by_language:
            return reference("TextLists" if key.always_array else "Texts")
        if key.coercion:
            return _as(key, {"type": "string"})
        plain = [{"type": kind} for kind in _NATIVE.values()]
        return _as(key, any_of([*plain, reference("Literal")]))

    def _forms(self, iri: str, use: Use | None) -> dict[str, Json]:
        """The members under which the values of a property stand, each with its form."""
        term, keys = self._ontology.term(iri), self._framer.keys(iri)
        datatypes = set(use.datatypes) if use else set()
        if not datatypes:
            datatypes = {one for one in term.range if one.startswith(XSD) or _is_text(one)}
            if f"{_RDFS}Literal" in term.range:
                return {key.name: self._general(key) for key in keys}
        links = bool(use and (use.classes or not use.datatypes)) or not datatypes
        found: dict[str, list[Json]] = {}
        rest: dict[str, list[str]] = {}
        for datatype in sorted(datatypes):
            self._literal_forms(iri, keys, datatype, found, rest)
        for name, whole in rest.items():
            found.setdefault(name, []).append(self._whole(whole))
        members = {name: _one_or_more(any_of(forms)) for name, forms in found.items()}
        for key in keys:
            if key.by_language and key.name in members:
                members[key.name] = reference("TextLists" if key.always_array else "Texts")
        if links:
            members |= self._link_forms(iri, keys, use)
        words = self._words(iri)
        return {
            name: {**one, "description": words} if words else one for name, one in members.items()
        }

    def _literal_forms(
        self,
        iri: str,
        keys: Sequence[Key],
        datatype: str,
        found: dict[str, list[Json]],
        rest: dict[str, list[str]],
    ) -> None:
        """Where `Framer` puts literals of a datatype: as JSON has them, or whole."""
        if _is_text(datatype) and (key := _first(keys, lambda one: one.by_language)):
            found.setdefault(key.name, [])
            found[key.name].append(reference("Texts"))
            return
        typed = _first(keys, lambda one: not one.by_language and one.coercion == datatype)
        if typed:
            found.setdefault(typed.name, []).append({"type": "string"})
            return
        plain = _first(keys, lambda one: not one.by_language and one.coercion is None)
        name = plain.name if plain else iri
        if plain and datatype in _NATIVE:
            found.setdefault(name, []).append({"type": _NATIVE[datatype]})
            if datatype in _EXACT:
                return
        rest.setdefault(name, []).append(datatype)

    def _link_forms(self, iri: str, keys: Sequence[Key], use: Use | None) -> dict[str, Json]:
        things = [self.of(one) for one in self._ends(iri, use)] or [self.anything()]
        if key := _first(keys, lambda one: one.coercion == "@id"):
            return {key.name: _as(key, any_of([reference("Iri"), *things]))}
        return {iri: _one_or_more(any_of([*things, self.anything()]))}

    def _ends(self, iri: str, use: Use | None) -> list[str]:
        """The most specific classes that the context names of what a property leads to.

        A class is left out where all that are of it are of a class below it.
        """
        ontology = self._ontology
        counts = use.classes if use else {}
        known = {one: n for one, n in counts.items() if self._framer.keys(one)}
        if not known:
            return sorted(one for one in ontology.term(iri).range if self._framer.keys(one))
        ours = {one for one in known if one in self._own}
        found = []
        for one, number in known.items():
            others = known.keys() - {one}
            below = [known[other] for other in others if one in ontology.ancestors(other)]
            same = one not in ours and any(known[other] == number for other in ours)
            if not same and number not in {sum(below), *below}:
                found.append(one)
        return sorted(found)

    def _whole(self, datatypes: Sequence[str]) -> Json:
        if not datatypes:
            return reference("Literal")
        return _literal(tuple(sorted(datatypes)))

    def _words(self, iri: str) -> str:
        found = self._ontology.term(iri).definitions
        return f"{found['en']} / {found['es']}" if {"en", "es"} <= found.keys() else ""


def _is_text(datatype: str) -> bool:
    return datatype == RDF_LANG_STRING


def _first(keys: Sequence[Key], fits: Callable[[Key], bool]) -> Key | None:
    return next((key for key in keys if fits(key)), None)


def _as(key: Key, one: Json) -> Json:
    """The form of a member, of one value's."""
    return {"type": "array", "items": one, "minItems": 1} if key.always_array else _one_or_more(one)


def _one_or_more(one: Json) -> Json:
    """A value alone, or several in an array."""
    several = {"type": "array", "items": one, "minItems": 2}
    return {"anyOf": [*one["anyOf"], several]} if "anyOf" in one else {"anyOf": [one, several]}


def _texts(text: Json, *, several: bool) -> Json:
    """Texts by language: one for each, or several in an array; or always in an array."""
    form = _one_or_more(text) if several else {"type": "array", "items": text, "minItems": 1}
    return {
        "type": "object",
        "description": "By language (RFC 5646). / Por idioma (RFC 5646).",
        "minProperties": 1,
        "propertyNames": {"pattern": "^[a-z]{1,8}(-[a-z0-9]{1,8})*$"},
        "additionalProperties": form,
    }


def _literal(datatypes: tuple[str, ...]) -> Json:
    """A value object of JSON-LD: of some datatypes, or of any, or with a language."""
    text = {"type": "string"}
    found: Json = {"type": "object", "required": ["@value"], "additionalProperties": False}
    if datatypes and RDF_LANG_STRING not in datatypes:
        found["required"] = ["@value", "@type"]
        found["properties"] = {"@value": text, "@type": {"enum": list(datatypes)}}
        return found
    found["properties"] = {"@value": text, "@type": reference("Iri"), "@language": text}
    return found
