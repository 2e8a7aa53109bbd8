"""Which of some elements another one stands in: the nearest, found once for all that stand in it."""

from __future__ import annotations

from typing import Generic, TypeVar

from kg.readers.html.page import Element

Mark = TypeVar("Mark")


class Nearest(Generic[Mark]):
    """Marks on elements; each further element has the mark of the nearest marked one that it stands in."""

    def __init__(self, outermost: Mark) -> None:
        self._outermost = outermost
        self.marks: dict[Element, Mark] = {}

    def around(self, element: Element) -> Mark:
        """Return the mark of the nearest marked element around this one; remembers it for all in between, so time stays linear."""
        walked = []
        above = element.getparent()
        while above is not None and above not in self.marks:
            walked.append(above)
            above = above.getparent()
        mark = self.marks[above] if above is not None else self._outermost
        self.marks.update(dict.fromkeys(walked, mark))
        return mark
