"""Bar charts as SVG, made on the server: read by machines and people, without script or style.

pygal decides where bars and labels stand. What it would add for scripts and tooltips is left out,
and no text of the data passes through it: labels are cut to lines and put in afterwards, as text
nodes, without characters that turn or hide what stands around them.

A chart is drawn 360 units wide, the width of a phone, and its bars lie, so that labels can be
read. It has the colours of a light page as attributes; a page changes them by class (`charts.css`),
a chart that stands by itself carries that sheet with it.
"""

from __future__ import annotations

import io
import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from xml.etree import ElementTree as ET

import pygal

# pygal finds plugins with maps, of which we have none, by a hook that every import of the process
# would go through, and that Python 3.11 warns of wherever a module is looked for in vain.
for _finder in [one for one in sys.meta_path if isinstance(one, pygal.PluginImportFixer)]:
    sys.meta_path.remove(_finder)

WIDTH = 360
MAX_BARS = 20
"""Bars with a label of their own that a chart has at most; the table behind it has all."""
_LINE_WIDTH, _LINES = 21, 3
"""Columns of a line of a label, and lines at most."""
_FONT, _LINE, _BAR, _GAP = 12, 15, 15, 12
"""Units: of text, of a line of it, of a bar, and between two labelled places."""
_LEGEND, _MARGIN, _THICKEST = 20, 6, 20
_ROOM = 1.25
"""How far the scale goes beyond the longest bar, for the number at its end."""
_MARKS = 2
"""Combining marks that one character keeps; more would be drawn over other lines."""
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
_FILLS = ("#0b5d57", "#ffffff", "#c98a2c")
_EDGES = ("#0b5d57", "#8a5200", "#5c3800")
_OVER, _WIDE = frozenset({"Mn", "Me"}), frozenset({"W", "F"})
"""Categories of marks over other characters, and East Asian widths of two columns."""
_SIDES = ("x", "y", "width", "height")
_MAX_LABEL = 500
"""Characters of a label that are looked at."""
_PAIR = re.compile(r"-?[0-9.]+")
_SVG = "http://www.w3.org/2000/svg"


@dataclass(frozen=True, slots=True)
class Series:
    """What one colour stands for, and a number for each label."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """What is to be drawn; `name` is an identifier of its own in a page. No number is negative."""

    name: str
    title: str
    description: str
    language: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where pygal puts things: the middle of each label, and the bars of each series."""

    left: float
    labels: tuple[float, ...]
    bars: tuple[tuple[tuple[float, float, float, float], ...], ...]


def drawn(chart: Chart, *, alone: bool = False) -> str:
    """A chart as an SVG element; with `alone` as a document by itself.

    The same chart gives the same text, byte by byte.
    """
    lines = [_lines(label) for label in chart.labels]
    tallest = max((len(some) for some in lines), default=1)
    step = max(tallest * _LINE, len(chart.series) * _BAR) + _GAP
    top = _LEGEND * len(chart.series) + _MARGIN if len(chart.series) > 1 else 0
    place = _placed(chart, lines, step)
    height = top + step * len(lines) + 2 * _MARGIN
    root = _root(chart, height, alone=alone)
    if top:
        _legend(root, chart)
    body = ET.SubElement(root, "g", {"transform": f"translate(0 {top})", "aria-hidden": "true"})
    for some, middle in zip(lines, place.labels, strict=True):
        _label(body, some, place.left - 6, middle)
    for at, (series, bars) in enumerate(zip(chart.series, place.bars, strict=True)):
        for value, bar in zip(series.values, bars, strict=True):
            _bar(body, at, value, bar)
    ends = {"x1": place.left, "x2": place.left, "y1": 0, "y2": height - top}
    axis = {"class": "axis", "stroke": "#7d878a"}
    ET.SubElement(body, "line", axis | {name: _number(one) for name, one in ends.items()})
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n' if alone else text


def readable(text: str) -> str:
    """A text without characters that are not seen, and with few marks over one character."""
    kept, marks = [], 0
    for character in unicodedata.normalize("NFC", text):
        category = unicodedata.category(character)
        if category in _HIDDEN:
            kept.append(" " if character in "\t\n\r" else "")
            continue
        marks = marks + 1 if category in _OVER else 0
        if marks <= _MARKS:
            kept.append(character)
    return " ".join("".join(kept).split())


def _placed(chart: Chart, lines: Sequence[Sequence[str]], step: int) -> _Place:
    """Where pygal puts bars and labels of these numbers."""
    if not lines:
        return _Place(_MARGIN, (), tuple(() for _ in chart.series))
    longest = max(_columns(line) for some in lines for line in some)
    most = max((value for one in chart.series for value in one.values), default=0) or 1
    picture = pygal.HorizontalBar(
        pygal.Config(
            js=(),
            width=WIDTH,
            height=step * len(lines) + 2 * _MARGIN,
            margin=_MARGIN,
            range=(0, most * _ROOM),
            show_legend=False,
            show_x_guides=False,
            show_x_labels=False,
            no_prefix=True,
            truncate_label=_LINE_WIDTH + 1,
        ),
        style=pygal.style.Style(label_font_size=_FONT, major_label_font_size=_FONT),
    )
    picture.x_labels = ["x" * longest] * len(lines)
    for series in chart.series:
        picture.add("", list(reversed(series.values)))
    return _read(ET.parse(io.BytesIO(picture.render())).getroot(), len(chart.series))  # noqa: S314


