"""Charts: they say what the tables say, and nothing that is put in labels does harm."""

from __future__ import annotations

import itertools
import re
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree as ET

import httpx
import pytest

from ogpgraph.service import Service
from ogpgraph.settings import load_settings
from ogpgraph.statistics.definitions import DEFINITIONS
from ogpgraph.web.app import create_app
from ogpgraph.web.charts import MAX_BARS, WIDTH, Chart, Series, drawn, readable

HTML = {"Accept": "text/html"}
SVG = "{http://www.w3.org/2000/svg}"
DRAWN = [one.name for one in DEFINITIONS.values() if one.chart]
HOSTILE = (
    "<script>alert(1)</script>",
    "]]><svg onload=alert(1)>&quot;&#x202e;",
    "\u202egnp.\u2066txt\u2069",
    "\u200b\ufeff\u00ad",
    "Z" + "\u0301" * 5000,
    "\x00\x08\ud800\uffff end",
    "W" * 1_000_000,
    "word " * 200_000,
    "政府" * 500_000,
)


def made(labels: tuple[str, ...], *series: tuple[float, ...], alone: bool = False) -> ET.Element:
    named = tuple(Series(f"Series {at}", values) for at, values in enumerate(series))
    chart = Chart("chart", "Title", "What it is", "en", labels, named)
    text = drawn(chart, alone=alone)
    assert text == drawn(chart, alone=alone)
    return ET.fromstring(text)


def texts(root: ET.Element) -> list[str]:
    return ["".join(one.itertext()) for one in root.iter(f"{SVG}text")]


def test_bars_are_as_long_as_their_numbers() -> None:
    root = made(("one", "two", "three"), (1, 2, 4), (0, 3, 2))
    for at, values in enumerate(((1, 2, 4), (0, 3, 2))):
        bars = [one for one in root.iter(f"{SVG}rect") if one.get("class") == f"series-{at}"][
            1:
        ]  # the first is the legend's
        widths = [float(one.attrib["width"]) for one in bars]
        unit = max(widths) / max(values)
        assert widths == [pytest.approx(value * unit, abs=0.05) for value in values]
        tops = [float(one.attrib["y"]) for one in bars]
        assert tops == sorted(tops)
    assert texts(root)[:2] == ["Series 0", "Series 1"]
    assert texts(root)[2:] == ["one", "two", "three", "1", "2", "4", "0", "3", "2"]


def test_nothing_is_drawn_outside_of_it_or_over_something_else() -> None:
    labels = ("A label of three lines that is rather long, indeed", "b", "c" * 60, "d")
    root = made(labels, (10, 20, 1000, 3), (1, 2, 3, 4), (7, 7, 7, 7))
    left, top, width, height = map(float, root.attrib["viewBox"].split())
    assert (left, top, width) == (0, 0, WIDTH)
    body = next(one for one in root.iter(f"{SVG}g"))
    offset = float(body.attrib["transform"].split()[1].rstrip(")"))
    bars = [
        [float(one.attrib[k]) for k in ("x", "y", "width", "height")]
        for one in body.iter(f"{SVG}rect")
    ]
    for x, y, w, h in bars:
        assert 0 <= x <= WIDTH - w
        assert 0 <= y <= height - offset - h
    spans = sorted((y, y + h) for _, y, _, h in bars)
    assert all(one[1] <= two[0] + 0.5 for one, two in itertools.pairwise(spans))
    for one in body.iter(f"{SVG}text"):
        x, length = float(one.attrib["x"]), 0.62 * 12 * len(one.text or "")
        if one.get("text-anchor") == "end":
            assert x - length >= 0, one.text
        else:
            assert x + length <= WIDTH, one.text
    lines = sorted(
        float(one.attrib["y"]) for one in body.iter(f"{SVG}text") if one.get("text-anchor")
    )
    assert all(two - one >= 14 for one, two in itertools.pairwise(lines))


@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize("label", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_label_is_text_of_a_bounded_length(label: str, alone: bool) -> None:
    root = made((label, "good"), (1, 2), alone=alone)
    known = {"svg", "title", "desc", "g", "rect", "line", "text", *(["style"] if alone else [])}
    assert {one.tag.removeprefix(SVG) for one in root.iter()} == known
    assert not any(
        name.startswith("on") or name == "style" for e in root.iter() for name in e.attrib
    )
    written = "".join(texts(root))
    assert len(written) < 200
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\ufeff\x00-\x1f\ufffe\uffff]", written)
    assert not re.search("\u0301{3}", written)
    height = float(root.attrib["viewBox"].split()[3])
    assert height < 200


