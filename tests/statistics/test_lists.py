"""Each figure with a list counts what that list has."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from ogpgraph.statistics.coverage import MEASURES
from ogpgraph.statistics.definitions import DEFINITIONS

LINKED = [
    one.name for one in DEFINITIONS.values() if any(measure.listing for measure in one.measures)
]


@pytest.mark.parametrize("name", LINKED)
def test_each_figure_is_the_total_of_its_list(aligned_client: httpx.Client, name: str) -> None:
    table: dict[str, Any] = aligned_client.get(f"/stats/{name}").json()
    figures = [
        row[measure["id"]]
        for row in table["rows"]
        for measure in table["measures"]
        if "list" in row[measure["id"]]
    ]
    assert len(figures) >= len(table["rows"]) > 0
    for figure in figures:
        listed = aligned_client.get(f"{figure['list']}&total=true&page_size=1")
        assert listed.status_code == 200, figure
        assert listed.json()["total"] == figure["value"], figure


def test_most_figures_have_a_list() -> None:
    unlisted = {
        f"{one.name}.{measure.name}"
        for one in DEFINITIONS.values()
        for measure in one.measures
        if not measure.listing
    }
    assert unlisted == {
        "declared.declared",
        "suggested-goals-by-country.suggested",
        "declared-goals.declared",
        "declared-goals.named",
        *(
            f"{table}.{measure.name}"
            for table in ("alignment-coverage", "alignment-coverage-by-country")
            for measure in MEASURES
        ),
        "evidence.grounded",
        "evidence.coverage",
        "evidence.statements",
        "evidence.grounded_statements",
        "title-languages.commitments",
    }
