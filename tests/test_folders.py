"""A folder is replaced in one step, whatever the system can and whenever a run was ended."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path

import pytest

from kg import folders, locks
from kg.errors import ResourceError, UsageError
from tests.writing import names, tree, write


def strangers(folder: Path) -> list[str]:
    """Only a file named `mark` is ours."""
    return sorted(path.name for path in folder.iterdir() if path.name != "mark")


def publish(folder: Path, text: str) -> None:
    """Put a version of the folder in place whose mark is that text."""
    with folders.new_version(folder, strangers) as fresh:
        write(fresh, {"mark": text})
        folders.put_in_place(fresh, folder)


@pytest.fixture(params=[True, False], ids=["exchange", "two renames"])
def _system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that can exchange two names, and one that cannot."""
    if not request.param:
        monkeypatch.setattr(folders, "_exchange", lambda first, second: False)


@pytest.mark.usefixtures("_system")
def test_a_new_version_takes_the_place_of_the_old_one_and_leaves_nothing_beside(tmp_path: Path) -> None:
    for text in ("first", "second", "third"):
        publish(tmp_path / "dump", text)
        assert tree(tmp_path) == {"dump/mark": text.encode()}
        assert names(tmp_path) == ["dump"]


@pytest.mark.usefixtures("_system")
def test_a_version_that_is_not_put_in_place_goes(tmp_path: Path) -> None:
    publish(tmp_path / "dump", "first")
    with folders.new_version(tmp_path / "dump", strangers) as fresh:
        write(fresh, {"mark": "second"})
    with pytest.raises(ZeroDivisionError), folders.new_version(tmp_path / "dump", strangers) as fresh:
        write(fresh, {"mark": str(1 / 0)})
    assert tree(tmp_path) == {"dump/mark": b"first"}
    assert names(tmp_path) == ["dump"]


def test_the_exchange_of_names_really_exchanges(tmp_path: Path) -> None:
    write(tmp_path, {"a/mark": "a", "b/mark": "b"})
    if not folders._exchange(tmp_path / "a", tmp_path / "b"):
        pytest.skip("this system cannot exchange two names")
    assert tree(tmp_path) == {"a/mark": b"b", "b/mark": b"a"}


def test_the_old_folder_comes_back_where_the_second_rename_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(tmp_path / "dump", "first")
    rename = os.rename

    def failing(source: Path, target: Path) -> None:
        if ".new-" in Path(source).name:
            raise OSError(28, "No space left on device", str(target))
        rename(source, target)

    monkeypatch.setattr(folders, "_exchange", lambda first, second: False)
    monkeypatch.setattr(os, "rename", failing)
    with pytest.raises(ResourceError, match="No space left"):
        publish(tmp_path / "dump", "second")
    assert tree(tmp_path) == {"dump/mark": b"first"}
    assert names(tmp_path) == ["dump"]


def test_a_run_killed_between_the_two_renames_is_mended_at_the_next_start(tmp_path: Path) -> None:
    publish(tmp_path / "dump", "first")
    (tmp_path / "dump").rename(tmp_path / ".dump.old")
    with folders.new_version(tmp_path / "dump", strangers):
        assert (tmp_path / "dump" / "mark").read_text() == "first"
    assert names(tmp_path) == ["dump"]


def test_a_run_killed_after_the_second_rename_leaves_the_new_one(tmp_path: Path) -> None:
    publish(tmp_path / "dump", "second")
    write(tmp_path / ".dump.old", {"mark": "first"})
    with folders.new_version(tmp_path / "dump", strangers):
        assert (tmp_path / "dump" / "mark").read_text() == "second"
    assert names(tmp_path) == ["dump"]


def test_an_old_folder_that_holds_something_else_is_neither_put_back_nor_deleted(tmp_path: Path) -> None:
    write(tmp_path / ".dump.old", {"mark": "first", "thesis.doc": "years"})
    publish(tmp_path / "dump", "second")
    assert tree(tmp_path) == {"dump/mark": b"second", ".dump.old/mark": b"first", ".dump.old/thesis.doc": b"years"}


