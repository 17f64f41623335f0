"""The wheel carries the lexicon and its model, where the package looks for them."""

from __future__ import annotations

import tomllib
from pathlib import Path

from ogpgraph.shipped import Shipped


def test_the_wheel_carries_the_lexicon(repository: Path, tmp_path: Path) -> None:
    told = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))
    included = told["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert (repository / "lexicon" / "sdg" / "model.json").is_file()
    where = Path(included["lexicon"]).relative_to("ogpgraph/shipped")
    assert Shipped(tmp_path / where.parent).lexicon == tmp_path / "lexicon" / "sdg"
