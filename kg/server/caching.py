"""Answers that are kept, and the entity tags by which a client's copy is known to be right.

The data changes only with its version, so a version and a question say all of an answer: a tag needs no look at the answer.
"""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from typing import NamedTuple

from kg.server.replies import Reply
from kg.store import Request
from kg.version import VERSION

# A copy is asked after each time, which costs next to nothing; the data may be another at any moment
KEPT_BY_CLIENTS = ("cache-control", "public, no-cache")
VARYING = ("vary", "Accept, Accept-Encoding")
KEPT = 64 << 20  # bytes
_SHARE = 8  # no answer takes more than this part of what is kept
_AROUND = 1024  # bytes that an answer takes beside its body
_TAG = re.compile(r'(?:W/)?("[^"]*")')


class Key(NamedTuple):
    """What an answer depends on beside the data."""

    request: Request
    media_type: str
    is_graph: bool
    is_packed: bool = False


def etag(version: str, key: Key) -> str:
    """Return the entity tag of an answer over a version of the data."""
    said = repr((VERSION, version, *key[:3]))
    return f'"{hashlib.sha256(said.encode(errors="surrogatepass")).hexdigest()[:32]}"'


def is_known(if_none_match: str | None, tag: str) -> bool:
    """Tell whether a client has the answer of a tag already, packed or not (RFC 9110, section 13.1.2)."""
    if not if_none_match:
        return False
    ours = {tag, f'{tag[:-1]}-gzip"'}
    return not ours.isdisjoint(_TAG.findall(if_none_match))


class Cache:
    """The answers that were asked for last, of one version of the data, in so many bytes; and how often that was of use."""

    def __init__(self, most: int = KEPT) -> None:
        self._most = most
        self._kept: OrderedDict[Key, Reply] = OrderedDict()
        self._version = ""
        self.bytes = self.hits = self.misses = self.unchanged = 0

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, version: str, key: Key) -> Reply | None:
        """Return an answer over a version of the data; None where it is not kept."""
        if version != self._version:
            return None
        found = self._kept.get(key)
        if found:
            self._kept.move_to_end(key)
        return found

    def put(self, version: str, key: Key, found: Reply) -> None:
        """Keep an answer over the version of the data that is asked now, at the cost of those that were long not asked for."""
        if version != self._version:
            self._kept.clear()
            self._version, self.bytes = version, 0
        if old := self._kept.pop(key, None):
            self.bytes -= _size(key, old)
        size = _size(key, found)
        if size * _SHARE > self._most:
            return
        self._kept[key] = found
        self.bytes += size
        while self.bytes > self._most:
            self.bytes -= _size(*self._kept.popitem(last=False))


def _size(key: Key, found: Reply) -> int:
    return len(found.body) + len(key.request.text) + _AROUND
