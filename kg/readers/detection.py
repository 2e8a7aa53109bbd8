"""What a source is: by its content, and by its name where the content does not tell."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from kg.readers.json import jsonitems

HEAD = 65536  # bytes that are looked at

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xfe\xff", "utf-16-be"), (b"\xff\xfe", "utf-16-le"))
# What may stand before the first element: declarations, comments, a document type
_PROLOG = re.compile(rb"\A(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_DOCTYPE = re.compile(rb"<!doctype\s+([\w:.-]+)[^>\[]*(?:\[.*?\]\s*)?>", re.IGNORECASE | re.DOTALL)
_ROOT = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)(?=[\s>/])")
_RSS_IN_RDF = (b"http://purl.org/rss/1.0/", b"netscape.com/rdf/simple/0.9/")
_BY_ROOT = {
    b"html": "html",
    b"head": "html",
    b"body": "html",
    b"rss": "feed",
    b"feed": "feed",
    b"urlset": "sitemap",
    b"sitemapindex": "sitemap",
    b"newsitem": "newsml",
    b"newsmessage": "newsml",
    b"packageitem": "newsml",
}
_BY_SUFFIX = {
    **dict.fromkeys((".md", ".markdown", ".mdown", ".mkd", ".mdx"), "markdown"),
    **dict.fromkeys((".txt", ".text"), "text"),
    **dict.fromkeys((".html", ".htm", ".xhtml", ".shtml"), "html"),
    ".pdf": "pdf",
    ".warc": "warc",
    **dict.fromkeys((".jsonl", ".ndjson"), "json"),
    **dict.fromkeys((".rss", ".atom"), "feed"),
}
_BY_MEDIA_TYPE = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/markdown": "markdown",
    "text/plain": "text",
}
SUFFIXES = tuple(_BY_SUFFIX)


def suffix(name: str) -> str:
    """Return the ending of a file's name that says what it is, in lower case, without that of its packing."""
    path = PurePosixPath(name.lower())
    return path.with_suffix("").suffix if path.suffix in (".gz", ".gzip") else path.suffix


def detect(head: bytes, name: str, media_type: str | None = None) -> str | None:
    """Return the format of a source that begins with these bytes; None where no reader is for it.

    Content comes first where it is plain: marks of PDF and WARC, a document type or root element, JSON, front matter.
    """
    named = _BY_SUFFIX.get(suffix(name)) or _BY_MEDIA_TYPE.get(media_type or "")
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"WARC/"):
        return "warc"
    text = _as_ascii(head).lstrip()
    if text.startswith(b"<"):
        return _of_markup(text, named)
    if text[:1] in (b"{", b"[") and named not in ("markdown", "text", "html"):
        return "json" if named == "json" or jsonitems.detect(head) else None
    if re.match(rb"(?:---|\+\+\+)[ \t]*\r?\n", text) and named in (None, "html"):
        return "markdown"  # a page with front matter, as site generators take it
    if named is None and name == "-":
        return "markdown"
    return named


def _as_ascii(head: bytes) -> bytes:
    """Return the bytes without a mark, UTF-16 as ASCII: names of elements are all that is looked for."""
    for mark, codec in _MARKS:
        if head.startswith(mark):
            return head[len(mark) :].decode(codec, "replace").encode("ascii", "replace")
    return head


def _of_markup(text: bytes, named: str | None) -> str | None:
    start = _PROLOG.sub(b"", text, count=1)
    doctype = _DOCTYPE.match(start)
    if doctype and doctype[1].lower() == b"html":
        return "html"
    root = _ROOT.match(_PROLOG.sub(b"", start[doctype.end() :], count=1) if doctype else start)
    name = root[1].lower() if root else b""
    if name == b"rdf":
        return "feed" if any(space in text for space in _RSS_IN_RDF) else None
    if name in _BY_ROOT:
        return _BY_ROOT[name]
    return named
