"""What parameters can be: listed in order with labels, up to a number; the rest is looked up."""

from __future__ import annotations

import pytest

from ogpgraph.choices import MAX_CHOICES, Choice, Choices, check, choices
from ogpgraph.errors import BadRequest
from ogpgraph.files import Graph
from ogpgraph.iris import Names
from ogpgraph.queries import StoredQueries
from ogpgraph.service import Service
from ogpgraph.store.base import Result, Store
from ogpgraph.terms import Term

TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
LABEL = "<http://www.w3.org/2004/02/skos/core#prefLabel>"
CLOSED = (
    "country",
    "plan",
    "commitment",
    "institution",
    "branch",
    "policy-area",
    "ogp-value",
    "claim-field",
    "focus",
    "goal",
    "target",
)


class Counting:
    """A store that counts what it is asked."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.asked = 0

    def query(self, text: str, **options: object) -> Result:
        self.asked += 1
        return self._store.query(text, **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def queries(service: Service) -> StoredQueries:
    return service.library.queries


def put(service: Service, number: int, label: str = "L") -> None:
    names = service.names
    lines = []
    for n in range(number):
        country = f"<{names.thing('country', f'C{n}')}>"
        lines.append(f"{country} {TYPE} <{names.term('Country')}> .")
        lines += [
            f"{country} {LABEL} {Term('literal', f'{label}{n}', at)} ." for at in ("es", "fr")
        ]
    service.store.replace({names.graph("shared/many"): Graph.of(lines)})


@pytest.mark.parametrize("kind", CLOSED)
def test_every_closed_kind_is_listed_with_labels(service: Service, kind: str) -> None:
    found = choices(service.store, service.names, kind)
    assert 1 < len(found) <= MAX_CHOICES
    assert len({choice.identifier for choice in found}) == len(found)
    for choice in found:
        assert {choice.label("es"), choice.label("en")} & {choice.identifier} == set()


@pytest.mark.parametrize("kind", ["resource", "property"])
def test_what_anything_can_be_is_not_listed(service: Service, kind: str) -> None:
    assert choices(service.store, service.names, kind) == ()


def test_the_order_is_that_of_numbers(service: Service) -> None:
    goals = [choice.identifier for choice in choices(service.store, service.names, "goal")]
    assert goals == [str(n) for n in range(1, 18)]
    targets = [choice.identifier for choice in choices(service.store, service.names, "target")]
    of_16 = [code for code in targets if code.startswith("16.")]
    assert of_16 == [*(f"16.{n}" for n in range(1, 11)), "16.a", "16.b"]


def test_a_kind_of_more_than_the_limit_is_not_listed(empty_service: Service) -> None:
    put(empty_service, MAX_CHOICES)
    assert len(choices(empty_service.store, empty_service.names, "country")) == MAX_CHOICES
    put(empty_service, MAX_CHOICES + 1)
    assert choices(empty_service.store, empty_service.names, "country") == ()


def test_a_label_is_in_the_language_or_in_another_or_the_id(empty_service: Service) -> None:
    put(empty_service, 1)
    (one,) = choices(empty_service.store, empty_service.names, "country")
    assert (one.label("es"), one.label("en")) == ("L0", "L0")
    assert Choice("X", {}).label("en") == "X"


def test_the_choices_of_an_edition_are_asked_for_once(service: Service) -> None:
    store, known = Counting(service.store), Choices(service.names)
    first = known.of("country", store, "1")
    assert known.of("country", store, "1") is first
    assert store.asked == 1
    assert known.of("country", store, "2") == first
    assert known.of(None, store, "2") == known.of("property", store, "2") == ()
    assert store.asked == 2


def test_ids_are_below_the_base_of_the_deployment(empty_service: Service) -> None:
    names = Names("https://data.example/")
    thing = f"<{names.thing('country', 'XYZ')}> {TYPE} <{names.term('Country')}> ."
    other = f"<urn:x:other> {TYPE} <{names.term('Country')}> ."
    empty_service.store.replace({names.graph("shared/x"): Graph.of([thing, other])})
    found = choices(empty_service.store, names, "country")
    assert [choice.identifier for choice in found] == ["XYZ"]


def test_all_values_are_looked_up_by_one_query(service: Service, queries: StoredQueries) -> None:
    store = Counting(service.store)
    query = queries["aligned-with-a-goal"]
    check(store, query, {"goal": "16", "country": "HND", "lang": "en"}, service.names)
    assert store.asked == 1
    check(store, query, {"lang": "en", "country": ""}, service.names)
    assert store.asked == 1


@pytest.mark.parametrize(
    ("name", "values", "parameter"),
    [
        ("aligned-with-a-goal", {"goal": "99"}, "goal"),
        ("aligned-with-a-goal", {"goal": "16", "country": "ZZZ"}, "country"),
        (
            "aligned-with-a-goal",
            {"goal": "https://w3id.org/ogpgraph/id/country/HND"},
            "goal",
        ),
        ("commitments-led-by-an-institution", {"institution": "no"}, "institution"),
        ("provenance-of-a-statement", {"subject": "plan/CRI-9"}, "subject"),
        ("provenance-of-a-statement", {"subject": "plan/CRI-4", "property": "no"}, "property"),
    ],
)
def test_a_value_that_is_not_there_is_refused_by_name(
    service: Service, queries: StoredQueries, name: str, values: dict[str, str], parameter: str
) -> None:
    with pytest.raises(BadRequest) as raised:
        check(service.store, queries[name], values, service.names)
    assert raised.value.parameter == parameter
    kind = next(one.resource for one in queries[name].parameters if one.name == parameter)
    article = "an" if kind in {"institution", "ogp-value"} else "a"
    assert f": nothing here is {article} {kind} with the id" in raised.value.message
    closed = kind not in {"resource", "property"}
    assert bool(raised.value.known) is closed
