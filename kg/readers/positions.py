"""Lines and columns of a file that is read from its beginning to its end, each byte once."""

from __future__ import annotations

from dataclasses import dataclass

from kg.article import characters


@dataclass(slots=True)
class Position:
    """Where reading has come to: line and column from 1, in characters."""

    line: int = 1
    column: int = 1
    _after_return: bool = False

    def pass_over(self, piece: bytes) -> None:
        """Go on behind the next bytes of the file, which may end within a character or between carriage return and line feed."""
        if not piece:
            return
        if self._after_return and piece.startswith(b"\n"):
            self.line -= 1
        self._after_return = piece.endswith(b"\r")
        self.line += piece.count(b"\n") + piece.count(b"\r") - piece.count(b"\r\n")
        last = max(piece.rfind(b"\n"), piece.rfind(b"\r"))
        self.column = (1 if last >= 0 else self.column) + characters(piece[last + 1 :])
