"""`kg init` begins a project: what it writes is complete, explained, works at once, and never takes the place of anything."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given

from kg import config, scaffold
from kg.config import Config, reading
from kg.preferences import Preferences
from tests import forked
from tests.strategies import TEXTS
from tests.writing import article, names, tree, write

BEGUN = Config(sources=("articles",), output=Path("dump"))
TEMPLATE = (Path(scaffold.__file__).parent / "kg.toml").read_text("utf-8")
KEYS = re.findall(r"^#(\w+) = ", TEMPLATE, re.MULTILINE)
# What the examples of the template name
NAMED = {"articles/a.md": "", "authors.yml": "- id: mara\n  name: Mara Exemplar\n"}


def kg(*arguments: str | Path, cwd: Path, code: int = 0) -> list[str]:
    """Run `kg`, check what it ends with, and return the lines that it printed."""
    done = forked.kg(*arguments, cwd=cwd, is_merged=True)
    printed = done.stdout.decode()
    assert done.returncode == code, printed
    return printed.splitlines()


def load(folder: Path, text: str) -> Config:
    """Return the configuration of a folder with that `kg.toml`, in which we stand."""
    return config.load(write(folder, {"kg.toml": text}))


# --- the command -----------------------------------------------------------------------------------------------------------
def test_a_project_is_begun_and_can_be_validated_and_built_at_once(tmp_path: Path) -> None:
    assert kg("init", "my press", cwd=tmp_path) == [
        f"  written  {Path('my press', 'kg.toml')}",
        f"  written  {Path('my press', 'articles', 'example.md')}",
        f"  written  {Path('my press', '.gitignore')}",
        f"  written  {Path('my press', '.github', 'workflows', 'kg.yml')}",
        "     next  cd 'my press'",
        "           kg validate",
        "           kg build",
    ]
    project = tmp_path / "my press"
    assert set(tree(project)) == set(scaffold.FILES)
    assert kg("validate", "--strict", "--engine", "fast", cwd=project) == ["no faults in 1 file"]
    assert kg("build", cwd=project)[0] == " articles  1"
    report = json.loads((project / "dump" / "report.json").read_text("utf-8"))
    assert (report["findings"], report["articles"]) == ([], 1)
    assert report["mentions"]["name"] >= 5


def test_in_the_folder_in_which_we_stand_it_needs_no_name(tmp_path: Path) -> None:
    printed = kg("init", cwd=tmp_path)
    assert printed[0] == "  written  kg.toml"
    assert printed[-2:] == ["     next  kg validate", "           kg build"]


def test_the_options_stand_in_the_configuration_in_the_one_spelling(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = ["--publisher", ' The "Ex\\ample"  Press ', "--language", "pt-BR", "--title", "Nós & vocês"]
    kg("init", "--base", "https://press.example.org", *settings, cwd=tmp_path)
    monkeypatch.chdir(tmp_path)
    assert config.load() == Config(
        base="https://press.example.org/",
        publisher='The "Ex\\ample" Press',
        language="pt-br",
        title="Nós & vocês",
        sources=BEGUN.sources,
        output=BEGUN.output,
    )


@pytest.mark.parametrize("wrong", [("--base", "press"), ("--language", "no such tag"), ("--title", " ")])
def test_an_option_without_sense_is_refused_and_nothing_is_written(wrong: tuple[str, str], tmp_path: Path) -> None:
    (line,) = kg("init", *wrong, cwd=tmp_path, code=2)
    assert line.startswith("kg: ")
    assert names(tmp_path) == []


def test_what_is_there_is_left_and_said(tmp_path: Path) -> None:
    write(tmp_path, {"kg.toml": 'publisher = "Mine"\n', ".gitignore": "*.log\n", "articles/post.md": article()})
    before = tree(tmp_path)
    printed = kg("init", "--base", "https://x.example/", "--title", "T", cwd=tmp_path)
    assert printed[:4] == [
        "     left  kg.toml: there already, so that --base and --title did nothing; --force overwrites it",
        f"     left  {Path('articles', 'example.md')}: articles{os.sep} has articles already",
        "     left  .gitignore: there already; --force overwrites it",
        f"  written  {Path('.github', 'workflows', 'kg.yml')}",
    ]
    after = tree(tmp_path)
    assert {name: after[name] for name in before} == before
    assert len(after) == len(before) + 1


def test_a_second_time_everything_is_left(tmp_path: Path) -> None:
    kg("init", cwd=tmp_path)
    before = tree(tmp_path)
    assert [line.split()[0] for line in kg("init", cwd=tmp_path)[:4]] == ["left"] * 4
    assert tree(tmp_path) == before


def test_force_overwrites_the_files_of_these_names_and_no_others(tmp_path: Path) -> None:
    write(tmp_path, {"kg.toml": "no = [toml", ".github/workflows/ci.yml": "mine", "articles/example.md": "mine", "dump/a": "mine"})
    assert [line.split()[0] for line in kg("init", "--force", cwd=tmp_path)[:4]] == ["written"] * 4
    after = tree(tmp_path)
    assert {name for name, body in after.items() if body == b"mine"} == {str(Path(".github/workflows/ci.yml")), str(Path("dump/a"))}
    assert kg("validate", "--engine", "fast", cwd=tmp_path) == ["no faults in 1 file"]


def test_force_does_not_add_an_example_to_articles_that_are_there(tmp_path: Path) -> None:
    write(tmp_path, {"articles/post.md": article()})
    kg("init", "--force", cwd=tmp_path)
    assert names(tmp_path / "articles") == ["post.md"]


def test_a_folder_with_hidden_files_alone_has_no_articles_yet(tmp_path: Path) -> None:
    write(tmp_path, {"articles/.gitkeep": ""})
    kg("init", cwd=tmp_path)
    assert names(tmp_path / "articles") == [".gitkeep", "example.md"]


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_what_a_link_leads_to_is_never_written(tmp_path: Path) -> None:
    write(tmp_path / "elsewhere", {"config": "theirs"})
    project = write(tmp_path / "project", {})
    (project / "kg.toml").symlink_to(tmp_path / "elsewhere" / "config")
    (project / ".gitignore").symlink_to(tmp_path / "elsewhere" / "nothing")
    (project / ".github").symlink_to(tmp_path / "elsewhere")
    printed = kg("init", "--force", cwd=project, code=2)
    assert printed[-1] == f"kg: {Path('.github', 'workflows')}: a link leads out of the folder here"
    assert tree(tmp_path / "elsewhere")["config"] == b"theirs"
    assert names(tmp_path / "elsewhere") == ["config"]
    assert not (project / "kg.toml").is_symlink()


def test_a_folder_that_is_a_file_is_wrong_usage(tmp_path: Path) -> None:
    write(tmp_path, {"press": ""})
    kg("init", "press", cwd=tmp_path, code=2)


def test_a_file_where_a_folder_has_to_be_is_told_and_not_replaced(tmp_path: Path) -> None:
    write(tmp_path, {"articles": "mine"})
    assert kg("init", "--force", cwd=tmp_path, code=3)[-1].startswith(f"kg: {Path('articles', 'example.md')}: cannot write here: ")
    assert tree(tmp_path)["articles"] == b"mine"


# --- kg.toml ---------------------------------------------------------------------------------------------------------------
def test_the_configuration_is_the_default_one_but_for_where_things_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write(tmp_path, NAMED))
    assert load(Path(), TEMPLATE) == BEGUN


def test_every_key_has_its_place_and_a_line_of_explanation() -> None:
    shown = {"min_confidence", "never", "always", "sources", *config.REQUIREMENTS, *reading.READERS} - {"links", "require"}
    keys = re.findall(r"^(#?)(\w+) = ", TEMPLATE, re.MULTILINE)
    assert {key for _, key in keys} == shown
    assert [key for mark, key in keys if not mark] == ["sources", "output"]
    lines = TEMPLATE.splitlines()
    for number, line in enumerate(lines):
        if re.match(r"#?\w+ = ", line):
            assert re.match(r"# [A-Z].*\.$", lines[number - 1]), line


def uncommented(*wanted: int) -> str:
    """Return the template with those of its keys in force that stand at these places among them."""
    places = iter(range(len(KEYS)))
    return re.sub(r"^#(?=\w+ = )", lambda _: "" if next(places) in wanted else "#", TEMPLATE, flags=re.MULTILINE)


@pytest.mark.parametrize("place", range(len(KEYS)), ids=KEYS)
def test_each_key_can_be_taken_as_it_stands(place: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write(tmp_path, NAMED))
    found = load(Path(), uncommented(place))
    changed = {item.name for item in fields(Config) if getattr(found, item.name) != getattr(BEGUN, item.name)}
    examples = {"title", "license", "shard_size", "publisher", "language", "authors", "model"}
    in_force = KEYS[place] in examples and uncommented(place).index(f"\n{KEYS[place]} = ") < TEMPLATE.index("[links]")
    assert changed == ({KEYS[place]} if in_force else set()), "what is no example is the default"


def test_all_keys_can_be_taken_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write(tmp_path, NAMED))
    text = uncommented(*range(len(KEYS))).replace("#only_shapes", "only_shapes")
    found = load(Path(), text)
    assert (found.title, found.shard_size, found.links) == ("Articles of Example Press", 10_000, Preferences())


def test_the_examples_in_the_explanations_load_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write(tmp_path, {**NAMED, "pacts.ttl": ""}))
    phrases = dict(re.findall(r'such as ("the Treaty") = (".*?")', TEMPLATE))
    patterns = re.search(r'such as ("articles/2019-\*" = .*)\.$', TEMPLATE, re.MULTILINE)
    assert patterns
    assert phrases
    always = ", ".join(f"{phrase} = {entity}" for phrase, entity in phrases.items())
    text = TEMPLATE.replace("#vocabulary = []", 'vocabulary = ["pacts.ttl=treaty"]').replace(
        "#always = {}", f"always = {{{always}}}"
    )
    text = text.replace("#sources = {}", f"sources = {{{patterns[1]}}}").replace("#never = []", 'never = ["May", "theme:history"]')
    found = load(Path(), text)
    assert len(found.links.choice.always) == len(found.links.by_source) == len(found.vocabulary) == 1
    assert len(found.links.choice.never) == 2


def test_the_formats_that_are_explained_are_all_that_there_are() -> None:
    from kg import exporters

    found = re.search(r"^# Formats of the dump: (.*); packed as in (.*)\.$", TEMPLATE, re.MULTILINE)
    assert found
    assert {name for name in exporters.NAMES if ":" not in name} == set(found[1].split(", "))
    assert {f"turtle{ending}" for ending in exporters.PACKINGS if ending} == set(re.findall(r'"(.*?)"', found[2]))


@given(TEXTS.filter(str.strip))
def test_any_title_comes_back_as_it_was(title: str) -> None:
    expected = Config().override(title=title).title
    assert expected
    text = scaffold.configured(TEMPLATE, {"title": expected})
    assert tomllib.loads(text)["title"] == expected


# --- the other files -------------------------------------------------------------------------------------------------------
@pytest.mark.skipif(subprocess.run(["git", "--version"], check=False, capture_output=True).returncode != 0, reason="needs git")
def test_git_ignores_what_kg_builds_and_nothing_else(tmp_path: Path) -> None:
    kg("init", cwd=tmp_path)
    write(
        tmp_path,
        {"dump/articles.ttl": "", "dump.cache/a": "", ".dump.new-ab12cd34/a": "", ".dump.lock": "", "articles/dump/a.md": ""},
    )
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    command = ["git", "ls-files", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True).stdout.split()
    assert set(listed) == {*scaffold.FILES, "articles/dump/a.md"}