@pytest.mark.usefixtures("_system")
@pytest.mark.parametrize("is_first", [True, False], ids=["the first version", "a later one"])
def test_where_the_folder_above_cannot_be_synced_all_is_as_it_was(
    is_first: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not is_first:
        publish(tmp_path / "dump", "first")
    before, sync = tree(tmp_path), folders._sync

    def failing(path: Path) -> None:
        if path == tmp_path:
            raise OSError(5, "Input/output error", str(path))
        sync(path)

    monkeypatch.setattr(folders, "_sync", failing)
    with pytest.raises(ResourceError, match="Input/output error"):
        publish(tmp_path / "dump", "second")
    assert tree(tmp_path) == before
    assert names(tmp_path) == ([] if is_first else ["dump"])


def test_what_killed_runs_left_is_cleared_and_nothing_else(tmp_path: Path) -> None:
    left = [".dump.new-abcd1234", ".dump.new-x_y_z_12"]
    kept = [
        ".dump.new-ab",
        ".dump.new-abcd12345",
        ".dump.new-ABCD1234",
        ".other.new-abcd1234",
        "dump.new-abcd1234",
        ".dumpxnew-abcd1234",
    ]
    for name in left + kept:
        write(tmp_path / name, {"mark": "x"})
    write(tmp_path, {".dump.new-file1234": "a file"})
    (tmp_path / ".dump.new-link1234").symlink_to(tmp_path / ".other.new-abcd1234")
    publish(tmp_path / "dump", "first")
    assert names(tmp_path) == sorted([*kept, "dump", ".dump.new-file1234", ".dump.new-link1234"])
    assert (tmp_path / ".other.new-abcd1234" / "mark").is_file()


# --- the lock --------------------------------------------------------------------------------------------------------------
def test_two_builders_of_one_folder_do_not_meet_and_the_second_is_told_who_the_first_is(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("dump")
    with folders.new_version(tmp_path / "dump", strangers) as fresh:
        who = f"another build is writing this folder: process {os.getpid()} on {re.escape(platform.node())}$"
        for name in ("dump", "./link"):
            with pytest.raises(ResourceError, match=who):
                publish(tmp_path / name, "second")
        write(fresh, {"mark": "first"})
        folders.put_in_place(fresh, tmp_path / "dump")
    assert tree(tmp_path) == {"dump/mark": b"first"}
    publish(tmp_path / "dump", "third")
    assert tree(tmp_path) == {"dump/mark": b"third"}


def test_builders_of_different_folders_do_not_disturb_each_other(tmp_path: Path) -> None:
    with folders.new_version(tmp_path / "a", strangers) as fresh:
        publish(tmp_path / "b", "b")
        write(fresh, {"mark": "a"})
        folders.put_in_place(fresh, tmp_path / "a")
    assert tree(tmp_path) == {"a/mark": b"a", "b/mark": b"b"}


@pytest.mark.parametrize("text", ["", "pro", "process 12", "process 1 on elsewhere\n"])
def test_a_lock_that_a_killed_builder_left_stops_nobody(text: str, tmp_path: Path) -> None:
    write(tmp_path, {".dump.lock": text})
    publish(tmp_path / "dump", "first")
    assert names(tmp_path) == ["dump"]


def test_a_lock_that_is_deleted_while_somebody_waits_at_it_is_not_taken_for_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {".dump.lock": ""})
    lock, others = locks._locked, [tmp_path / ".dump.lock"]

    def late(handle: int) -> bool | None:
        for path in others:
            path.unlink()
        others.clear()
        return lock(handle)

    monkeypatch.setattr(locks, "_locked", late)
    with folders.new_version(tmp_path / "dump", strangers):
        assert (tmp_path / ".dump.lock").read_text().startswith(f"process {os.getpid()} on ")
    assert names(tmp_path) == []


def test_a_file_of_somebody_else_that_has_the_name_of_the_lock_is_left_alone(tmp_path: Path) -> None:
    write(tmp_path, {".dump.lock": "my diary"})
    with pytest.raises(UsageError, match="a file of somebody else"):
        publish(tmp_path / "dump", "first")
    assert tree(tmp_path) == {".dump.lock": b"my diary"}


def test_a_lock_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path, {"victim": ""})
    (tmp_path / ".dump.lock").symlink_to("victim")
    with pytest.raises(ResourceError, match="cannot write here"):
        publish(tmp_path / "dump", "first")
    assert (tmp_path / "victim").read_text() == ""


