"""What a robots.txt allows, as RFC 9309 reads it: our group else that of all, and in it the longest rule that fits.

The standard library's parser takes the first rule that fits and knows no `*` in a path, and so would go where it may not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes, urlsplit

_LINE = re.compile(r"[\r\n]+")
_PRODUCT = re.compile(r"[a-z_-]+|\*")


@dataclass(frozen=True, slots=True)
class Rule:
    """A path's pieces between `*`, whether its end is meant (`$`), and whether what fits is allowed."""

    pieces: tuple[bytes, ...]
    is_whole: bool
    allows: bool

    @property
    def length(self) -> int:
        """How exact the rule is."""
        return sum(map(len, self.pieces)) + len(self.pieces) - 1 + self.is_whole

    def fits(self, path: bytes) -> bool:
        """Tell whether the rule speaks of a path."""
        first, *others = self.pieces
        if not path.startswith(first):
            return False
        if not others:
            return not self.is_whole or path == first
        last = others.pop() if self.is_whole else b""
        end, at = len(path) - len(last), len(first)
        for piece in others:
            found = path.find(piece, at, end)
            if found < 0:
                return False
            at = found + len(piece)
        return at <= end and path.endswith(last)


@dataclass(frozen=True, slots=True)
class Rules:
    """What one server asks of us: the paths, and the seconds between two requests."""

    rules: tuple[Rule, ...] = ()
    delay: float = 0.0

    def allow(self, url: str) -> bool:
        """Tell whether an address may be got. Of two rules the longer one holds, of two as long the one that allows."""
        parts = urlsplit(url)
        path = unquote_to_bytes((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        fitting = [(rule.length, rule.allows) for rule in self.rules if rule.fits(path)]
        return max(fitting, default=(0, True))[1]


def parse(text: str, product: str) -> Rules:
    """Return what a robots.txt says to a product. Lines that make no sense are passed over, as the RFC asks."""
    groups: dict[str, list[tuple[str, str]]] = {}
    named: list[str] = []
    is_named = False
    for field, value in _fields(text):
        if field == "user-agent":
            found = _PRODUCT.match(value.lower())
            named = [*(named if is_named else ()), found[0] if found else ""]
            groups.setdefault(named[-1], [])
        elif field in ("allow", "disallow", "crawl-delay"):
            for name in dict.fromkeys(named):
                groups[name].append((field, value))
        is_named = field == "user-agent" or (is_named and field not in ("allow", "disallow", "crawl-delay"))
    rows = groups.get(product, groups.get("*", []))
    rules = (_rule(value, field == "allow") for field, value in rows if field != "crawl-delay" and value)
    return Rules(tuple(rules), max((_seconds(value) for field, value in rows if field == "crawl-delay"), default=0.0))


def _fields(text: str) -> Iterator[tuple[str, str]]:
    for line in _LINE.split(text.removeprefix("\ufeff")):
        field, _, value = line.partition("#")[0].partition(":")
        yield field.strip().lower(), value.strip()


def _rule(path: str, allows: bool) -> Rule:
    pieces = path.removesuffix("$").split("*")
    return Rule(tuple(map(unquote_to_bytes, pieces)), path.endswith("$"), allows)


def _seconds(value: str) -> float:
    return float(value) if re.fullmatch(r"[0-9]{1,6}(\.[0-9]{0,6})?", value) else 0.0