def test_a_label_is_cut_with_an_ellipsis_and_otherwise_whole() -> None:
    long = "Función de Transparencia y Control Social"
    assert " ".join(texts(made((long,), (1,)))[:-1]) == long
    assert texts(made(("W" * 500,), (1,)))[2].endswith("…")


def test_readable_keeps_what_can_be_read() -> None:
    for text in ("Ministerio de Educación", "n\u0303andu\u0301", "政府", "حكومة", "a & b"):
        assert readable(text) == __import__("unicodedata").normalize("NFC", text)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    high, low = sorted((luminance(one), luminance(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def rules(css: str) -> dict[str, dict[str, str]]:
    found = re.findall(r"(?m)^ *\.bars ?(?:\.([\w-]+))? \{([^}]*)\}", css)
    return {
        name or "bars": dict(re.findall(r"(fill|stroke): (#\w+)", body)) for name, body in found
    }


def test_bars_stand_out_from_the_ground_in_light_and_dark() -> None:
    root = made(("a",), (1,), (1,), (1,), alone=True)
    (style,) = root.iter(f"{SVG}style")
    light, dark = (style.text or "").split("@media")
    for sheet, grounds in ((light, ("#ffffff", "#fbfaf6")), (dark, ("#182124", "#11181a"))):
        found = rules(sheet)
        assert set(found) >= {"bars", "ground", "axis", "series-0", "series-1", "series-2"}
        assert found["ground"]["fill"] == grounds[0]
        for ground in grounds:
            assert contrast(found["bars"]["fill"], ground) >= 4.5
            for name in ("axis", "series-0", "series-1", "series-2"):
                assert contrast(found[name]["stroke"], ground) >= 3, (name, ground)
    looks = [
        (one.get("fill"), one.get("stroke-dasharray"), one.get("stroke-width"))
        for one in root.iter(f"{SVG}rect")
        if one.get("class", "").startswith("series")
    ]
    assert len(set(looks)) == 3  # by shape too: full, outlined, dashed


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("name", DRAWN)
def test_the_chart_of_a_table_has_its_figures(
    aligned_client: httpx.Client, name: str, language: str
) -> None:
    answer = aligned_client.get(f"/stats/{name}.svg?lang={language}")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["content-language"] == language
    root = ET.fromstring(answer.content)
    definition = DEFINITIONS[name]
    at = ("es", "en").index(language)
    assert root.attrib["lang"] == language
    assert root.findtext(f"{SVG}title") == definition.title[at]
    assert root.findtext(f"{SVG}desc") == definition.counted[at]
    figures = {
        f"{row[measure]['value']:g}"
        for row in aligned_client.get(f"/stats/{name}").json()["rows"]
        for measure in definition.chart
    }
    values = [one.text for one in root.iter(f"{SVG}text") if one.get("class") == "value"]
    assert 0 < len(values) <= MAX_BARS * len(definition.chart)
    assert set(values) <= figures
    assert max(map(float, values)) == max(map(float, figures))


def test_a_chart_has_no_script_and_nothing_from_elsewhere(aligned_client: httpx.Client) -> None:
    for name in DRAWN:
        text = aligned_client.get(f"/stats/{name}.svg").text
        assert "script" not in text
        assert set(re.findall(r"https?://[^\"'\s<)]+", text)) == {"http://www.w3.org/2000/svg"}
        assert "url(" not in text
        assert "@import" not in text


def test_where_all_is_zero_there_is_no_chart_and_the_page_says_so(
    bare_home: Path, tmp_path: Path, client_of: Callable[..., httpx.Client]
) -> None:
    home = shutil.copytree(bare_home, tmp_path / "home")
    with closing(Service.open(load_settings({"home": home}, {}))) as service:
        page = client_of(create_app(service)).get("/stats/goals?lang=en", headers=HTML).text
    assert "There is no chart: all figures are zero." in page
    assert "<svg" not in page.partition("<main")[2]
    assert page.count("<tr") == 1 + 17 + 1
