"""Where the words of a parsed page stand in its source: the parser knows only lines, so they are looked for, ever forward."""

from __future__ import annotations

import html
import re
from itertools import islice

from kg.readers.blocks import Run, RunKind

# The white space that browsers collapse: a no-break space is a word's
_GAP = re.compile(r"[\t\n\f\r][ \t\n\f\r]*|[ ]{2,}(?:[\t\n\f\r][ \t\n\f\r]*)?")
_SPACE = re.compile(rb"[ \t\n\f\r]*")
_PLAIN = re.compile(r"[\w .,;:!?()-]*", re.ASCII)
_REFERENCE = re.compile(rb"&#?\w{1,40};?")
_LINK_END = re.compile(rb"(?:\s{0,200}</(?!a\s*>)\w{1,20}>){0,20}\s{0,200}</a\s{0,9}>", re.IGNORECASE)
_COMMENTED = re.compile(rb">[ \t\n\f\r]*+([^<>]{1,400})<!--")
_LITERAL = re.compile(rb"[^&<]+|[&<]")
# A text is first looked for near its line, then further on (a page may stand in one line), at last in all that follows; this
# wide search is given up when it failed so often, so that time stays in proportion to length
_NEAR, _FAR = 4_096, 65_536
_MOST_MISSES = 50
_MOST_TRIES = 8


class Places:
    """Finds the bytes of texts that are asked for in the order of the source."""

    def __init__(self, body: bytes) -> None:
        self.position = 0
        self._body = body
        self._misses = 0

    def runs(self, text: str, low: int, kind: RunKind = "text") -> list[Run]:
        """Return the runs of a text node that begins not before byte `low`: one for each piece without a gap of white space.

        Between two pieces stands a soft run; outer white space is the caller's to see. What is not found has no bytes.
        """
        runs: list[Run] = []
        for piece in _GAP.split(text.strip(" \t\n\f\r")):
            begin = self.position
            found = self._next(piece, kind) if runs else self._first(piece, max(begin, low), kind)
            found = found or [Run(piece, begin, begin, kind)]
            if runs:
                runs.append(Run(" ", begin, found[0].begin, "soft"))
            runs += found
            self.position = found[-1].end
        return runs

    def lines(self, text: str, low: int) -> list[Run]:
        """Return the runs of a text node of which every space counts: one for each line, and the line breaks."""
        runs: list[Run] = []
        is_first = True
        for index, line in enumerate(text.split("\n")):
            if index:
                runs.append(Run("\n", self.position, self.position, "code"))
            words = line.strip(" \t\r\f")
            if not words:
                runs += [Run(line, self.position, self.position, "code")] if line and line != "\r" else []
                continue
            found = self._first(words, max(self.position, low), "code") if is_first else self._next(words, "code")
            is_first = False
            found = found or [Run(words, self.position, self.position, "code")]
            begin, self.position = found[0].begin, found[-1].end
            lead = len(line) - len(line.lstrip(" \t\r\f"))
            after = line[lead + len(words) :].rstrip("\r")
            runs += [Run(line[:lead], max(begin - lead, 0), begin, "code")] if lead else []
            runs += found
            runs += [Run(after, self.position, self.position + len(after), "code")] if after else []
        return runs

    def link_begin(self, first: int) -> int:
        """Return where the tag of a link begins whose words begin at byte `first`."""
        low = max(first - _NEAR, 0)
        begin = max(self._body.rfind(b"<a", low, first), self._body.rfind(b"<A", low, first))
        return begin if begin >= 0 else first

    def link_end(self) -> int:
        """Return where a link ends whose last words were just found."""
        end = _LINK_END.match(self._body, self.position)
        return end.end() if end else self.position

    def _next(self, piece: str, kind: RunKind) -> list[Run]:
        """Return the runs of a piece that white space parts from the one before."""
        gap = _SPACE.match(self._body, self.position)
        return self._spelt(piece, gap.end() if gap else self.position, kind)

    def _first(self, piece: str, low: int, kind: RunKind) -> list[Run]:
        """Return the runs of the first place, from `low` on, where a tag ends and the piece follows."""
        if not piece:
            return []
        needle = piece.encode()
        plain = _PLAIN.match(piece)
        prefix = plain[0].encode() if plain else b""
        wide = (low + _FAR, len(self._body)) if self._misses < _MOST_MISSES else ()
        for high in (low + _NEAR, *wide):
            at = self._after_tag(needle, low, high)
            if at >= 0:
                return [Run(piece, at, at + len(needle), kind)]
            at = self._after_tag(prefix + b"&", low, high) if len(prefix) < len(needle) else -1
            if found := self._spelt(piece, at, kind) if at >= 0 else self._commented(piece, low, high, kind):
                return found
        self._misses += 1
        return []

    def _after_tag(self, needle: bytes, low: int, high: int) -> int:
        """Return where the words first stand with only white space between them and the end of a tag; -1 for nowhere."""
        body, at = self._body, low - 1
        for _ in range(_MOST_TRIES):
            at = body.find(needle, at + 1, high)
            if at < 0:
                return -1
            before = at
            while before > low and body[before - 1] in b" \t\n\f\r":
                before -= 1
            if before == 0 or body[before - 1] in b"> \t\n\f\r":
                return at
        return -1

    def _commented(self, piece: str, low: int, high: int, kind: RunKind) -> list[Run]:
        """Return the runs of a piece that a comment parts, as many page builders write between words."""
        if self._body.find(b"<!--", low, high) < 0:
            return []
        tries = islice(_COMMENTED.finditer(self._body, max(low - 1, 0), high), _MOST_TRIES)
        for match in tries:
            if piece.startswith(html.unescape(match[1].decode(errors="replace"))):
                return self._spelt(piece, match.start(1), kind)
        return []

    def _spelt(self, piece: str, at: int, kind: RunKind) -> list[Run]:
        """Return the runs of a piece that begins at a byte, character references and all; none where it is not there."""
        body, runs, done = self._body, list[Run](), 0
        while done < len(piece):
            if body.startswith(b"<!--", at):
                at = body.find(b"-->", at) + 3
                if at < 3:
                    return []
                continue
            reference = _REFERENCE.match(body, at) if body[at : at + 1] == b"&" else None
            text = html.unescape(reference[0].decode()) if reference else ""
            end = reference.end() if reference else at
            if not text or not piece.startswith(text, done):
                literal = _LITERAL.match(body, at, at + 4 * (len(piece) - done))
                text = literal[0].decode("utf-8", "ignore")[: len(piece) - done] if literal else ""
                end = at + len(text.encode())
            if not text or not piece.startswith(text, done):
                return []
            runs.append(Run(text, at, end, kind))
            done, at = done + len(text), end
        return runs
