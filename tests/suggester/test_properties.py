"""What holds of every text: spans lie in it and are what they matched; the same again each time."""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ogpgraph.search.words import folded
from ogpgraph.shipped import Shipped
from ogpgraph.suggester.evidence import Reader
from ogpgraph.suggester.lexicon import Lexicon, read_lexicon
from ogpgraph.suggester.matcher import longest
from ogpgraph.suggester.model import read_model
from ogpgraph.suggester.records import written
from ogpgraph.suggester.suggest import Suggester
from tests.suggester.lexicons import lexicon

ROWS = [
    "16  en  4  corruption",
    "16.5  en  3  bribe|kickback ~ public offici*",
    "16.5  en  -2  bribe  novel",
    "16.9  en  4  NGO",
    "6  en  2  water  basin  colour; polo",
    "6  en  3  drinking water",
    "6.1  es  3  agua potable ~ acceso",
    "6.1  es  2  agua",
    "16  es  4  corrupción",
]
CUES = ["en  not about  6", "es  salvo  6"]
PIECES = st.sampled_from(
    [
        "corruption",
        "bribe",
        "kickbacks",
        "public",
        "officials",
        "NGO",
        "NGOs",
        "ngo",
        "water",
        "basin",
        "colour",
        "drinking",
        "novel",
        "not",
        "about",
        "salvo",
        "agua",
        "potable",
        "acceso",
        "la",
        "the",
        "de",
        "corrupción",
        ".",
        ";",
        "—",
        "😀",
        "é",
        "\x00",
        "\u202e",
        "א",
        "\xad",
        "Ⅷ",
        "ﬁ",
        "ß",
        "İ",
        "\u200b",
        "_",
        "'",
        "-",
        "\n",
        "x",
    ]
)
TEXTS = st.one_of(
    st.lists(PIECES, max_size=60).map(" ".join), st.lists(PIECES, max_size=40).map("".join), st.text()
)  # fmt: skip
EACH = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
MIB = 1024 * 1024


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    return lexicon(tmp_path_factory.mktemp("lexicon"), ROWS, CUES)


@pytest.fixture(scope="module")
def reader(small: Lexicon) -> Reader:
    return Reader(small)


@EACH
@given(text=TEXTS)
def test_spans_lie_in_the_text_and_are_what_they_matched(text: str, reader: Reader) -> None:
    for code, matches in reader.read(text).codes.items():
        for match in matches:
            span = match.span
            assert 0 <= span.start < span.end <= len(text)
            assert code in {span.code, span.code.partition(".")[0]}
            assert (span.start, span.end) == (match.stands[0][0], match.stands[-1][1])
            said = [folded(text[start:end]) for start, end in match.stands]
            stems = [folded(part)[:4] for part in span.term.replace("|", " ").split()]
            for word in said:
                assert any(word.startswith(stem) for stem in stems), (word, span.term)


@EACH
@given(text=TEXTS)
def test_no_word_counts_twice_for_a_code(text: str, reader: Reader) -> None:
    for matches in reader.read(text).codes.values():
        stands = [place for match in matches for place in match.stands]
        assert len(stands) == len(set(stands))
        assert longest(matches) == list(matches)


@EACH
@given(text=TEXTS)
def test_the_same_text_gets_the_same(text: str, small: Lexicon, reader: Reader) -> None:
    model = read_model(Shipped.find().lexicon / "model.json")
    shuffled = list(small.rows)
    random.Random(len(text)).shuffle(shuffled)
    other = Lexicon(tuple(shuffled), small.cues, dict(reversed(list(small.terms.items()))))
    made = [
        written("a", Suggester(one, model).suggest(text, threshold=0)) for one in (small, other)
    ]
    assert made[0] == made[1]
    assert reader.read(text) == reader.read(text)


def test_the_order_of_rows_and_files_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one = lexicon(tmp_path / "a", ROWS, CUES)
    two = lexicon(tmp_path / "b", ROWS[::-1], CUES[::-1])
    assert (one.rows, one.cues) == (two.rows, two.cues)


@cache
def shipped() -> Suggester:
    return Suggester.of(Shipped.find().lexicon)


