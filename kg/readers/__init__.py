"""Sources become articles: `split` finds where records begin and end, `read` decodes one.

A format is a function from record to article and one row in `READERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.article import Article, Record
from kg.errors import Finding, KgError, Place, ReadError, ResourceError, UsageError


@dataclass(frozen=True, slots=True)
class Reader:
    """How one format is read, and the endings by which its files are known."""

    read: Callable[[Record], Article]
    suffixes: tuple[str, ...]


def _read_markdown(record: Record) -> Article:
    from kg.readers.markdown import read_markdown

    return read_markdown(record)


def _read_text(record: Record) -> Article:
    from kg.readers.text import read_text

    return read_text(record)


READERS: Mapping[str, Reader] = {
    "markdown": Reader(_read_markdown, (".md", ".markdown", ".mdown", ".mkd")),
    "text": Reader(_read_text, (".txt", ".text")),
}
_BY_SUFFIX = {suffix: name for name, reader in READERS.items() for suffix in reader.suffixes}


def split(path: Path | str) -> Iterator[Record | KgError | Finding]:
    """Yield the records of a file, or of every file below a folder in order of name.

    A file that cannot be read is yielded as a `KgError`, one of a format that has no reader as a `Finding` (only below a
    folder: a file that was named is refused), so that one bad file costs no other.
    """
    path = Path(path)
    if path.is_dir():
        for file in _files(path):
            if isinstance(file, Finding):
                yield file
            elif file.suffix.lower() in _BY_SUFFIX:
                yield from _records(file)
            else:
                yield Finding("info", f"skipped: no reader for {file.suffix or 'a file without ending'}", Place(str(file)))
    elif not path.exists():
        yield UsageError("no such file or folder", Place(str(path)))
    elif path.suffix.lower() in _BY_SUFFIX:
        yield from _records(path)
    else:
        endings = " ".join(sorted(_BY_SUFFIX))
        yield ReadError(f"no reader for {path.suffix or 'a file without ending'} (there is one for {endings})", Place(str(path)))


def _files(folder: Path) -> Iterator[Path | Finding]:
    """Yield the files below a folder in order of name; hidden ones are left out, links that lead elsewhere are said."""
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    except OSError as error:
        yield Finding("warning", f"skipped: {error.strerror}", Place(str(folder)))
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_symlink() and not entry.resolve().is_relative_to(folder.resolve()):
            yield Finding("warning", "skipped: a link that leads out of the folder", Place(str(entry)))
        elif entry.is_dir():
            if entry.is_symlink():
                yield Finding("warning", "skipped: a link to a folder", Place(str(entry)))
            else:
                yield from _files(entry)
        elif entry.is_file():
            yield entry
        else:
            yield Finding("warning", "skipped: not a file", Place(str(entry)))


def _records(path: Path) -> Iterator[Record | KgError]:
    try:
        yield Record(str(path), _BY_SUFFIX[path.suffix.lower()], path.read_bytes())
    except OSError as error:
        yield ResourceError(f"cannot be read: {error.strerror}", Place(str(path)))


def read(record: Record) -> Article:
    """Return the article of a record. Raises `ReadError` with every fault found in it.

    Missing metadata is no fault here: what an article must have is for the shapes to say.
    """
    return READERS[record.format].read(record)


def records(found: Iterable[Record | KgError | Finding]) -> Iterator[Record]:
    """Yield only the records of a split; raise the first refusal. For callers with a single source."""
    for item in found:
        if isinstance(item, KgError):
            raise item
        if isinstance(item, Record):
            yield item
