"""Many graphs, with shapes that may be slow: in order, in time, and with a second opinion that is compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from kg import terms, validation
from kg.errors import ShapeError
from kg.terms import Statement
from kg.validation import Shapes, Validator, children
from kg.validation.parts import Part
from kg.validation.results import SH, Raw

pytest.importorskip("shacl", reason="the fast engine has no wheel for this platform")

HEAD = f"@prefix sh: <{SH}> . @prefix ex: <urn:ex:> .\n"
NAMED = "ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property ex:named .\nex:named sh:path ex:name ; sh:minCount 1 .\n"
# Fails for any text of many a's that ends in another letter, after 2^n steps of a backtracking engine
SLOW = 'ex:S a sh:NodeShape ; sh:targetNode ex:n ; sh:property [ sh:path ex:p ; sh:pattern "^(a+)+$" ] .'
A = terms.article_iri(terms.DEFAULT_BASE, "a")


def shapes_of(folder: Path, text: str) -> Shapes:
    path = folder / "own.ttl"
    path.write_text(HEAD + text, "utf-8")
    return validation.load_shapes([path], only=True)


def graph(name: str, *more: str) -> str:
    return "".join(sorted([f"<urn:ex:{name}> {terms.TYPE} <urn:ex:Thing> .\n", *more]))


def part(name: str, *more: str) -> Part:
    return Part(graph(name, *more), {f"<urn:ex:{name}>"}, lambda subject, predicate, object_: 0)


def named(name: str) -> str:
    return f'<urn:ex:{name}> <urn:ex:name> "{name}" .\n'


# --- many parts ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("engine", ["fast", "pyshacl"])
def test_parts_come_back_in_order_with_what_is_found_at_their_focus_nodes(tmp_path: Path, engine: Any, jobs: int) -> None:
    parts = [part(f"n{n}", *([named(f"n{n}")] if n % 3 else [])) for n in range(20)]
    other = Part(graph("x"), {"<urn:ex:y>"}, lambda subject, predicate, object_: 0)
    validator = Validator(shapes_of(tmp_path, NAMED), engine, jobs)
    found = list(validator.each([*parts, other]))
    validator.close()
    assert [checked.part for checked in found] == [*parts, other]
    assert [[raw.focus for raw in checked.found] for checked in found] == [
        *([] if n % 3 else [f"<urn:ex:n{n}>"] for n in range(20)),
        [],
    ]
    assert [checked.fault for checked in found] == [None] * 21


def test_a_slow_pattern_costs_its_graph_only(tmp_path: Path) -> None:
    validator = Validator(shapes_of(tmp_path, SLOW), "pyshacl", timeout=4)
    slow, quick = ([Statement("<urn:ex:n>", "<urn:ex:p>", f'"{"a" * n}!"', "")] for n in (60, 1))
    with pytest.raises(ShapeError, match=r"^not checked within 4 seconds: a sh:pattern or a query of the shapes is too slow on it"):
        validator.validate(slow)
    assert [result.value for result in validator.validate(quick)] == ['"a!"']
    validator.close()


def test_a_part_that_cannot_be_checked_has_its_fault_and_the_others_what_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = ShapeError("not checked within 60 seconds")

    def ask(child: object, text: str, timeout: float) -> list[list[Raw]]:
        if "<urn:ex:late>" in text:
            raise late
        return [[BROKEN]]

    monkeypatch.setattr(children, "ask", ask)
    validator = Validator(shapes_of(tmp_path, NAMED), "fast")
    found = [(checked.found, checked.fault) for checked in validator.each([part("late"), part("n")])]
    assert found == [((), late), ([BROKEN], None)]
    validator.close()


# --- second opinions -------------------------------------------------------------------------------------------------------
BROKEN = Raw(f"{SH}Violation", None, "<urn:ex:n>", "<urn:ex:name>", None, "<urn:ex:named>", f"{SH}MinCountConstraintComponent")


class Asked:
    """Takes the place of the child that runs both engines, and says that pySHACL found nothing."""

    def __init__(self, theirs: Sequence[Raw] | ShapeError = ()) -> None:
        self.texts: list[str] = []
        self._theirs = theirs

    def __call__(self, child: object, text: str, timeout: float) -> list[list[Raw]]:
        self.texts.append(text)
        if isinstance(self._theirs, ShapeError):
            raise self._theirs
        return [[BROKEN] if "<urn:ex:n>" in text and "<urn:ex:name>" not in text else [], list(self._theirs)]


def judged(validator: Validator, texts: Sequence[str], asked: Asked, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(children, "ask", asked)
    monkeypatch.setattr(validator, "_ask", lambda text: [BROKEN] if "<urn:ex:name>" not in text else [])
    for text in texts:
        validator.judge(text)
    yield from (f"{finding.severity}: {finding.reason}" for finding in validator.disagreements())
    validator.close()


def test_where_the_engines_disagree_the_fault_is_ours_and_what_to_send_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (said,) = judged(Validator(shapes_of(tmp_path, NAMED)), [graph("n")], Asked(), monkeypatch)
    assert said.startswith(
        "warning: the SHACL engines disagree: only fast finds <urn:ex:named> (MinCountConstraintComponent) at <urn:ex:n>."
        " Take --engine pyshacl for now; this is a fault of kg, not of your data. Please report it with this input, the shapes"
    )
    (said,) = judged(Validator(shapes_of(tmp_path, NAMED)), [graph("n", named("n"))], Asked([BROKEN]), monkeypatch)
    assert said.startswith("warning: the SHACL engines disagree: only pyshacl finds <urn:ex:named>")


def test_engines_that_agree_are_not_mentioned(tmp_path: Path) -> None:
    validator = Validator(shapes_of(tmp_path, NAMED))
    assert [len(validator.judge(text)) for text in (graph("n"), graph("n", named("n")))] == [1, 0]
    assert validator.disagreements() == []
    validator.close()


def test_of_good_graphs_the_first_second_fourth_and_so_on_are_judged_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked()
    texts = [graph(f"g{n}", named(f"g{n}")) for n in range(1, 101)]
    assert list(judged(Validator(shapes_of(tmp_path, NAMED)), texts, asked, monkeypatch)) == []
    assert asked.texts == [texts[n - 1] for n in (1, 2, 4, 8, 16, 32, 64)]
    asked = Asked()
    assert list(judged(Validator(validation.load_shapes()), texts, asked, monkeypatch)) == []
    assert asked.texts == [texts[63]]  # with none but our own shapes, the first are not


def test_of_failing_graphs_the_first_twenty_are_judged_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked([BROKEN])
    texts = [graph("n", f"<urn:ex:n> <urn:ex:p> <urn:ex:{n}> .\n") for n in range(30)]
    assert list(judged(Validator(shapes_of(tmp_path, NAMED)), texts, asked, monkeypatch)) == []
    assert asked.texts == texts[:20]


def test_of_a_large_graph_both_engines_see_what_leads_to_one_node_and_where_that_leads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    around = [
        "<urn:ex:n> <urn:ex:p> <urn:ex:o> .\n",
        "<urn:ex:o> <urn:ex:p> <urn:ex:q> .\n",
        "<urn:ex:r> <urn:ex:p> <urn:ex:n> .\n",
    ]
    asked = Asked([BROKEN])
    large = graph("n", *around, *(f"<urn:ex:z> <urn:ex:p> <urn:ex:{n}> .\n" for n in range(2_000)))
    assert list(judged(Validator(shapes_of(tmp_path, NAMED)), [large], asked, monkeypatch)) == []
    assert asked.texts == [graph("n", *around)]


def test_where_pyshacl_cannot_tell_that_is_said_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked(ShapeError("not checked within 60 seconds"))
    said = list(judged(Validator(shapes_of(tmp_path, NAMED)), [graph("n")] * 5, asked, monkeypatch))
    assert said == ["info: pySHACL could give no second opinion: not checked within 60 seconds"]
    assert len(asked.texts) == 1


def test_only_auto_asks_for_second_opinions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for engine in ("fast", "pyshacl"):
        asked = Asked()
        assert list(judged(Validator(shapes_of(tmp_path, NAMED), engine), [graph("n")], asked, monkeypatch)) == []
        assert asked.texts == []
