"""What a text says that it is not about is not suggested, however long the sentence goes on."""

from __future__ import annotations

import pytest

from ogpgraph.shipped import Shipped
from ogpgraph.suggester.suggest import Suggester


@pytest.fixture(scope="module")
def suggester() -> Suggester:
    return Suggester.of(Shipped.find().lexicon)


@pytest.mark.parametrize(
    "text",
    [
        "No se trata de corrupción ni de soborno.",
        "El plan no aborda ni la corrupción ni el soborno.",
        "No aborda la igualdad de género ni de las niñas.",
        "No se ocupa del agua potable ni del saneamiento.",
        "No incluye agua potable ni saneamiento ni energía renovable.",
        "It does not deal with drinking water or sanitation.",
        "It does not mention gender equality, nor clean energy in rural schools.",
    ],
)
def test_a_negation_goes_on(suggester: Suggester, text: str) -> None:
    assert suggester.suggest(text) == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("No se trata de soborno. Lleva agua potable a las escuelas.", "6.1"),
        ("It is not about bribery or fraud. It brings drinking water.", "6.1"),
        ("Comunidades sin agua potable ni energía.", "6.1"),
    ],
)
def test_a_negation_ends_with_its_sentence(suggester: Suggester, text: str, code: str) -> None:
    assert code in [one.code for one in suggester.suggest(text)]


def test_a_negation_reaches_a_few_words_only(suggester: Suggester) -> None:
    said = "It does not mention costs and, as all agreed in the end, brings drinking water."
    assert [one.code for one in suggester.suggest(said)] == ["6.1"]
