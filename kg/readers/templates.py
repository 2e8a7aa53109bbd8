"""What site generators put into Markdown and replace when they build a page: shortcodes, template tags, [[links]], MDX.

They are blanked byte for byte before the text is parsed, so every place stays right; what stands between two of a pair is text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

FILL = "\x01"
"""What stands for a byte of a tag: Markdown takes it for a letter, and no text may hold it."""

_SIGNS = ("{", "[[", ":::", "%%", "import ")
# Each begins with a letter of its own: the engine then looks at no other place of the text
_SCAN = re.compile(
    r"\{\{|\{%|\{[#.:]|\[\[|!\[\[|``[^\n]*?``|`[^`\n]+`|<[A-Z]|</[A-Z]|\n(?:[ \t]*(?:```|~~~)|[ \t]{0,3}:::|import\s|export\s|%%)"
)
_FENCE = re.compile(r"\n[ \t]*(`{3,}|~{3,})[^\n]*")
_ATTRIBUTES = re.compile(r"\{[#.:][^{}\n]{0,200}\}[ \t]*(?=[\r\n]|\Z)")
_ADMONITION = re.compile(r"[ \t]{0,3}:{3,}[ \t]*(?:\{[^}\n]{0,200}\}|[\w-]*)")
_MODULE = re.compile(
    r"import\s[^\n]{0,500}['\"];?[ \t]*(?=[\r\n]|\Z)|export\s+(?:const|let|var|default|function)\b[^\n]*(?:\n[^\n]*\S[^\n]*)*"
)
_ELEMENT = re.compile(r"</?[A-Z][\w.]{0,60}\s(?:=>|[^<>]){0,1000}>")
_CLOSE = {"{{": "}}", "{%": "%}", "[[": "]]", "![[": "]]"}
_NAME = re.compile(r"\{[{%][<%]?-?\s*(?P<end>/|end)?\s*(?P<name>[\w./-]*)")
# In the first two tags are text, what stands in the third is for no reader
_WHOLE = re.compile(r"\{%-?\s*(raw|verbatim|comment)\s*-?%\}")
_WHOLE_END = re.compile(r"\{%-?\s*end(raw|verbatim|comment)\s*-?%\}")
_BETWEEN = frozenset({"else", "elsif", "elif", "when"})
_PIECES = re.compile(f"{FILL}+|[^{FILL}]+")
_LONGEST = 4000
_LONGEST_LINK = 300
_WIDEST_MARGIN = 200


class Blanked(NamedTuple):
    """A text as long in bytes as the one it is made of, and where in it (in characters) each tag began that left nothing."""

    text: str
    left_out: list[int]


def blank(text: str) -> Blanked:
    """Return a Markdown text without the tags of site generators; what stands in code stays as it is."""
    if not any(sign in text for sign in _SIGNS):
        return Blanked(text, [])
    scanner = _Scanner("\n" + text)
    scanner.scan()
    return Blanked("".join(scanner.pieces)[1:], [begin - 1 for begin in scanner.left_out()])


def pieces(text: str) -> Iterator[tuple[int, str]]:
    """Yield what is left of a text in which tags are blanked, with the byte of it where each piece begins."""
    byte = 0
    for piece in _PIECES.finditer(text):
        if piece[0][0] != FILL:
            yield byte, piece[0]
        byte += len(piece[0].encode())


class _Scanner:
    """Goes through a text once, from left to right."""

    def __init__(self, text: str) -> None:
        self.pieces: list[str] = []
        self._text = text
        self._done = 0
        self._closings: dict[str, int] = {}
        self._tags: list[tuple[int, str]] = []
        self._ended: set[str] = set()
        self._ends: list[tuple[int, int, str]] | None = None

    def scan(self) -> None:
        """Fill `pieces` with the text and what stands for its tags."""
        position = 0
        while found := _SCAN.search(self._text, position):
            position = max(self._take(found), position + 1)
        self.pieces.append(self._text[self._done :])

    def left_out(self) -> list[int]:
        """Return where each tag began that has no partner."""
        return [begin for begin, name in self._tags if not name or name not in self._ended]

    def _take(self, found: re.Match[str]) -> int:
        """Blank what was found; return where the scan goes on."""
        sign, begin, end = found[0], found.start(), found.end()
        if sign in _CLOSE:
            close = self._closing(_CLOSE[sign], end)
            if close < 0 or close - begin > _LONGEST:
                return end
            return self._link(begin, close + 2, sign) if sign.endswith("[[") else self._tag(begin, close + 2)
        if sign[0] == "\n":
            return self._line(begin, end, sign[1:].strip())
        if sign[0] in "{<":
            tag = (_ATTRIBUTES if sign[0] == "{" else _ELEMENT).match(self._text, begin)
            if tag and (sign[0] == "{" or "={" in tag[0]):
                self._blank(begin, tag.end())
                return tag.end()
        return end

    def _line(self, begin: int, end: int, sign: str) -> int:
        """Pass over a block of code; blank what begins a line of its own."""
        text = self._text
        if sign in ("```", "~~~"):
            opening = _FENCE.match(text, begin)
            fence = opening[1] if opening else sign
            close = re.compile(rf"\n[ \t]*{fence}").search(text, opening.end() if opening else end)
            return close.end() if close else len(text)
        if sign == "%%":
            close_comment = self._closing("%%", end)
            stop = close_comment + 2 if 0 <= close_comment <= end + _LONGEST else end
            self._blank(begin + 1, stop if stop > end else begin + 1)
            return stop
        found = (_ADMONITION if sign == ":::" else _MODULE).match(text, begin + 1)
        if found:
            self._blank(*found.span())
            return found.end()
        return end

    def _closing(self, sign: str, begin: int) -> int:
        """Return where the next closing sign stands; each is looked for once."""
        known = self._closings.get(sign, 0)
        if 0 <= known < begin:
            known = self._closings[sign] = self._text.find(sign, begin)
        return known

    def _tag(self, begin: int, end: int) -> int:
        """Blank a tag, and with a comment what is in it; tags in `raw` are text."""
        text = self._text
        if whole := _WHOLE.match(text, begin):
            return self._whole(begin, end, whole[1])
        found = _NAME.match(text, begin)
        name = found["name"] if found else ""
        if found and found["end"] and name:
            self._ended.add(name)
        elif name not in _BETWEEN:
            self._tags.append((begin, name))
        if name == "highlight" and self._is_alone(begin, end):
            self._put(begin, end, "```" + " " * (len(text[begin:end].encode()) - 3))
        else:
            self._blank(begin, end)
        return end

    def _whole(self, begin: int, end: int, name: str) -> int:
        """Blank the tags around what is no template, or with a comment all of it."""
        if self._ends is None:
            self._ends = [(found.start(), found.end(), found[1]) for found in _WHOLE_END.finditer(self._text)]
        index = bisect_left(self._ends, (end, 0, ""))
        if index == len(self._ends) or self._ends[index][2] != name:
            self._blank(begin, end)
            return end
        close, after, _ = self._ends[index]
        if name == "comment":
            self._blank(begin, after)
        else:
            self._blank(begin, end)
            self._blank(close, after)
        return after

    def _link(self, begin: int, end: int, sign: str) -> int:
        """Blank the brackets of `[[page|words]]`, all of `![[picture]]`; `[[1]](address)` is Markdown."""
        inner = self._text[begin + len(sign) : end - 2]
        if "\n" in inner or len(inner) > _LONGEST_LINK or not inner.strip() or self._text[end : end + 1] in ("(", "[", ":"):
            return begin + len(sign)
        if sign == "![[" or inner.strip(" _").lower() == "toc":
            self._tags.append((begin, ""))
            self._blank(begin, end)
            return end
        words = end - 2 - len(inner.rpartition("|")[2])
        self._blank(begin, words)
        self._blank(end - 2, end)
        return end

    def _blank(self, begin: int, end: int) -> None:
        self._put(begin, end, None)

    def _put(self, begin: int, end: int, instead: str | None) -> None:
        if begin < self._done:
            return
        self.pieces.append(self._text[self._done : begin])
        self.pieces.append(self._instead(begin, end) if instead is None else instead)
        self._done = end

    def _instead(self, begin: int, end: int) -> str:
        """Return what stands for a tag: a blank line where it stands alone, no address in a link, else signs that are dropped."""
        text = self._text
        if self._is_alone(begin, end):
            return _filled(text[begin:end], " ")
        fill = "#" if text[max(0, begin - 2) : begin] in ("](", "]:") or text[max(0, begin - 3) : begin] == "]: " else FILL
        return _filled(text[begin:end], fill)

    def _is_alone(self, begin: int, end: int) -> bool:
        """Tell whether nothing else stands on the lines of a tag."""
        line = self._text.rfind("\n", max(0, begin - _WIDEST_MARGIN), begin) + 1
        stop = self._text.find("\n", end, end + _WIDEST_MARGIN)
        is_short = (line or begin < _WIDEST_MARGIN) and (stop >= 0 or len(self._text) < end + _WIDEST_MARGIN)
        return bool(is_short) and not self._text[line:begin].strip() and not self._text[end : stop if stop >= 0 else None].strip()


def _filled(text: str, sign: str) -> str:
    """Return as many signs as a text has bytes, on as many lines."""
    return "\n".join(sign * len(line.encode()) for line in text.split("\n"))
