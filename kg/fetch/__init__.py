"""The web, for addresses that are given: nothing else here, and no other module, opens a connection.

    answer = fetch.get("https://press.example.org/article")

A page is got whole or not at all, within a time and a size, politely (robots.txt, one retry), from public addresses only.
The network's libraries are imported when the first address is got.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import FetchError, Place, RefusedError
from kg.fetch.addresses import checked, is_address, shown
from kg.fetch.policy import DEFAULT, Answer, Policy

if TYPE_CHECKING:
    from kg.fetch.robots import Rules

__all__ = ["DEFAULT", "Answer", "Fetcher", "Policy", "get", "is_address", "kept_page"]


@dataclass(slots=True)
class Fetcher:
    """Gets the addresses of one run: each server's robots.txt is asked once, and the pause that it wishes is kept between pages.

    Pages are kept in the folder `cache` (by default the user's cache folder), so that a server need not send one again that has
    not changed; within the run it is not even asked again.
    """

    policy: Policy = DEFAULT
    cache: Path | None = None
    _rules: dict[str, Rules | FetchError] = field(default_factory=dict)
    _visited: dict[str, float] = field(default_factory=dict)
    _got: set[str] = field(default_factory=set)

    def get(self, url: str) -> Answer:
        """Return the page of an address.

        Raises `FetchError` where it could not be got, `RefusedError` where it may not be; the place of both is the address.
        """
        from kg.fetch.web import visit

        try:
            address = checked(url)
            before = kept_page(address, self.cache) if address in self._got else None
            answer = before or visit(address, self.policy, self.cache, self._rules, self._visited)
        except FetchError as error:
            kind = RefusedError if isinstance(error, RefusedError) else FetchError
            raise kind(error.reason, Place(shown(url))) from error
        self._got.add(address)
        return answer


def get(url: str, policy: Policy = DEFAULT, cache: Path | None = None) -> Answer:
    """Return the page of a single address, as `Fetcher.get` does."""
    return Fetcher(policy, cache).get(url)


def kept_page(url: str, cache: Path | None = None) -> Answer | None:
    """Return the page of an address as it was last got, from the disk alone; None where it is not kept."""
    from kg.fetch import kept

    try:
        found = kept.load(cache, checked(url))
    except RefusedError:
        return None
    return found.answer if found else None
