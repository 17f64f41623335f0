"""Small lexicons for tests, made of rows."""

from __future__ import annotations

from pathlib import Path

from ogpgraph.suggester.lexicon import COLUMNS, NEGATION_COLUMNS, Lexicon, read_lexicon


def write(folder: Path, rows: list[str], cues: list[str] | None = None) -> Path:
    """Rows with spaces of two or more for tabs, into the files of their goals."""
    files: dict[int, list[str]] = {}
    for row in rows:
        cells = [cell.strip() for cell in row.split("  ")]
        files.setdefault(int(cells[0].partition(".")[0]), []).append("\t".join(cells))
    for goal, lines in files.items():
        text = "\n".join(["\t".join(COLUMNS), *lines]) + "\n"
        (folder / f"{goal:02}.tsv").write_text(text, encoding="utf-8")
    if cues is not None:
        lines = ["\t".join(cell.strip() for cell in cue.split("  ")) for cue in cues]
        text = "\n".join(["\t".join(NEGATION_COLUMNS), *lines]) + "\n"
        (folder / "negation.tsv").write_text(text, encoding="utf-8")
    return folder


def lexicon(folder: Path, rows: list[str], cues: list[str] | None = None) -> Lexicon:
    return read_lexicon(write(folder, rows, cues))
