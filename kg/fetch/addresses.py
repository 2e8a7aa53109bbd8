"""Which addresses may be asked at all: told by their words, and by the number that a name resolves to."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urldefrag, urlsplit

from kg.errors import RefusedError

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x20\x7f\\]")
_SECRET = re.compile(r"(?<=//)[^/?#]*@")

# Of IPv6, 2000::/3 is what has been given out; within it these lead to a network of one's own, to nowhere, or (6to4, Teredo)
# hide another address in themselves
_GIVEN_OUT = ipaddress.IPv6Network("2000::/3")
_HELD_BACK = tuple(map(ipaddress.IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def is_address(source: object) -> bool:
    """Tell whether a source is an address (of any scheme), not a path."""
    return isinstance(source, str) and _SCHEME.match(source) is not None


def shown(url: str) -> str:
    """Return an address as it may be printed: without name and password."""
    return _SECRET.sub("…@", url)


def checked(url: str) -> str:
    """Return an address without its fragment. Raises `RefusedError` where its words alone say that it cannot be got."""
    if _CONTROL.search(url):
        raise RefusedError("not an address: a space, a backslash or a control character is in it")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise RefusedError(f"not an address: {error}") from error
    if parts.scheme not in ("http", "https"):
        raise RefusedError(f"only http and https are got, not {parts.scheme or 'an address without a scheme'}")
    if "@" in parts.netloc:
        raise RefusedError("an address with a name or password in it")
    if not host:
        raise RefusedError("not an address: it names no host")
    return urldefrag(url).url


def is_public(number: str) -> bool:
    """Tell whether an IP address is one that anybody on the internet would reach by it."""
    ip = ipaddress.ip_address(number)
    if isinstance(ip, ipaddress.IPv4Address):
        return ip.is_global and not ip.is_multicast
    if ip in _NAT64:  # the way to IPv4 from a network that has none: what counts is where it ends
        return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    return ip in _GIVEN_OUT and not any(ip in network for network in _HELD_BACK)
