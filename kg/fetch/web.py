"""Addresses become pages, one after the other: redirects, robots.txt, one retry, and what is kept from the last time."""

from __future__ import annotations

import os
import re
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from http.client import BadStatusLine, HTTPException, IncompleteRead, RemoteDisconnected
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError, ProtocolError

from kg.errors import FetchError, RefusedError
from kg.fetch import addresses, kept, page, robots
from kg.fetch.connection import Deadline, connect, guarded
from kg.fetch.kept import Kept
from kg.fetch.policy import PRODUCT, Answer, Policy

_WHOLE = (200, 203)
_REDIRECT = (301, 302, 303, 307, 308)
_UNCHANGED = 304
_TOO_MANY = 429
_PAUSE = 1.0
_LONGEST_PAUSE = 10.0
_MOST_RULES = 2**20
_ACCEPT = "text/html, application/xhtml+xml, application/xml;q=0.9, text/markdown;q=0.9, */*;q=0.8"


class _BrokenError(FetchError):
    """A connection that broke off: worth a second try."""


@dataclass(frozen=True, slots=True)
class _Reply:
    """What one request gave: of a good one the body, of any other the status."""

    url: str
    status: int
    phrase: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def is_failing(self) -> bool:
        """Whether the server is not itself just now."""
        return self.status == _TOO_MANY or self.status >= 500

    @property
    def target(self) -> str | None:
        """The address to which it leads on."""
        location = self.headers.get("Location", "").strip()
        if self.status not in _REDIRECT or not location:
            return None
        return _joined(self.url, location)

    def pause(self) -> float:
        """Return how many seconds the server asks us to wait, from now."""
        asked = self.headers.get("Retry-After", "").strip()
        if re.fullmatch(r"[0-9]{1,9}", asked):
            return float(asked)
        try:
            return max(0.0, (parsedate_to_datetime(asked) - datetime.now(UTC)).total_seconds())
        except (TypeError, ValueError):
            return _PAUSE

    def failure(self) -> FetchError:
        """Return the error of a reply that is no page."""
        if self.status in _REDIRECT:
            return FetchError(f"status {self.status}, but it leads nowhere")
        asked = f"; it asks to wait {self.pause():.0f} s" if self.is_failing and "Retry-After" in self.headers else ""
        return FetchError(f"status {self.status}{f' {self.phrase}' if self.phrase else ''}{asked}")


def visit(
    address: str, policy: Policy, cache: Path | None, rules: dict[str, robots.Rules | FetchError], visited: dict[str, float]
) -> Answer:
    """Return the page of an address that was checked. What its servers ask of us, and when they were visited, is remembered.

    Raises `FetchError` where it could not be got, `RefusedError` where it may not be.
    """
    with Deadline(policy.deadline) as deadline:
        return _Visit(policy, deadline, rules, visited).answer(address, cache)


