"""Second opinions: pySHACL, the reference, judges some graphs again; where it differs, the fault is ours and is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from importlib.metadata import version

from kg import terms
from kg.errors import Finding, Place, ShapeError
from kg.terms import Term
from kg.validation import children
from kg.validation.results import SEVERITY_OF, Raw
from kg.validation.shapes import Shapes
from kg.validation.shapeterms import is_unnamed
from kg.version import VERSION

MOST = 20
# Of graphs that meet none but our own shapes, which the tests hold against both engines, the first good ones would cost a small
# run more than they tell
_FIRST_OF_OURS = 64
# What pySHACL takes some seconds for; of larger graphs both engines see what one focus node leads to
_STATEMENTS = 1_000
# What somebody would wait for an answer that is only a check of ours, and what the first of a run may take
_TIMEOUT = 10.0
_SHOWN = 3


class SecondOpinions:
    """Asks both engines about some graphs, in a process beside the work, and compares.

    These are the first `MOST` that fail, and of the others the 1st, 2nd, 4th, 8th …, which are 20 in a million; without shapes of
    the user from the 64th on.
    """

    def __init__(self, shapes: Shapes, timeout: float) -> None:
        self._shapes = shapes
        self._timeout = min(timeout, _TIMEOUT)
        self._first_sample = 1 if shapes.files else _FIRST_OF_OURS
        self._child = children.start(shapes, ("fast", "pyshacl"))
        self._pool: ThreadPoolExecutor | None = None
        self.agreed: list[bytes] = []
        self._restart()

    def _restart(self) -> None:
        self._good = self._failing = 0
        self._asked: list[Future[Finding | None]] = []
        self._has_none = False

    def consider(self, text: str, found: Sequence[Raw], foci: Container[Term] | None = None) -> None:
        """Count a graph, N-Triples, with what was found in it; ask about its focus nodes (`foci`, else all) if it is its turn."""
        bad = next((raw.focus for raw in found if SEVERITY_OF.get(raw.severity, "violation") == "violation"), None)
        if self.wants(bad is None):
            self.ask(text, bad, foci)

    def wants(self, is_good: bool) -> bool:
        """Count a graph, and tell whether it is its turn."""
        if not is_good:
            self._failing += 1
            return self._failing <= MOST
        self._good += 1
        return self._good >= self._first_sample and self._good.bit_count() == 1

    def ask(self, text: str, bad: Term | None, foci: Container[Term] | None = None, key: bytes = b"") -> None:
        """Ask about the focus nodes (`foci`, else all) of a graph, N-Triples; `bad` is one that fails.

        Where both say the same, the graph's key joins `agreed`.
        """
        self._pool = self._pool or ThreadPoolExecutor(1)
        self._asked.append(self._pool.submit(self._compare, *_cut(text, bad, foci), key))

    def _compare(self, text: str, foci: Container[Term] | None, key: bytes) -> Finding | None:
        """Return what there is to say of the two engines' judgement of a graph."""
        if self._has_none:
            return None
        try:
            ours, theirs = ({_essence(raw) for raw in raws if _counts(raw, foci)} for raws in self._judged(text))
        except ShapeError as error:
            # Told once: the next graph would give no other answer, and where pySHACL is too slow, keep us waiting again
            self._has_none = True
            return Finding("info", f"pySHACL could give no second opinion: {error.reason}", Place("shapes"))
        if ours != theirs:
            return _disagreement(ours, theirs)
        self.agreed.append(key)
        return None

    def _judged(self, text: str) -> list[list[Raw]]:
        return children.ask(self._child, text, self._timeout)

    def collect(self) -> list[Finding]:
        """Return where the engines differ, once all the answers are there; what follows is another run."""
        found = [finding for asked in self._asked if (finding := asked.result())]
        self._restart()
        return found

    def close(self) -> None:
        """End the process."""
        if self._pool:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._child.close()  # before we wait for who waits for it
            self._pool.shutdown()
            self._pool = None
        self._child.close()


def _cut(text: str, bad: Term | None, foci: Container[Term] | None) -> tuple[str, Container[Term] | None]:
    """Return a graph and the focus nodes to compare: the whole of a small one, else what leads to one node and where that leads.

    Both engines see the same, so whatever is cut off, they have to say the same of it.
    """
    lines = text.splitlines(keepends=True)
    if len(lines) <= _STATEMENTS:
        return text, foci
    by_subject: defaultdict[Term, list[str]] = defaultdict(list)
    for line in lines:
        by_subject[line[: line.index(" ")]].append(line)
    focus = bad or next((subject for subject in by_subject if foci is None or subject in foci), "")
    kept = [line for line in lines if line.endswith(f" {focus} .\n")]
    kept.extend(_led_to(focus, by_subject))
    return "".join(sorted(set(kept))), {focus}


def _led_to(focus: Term, by_subject: dict[Term, list[str]]) -> Iterator[str]:
    """Yield the lines of a node and of all that it leads to, as far as the graph is small."""
    todo, seen, count = [focus], {focus}, 0
    while todo and count < _STATEMENTS:
        for line in by_subject.get(todo.pop(0), ()):
            yield line
            count += 1
            target = line[:-3].rsplit(" ", 1)[-1]
            if target in by_subject and target not in seen:
                seen.add(target)
                todo.append(target)


def _counts(raw: Raw, foci: Container[Term] | None) -> bool:
    return foci is None or raw.focus in foci


_Essence = tuple[str, ...]


def _essence(raw: Raw) -> _Essence:
    """Return what both engines have to say alike; a path of several steps is written in another way by each."""
    path = raw.path if raw.path and raw.path.startswith("<") and not is_unnamed(raw.path) else ""
    return raw.focus, raw.shape, raw.constraint, path, raw.value or "", raw.severity


def _disagreement(ours: set[_Essence], theirs: set[_Essence]) -> Finding:
    engines = f"kg {VERSION}, shacl {version('shacl')}, pyshacl {version('pyshacl')}"
    said = [f"only {name} finds {_listed(found)}" for name, found in (("fast", ours - theirs), ("pyshacl", theirs - ours)) if found]
    why = "this is a fault of kg, not of your data. Please report it with this input, the shapes and these versions"
    return Finding(
        "warning",
        f"the SHACL engines disagree: {'; '.join(said)}. Take --engine pyshacl for now; {why}: {engines}",
        Place("shapes"),
    )


def _listed(found: Iterable[_Essence]) -> str:
    rows = [
        f"{terms.compact(shape)} ({constraint.rpartition('#')[2]}) at {terms.compact(focus)}"
        + (f" with {value[:80]}" if value else "")
        for focus, shape, constraint, _, value, _ in sorted(found)
    ]
    return ", ".join(rows[:_SHOWN]) + (f" and {len(rows) - _SHOWN:,} more" if len(rows) > _SHOWN else "")