@pytest.mark.parametrize("language", [None, "en", "es"])
def test_scores_and_targets_are_in_order(language: str | None) -> None:
    text = (
        "La escuela rural necesita agua potable, saneamiento y energía renovable. Women's rights, "
        "corruption, bribery, open data, climate change adaptation and public health services."
    )
    found = shipped().suggest(text, language=language, threshold=0)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    for one in found:
        assert 0 < one.score <= 1
        assert one.target is None or one.target.partition(".")[0] == str(one.goal)
        assert one.spans
        assert round(one.score, 3) == one.score
    assert shipped().suggest(text, language=language, threshold=0, limit=2) == found[:2]


HOSTILE = {
    "one term": "corruption ",
    "one half of a pair": "women ",
    "pairs": "access to safe drinking water for women and girls in rural schools ",
    "no spaces": "a",
    "long words": "ab" * 500 + " ",
    "emoji": "👩‍👩‍👧‍👦",
    "right to left": "\u202eفساد שחיתות ",
    "marks": "e" + "\u0301" * 30 + " ",
    "only marks": "\u0301",
    "nothing": "\0",
    "sentences": "no. ",
    "spaces": " \t\n",
    "soft hyphens": "cor\u00adrup\u00adtion ",
    "cues": "not related to corruption except corruption ",
}


@pytest.fixture
def uncollected() -> Iterator[None]:
    """The garbage of the tests before, which is not ours to time, is not collected meanwhile."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("uncollected")
@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_is_slow(name: str) -> None:
    """Four times as long takes four times as long and not sixteen, whatever it is.

    The processor's time, and the least of three: what else the machine does counts little.
    """
    piece, size = HOSTILE[name], MIB // len(HOSTILE[name].encode())
    shipped().suggest(piece * 10)
    least = []
    for number in (size // 8, size // 2):
        text, took = piece * number, []
        for _ in range(3):
            began = time.process_time()
            found = shipped().suggest(text, threshold=0)
            took.append(time.process_time() - began)
        least.append(min(took))
        assert all(span.end <= len(text) for one in found for span in one.spans)
    assert least[1] < 8 * least[0] + 0.2, least


def test_a_term_counts_so_often_and_no_more() -> None:
    spans = shipped().suggest("corruption " * 1000, threshold=0)[0].spans
    assert 1 <= len(spans) <= 200


def test_the_shipped_lexicon_reads_both_languages_alike() -> None:
    for spanish, english, code in (
        ("Prevenir el soborno de funcionarios públicos", "Prevent bribery of public officials", "16"),
        ("Energía renovable para comunidades rurales", "Renewable energy for rural communities", "7"),
        ("Igualdad de género y violencia contra las mujeres", "Gender equality and violence against women", "5"),
    ):  # fmt: skip
        for text, language in ((spanish, "es"), (english, "en")):
            scores = shipped().scores(text, language)
            assert max(range(1, 18), key=lambda goal, of=scores: of[str(goal)]) == int(code), text


def test_a_lexicon_of_one_goal_is_enough(tmp_path: Path) -> None:
    (tmp_path / "16.tsv").write_text(
        "code\tlanguage\tweight\tterm\tneeds\tunless\n16.5\ten\t4\tbribery\n", encoding="utf-8"
    )
    model = read_model(Shipped.find().lexicon / "model.json")
    found = Suggester(read_lexicon(tmp_path), model).suggest("Bribery.", threshold=0)
    assert [(one.goal, one.target) for one in found] == [(16, "16.5")]


def test_a_faint_word_alone_speaks_for_no_target(tmp_path: Path) -> None:
    """Whatever the goal scores: “data” beside much of corruption says nothing of institutions."""
    small = lexicon(tmp_path, ["16.5  en  4  bribery", "16.6  en  1  data", "16.6  en  1  report"])
    suggester = Suggester(small, read_model(Shipped.find().lexicon / "model.json"))
    alone = suggester.suggest("Bribery, and data.", threshold=0)
    assert [one.target for one in alone] == ["16.5"]
    together = suggester.suggest("Bribery, and data in a report.", threshold=0)
    assert [one.target for one in together] == ["16.5", "16.6"]