@dataclass(slots=True)
class _Visit:
    """The getting of one address, within its deadline."""

    policy: Policy
    deadline: Deadline
    rules: dict[str, robots.Rules | FetchError]
    visited: dict[str, float]

    def answer(self, url: str, cache: Path | None) -> Answer:
        """Return the page, from the cache where the server says that it is unchanged."""
        before = kept.load(cache, url)
        if before and len(before.answer.body) > self.policy.most_bytes:
            before = None
        replies = list(self._replies(url, self._body_of_page, before))
        self.visited.update({_origin(reply.url): time.monotonic() for reply in replies})
        reply = replies[-1]
        if before and reply.status == _UNCHANGED and reply.url == before.answer.url and before.conditions():
            return before.answer
        if reply.status not in _WHOLE:
            raise reply.failure()
        answer = Answer(reply.url, reply.body, *page.described(reply.headers), reply.headers.get("Last-Modified"))
        if "no-store" not in reply.headers.get("Cache-Control", "").lower():
            kept.save(cache, url, Kept(answer, reply.headers.get("ETag")))
        return answer

    def _replies(
        self, url: str, body: Callable[[requests.Response], bytes], before: Kept | None = None, asks: bool = True
    ) -> Iterator[_Reply]:
        """Yield the replies from an address to the one that leads no further; with `asks`, robots.txt is asked before each."""
        seen: set[str] = set()
        target: str | None = url
        while target is not None:
            address = _prepared(addresses.checked(target))
            if address in seen:
                raise FetchError("its redirects lead in a circle")
            if len(seen) > self.policy.most_redirects:
                raise FetchError(f"more than {self.policy.most_redirects} redirects")
            seen.add(address)
            if asks:
                self._ask_leave(address)
            unchanged = before.conditions() if before and before.answer.url == address else {}
            reply = self._persistently(address, unchanged, body)
            yield reply
            target = reply.target

    def _body_of_page(self, response: requests.Response) -> bytes:
        page.described(response.headers)
        return page.body(response.raw, self.policy.most_bytes)

    def _body_of_rules(self, response: requests.Response) -> bytes:
        try:
            return page.body(response.raw, _MOST_RULES)
        except RefusedError as error:
            raise FetchError(error.reason) from error  # the page itself is not what is too large

    def _persistently(self, address: str, headers: Mapping[str, str], body: Callable[[requests.Response], bytes]) -> _Reply:
        """Return the reply of an address; where it fails in a way that may pass, of a second and last try."""
        try:
            reply = self._send(address, headers, body)
            pause = reply.pause()
            if not reply.is_failing or pause > min(_LONGEST_PAUSE, self.deadline.left()):
                return reply
        except _BrokenError:
            pause = _PAUSE
            if pause > self.deadline.left():
                raise
        time.sleep(pause)
        return self._send(address, headers, body)

    def _send(self, address: str, headers: Mapping[str, str], body: Callable[[requests.Response], bytes]) -> _Reply:
        """Return the reply to one request, its body read whole if it is good."""
        own = {"User-Agent": self.policy.user_agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip", "Connection": "close"}
        adapter = guarded(partial(connect, allow_private=self.policy.allow_private, deadline=self.deadline))
        authorities = os.environ.get("SSL_CERT_FILE") or True  # the user's own, by the name that OpenSSL gives it
        try:
            request = requests.Request("GET", address, {**own, **headers}).prepare()
            response = adapter.send(request, stream=True, timeout=self.deadline.left(), verify=authorities)
            try:
                found = body(response) if response.status_code in _WHOLE else b""
            except RefusedError:
                raise
            except FetchError:
                self.deadline.left()  # what was cut looks as if it ended too early
                raise
            finally:
                response.close()
        except (requests.RequestException, HTTPError, HTTPException, OSError, ValueError) as error:
            self.deadline.left()
            raise _failure(error) from error
        finally:
            adapter.close()
        self.deadline.left()  # a connection that was cut may look like one that has ended
        phrase = re.sub(r"[^\x20-\x7e]", "", response.reason or "")[:80]
        return _Reply(address, response.status_code, phrase, response.headers, found)

    # --- robots.txt ----------------------------------------------------------------------------------------------------------
    def _ask_leave(self, address: str) -> None:
        """Wait as long as a server's robots.txt asks. Raises `RefusedError` where it keeps us out, `FetchError` where it fails."""
        origin = _origin(address)
        if origin not in self.rules:
            self.rules[origin] = self._rules_of(origin)
        rules = self.rules[origin]
        if isinstance(rules, FetchError):
            raise type(rules)(rules.reason)
        if not rules.allow(address):
            raise RefusedError("its robots.txt keeps us out")
        if rules.delay and origin in self.visited:
            pause = self.visited[origin] + min(rules.delay, _LONGEST_PAUSE) - time.monotonic()
            self.deadline.wait(max(0.0, pause), f"its robots.txt asks for {rules.delay:g} s between pages")

    def _rules_of(self, origin: str) -> robots.Rules | FetchError:
        """Return what a server's robots.txt says: where there is none, nothing; where it cannot be had, why."""
        try:
            *_, reply = self._replies(f"{origin}/robots.txt", self._body_of_rules, asks=False)
        except RefusedError as error:
            return error
        except FetchError as error:
            return FetchError(f"its robots.txt cannot be had: {error.reason}")
        if reply.status in _WHOLE:
            return robots.parse(reply.body.decode(errors="replace"), PRODUCT)
        return FetchError(f"its robots.txt cannot be had: {reply.failure().reason}") if reply.is_failing else robots.Rules()


def _joined(base: str, location: str) -> str:
    """Return where a `Location` leads. Headers travel as Latin-1, but many servers write UTF-8, and leave spaces as they are."""
    with suppress(UnicodeError):
        location = location.encode("latin-1").decode()
    try:
        return urljoin(base, location.replace(" ", "%20"))
    except ValueError:
        return location  # no address, as its check will say


def _prepared(address: str) -> str:
    """Return the address as it is sent: its host in ASCII, its path quoted."""
    try:
        return requests.Request("GET", address).prepare().url or ""
    except (requests.RequestException, HTTPError, ValueError) as error:
        raise RefusedError(f"not an address: {error}") from error


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _failure(error: BaseException) -> FetchError:
    """Return what went wrong on the wire, in plain words, from the error below those that the libraries wrapped around it."""
    chain = [error]
    while below := chain[-1].__cause__ or chain[-1].__context__:
        chain.append(below)
    for kind, reason, is_passing in _REASONS:
        if found := next((each for each in chain if isinstance(each, kind)), None):
            return (_BrokenError if is_passing else FetchError)(reason.format(getattr(found, "verify_message", str(found))))
    return FetchError(f"the exchange failed: {' '.join(str(error).split())[:200]}")


_REASONS: tuple[tuple[type[BaseException], str, bool], ...] = (
    (ssl.SSLCertVerificationError, "its certificate is not to be trusted: {}", False),
    (ssl.SSLError, "no secure connection: {}", False),
    (RemoteDisconnected, "the connection ended before there was an answer", True),
    (ConnectionError, "the connection broke off", True),
    (IncompleteRead, "its page ends early", True),
    (BadStatusLine, "what answers there does not speak HTTP", False),
    (TimeoutError, "it does not answer", False),
    (HTTPException, "what it sends is not proper HTTP: {:.200}", False),
    (ProtocolError, "its page ends early", True),
)
