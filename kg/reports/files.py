"""Which file a finding stands in, and how the forms for CI systems write it."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from urllib.parse import quote

from kg.errors import Finding

STDIN = "-"
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
# RFC 3986, section 2.2: what an address may hold as it is, beside letters and digits
_RESERVED = "%:/?#[]@!$&'()*+,;=~"


def is_address(source: str) -> bool:
    """Tell whether a source is an address rather than a file."""
    return _ADDRESS.match(source) is not None


class Files(dict[str, str]):
    """The file of each source, looked up once: a source may be a record in a file, `feed.xml#3`."""

    def __missing__(self, source: str) -> str:
        self[source] = file_of(source)
        return self[source]


def file_of(source: str) -> str:
    """Return the file of a source, which may be a record in it; an address as it is."""
    if "#" not in source or is_address(source):
        return source
    from kg import readers

    try:
        return str(readers.file_of(source))
    except OSError:  # a name that no disk would take
        return source.rpartition("#")[0]


def by_file(findings: Iterable[Finding], files: Files | None = None) -> Mapping[str, Sequence[Finding]]:
    """Return the findings by file, files as they come, those of a file record by record and in order of line."""
    files = Files() if files is None else files
    found: defaultdict[str, list[Finding]] = defaultdict(list)
    order: dict[str, int] = {}
    for finding in findings:
        found[files[finding.place.source]].append(finding)
        order.setdefault(finding.place.source, len(order))
    for group in found.values():
        group.sort(key=lambda finding: (order[finding.place.source], finding.place.line, finding.place.column))
    return found


def checked_part(file: str, checked: Collection[str]) -> str:
    """Return what was checked, a file or a folder such as a dump, that holds the file; the file itself where nothing does."""
    part = file
    while part not in checked:
        above = os.path.dirname(part)
        if above in (part, ""):
            return file
        part = above
    return part


def path_below(file: str) -> str | None:
    """Return a file's path from the working directory, with forward slashes; None for one elsewhere, and for an address."""
    if is_address(file) or file == STDIN:
        return None
    try:
        inner = os.path.relpath(file)
    except ValueError:  # another drive
        return None
    is_elsewhere = inner == os.pardir or inner.startswith(os.pardir + os.sep)
    return None if is_elsewhere else inner.replace(os.sep, "/")


def uri(file: str) -> str:
    """Return a file as a URI reference: from the working directory where it is below, else absolute; an address as a URI."""
    if is_address(file):
        return quote(_bytes(file), safe=_RESERVED)
    inner = file if file == STDIN else path_below(file)
    if inner is not None:
        return quote(_bytes(inner), safe="/~")
    whole = os.path.abspath(file).replace(os.sep, "/")
    return f"file://{'' if whole.startswith('/') else '/'}{quote(_bytes(whole), safe='/~')}"


def _bytes(name: str) -> bytes:
    """Return the bytes of a name; those that are no characters as they are on the disk."""
    try:
        return name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # halves of characters, as Windows has them
        return name.encode("utf-8", "surrogatepass")
