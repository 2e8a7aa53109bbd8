"""What is linked in annotated texts: traps, news, ambiguous names, other languages (`tests/linking/`).

A passage in which something is wrong or missing is a known weakness: it stands in `WEAK`, with the reason where there is one,
and goes from there when it is mended. Everything else must stay exactly as it is marked.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from kg import terms
from kg.vocabulary import Vocabulary
from tests import annotated

FILES = sorted(annotated.FOLDER.glob("*.txt"))
WEAK = frozenset((annotated.FOLDER / "weak").read_text("utf-8").splitlines())
PASSAGES = [passage for path in FILES for passage in annotated.passages(path)]


@pytest.mark.parametrize("passage", PASSAGES, ids=lambda passage: passage.name)
def test_what_is_marked_is_linked_and_nothing_else(passage: annotated.Passage, words: Vocabulary) -> None:
    _, wrong, missing = passage.judge(passage.found(words))
    faults = [f"wrong: {passage.show(span)}" for span in sorted(wrong)] + [
        f"missing: {passage.show(span)}" for span in sorted(missing)
    ]
    if passage.name in WEAK:
        assert faults, f"mended: take {passage.name!r} out of tests/linking/weak"
    else:
        assert not faults, "\n".join(faults)


def test_every_passage_has_a_name_of_its_own_and_only_passages_are_weak() -> None:
    names = [passage.name for passage in PASSAGES]
    assert len(set(names)) == len(names) > 400
    assert set(names) >= WEAK
    assert len(WEAK) < len(names) / 5


def test_what_is_marked_exists(words: Vocabulary) -> None:
    known = {terms.shorten(entity) for entity in words}
    marked = {entity for passage in PASSAGES for _, _, entity in passage.expected | passage.optional if entity}
    assert marked - known == set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_nine_links_of_ten_are_right(path: Path, words: Vocabulary) -> None:
    right = wrong = missing = 0
    for passage in annotated.passages(path):
        hits, errors, gaps = passage.judge(passage.found(words))
        right, wrong, missing = right + len(hits), wrong + len(errors), missing + len(gaps)
    assert right / (right + wrong) >= 0.9
    assert right / (right + missing) >= 0.9
