"""From a dump to a store that can be asked: on disk, in the cache beside the dump, or in memory where the data is small.

A store holds the named graphs and, as its default graph, their union as a set: so counts are right without a thought about
graphs. (The engine's own union of graphs gives a triple as often as graphs have it.)
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg import compiled, folders, manifest, stopping
from kg.errors import KgError, LockedError, Place, QueryError, ResourceError, UsageError
from kg.version import VERSION

SMALL = 4 << 20  # bytes of articles.nq: up to here loading is quicker than anything that would save it
ARTICLES = "articles.nq"
KEY = "kg-store.json"

_LAYOUT = 1  # what a store holds: to be changed with it
_LOT = 1 << 26  # bytes that are loaded at a time, which needs about ten times as much memory
_PATIENCE = 1800.0  # seconds to wait for another process that makes the same store
# A blank node in N-Quads; a text may look so too, which costs time only
_BLANK = re.compile(rb"^[ \t]*_:|[>\"][ \t]*_:", re.MULTILINE)

Show = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What can be asked: the folder of a store, or a file that is loaded when it is opened. `version` changes with the data."""

    path: Path
    is_on_disk: bool
    version: str


def nquads_of(target: Path) -> Path:
    """Return the file that holds the graphs of a dump; an RDF file is that itself."""
    return target / ARTICLES if target.is_dir() else target


def prepare(target: Path | str, show: Show = lambda done, size: None) -> Prepared:
    """Return a dump or an RDF file ready to be asked; the store of a dump is made first where there is none, or an old one.

    `show` is told how many bytes of the dump are in the store, and of how many. Raises `KgError` where there is no dump, or one
    of a newer `kg`; `ResourceError` where the disk refuses.
    """
    target = Path(target)
    if not target.is_dir() and not target.is_file():
        raise QueryError("no dump here, and no file", Place(str(target)))
    if target.is_file():
        return Prepared(target, False, _digest(target))
    _check_age(target)
    file = nquads_of(target)
    if not file.is_file():
        raise QueryError(f"no dump here: there is no {ARTICLES}", Place(str(target)))
    if file.stat().st_size <= SMALL:
        return Prepared(file, False, _digest(target / manifest.MANIFEST))
    key = _key(target)
    homes = list(_homes(target))
    for home in homes:
        if version := _version(home / "store", key):
            return Prepared(home / "store", True, version)
    version = _digest(target / manifest.MANIFEST)
    return Prepared(_make(homes, file, key, version, show), True, version)


def _check_age(target: Path) -> None:
    """Refuse a dump of a version to come: what it means by its names we cannot know."""
    try:
        made = manifest.made_by(target)
    except UsageError as error:
        hint = f"; its {ARTICLES} can be asked as a file" if nquads_of(target).is_file() else ""
        raise QueryError(f"{error.reason}{hint}", error.place) from error
    if _numbers(made) > _numbers(VERSION):
        raise QueryError(f"this dump is of kg {made}, newer than this kg {VERSION}; update kg to ask it", Place(str(target)))


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)[:2]]


def _digest(file: Path) -> str:
    try:
        return manifest.sha256(file)
    except OSError as error:
        raise ResourceError(f"cannot be read: {error.strerror}", Place(str(file))) from error


def _key(target: Path) -> dict[str, Any]:
    """Return what a store must have been made of, by and how; whether the files are the same is told by size and time."""
    import pyoxigraph

    stats = ((target / name).stat() for name in (manifest.MANIFEST, ARTICLES))
    return {"layout": _LAYOUT, "engine": pyoxigraph.__version__, "made of": [[stat.st_size, stat.st_mtime_ns] for stat in stats]}


# --- stores on disk --------------------------------------------------------------------------------------------------------
def _homes(target: Path) -> Iterator[Path]:
    """Yield where the store of a dump may stand: in the cache beside it, or in the user's where nobody may write there."""
    cache = folders.cache_of(target)
    if not manifest.is_dump(cache):  # else somebody has built into a folder of that name
        yield cache
    name = hashlib.sha256(os.fsencode(os.path.realpath(target))).hexdigest()[:16]
    yield compiled.folder() / "stores" / name


def _version(store: Path, key: Mapping[str, Any]) -> str | None:
    """Return the version of a store that is whole and of that key; None for any other."""
    try:
        found = json.loads((store / KEY).read_bytes())
        version = found.pop("version")
        return str(version) if found == {**key, "files": _files(store)} else None
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def _files(store: Path) -> dict[str, int]:
    """Return the files of a store that never change once it is made, with their sizes."""
    return {file.name: file.stat().st_size for file in sorted(store.glob("*.sst"))}


def discard(prepared: Prepared) -> None:
    """Let a store that is damaged be made again when it is prepared next."""
    if prepared.is_on_disk:
        with _disk(prepared.path):
            (prepared.path / KEY).write_text("{}")