def _read(root: ET.Element, count: int) -> _Place:
    """The places in what pygal drew, from the top downwards."""
    plot = next(one for one in root.iter(f"{{{_SVG}}}g") if one.get("class") == "plot")
    left, top = map(float, _PAIR.findall(plot.attrib["transform"]))
    axis = next(one for one in plot if one.get("class", "").startswith("axis y"))
    labels = [float(one.attrib["y"]) + top - _FONT / 3 for one in axis.iter(f"{{{_SVG}}}text")]
    bars = []
    for at in range(count):
        series = next(one for one in plot if one.get("class") == f"series serie-{at} color-{at}")
        found = []
        for one in series.iter(f"{{{_SVG}}}rect"):  # what is zero has no attribute
            x, y, width, height = (float(one.get(name, "0")) for name in _SIDES)
            found.append((x + left, y + top, width, height))
        bars.append(tuple(reversed(found)))
    first = min((bar[0] for some in bars for bar in some), default=left)
    return _Place(first, tuple(reversed(labels)), tuple(bars))


def _root(chart: Chart, height: int, *, alone: bool) -> ET.Element:
    attributes = {
        "xmlns": _SVG,
        "viewBox": f"0 0 {WIDTH} {height}",
        "role": "img",
        "lang": chart.language,
        "aria-labelledby": f"{chart.name}-title {chart.name}-desc",
        "class": "bars",
        "font-family": "system-ui, sans-serif",
        "font-size": str(_FONT),
        "fill": "#1b2427",
    }
    if alone:
        attributes |= {"width": str(2 * WIDTH), "height": str(2 * height)}
    root = ET.Element("svg", attributes)
    ET.SubElement(root, "title", {"id": f"{chart.name}-title"}).text = readable(chart.title)
    ET.SubElement(root, "desc", {"id": f"{chart.name}-desc"}).text = readable(chart.description)
    if alone:
        sheet = files("ogpgraph.web") / "static" / "charts.css"
        ET.SubElement(root, "style").text = sheet.read_text(encoding="utf-8")
        whole = {"class": "ground", "width": "100%", "height": "100%", "fill": "#ffffff"}
        ET.SubElement(root, "rect", whole)
    return root


def _legend(root: ET.Element, chart: Chart) -> None:
    for at, series in enumerate(chart.series):
        y = _MARGIN + _LEGEND * at
        sizes = {"x": "6", "y": str(y), "width": "24", "height": "12"}
        ET.SubElement(root, "rect", _looks(at) | sizes)
        text = ET.SubElement(root, "text", {"x": "38", "y": str(y + 10)})
        text.text = readable(series.name)


def _label(body: ET.Element, lines: Sequence[str], right: float, middle: float) -> None:
    first = middle - (len(lines) - 1) * _LINE / 2 + _FONT / 3
    for at, line in enumerate(lines):
        place = {"x": _number(right), "y": _number(first + at * _LINE), "text-anchor": "end"}
        ET.SubElement(body, "text", place).text = line


def _bar(body: ET.Element, at: int, value: float, place: tuple[float, float, float, float]) -> None:
    x, y, width, height = place
    y, height = y + max(height - _THICKEST, 0) / 2, min(height, _THICKEST)
    sizes = dict(zip(_SIDES, map(_number, (x, y, width, height)), strict=True))
    ET.SubElement(body, "rect", _looks(at) | sizes)
    end = {"x": _number(x + width + 5), "y": _number(y + height / 2 + _FONT / 3), "class": "value"}
    ET.SubElement(body, "text", end).text = f"{value:g}" if value % 1 else str(int(value))


def _looks(at: int) -> dict[str, str]:
    """The looks of a series: full, an outline, or dashed; not told apart by colour alone."""
    looks = {"class": f"series-{at}", "fill": _FILLS[at], "stroke": _EDGES[at]}
    if at:
        looks["stroke-width"] = "2"
    if at > 1:
        looks["stroke-dasharray"] = "4 2"
    return looks


def _lines(label: str) -> tuple[str, ...]:
    """A label in lines of a bounded width; what does not fit in them is told by an ellipsis."""
    text = readable(label[:_MAX_LABEL]) or "–"
    found = list(_wrapped(text))
    if len(found) > _LINES:
        last = found[_LINES - 1]
        while last and _columns(last) >= _LINE_WIDTH:
            last = last[:-1]
        return (*found[: _LINES - 1], last.rstrip() + "…")
    return tuple(found)


def _wrapped(text: str) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        rest = word
        if line and _columns(f"{line} {rest}") <= _LINE_WIDTH:
            line = f"{line} {rest}"
            continue
        if line:
            yield line
        while _columns(rest) > _LINE_WIDTH:
            cut = _fitting(rest)
            yield rest[:cut]
            rest = rest[cut:]
        line = rest
    if line:
        yield line


def _fitting(word: str) -> int:
    """How many characters of a word a line has room for."""
    count, width = 0, 0
    for character in word:
        width += _columns(character)
        if width > _LINE_WIDTH:
            break
        count += 1
    return max(count, 1)


def _columns(text: str) -> int:
    """How wide a text is, as characters of a typewriter are counted."""
    wide = sum(unicodedata.east_asian_width(one) in _WIDE for one in text)
    flat = sum(unicodedata.category(one) in _OVER for one in text)
    return len(text) + wide - flat


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
