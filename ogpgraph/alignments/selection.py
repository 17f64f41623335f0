"""Which alignments of a set are wanted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from ogpgraph.alignments.records import ACCEPTED, AlignmentSet
from ogpgraph.errors import BadRequest
from ogpgraph.iris import Names

ALL = "all"
CHOICES = (ACCEPTED, ALL)
"""Alignments that count, or all of them with their states of review."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What is wanted: `plan` and `country` are IRIs, empty for any."""

    every: bool = False
    plan: str = ""
    country: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str], found: AlignmentSet, names: Names) -> Selection:
        """From parameters: `state`, and `plan` and `country` by their ids or IRIs.

        Raises:
            BadRequest: one is not known; what would be right is named.
        """
        state = given.get("state", ACCEPTED)
        if state not in CHOICES:
            raise BadRequest(f"state is “{state}”.", known=CHOICES, parameter="state")
        there = {"plan": {*found.countries}, "country": set(found.countries.values())}
        chosen = {}
        for name in ("plan", "country"):
            if (value := given.get(name)) is None:
                continue
            prefix = names.thing(name, "")
            chosen[name] = value if value.startswith(prefix) else prefix + value
            if chosen[name] not in there[name]:
                known = sorted(one.removeprefix(prefix) for one in there[name])
                message = f"There is no {name} “{value}” here."
                raise BadRequest(message, known=known, parameter=name)
        return cls(state == ALL, **chosen)

    def query(self, names: Names) -> str:
        """The parameters that ask for it, in one spelling; empty for those without any."""
        pairs = [
            ("country", self.country.removeprefix(names.thing("country", ""))),
            ("plan", self.plan.removeprefix(names.thing("plan", ""))),
            ("state", ALL if self.every else ""),
        ]
        return urlencode([pair for pair in pairs if pair[1]])

    def of_set(self, found: AlignmentSet) -> AlignmentSet:
        """What is wanted of a set."""

        def fits(aligned: str) -> bool:
            plan = found.plan_of(aligned)
            country = found.countries.get(plan, "")
            return self.plan in {"", plan} and self.country in {"", country}

        return replace(
            found,
            alignments=tuple(
                one for one in found.alignments if (self.every or one.counts) and fits(one.aligned)
            ),
            unaligned=tuple(one for one in found.unaligned if fits(one.commitment)),
        )
