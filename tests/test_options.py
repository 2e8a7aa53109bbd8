"""What the command line says comes before `kg.toml`, and what neither says is asked for in plain words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kg import pipeline, targets
from kg.cli import main
from kg.config import Config, load
from kg.preferences import Preferences
from kg.validation import ValidationReport
from kg.vocabulary import Source
from tests.writing import write

FILE = """\
sources = ["posts", "https://press.example.org/a"]
output = "out/dump"
base = "https://file.example/"
publisher = "File Press"
language = "fr"
authors = "file.yml"
vocabulary = ["file.ttl"]
shapes = ["file.ttl"]
only_shapes = true
formats = ["trig"]
shard_size = 7
include_text = true
include_personal_email = true
title = "File"
license = "CC0-1.0"
model = "file"
[links]
min_confidence = 0.3
never = ["Polo"]
[require]
author = false
"""


class CalledError(Exception):
    """Ends a command where its work would begin, with what it would work on."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a `kg.toml` that says everything, in which we stand."""

    def stop(*arguments: Any, **given: Any) -> None:
        raise CalledError(arguments)

    monkeypatch.setattr(pipeline, "publish", stop)
    monkeypatch.setattr(targets, "validate", stop)
    monkeypatch.chdir(tmp_path)
    people = {name: f"- id: {name[:4]}\n  name: Of {name}\n" for name in ("file.yml", "line.yml")}
    return write(tmp_path, {"kg.toml": FILE, "file.ttl": "", "line.ttl": "", "posts/a.md": "", "other/a.md": "", **people})


def called(*arguments: str) -> list[Any]:
    """Return what a command would work with."""
    found = CliRunner().invoke(main, arguments)
    assert isinstance(found.exception, CalledError), found.output
    return list(found.exception.args[0])


def said(*arguments: str) -> str:
    """Return what a command says that was called wrongly."""
    found = CliRunner().invoke(main, arguments)
    assert found.exit_code == 2
    return found.stderr


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("--base https://line.example", {"base": "https://line.example/"}),
        ("--publisher Line", {"publisher": "Line"}),
        ("--language de", {"language": "de"}),
        ("--vocabulary line.ttl=treaty", {"vocabulary": (Source(Path("line.ttl"), "treaty"),)}),
        ("--shapes line.ttl", {"shapes": (Path("line.ttl"),)}),
        ("--all-shapes", {"only_shapes": False}),
        ("--format ntriples,csv", {"formats": ("ntriples", "csv")}),
        ("--shard-size 9", {"shard_size": 9}),
        ("--no-include-text", {"include_text": False}),
        ("--no-include-personal-email", {"include_personal_email": False}),
        ("--title Line", {"title": "Line"}),
        ("--license https://line.example/terms", {"license": "https://line.example/terms"}),
        ("--license CC-BY-4.0", {"license": "https://creativecommons.org/licenses/by/4.0/"}),
        ("--model line", {"model": "line"}),
        ("--model=", {"model": None}),
        ("--publisher=", {"publisher": None}),
        ("--allow-private", {"allow_private": True}),
    ],
)
def test_an_option_overrides_its_key_and_the_others_hold(option: str, expected: dict[str, Any], home: Path) -> None:
    _, _, config, *_ = called("build", *option.split())
    of_file = load()
    assert {name: getattr(config, name) for name in expected} == expected
    assert config == of_file.override(**{k: v for k, v in expected.items() if v is not None}, **_off(expected))
    assert {name: getattr(of_file, name) for name in expected} != expected


def _off(expected: dict[str, Any]) -> dict[str, str]:
    return {name: "" for name, value in expected.items() if value is None}


def test_people_and_confidence_are_overridden_too_and_other_preferences_hold(home: Path) -> None:
    _, _, config, *_ = called("build", "--authors", "line.yml", "--min-confidence", "0.5")
    assert (set(config.authors) & {"line", "file"}) == {"line"}
    assert config.links == Preferences(0.5, load().links.choice)
    assert config.links.choice.never == frozenset({"Polo"})


def test_without_an_option_everything_is_as_in_the_file(home: Path) -> None:
    _, _, config, *_ = called("build")
    assert config == load()
    changed = {"allow_private"}
    assert {name for name in Config.__slots__ if getattr(config, name) == getattr(Config(), name)} == changed


@pytest.mark.parametrize(
    ("arguments", "sources", "output"),
    [
        ("", [Path("posts"), "https://press.example.org/a"], Path("out", "dump")),
        ("other", [Path("other")], Path("out", "dump")),
        ("-o x", [Path("posts"), "https://press.example.org/a"], Path("x")),
        ("other https://x.example/b posts/a.md -o x", [Path("other"), "https://x.example/b", Path("posts/a.md")], Path("x")),
        ("- -o x", [Path("-")], Path("x")),
    ],
)
def test_sources_and_output_are_those_of_the_file_unless_they_are_named(
    arguments: str, sources: list[Path | str], output: Path, home: Path
) -> None:
    found = called("build", *arguments.split())
    assert (list(found[0]), found[1]) == (sources, output)


def test_validation_checks_the_sources_of_the_file_unless_targets_are_named(home: Path) -> None:
    assert list(called("validate")[0]) == [Path("posts"), "https://press.example.org/a"]
    assert list(called("validate", "other")[0]) == [Path("other")]


READ = "kg: nothing to read: name articles, or write sources into kg.toml (kg init makes one)\n"
WRITE = "kg: no folder for the dump: name one (-o DIR), or write output into kg.toml (kg init makes one)\n"


@pytest.mark.parametrize(
    ("text", "arguments", "message"),
    [
        ("", "build", READ),
        ("", "build -o x", READ),
        ("", "build posts", WRITE),
        ("", "validate", READ),
        ('output = "x"', "build", READ),
        ('sources = ["posts"]', "build", WRITE),
        ("sources = []", "validate", READ),
    ],
)
def test_what_neither_says_is_asked_for(text: str, arguments: str, message: str, home: Path) -> None:
    write(home, {"kg.toml": text})
    assert said(*arguments.split()) == message
    (home / "kg.toml").unlink()
    if not text:
        assert said(*arguments.split()) == message


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("--shard-size 0", "0 is not in the range x>=1"),
        ("--license mine", "kg: a licence is an address such as https://creativecommons.org/licenses/by/4.0/, not 'mine'; "),
        ("--title=", "kg: title is a text with words in it\n"),
        ("--format turtle.rar", "kg: unknown format 'turtle.rar'; did you mean "),
        ("--licence x", "--license"),
    ],
)
def test_an_option_that_makes_no_sense_is_wrong_usage(option: str, message: str, home: Path) -> None:
    assert message in said("build", *option.split())


def test_the_configuration_is_found_where_we_stand_only(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home / "posts")
    assert said("build") == READ


def test_a_validation_without_targets_is_a_report_like_any_other(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "validate", lambda found, *_, **__: ValidationReport((), tuple(map(str, found))))
    found = CliRunner().invoke(main, ["validate", "--report", "json"])
    assert (found.exit_code, found.stderr) == (0, "no faults in 2 files\n")
