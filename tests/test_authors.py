"""Articles that name their authors by ids get names, texts and pages from a site's own files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg import authors, config, pipeline, readers
from kg.article import Article, Record
from kg.cli import main
from kg.config import Config
from kg.errors import KgError

YAML = """
mnovak:
  name: Marie Novak
  bio: Marie Novak counts boats.
  url: https://novak.example/
twrona: Tomasz Wrona
"""
FILES: dict[str, str | dict[str, str]] = {
    "authors.yml": YAML,
    "list.yaml": "- id: mnovak\n  first_name: Marie\n  last_name: Novak\n  description: Marie Novak counts boats.\n"
    "  website: https://novak.example/\n- username: twrona\n  display_name: Tomasz Wrona\n",
    "authors.toml": '[mnovak]\nfull_name = "Marie Novak"\nbio = "Marie Novak counts boats."\nurl = "https://novak.example/"\n'
    '[twrona]\nname = "Tomasz Wrona"\n',
    "authors.json": json.dumps(
        {
            "mnovak": {
                "name": "Marie Novak",
                "title": "Counter",
                "bio": "Marie Novak counts boats.",
                "url": "https://novak.example/",
            },
            "twrona": {"name": "Tomasz Wrona"},
        }
    ),
    "authors.csv": "id,name,bio,url\nmnovak,Marie Novak,Marie Novak counts boats.,https://novak.example/\ntwrona,Tomasz Wrona,,\n",
    "with-semicolons.csv": "slug;name;bio;website\n"
    "mnovak;Marie Novak;Marie Novak counts boats.;https://novak.example/\ntwrona;Tomasz Wrona\n",
    "folder": {
        "mnovak.md": "---\ntitle: Marie Novak\nurl: https://novak.example/\n---\n\nMarie Novak counts boats.\n",
        "twrona/_index.md": "---\ndisplay_name: Tomasz Wrona\nslug: wrona\n---\n",
        "_index.md": "---\ntitle: People\n---\n",
        "note.txt": "Nobody.",
    },
    "data": {
        "mnovak.toml": 'name = "Marie Novak"\nbio = "Marie Novak counts boats."\nurl = "https://novak.example/"\n',
        "twrona.yaml": "name: Tomasz Wrona\n",
    },
}


def write(folder: Path, name: str) -> Path:
    content = FILES[name]
    files = {name: content} if isinstance(content, str) else {f"{name}/{inner}": text for inner, text in content.items()}
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder / name


def article(*names: str) -> Article:
    listed = ", ".join(names)
    return readers.read(Record("a.md", "markdown", f"---\ntitle: T\nauthors: [{listed}]\n---\n\nText.\n".encode()))


@pytest.mark.parametrize("name", FILES)
def test_ids_become_names_with_bio_and_page(tmp_path: Path, name: str) -> None:
    known = authors.load(write(tmp_path, name))
    resolved = authors.resolve(article("mnovak", "twrona"), known)
    first, second = resolved.authors
    assert (first.name.text, first.bio and first.bio.text, first.url and first.url.text) == (
        "Marie Novak",
        "Marie Novak counts boats.",
        "https://novak.example/",
    )
    assert (second.name.text, second.bio, second.url) == ("Tomasz Wrona", None, None)
    assert [(person, bio.text) for person, bio in resolved.bios] == [("Marie Novak", "Marie Novak counts boats.")]
    assert str(resolved.place(first.name.span)) == "a.md:3:11"
    assert resolved.notes == ()


def test_an_id_is_found_however_it_is_spelt_and_a_name_as_well(tmp_path: Path) -> None:
    known = authors.load(write(tmp_path, "authors.yml"))
    names = ("'@MNovak'", "Tomasz Wrona", "Marie Novak")
    assert [author.name.text for author in authors.resolve(article(*names), known).authors] == ["Marie Novak", "Tomasz Wrona"]


def test_an_id_that_nobody_has_is_told_with_its_place(tmp_path: Path) -> None:
    resolved = authors.resolve(article("ada-quill", "Ada Quill"), authors.load(write(tmp_path, "authors.yml")))
    assert [author.name.text for author in resolved.authors] == ["ada-quill", "Ada Quill"]
    assert [str(note) for note in resolved.notes] == ["a.md:3:11: warning: no author has the id 'ada-quill'"]


def test_without_authors_an_id_is_asked_about_once() -> None:
    reason = "an author looks like an id; --authors FILE tells the names behind ids"
    assert [str(n) for n in authors.resolve(article("Ada Quill", "jdoe", "mnovak"), None).notes] == [f"a.md:3:22: info: {reason}"]
    assert authors.resolve(article("Ada Quill", "bell hooks"), None).notes == ()


def test_what_the_article_says_of_an_author_is_before_what_the_file_does(tmp_path: Path) -> None:
    text = "---\nauthors:\n- {name: mnovak, bio: Marie Novak sails.}\n---\n\nText.\n"
    resolved = authors.resolve(
        readers.read(Record("a.md", "markdown", text.encode())), authors.load(write(tmp_path, "authors.yml"))
    )
    assert resolved.authors[0].bio is not None
    assert (resolved.authors[0].name.text, resolved.authors[0].bio.text) == ("Marie Novak", "Marie Novak sails.")


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("a.yml", "a: {name: [x]}\n", "1:11: a name is one text, not a list"),
        ("a.yml", "a: &b {name: x}\n", "1:4: anchors and aliases (& and *) are not read in front matter"),
        ("a.toml", "a = \n", "1:5: front matter is not TOML: invalid value"),
        ("a.json", '{"a": ', "1:7: not JSON: a value is missing"),
        ("a.yml", "- a\n", "1:3: an author is a mapping with a name"),
        ("a.yml", "a: {name: x, url: here}\n", "1:19: not a web address: 'here'"),
        ("a.xml", "<a/>", "no reader of authors for .xml (there is one for .csv .json .markdown .md .toml .yaml .yml)"),
    ],
)
def test_a_fault_in_the_file_names_its_place(tmp_path: Path, name: str, text: str, fault: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(KgError) as caught:
        authors.load(path)
    assert str(caught.value) in (f"{path}:{fault}", f"{path}: {fault}")


def test_the_configuration_names_the_file(tmp_path: Path) -> None:
    write(tmp_path, "authors.yml")
    (tmp_path / "kg.toml").write_text('authors = "authors.yml"\n', encoding="utf-8")
    record = Record("a.md", "markdown", b"---\nauthor: mnovak\n---\n")
    read = pipeline.read(record, config.load(tmp_path))
    assert [author.name.text for author in read.authors] == ["Marie Novak"]
    assert pipeline.read(record, Config()).authors[0].name.text == "mnovak"


def test_a_configuration_that_names_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "kg.toml").write_text('\nauthors = "nobody.yml"\n', encoding="utf-8")
    with pytest.raises(KgError, match=r"kg\.toml:2: authors names a file that is not there"):
        config.load(tmp_path)


def test_the_command_line_names_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, "folder")
    (tmp_path / "a.md").write_text("---\ntitle: T\nauthors: [mnovak, wrona]\n---\n\nText.\n", encoding="utf-8")
    found = CliRunner().invoke(main, ["read", str(tmp_path / "a.md"), "--authors", str(path)])
    assert json.loads(found.stdout)["authors"] == ["Marie Novak", "Tomasz Wrona"]
