"""A file in TOML, and the values in it: each knows its key and its line, and says what it is not."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from kg.errors import Place, ResourceError, UsageError

Keys = tuple[str, ...]

_STRING = r'"""(?:[^\\]|\\.)*?"{3,5}|' r"'''.*?'{3,5}|" r'"(?:[^"\\\n]|\\.)*"|' r"'[^'\n]*'"
_NAME = rf"(?:{_STRING}|[\w-]+)"
_DOTTED = rf"{_NAME}(?:[ \t]*\.[ \t]*{_NAME})*"
_STATEMENT = re.compile(rf"\s*(?:\[\[?[ \t]*(?P<table>{_DOTTED})[ \t]*\]|(?P<key>{_DOTTED})[ \t]*=)", re.DOTALL)
# What a value is made of, as far as it says where the value ends
_TOKEN = re.compile(rf"{_STRING}|#[^\n]*|[\[{{\]}}\n]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Document:
    """A file in TOML that has been read."""

    path: Path
    text: str
    found: Mapping[str, Any]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return the file. Raises `UsageError` with the place where it is no TOML, `ResourceError` where it cannot be read."""
        try:
            body = path.read_bytes()
            text = body.decode("utf-8-sig")
            return cls(path, text, tomllib.loads(text))
        except OSError as error:
            raise ResourceError(f"cannot be read: {error.strerror}", Place(str(path))) from error
        except UnicodeDecodeError as error:
            raise UsageError("not UTF-8", Place(str(path), body.count(b"\n", 0, error.start) + 1)) from error
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise _not_toml(path, str(error)) from error

    def items(self) -> Iterator[Value]:
        """Yield each value at the top."""
        return (Value(value, (key,), self) for key, value in self.found.items())

    def place(self, keys: Keys) -> Place:
        """Return the line of a key; of the table that holds it where the key has none of its own."""
        lines = dict(reversed(list(_lines(self.text))))
        line = next((lines[keys[:end]] for end in range(len(keys), 0, -1) if keys[:end] in lines), 0)
        return Place(str(self.path), line)


def _not_toml(path: Path, message: str) -> UsageError:
    found = re.search(r" \(at line (\d+), column (\d+)\)$", message)
    place = Place(str(path), int(found[1]), int(found[2])) if found else Place(str(path))
    return UsageError(f"not TOML: {message[: found.start()] if found else message}", place)


def _lines(text: str) -> Iterator[tuple[Keys, int]]:
    """Yield each key of a text, and each table that holds it, with the line on which it is named; those in `{}` are not."""
    table: Keys = ()
    position, line = 0, 1
    while position < len(text):
        begin = position
        if found := _STATEMENT.match(text, begin):
            keys = _keys(found["table"]) if found["table"] else table + _keys(found["key"])
            table = keys if found["table"] else table
            named = line + text.count("\n", begin, found.start("table" if found["table"] else "key"))
            yield from ((keys[:end], named) for end in range(1, len(keys) + 1))
            position = found.end()
        position = _end(text, position)
        line += text.count("\n", begin, position)


def _keys(dotted: str) -> Keys:
    """Return the parts of a dotted key, without quotes and escapes."""
    found: Any = tomllib.loads(f"{dotted} = 0")
    keys: list[str] = []
    while isinstance(found, dict):
        ((key, found),) = found.items()
        keys.append(key)
    return tuple(keys)


def _end(text: str, position: int) -> int:
    """Return where the line ends on which the value ends that goes on at a position."""
    depth = 0
    for token in _TOKEN.finditer(text, position):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token[0], 0)
        if token[0] == "\n" and depth <= 0:
            return token.end()
    return len(text)


@dataclass(frozen=True, slots=True)
class Value:
    """A value in a file, and the keys that lead to it. Each method returns it as what it has to be, or raises `UsageError`."""

    value: Any
    keys: Keys
    document: Document = field(repr=False)

    @property
    def name(self) -> str:
        """The key itself."""
        return self.keys[-1]

    def fault(self, reason: str) -> UsageError:
        """Return what is to raise where the value is wrong."""
        return UsageError(reason, self.document.place(self.keys))

    def typed(self, kind: type, words: str) -> Any:
        """Return the value where it is of a kind; true and false are no numbers."""
        if not isinstance(self.value, kind) or (kind is int and isinstance(self.value, bool)):
            raise self.fault(f"{self.name} is {words}")
        return self.value

    def text(self) -> str:
        """Return a text."""
        found: str = self.typed(str, "a text")
        return found

    def flag(self) -> bool:
        """Return true or false."""
        found: bool = self.typed(bool, "true or false")
        return found

    def whole(self) -> int:
        """Return a whole number."""
        found: int = self.typed(int, "a whole number")
        return found

    def texts(self) -> tuple[str, ...]:
        """Return the texts of a list."""
        if not isinstance(self.value, list) or not all(isinstance(item, str) for item in self.value):
            raise self.fault(f"{self.name} is a list of texts")
        return tuple(self.value)

    def table(self, words: str = "a table") -> dict[str, Value]:
        """Return the values of a table by their keys."""
        return {key: Value(value, (*self.keys, key), self.document) for key, value in self.typed(dict, words).items()}

    def known(self, names: Collection[str], what: str = "key") -> dict[str, Value]:
        """Return the values of a table all of whose keys are among the names."""
        table = self.table()
        for key, value in table.items():
            if key not in names:
                raise value.fault(unknown(what, key, names))
        return table

    def path(self, name: str) -> Path:
        """Return the path of a name, relative to where the file stands."""
        if not name.strip() or "\0" in name:
            raise self.fault(f"{self.name} is no name of a file: {name!r}")
        return self.document.path.parent / name

    def existing(self, name: str, is_there: Callable[[Path], bool] = Path.exists) -> Path:
        """Return the path of a name; something has to be there, or what `is_there` says."""
        path = self.path(name)
        if not is_there(path):
            raise self.fault(f"{self.name} names a file that is not there: {path}")
        return path

    def file(self, name: str) -> Path:
        """Return the path of a name; a file has to be there."""
        return self.existing(name, Path.is_file)


def unknown(what: str, name: str, known: Collection[str]) -> str:
    """Return what is to say of a name that is not known: the nearest that is, else all of them."""
    near = difflib.get_close_matches(name, sorted(known), 1)
    return f"unknown {what} {name!r}" + (f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(sorted(known))}")
