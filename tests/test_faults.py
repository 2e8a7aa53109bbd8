"""A disk that fails at any call, a kill at any moment, a disk that is full: a whole dump stands there all the same."""

from __future__ import annotations

import os
import platform
import random
import re
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.writing import article, names, tree, write

if sys.platform == "win32":
    pytest.skip("processes are forked and killed here", allow_module_level=True)

from tests.failing import Builder

ABOUT = ("France and Germany signed the Paris Agreement.", "Poland signed the INF Treaty.")
COMMAND = ("build", "posts", "-o", "dump")
LEFT = re.compile(r"\.dump\.(?:lock|new-[a-z0-9_]{8}|old)")
BESIDE = ["dump", "dump.cache", "posts"]


class Home:
    """A folder with sources of two versions, by turns; and the dump that each version becomes."""

    def __init__(self, folder: Path, builder: Builder, dump: str = "dump") -> None:
        self.folder, self.builder, self.dump = folder, builder, builder.root / dump
        self.command = ("build", "posts", "-o", dump)
        self.version = 1
        self.dumps: list[dict[str, bytes]] = [{}, {}]
        for _ in range(2):
            self.turn()
            assert self.builder.build(*self.command).code == 0
            self.dumps[self.version] = tree(self.dump)
        assert self.dumps[0] != self.dumps[1]

    def turn(self) -> None:
        """Change the sources to the other version."""
        self.version = 1 - self.version
        write(self.folder / "posts", {"a.md": article("One", ABOUT[self.version], id="a"), "b.md": article("Two", "Rome.", id="b")})

    @property
    def old(self) -> dict[str, bytes]:
        """What the dump is before a build."""
        return self.dumps[1 - self.version]

    @property
    def new(self) -> dict[str, bytes]:
        """What the sources become."""
        return self.dumps[self.version]

    def left(self) -> list[str]:
        """Return what stands beside the dump and should not."""
        return [name for name in names(self.dump.parent) if name not in BESIDE]

    def check_left(self) -> None:
        """See that only what the next build clears away stands beside the dump."""
        assert [name for name in self.left() if not LEFT.fullmatch(name)] == []

    def mend(self) -> None:
        """Build once more, and see that all is as if nothing had happened."""
        assert self.builder.build(*self.command).code == 0
        assert tree(self.dump) == self.new
        assert self.left() == []


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """One home for all tests, as the failures of one must not matter to the next."""
    folder = tmp_path_factory.mktemp("faults") / "home"
    folder.mkdir()
    with Builder(folder) as builder:
        yield Home(folder, builder)


def calls(home: Home, exchange: bool = True) -> list[tuple[int, str]]:
    """Return the number and name of calls to the disk of a good build, where the system exchanges no names those from there on.

    It is a sample, so that it takes seconds: the first call on each file and the last of each kind; of the files of the old
    dump one is enough.
    """
    home.turn()
    done = home.builder.build(*COMMAND, exchange=exchange)
    assert (done.code, tree(home.dump)) == (0, home.new)
    named = [re.sub(r"new-\w{8}|(?<=unlink )\w.*", "new", name) for name in done.calls]
    first = {name: number for number, name in reversed(list(enumerate(named, 1)))}
    last = {name.partition(" ")[0]: number for number, name in enumerate(named, 1)}
    since = 0 if exchange else first["exchange"]
    return sorted((number, named[number - 1]) for number in {*first.values(), *last.values()} if number >= since)


def test_a_build_makes_the_calls_that_are_made_to_fail(home: Home) -> None:
    kinds = {name.partition(" ")[0] for _, name in calls(home)}
    assert kinds >= {"open", "write", "fsync", "mkdir", "replace", "exchange", "scandir", "unlink", "rmdir", "SQL", "flock"}
    assert {name.partition(" ")[0] for _, name in calls(home, exchange=False)} >= {"rename", "fsync", "rmdir"}


@pytest.mark.parametrize("exchange", [True, False], ids=["exchange", "two renames"])
def test_any_call_to_the_disk_may_fail_and_the_dump_is_the_old_one_or_the_new_one(exchange: bool, home: Home) -> None:
    points = calls(home, exchange)
    home.turn()
    for number, name in points:
        done = home.builder.build(*COMMAND, fail_at=number, exchange=exchange)
        assert (done.code, tree(home.dump)) in ((0, home.new), (3, home.old)), f"{number} {name}"
        home.check_left()
        if home.left():
            home.mend()
        if tree(home.dump) == home.new:
            home.turn()
    home.mend()


