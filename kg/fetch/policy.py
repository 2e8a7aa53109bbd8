"""What we allow ourselves on the web, and what an address gave."""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.version import VERSION

PRODUCT = "article-kg"
"""The name by which a robots.txt speaks to us."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How far a fetch may go: `deadline` is in seconds, for one address with its redirects; `most_bytes` counts the decoded page.

    `allow_private` opens the addresses that only this machine or its network knows.
    """

    allow_private: bool = False
    deadline: float = 30.0
    most_bytes: int = 32 * 2**20
    most_redirects: int = 5
    user_agent: str = f"{PRODUCT}/{VERSION} (run by a person for pages they name; turn it away in robots.txt as {PRODUCT})"


DEFAULT = Policy()


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole page: its final address, its bytes (decoded from gzip), and what the server says of them."""

    url: str
    body: bytes = field(repr=False)
    media_type: str | None = None
    charset: str | None = None
    last_modified: str | None = None