@pytest.fixture
def _no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that knows no locks."""
    monkeypatch.setattr(locks, "_locked", lambda handle: None)


@pytest.mark.usefixtures("_no_locks")
def test_where_the_disk_knows_no_locks_the_name_in_the_file_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here, parent = platform.node(), os.getppid()
    for who in (f"process {parent} on {here}", f"process {parent} on elsewhere"):
        write(tmp_path, {".dump.lock": f"{who}\n"})
        with pytest.raises(ResourceError, match=rf"{re.escape(who)}; if it is not, delete \.dump\.lock"):
            publish(tmp_path / "dump", "first")
    for process in (os.getpid(), 2**40):  # ours of an earlier life, and none
        write(tmp_path, {".dump.lock": f"process {process} on {here}\n"})
        publish(tmp_path / "dump", str(process))
        assert tree(tmp_path) == {"dump/mark": str(process).encode()}


@pytest.mark.usefixtures("_system")
def test_a_link_to_a_folder_stays_a_link_and_the_folder_behind_it_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "current").symlink_to(tmp_path / "versions" / "one")
    for text in ("first", "second"):
        publish(tmp_path / "links" / "current", text)
        assert (tmp_path / "links" / "current").is_symlink()
        assert tree(tmp_path / "versions") == {"one/mark": text.encode()}
    assert names(tmp_path / "links") == ["current"]
    assert names(tmp_path / "versions") == ["one"]


def test_the_folder_in_which_we_stand_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write(tmp_path / "dump" / "inner", {}))
    for folder in (".", "..", "../../dump"):
        with pytest.raises(UsageError, match="we stand in this folder"):
            publish(Path(folder), "x")
    assert names(tmp_path / "dump") == ["inner"]


def test_a_link_in_a_circle_a_mount_and_a_folder_that_is_read_only_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(UsageError, match="in a circle"):
        publish(tmp_path / "a", "x")
    publish(tmp_path / "dump", "first")
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(ResourceError, match="the folder is read-only"):
        publish(tmp_path / "dump", "x")
    monkeypatch.setattr(os.path, "ismount", lambda path: True)
    with pytest.raises(UsageError, match="another disk is mounted here"):
        publish(tmp_path / "dump", "x")
    assert tree(tmp_path) == {"dump/mark": b"first"}


def test_a_relative_folder_is_the_one_below_where_we_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    publish(Path("dump"), "first")
    assert tree(tmp_path) == {"dump/mark": b"first"}


def test_a_folder_with_a_stranger_is_refused_naming_it(tmp_path: Path) -> None:
    write(tmp_path / "dump", {"mark": "first", "thesis.doc": "years"})
    with pytest.raises(UsageError, match=r"'thesis\.doc'"):
        publish(tmp_path / "dump", "second")
    assert tree(tmp_path) == {"dump/mark": b"first", "dump/thesis.doc": b"years"}


def test_a_name_that_the_disk_does_not_take_is_a_matter_of_the_disk(tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match="cannot write here"):
        publish(tmp_path / ("x" * 300), "first")


def test_the_folder_has_the_rights_that_the_user_gives_new_folders(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        publish(tmp_path / "dump", "first")
    finally:
        os.umask(mask)
    assert (tmp_path / "dump").stat().st_mode & 0o777 == 0o750