@pytest.mark.parametrize("exchange", [True, False], ids=["exchange", "two renames"])
def test_a_build_killed_before_any_call_leaves_the_old_dump_or_the_new_one(exchange: bool, home: Home) -> None:
    points = calls(home, exchange)
    for number, name in points[:: 4 if exchange else 3]:
        home.turn()
        done = home.builder.build(*COMMAND, die_at=number, exchange=exchange)
        assert done.code == -signal.SIGKILL
        # Between two renames there is none: it is mended at the next start
        is_between = name == "rename .dump.new" and not home.dump.exists()
        assert is_between or tree(home.dump) in (home.old, home.new), f"{number} {name}"
        home.check_left()
        home.mend()


def test_a_build_killed_between_two_renames_is_mended_though_the_next_one_publishes_nothing(home: Home) -> None:
    home.turn()
    (number,) = (number for number, name in calls(home, exchange=False) if name == "rename .dump.new")
    home.turn()
    assert home.builder.build(*COMMAND, die_at=number, exchange=False).code == -signal.SIGKILL
    assert not home.dump.exists()
    write(home.folder / "posts", {"bad.md": article(date="2023-02-30")})
    assert home.builder.build(*COMMAND).code == 1
    assert tree(home.dump) == home.old
    assert home.left() == []
    (home.folder / "posts" / "bad.md").unlink()
    home.mend()


def test_a_build_killed_at_any_moment_leaves_the_old_dump_or_the_new_one(home: Home) -> None:
    home.turn()
    began = time.monotonic()
    home.mend()
    longest = time.monotonic() - began
    moments = random.Random(6)
    for _ in range(10):
        home.turn()
        assert home.builder.build(*COMMAND, after=moments.uniform(0.001, longest)).code in (-signal.SIGALRM, 0)
        assert tree(home.dump) in (home.old, home.new)
        home.check_left()
        home.mend()


# --- no room ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("largest", [0, 20, 4096, 8192, 16_384, 30_000])
def test_a_file_that_may_not_grow_leaves_the_old_dump(largest: int, home: Home) -> None:
    home.turn()
    done = home.builder.build(*COMMAND, largest=largest)
    assert done.code == 3
    assert re.match(r"kg: \S+: cannot write here: ", done.said)
    assert tree(home.dump) == home.old
    assert home.left() == []
    home.mend()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home whose dump lies on a small disk of its own."""
    folder = tmp_path_factory.mktemp("small") / "home"
    folder.mkdir()
    with Builder(folder, disk="small") as builder:
        if builder.trouble:
            pytest.skip(f"no small disk here: {builder.trouble}")
        yield Home(folder, builder, "small/dump")


@pytest.mark.parametrize("free", [0, 8, 64, 128])
def test_a_full_disk_leaves_the_old_dump(free: int, small: Home) -> None:
    disk = os.statvfs(small.dump.parent)
    small.builder.resize(((disk.f_blocks - disk.f_bfree) * disk.f_frsize >> 10) + free)
    small.turn()
    done = small.builder.build(*small.command)
    assert done.code == 3
    assert re.match(r"kg: \S+: cannot write here: ", done.said)
    assert tree(small.dump) == small.old
    assert small.left() == []
    small.builder.resize(4096)
    small.mend()


def test_a_disk_that_may_only_be_read_is_said(small: Home) -> None:
    small.turn()
    small.builder.resize(4096, is_read_only=True)
    done = small.builder.build(*small.command)
    small.builder.resize(4096)
    assert (done.code, done.said) == (3, "kg: small/dump: cannot write here: the folder is read-only\n")
    small.mend()


# --- two builds ------------------------------------------------------------------------------------------------------------
def test_a_second_build_into_one_folder_refuses_and_names_the_first(home: Home) -> None:
    home.turn()
    (number,) = (number for number, name in calls(home) if name == "exchange")
    with home.builder.stopped(*COMMAND, stop_at=number) as process:
        done = home.builder.build(*COMMAND)
        who = f"process {process} on {platform.node()}"
        assert (done.code, done.said) == (3, f"kg: dump: another build is writing this folder: {who}\n")
    home.mend()
