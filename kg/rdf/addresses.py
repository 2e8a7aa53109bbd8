"""Relative IRIs and what they refer to (RFC 3986, section 5.2)."""

from __future__ import annotations

import re

# RFC 3986, appendix B
_PARTS = re.compile(r"(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL)


def resolve(base: str, reference: str) -> str:
    """Return the IRI that a reference means in a document with this base; an absolute one unchanged, as N-Triples has it."""
    scheme, authority, path, query, fragment = _split(reference)
    if scheme is not None:
        return reference
    b_scheme, b_authority, b_path, b_query, _ = _split(base)
    if authority is None:
        authority = b_authority
        if not path:
            path, query = b_path, b_query if query is None else query
        elif path.startswith("/"):
            path = _without_dots(path)
        else:
            folder = "/" if authority is not None and not b_path else b_path[: b_path.rfind("/") + 1]
            path = _without_dots(folder + path)
    head = f"{b_scheme}:" + (f"//{authority}" if authority is not None else "")
    return head + path + (f"?{query}" if query is not None else "") + (f"#{fragment}" if fragment is not None else "")


def _split(text: str) -> tuple[str | None, str | None, str, str | None, str | None]:
    match = _PARTS.fullmatch(text)
    return (match[1], match[2], match[3], match[4], match[5]) if match else (None, None, text, None, None)


def _without_dots(path: str) -> str:
    """Return a path without its segments "." and ".." (RFC 3986, section 5.2.4)."""
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            # What stands before the first slash is the root, or nothing
            if len(kept) > 1 or (kept and kept[0]):
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/".join(kept)