def _make(homes: list[Path], file: Path, key: Mapping[str, Any], version: str, show: Show) -> Path:
    """Make a store in the first of the homes where that can be; return its folder."""
    *_, last = homes
    for home in homes:
        if home is last or os.access(home if home.is_dir() else home.parent, os.W_OK):
            break
    store = home / "store"
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            with stopping.heeded(), folders.new_version(store, _strangers) as new, _disk(store):
                if _version(store, key):  # made while we came
                    return store
                _fill(new, file, show)
                (new / KEY).write_text(json.dumps({**key, "files": _files(new), "version": version}), "utf-8")
                folders.put_in_place(new, store)
            return store
        except LockedError:  # another process makes the same one
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        if _version(store, key):
            return store


def _strangers(folder: Path) -> list[str]:
    """Return what is in the way of a store that is none itself, ours or another's."""
    names = sorted(entry.name for entry in folder.iterdir())
    return [] if {KEY, "CURRENT"} & set(names) else names


def _fill(folder: Path, file: Path, show: Show) -> None:
    import pyoxigraph

    store = pyoxigraph.Store(folder)
    with file.open("rb") as lines:
        _load(store, lines, file, show)
    store.optimize()  # a quarter more to make, and a third less for every query
    store.flush()
    del store  # closes it


@contextmanager
def _disk(store: Path) -> Iterator[None]:
    """Say in words what the disk refused."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error).removeprefix("IO error: ").partition(": While")[0]
        raise ResourceError(f"the store cannot be written: {reason}", Place(str(store))) from error


# --- loading ---------------------------------------------------------------------------------------------------------------
def opened(prepared: Prepared) -> Any:
    """Return a store that can be read. Raises `KgError` for data that is bad."""
    import pyoxigraph

    if prepared.is_on_disk:
        try:
            return pyoxigraph.Store.read_only(str(prepared.path))
        except (OSError, ValueError, RuntimeError) as error:
            raise DamagedError(f"the store cannot be opened: {error}", Place(str(prepared.path))) from error
    path, store = prepared.path, pyoxigraph.Store()
    if path.suffix == ".nq" and not _BLANK.search(body := _read(path)):
        _load(store, io.BytesIO(body), path, lambda done, size: None)
        return store
    from kg import rdf

    # Loading gives blank nodes names by chance: ours come from what is said of them
    lines = "".join(map(rdf.nquads, rdf.read(path)))
    store.bulk_extend(pyoxigraph.parse(lines, format=pyoxigraph.RdfFormat.N_QUADS))
    _unite(store)
    return store


class DamagedError(ResourceError):
    """A store on disk that is not what was written."""


def is_damage(error: Exception) -> bool:
    """Tell whether the engine complains of its files, not of a query."""
    return str(error).startswith(("Corruption", "IO error"))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ResourceError(f"cannot be read: {error.strerror}", Place(str(path))) from error


def _load(store: Any, lines: Any, path: Path, show: Show) -> None:
    """Load N-Quads and, into the default graph, their triples. Raises `KgError` for what is none."""
    import pyoxigraph

    form = pyoxigraph.RdfFormat.N_QUADS
    if _is_ours(path):
        for lot in _doubled(lines, show):
            store.bulk_load(lot, format=form, lenient=True)
        return
    try:
        store.bulk_load(lines, format=form)
    except SyntaxError as error:
        raise _first_fault(path) from error
    _unite(store)


def _doubled(lines: Any, show: Show) -> Iterator[bytes]:
    """Yield N-Quads of ours in lots, each line also without its graph, with which it ends."""
    size = lines.seek(0, os.SEEK_END)
    lines.seek(0)
    show(0, size)
    while lot := lines.readlines(_LOT):
        yield b"".join([*lot, *(b"%b .\n" % line[: line.rfind(b" <")] for line in lot)])
        show(lines.tell(), size)


def _is_ours(path: Path) -> bool:
    """Tell whether a file is what a build wrote, by the manifest beside it."""
    try:
        row = manifest.read_manifest(path.parent)["files"].get(path.name, {})
        return bool(row.get("sha256") == manifest.sha256(path))
    except (KgError, OSError):
        return False


def _first_fault(path: Path) -> KgError:
    """Return what is wrong with a file of N-Quads, with its place, which the loader does not tell."""
    from kg import rdf

    try:
        rdf.read(path)
    except KgError as error:
        return error
    return QueryError("cannot be loaded", Place(str(path)))


def _unite(store: Any) -> None:
    """Put the triples of all named graphs into the default graph."""
    import pyoxigraph

    for graph in list(store.named_graphs()):
        store.bulk_extend(
            pyoxigraph.Quad(q.subject, q.predicate, q.object) for q in store.quads_for_pattern(None, None, None, graph)
        )
