"""Words are counted quickly, and as the pattern that says what a word is finds them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import wordcount
from tests.strategies import LONG_TEXTS, TEXTS

WORD = re.compile(r"\w+(?:['’-]\w+)*")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("Peace at last.", 3),
        ("Don’t panic, it's over-the-counter", 4),
        ("a-b-c -d- e--f", 4),
        ("中文 è ½", 3),
        ("_x 1,000", 3),
    ],
)
def test_apostrophes_and_hyphens_hold_a_word_together(text: str, words: int) -> None:
    assert wordcount.count(text) == words


@given(st.text("ab1_ '-’.é中\u0301\n²") | TEXTS | LONG_TEXTS | st.text())
def test_the_count_is_that_of_the_pattern(text: str) -> None:
    assert wordcount.count(text) == len(WORD.findall(text))
