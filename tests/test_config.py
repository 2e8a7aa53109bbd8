"""`kg.toml` says what a project would say on every command line; a fault in it has a place."""

from __future__ import annotations

import re
import sys
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import config, pipeline, targets, terms
from kg.config import LICENSES, REQUIREMENTS, Config, reading
from kg.config.document import Document
from kg.errors import ResourceError, UsageError
from kg.preferences import DEFAULT, Choice, Preferences
from kg.vocabulary import TYPES, Source
from tests.conftest import ROOT
from tests.writing import article, run, write

EVERYTHING = """\
base = "https://data.example.com"
publisher = "Example Press"
language = "EN-gb"
vocabulary = ["words/ours.ttl"]
shapes = ["shapes.ttl"]
formats = ["turtle", "trig", "turtle"]
shard_size = 1_000
include_text = true
include_personal_email = true
title = "Notes of  Example Press "
license = "cc-by-4.0"
sources = ["posts", "https://press.example.org/a?b"]
output = "out/dump"
model = "en_core_web_sm"

[require]
author = false
publisher = true

[links]
min_confidence = 1
never = ["Polo", "state:chad", "https://knots.example/reef"]

[links.always]
"the pact" = "treaty:inf-treaty"

[links.sources."posts/2019-*"]
never = ["May"]
always = { Georgia = "state:georgia", "the Reef" = "https://knots.example/reef" }

[links.sources."*"]
"""
OURS = {"words/ours.ttl": "", "shapes.ttl": "", "posts/a.md": ""}
INF = f"<{terms.ENTITIES}treaty/inf-treaty>"
GEORGIA, CHAD = (f"<{terms.ENTITIES}state/{name}>" for name in ("georgia", "chad"))
REEF = "<https://knots.example/reef>"


def load(folder: Path, text: str | bytes) -> Config:
    """Return the configuration of a folder with that `kg.toml`."""
    return config.load(write(folder, {"kg.toml": text}))


def refusal(folder: Path, text: str | bytes) -> str:
    """Return what is said of a faulty `kg.toml`, from its name on."""
    with pytest.raises(UsageError) as caught:
        load(folder, text)
    return str(caught.value).removeprefix(f"{folder}/")


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    found = config.load(tmp_path)
    assert found == Config()
    assert (found.base, found.formats, found.include_text) == (terms.DEFAULT_BASE, ("turtle", "jsonld", "nquads"), False)
    assert (found.links, found.links.confidence, found.model) == (DEFAULT, 0.9, None)


def test_every_key_is_read_and_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    write(tmp_path, OURS)
    assert load(tmp_path, EVERYTHING) == Config(
        base="https://data.example.com/",
        publisher="Example Press",
        language="en-gb",
        vocabulary=(Source(tmp_path / "words" / "ours.ttl"),),
        shapes=(tmp_path / "shapes.ttl",),
        formats=("turtle", "trig"),
        shard_size=1000,
        include_text=True,
        include_personal_email=True,
        title="Notes of Example Press",
        license="https://creativecommons.org/licenses/by/4.0/",
        sources=(str(tmp_path / "posts"), "https://press.example.org/a?b"),
        output=tmp_path / "out" / "dump",
        links=Preferences(
            1.0,
            Choice(frozenset({"Polo", CHAD, REEF}), (("the pact", INF),)),
            (
                ("posts/2019-*", Choice(frozenset({"May"}), (("Georgia", GEORGIA), ("the Reef", REEF)))),
                ("*", Choice()),
            ),
        ),
        model="en_core_web_sm",
        waived=frozenset({"author"}),
    )


def test_reading_it_loads_neither_readers_nor_linkers_nor_rdf() -> None:
    done = run([sys.executable, "-c", "import sys, kg.config; print(*sorted(sys.modules))"])
    heavy = {"kg.article", "kg.exporters", "kg.linkers", "kg.mapping", "kg.rdf", "kg.readers", "kg.vocabulary", "pyoxigraph"}
    assert set(done.stdout.split()) & (heavy | {"kg.config"}) == {"kg.config"}


def test_the_file_of_the_folder_in_which_we_stand_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"kg.toml": 'publisher = "Here"'})
    monkeypatch.chdir(tmp_path)
    assert config.load().publisher == "Here"


def test_a_file_saved_by_an_editor_that_marks_utf8_is_read(tmp_path: Path) -> None:
    assert load(tmp_path, b'\xef\xbb\xbfpublisher = "Marked"\r\n').publisher == "Marked"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('\npublsher = "x"', "kg.toml:2: unknown key 'publsher'; did you mean 'publisher'?"),
        ('base_iri = "x"\nbase = "https://x.example/"', "kg.toml:1: unknown key 'base_iri'"),
        ('xyz = 1\nbase = "https://x.example/"', "kg.toml:1: unknown key 'xyz'; there are authors, base, formats"),
        ("[requires]\nauthor = false", "kg.toml:1: unknown key 'requires'; did you mean 'require'?"),
        ("[require]\n\nautor = false", "kg.toml:3: unknown requirement 'autor'; did you mean 'author'?"),
        ('"pub lisher" = 1', "kg.toml:1: unknown key 'pub lisher'; did you mean 'publisher'?"),
        ("waived = []", "kg.toml:1: unknown key 'waived'"),
        ('modle = "xx"', "kg.toml:1: unknown key 'modle'; did you mean 'model'?"),
        ("[link]\nnever = []", "kg.toml:1: unknown key 'link'; did you mean 'links'?"),
        ("[links]\nmin_confidance = 1", "kg.toml:2: unknown key 'min_confidance'; did you mean 'min_confidence'?"),
        ("[links]\n\nnver = []", "kg.toml:3: unknown key 'nver'; did you mean 'never'?"),
        ("[links]\nconfident = 1", "kg.toml:2: unknown key 'confident'; did you mean 'min_confidence'?"),
        ('[links.sources."a*"]\nalway = {}', "kg.toml:2: unknown key 'alway'; did you mean 'always'?"),
        ('[links.sources."a*"]\nmin_confidence = 1', "kg.toml:2: unknown key 'min_confidence'; there are always, never"),
        ('[links.sources."a*"]\nsources = {}', "kg.toml:2: unknown key 'sources'; there are always, never"),
        ('licence = "CC0-1.0"', "kg.toml:1: unknown key 'licence'; did you mean 'license'?"),
        ("shardsize = 3", "kg.toml:1: unknown key 'shardsize'; did you mean 'shard_size'?"),
        ('source = ["a"]', "kg.toml:1: unknown key 'source'; did you mean 'sources'?"),
        ("include_email = true", "kg.toml:1: unknown key 'include_email'; did you mean 'include_personal_email'?"),
        ("allow_private = true", "kg.toml:1: unknown key 'allow_private'"),
    ],
)
def test_an_unknown_key_is_told_with_its_line_and_the_nearest_right_one(text: str, said: str, tmp_path: Path) -> None:
    assert refusal(tmp_path, text).startswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\nbase = 5", "kg.toml:2: base is a text"),
        ("publisher = ['x']", "kg.toml:1: publisher is a text"),
        ("language = true", "kg.toml:1: language is a text"),
        ('formats = "turtle"', "kg.toml:1: formats is a list of texts"),
        ("vocabulary = [1]", "kg.toml:1: vocabulary is a list of texts"),
        ("# shapes =\nshapes = {}", "kg.toml:2: shapes is a list of texts"),
        ("include_text = 1", "kg.toml:1: include_text is true or false"),
        ("require = ['author']", "kg.toml:1: require is a table: [require]"),
        ('[require]\nauthor = "no"', "kg.toml:2: author is true or false"),
        ("require.author = 0", "kg.toml:1: author is true or false"),
        ("model = false", "kg.toml:1: model is a text"),
        ("title = 1", "kg.toml:1: title is a text"),
        ("license = ['CC0-1.0']", "kg.toml:1: license is a text"),
        ("only_shapes = 'no'", "kg.toml:1: only_shapes is true or false"),
        ("include_personal_email = 0", "kg.toml:1: include_personal_email is true or false"),
        *((f"shard_size = {value}", "kg.toml:1: shard_size is a whole number") for value in ("true", "1.0", '"5"', "[]")),
        ('sources = "posts"', "kg.toml:1: sources is a list of texts"),
        ("sources = [['posts']]", "kg.toml:1: sources is a list of texts"),
        ('output = ["dump"]', "kg.toml:1: output is a text"),
        ("authors = 5", "kg.toml:1: authors is a text"),
        ("links = 0.5", "kg.toml:1: links is a table"),
        ('[links]\nnever = "Polo"', "kg.toml:2: never is a list of texts"),
        ("[links]\nnever = [1]", "kg.toml:2: never is a list of texts"),
        ('[links]\nalways = ["Polo"]', "kg.toml:2: always is a table from phrases to entities"),
        ("[links]\nsources = []", "kg.toml:2: sources is a table from patterns of paths to tables"),
        ('[links]\nsources = "posts"', "kg.toml:2: sources is a table from patterns of paths to tables"),
        ('[links]\n[links.sources]\n"a*" = 1', "kg.toml:3: a* is a table"),
        ('[links.sources."a*"]\nnever = "x"', "kg.toml:2: never is a list of texts"),
        *(
            (f"[links]\nmin_confidence = {value}", "kg.toml:2: min_confidence is a number from 0 to 1")
            for value in ('"high"', "true", "[]", "-0.1", "1.01", "2", "nan", "inf")
        ),
    ],
)
def test_a_value_of_the_wrong_type_is_told_with_its_line(text: str, said: str, tmp_path: Path) -> None:
    assert refusal(tmp_path, text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('\nbase = "data.example.com"', "kg.toml:2: a base is an http or https address without ? and #"),
        ('base = "https://x.example/?q"', "kg.toml:1: a base is an http or https address without ? and #"),
        ('base = "https://x.example/a b"', "kg.toml:1: a base is an http or https address without ? and #"),
        ('base = ""', "kg.toml:1: a base is"),
        ('language = "en us"', "kg.toml:1: "),
        ('language = "English, of course"', "kg.toml:1: "),
        ('formats = ["turtel"]', "kg.toml:1: unknown format 'turtel'; did you mean 'turtle'?"),
        ("formats = []", "kg.toml:1: name at least one format"),
        ('vocabulary = ["gone.ttl"]', "kg.toml:1: vocabulary names a file that is not there: "),
        ('vocabulary = ["gone.ttl=treaty"]', "kg.toml:1: vocabulary names a file that is not there: "),
        ('vocabulary = ["kg.toml=traety"]', "kg.toml:1: unknown kind of vocabulary 'traety'; did you mean 'treaty'?"),
        ('vocabulary = ["kg.toml="]', f"kg.toml:1: unknown kind of vocabulary ''; there are {', '.join(sorted(TYPES))}"),
        ('vocabulary = ["=treaty"]', "kg.toml:1: vocabulary names a file that is not there: "),
        ('shapes = ["."]', "kg.toml:1: shapes names a file that is not there: "),
        ('[links]\nnever = ["state:a b"]', "kg.toml:2: not an absolute IRI: "),
        ('[links]\nnever = ["https://x.example/a b"]', "kg.toml:2: not an absolute IRI: "),
        ("[links]\nalways = { Polo = 5 }", "kg.toml:2: an entity is an address or a name such as treaty:inf-treaty, not 5"),
        (
            '[links]\nalways = { Polo = "polo" }',
            "kg.toml:2: an entity is an address or a name such as treaty:inf-treaty, not 'polo'",
        ),
        ('[links]\nalways = { Polo = "game:polo" }', "kg.toml:2: an entity is an address or a name such as"),
        ('[links]\nalways = { Polo = "state:a b" }', "kg.toml:2: not an absolute IRI: "),
        ('[links.always]\nPolo = "polo"', "kg.toml:2: an entity is an address"),
        ('\n[links.sources."a*".always]\nPolo = "polo"', "kg.toml:3: an entity is an address"),
        ("links.min_confidence = 2", "kg.toml:1: min_confidence is a number"),
        ("\nshard_size = 0", "kg.toml:2: shard_size is a number of articles, at least 1"),
        ("shard_size = -3", "kg.toml:1: shard_size is a number of articles, at least 1"),
        *((f"\ntitle = {text}", "kg.toml:2: title is a text with words in it") for text in ('""', '" \\t "')),
        ('title = "a\\u0000"', "kg.toml:1: a character that no text may hold"),
        ('publisher = "a\\u0001"', "kg.toml:1: a character that no text may hold"),
        (
            '\nlicense = "CC-BY"',
            "kg.toml:2: a licence is an address such as https://creativecommons.org/licenses/by/4.0/, not 'CC",
        ),
        ('license = ""', "kg.toml:1: a licence is an address"),
        ('license = "by/4.0"', "kg.toml:1: a licence is an address"),
        ('\nsources = ["gone"]', "kg.toml:2: sources names a file that is not there: "),
        ('sources = [""]', "kg.toml:1: sources is no name of a file: ''"),
        ('sources = ["a\\u0000"]', "kg.toml:1: sources is no name of a file: 'a\\x00'"),
        ('sources = ["-"]', "kg.toml:1: sources are files, folders and addresses; standard input (-) is for the command line"),
        ('sources = ["ftp://x.example/a"]', "kg.toml:1: ftp://x.example/a: only http and https are got, not ftp"),
        ('sources = ["https://me:secret@x.example/"]', "kg.toml:1: https://…@x.example/: an address with a name or password in it"),
        ('\noutput = "kg.toml"', "kg.toml:2: output is the folder for the dump, and this is a file: "),
        ('output = " "', "kg.toml:1: output is no name of a file: ' '"),
        ('authors = ""', "kg.toml:1: authors is no name of a file: ''"),
        ('formats = ["turtle", "trig.rar"]', "kg.toml:1: unknown format 'trig.rar'; did you mean "),
        ("only_shapes = true", "kg.toml:1: only_shapes leaves our shapes out: name some of yours"),
    ],
)
def test_a_value_that_makes_no_sense_is_told_with_its_line(text: str, said: str, tmp_path: Path) -> None:
    assert refusal(tmp_path, text).startswith(said)


def test_bad_toml_is_told_with_line_and_column(tmp_path: Path) -> None:
    assert (
        refusal(tmp_path, 'base = "https://x.example/"\nlanguage en')
        == "kg.toml:2:10: not TOML: Expected '=' after a key in a key/value pair"
    )
    assert refusal(tmp_path, "base = [").startswith("kg.toml: not TOML: ")
    assert refusal(tmp_path, "a = " + "[" * 5000).startswith("kg.toml: not TOML: ")


def test_a_file_that_is_not_utf8_is_told_with_its_line(tmp_path: Path) -> None:
    assert refusal(tmp_path, b'language = "fr"\npublisher = "Caf\xe9"') == "kg.toml:2: not UTF-8"


def test_a_file_that_cannot_be_read_is_a_matter_of_the_disk(tmp_path: Path) -> None:
    (tmp_path / "kg.toml").mkdir()
    with pytest.raises(ResourceError, match="cannot be read: Is a directory"):
        config.load(tmp_path)


def test_what_is_given_overrides_the_file_and_the_rest_stays(tmp_path: Path) -> None:
    write(tmp_path, OURS)
    found = load(tmp_path, EVERYTHING).override(
        base="https://other.example", publisher=None, language="FR", shapes=(Path("x.ttl"),)
    )
    assert (found.base, found.publisher, found.language) == ("https://other.example/", "Example Press", "fr")
    assert (found.shapes, found.vocabulary) == ((Path("x.ttl"),), (Source(tmp_path / "words" / "ours.ttl"),))


def test_an_empty_text_turns_publisher_and_language_off(tmp_path: Path) -> None:
    found = load(tmp_path, 'publisher = "Example Press"\nlanguage = "en"').override(publisher=" ", language="")
    assert (found.publisher, found.language) == (None, None)


@pytest.mark.parametrize(
    "given",
    [
        {"base": "ftp://x.example/"},
        {"language": "x y"},
        {"formats": ("pdf",)},
        {"formats": ()},
        {"shard_size": 0},
        {"title": ""},
        {"title": "\ud800"},
        {"license": "mine"},
        {"only_shapes": True},
        *({"links": Preferences(confidence)} for confidence in (-0.1, 1.1, float("nan"))),
    ],
)
def test_what_is_given_is_checked_as_the_file_is(given: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as caught:
        Config().override(**given)
    assert caught.value.place is None


def test_every_field_that_a_file_may_set_has_its_key() -> None:
    on_the_command_line_only = {"allow_private"}
    assert {item.name for item in fields(Config)} - on_the_command_line_only == {field for field, _ in reading.READERS.values()}


def test_formats_may_be_packed(tmp_path: Path) -> None:
    assert load(tmp_path, 'formats = ["turtle.gz", "csv"]').formats == ("turtle.gz", "csv")


def test_an_empty_list_of_sources_is_none(tmp_path: Path) -> None:
    assert load(tmp_path, "sources = []") == Config()


def test_the_folder_for_the_dump_may_be_there_or_not(tmp_path: Path) -> None:
    assert load(tmp_path, 'output = "a/b"').output == tmp_path / "a" / "b"
    (tmp_path / "a").mkdir()
    assert load(tmp_path, 'output = "a"').output == tmp_path / "a"


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_each_requirement_can_be_turned_off_and_only_that_one(name: str, tmp_path: Path) -> None:
    posts = write(tmp_path / "posts", {"a.md": article(None, author=None, publisher=None, date=None)})
    waived = load(tmp_path, f"[require]\n{name} = false")
    all_faults, left = (
        {finding.reason for finding in targets.validate([posts], settings, "fast") if finding.severity == "violation"}
        for settings in (Config(), waived)
    )
    assert left < all_faults
    assert len(all_faults - left) == 1
    assert len(all_faults) == len(REQUIREMENTS)
    assert {name in reason or (name == "published" and "publication" in reason) for reason in all_faults - left} == {True}


def test_a_requirement_that_is_true_stays(tmp_path: Path) -> None:
    assert load(tmp_path, "[require]\nauthor = true").waived == frozenset()


# --- licences ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", LICENSES)
def test_a_licence_that_is_known_by_name_has_an_address(name: str) -> None:
    assert terms.is_iri(LICENSES[name])
    for written in (name, name.lower(), name.upper(), LICENSES[name]):
        assert config.license_iri(written) == LICENSES[name]


@pytest.mark.parametrize("iri", ["http://creativecommons.org/licenses/by/3.0/", "https://press.example.org/terms", "urn:x:licence"])
def test_any_address_may_be_that_of_a_licence(iri: str) -> None:
    assert Config().override(license=iri).license == iri


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("CC BY 4.0", "did you mean 'CC-BY-4.0'?"),
        ("CC0", "did you mean 'CC0-1.0'?"),
        ("odbl", "did you mean 'ODbL-1.0'?"),
        ("All rights reserved", "names that are known: CC0-1.0, CC-BY-4.0, "),
    ],
)
def test_a_licence_that_is_not_known_is_refused_with_a_hint(text: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        Config().override(license=text)
    assert hint in caught.value.reason


# --- lines -----------------------------------------------------------------------------------------------------------------
LINES = """\
# publisher = "not here"
sources = ["posts", # ]
  "publisher = 1",
]
title = '''
language = 1
[links]
'''
[links.sources]
"a.b*".never = []
[require]
"publisher" = true

\t"\\u0061uthor" = false
[links."always"]
sources = "treaty:inf-treaty"
"""


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ("sources", 2),
        ("title", 5),
        ("language", 0),
        ("links", 9),
        ("links sources", 9),
        ("links sources a.b*", 10),
        ("links sources a.b* never", 10),
        ("links sources a.b* always", 10),
        ("require publisher", 12),
        ("require author", 14),
        ("links always sources", 16),
        ("publisher", 0),
    ],
)
def test_a_key_is_found_in_its_own_table_and_not_in_a_text_or_comment(keys: str, line: int, tmp_path: Path) -> None:
    document = Document.read(write(tmp_path, {"kg.toml": LINES}) / "kg.toml")
    assert document.place(tuple(keys.split())).line == line


VALUES = st.sampled_from(
    [
        "1",
        "true",
        "1979-05-27 # k1 = 1",
        '"a # [ = \\" b"',
        "'# \\'",
        '"""\n[t1]\nk1 = 1 \\""" \n"""""',
        "'''\nk2 = 2\n'''''",
        '[\n1, # ]\n"]\\\\",\n\n]',
        '{ k1 = "}", k2 = [1, "\\n"] }',
        "[[], [{ a = 1 }]]",
    ]
)
FILLING = st.sampled_from(["", "\n", "# k1 = 1\n", "  # [t1]\n\n", "\r\n"])
SPELLINGS = st.sampled_from([("k{}", "k{}"), ('"k {}"', "k {}"), ("'k.{}'", "k.{}"), ('"k\\u0041{}"', "kA{}")])


@settings(max_examples=40)
@given(st.lists(st.tuples(FILLING, st.booleans(), SPELLINGS, st.booleans(), VALUES), max_size=12))
def test_the_line_of_every_key_is_that_on_which_it_is_named(
    rows: list[tuple[str, bool, tuple[str, str], bool, str]],
) -> None:
    text = ""
    table: tuple[str, ...] = ()
    expected = {}
    for number, (filling, is_table, (spelling, name), is_dotted, value) in enumerate(rows):
        text += filling
        own = (name.format(number), *(("x y",) if is_dotted else ()))
        spelt = spelling.format(number) + (' . "x y"' if is_dotted else "")
        table = own if is_table else table
        expected[table if is_table else (*table, *own)] = text.count("\n") + 1
        text += f"[ {spelt} ]\n" if is_table else f" {spelt}\t= {value}\n"
    document = Document(Path("kg.toml"), text, tomllib.loads(text))
    assert {keys: document.place(keys).line for keys in expected} == expected


# --- vocabularies ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", TYPES)
def test_a_vocabulary_may_say_what_its_concepts_are(kind: str, tmp_path: Path) -> None:
    write(tmp_path, {"words/pacts.ttl": ""})
    assert load(tmp_path, f'vocabulary = ["words/pacts.ttl={kind}"]').vocabulary == (
        Source(tmp_path / "words" / "pacts.ttl", kind),
    )


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("a.ttl", Source(Path("a.ttl"))),
        ("a.ttl=state", Source(Path("a.ttl"), "state")),
        ("gone.ttl=state", Source(Path("gone.ttl"), "state")),
        ("a=b.ttl", Source(Path("a=b.ttl"))),
        ("a=b.ttl=state", Source(Path("a=b.ttl"), "state")),
        ("a=state", Source(Path("a=state"))),
        ("a=state=bloc", Source(Path("a=state"), "bloc")),
    ],
)
def test_a_file_whose_name_has_an_equals_sign_is_that_file(
    text: str, source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write(tmp_path, dict.fromkeys(("a.ttl", "a=b.ttl", "a=state"), "")))
    assert config.vocabulary_source(text) == source
    if source.path.exists():
        assert load(Path(), f'vocabulary = ["{text}"]').vocabulary == (source,)


def test_a_file_whose_name_has_an_equals_sign_stands_beside_the_configuration(tmp_path: Path) -> None:
    write(tmp_path, {"a=b.ttl": ""})
    assert load(tmp_path, 'vocabulary = ["a=b.ttl"]').vocabulary == (Source(tmp_path / "a=b.ttl"),)


# --- links -----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("confidence", ["0", "0.0", "0.5", "1", "1.0"])
def test_a_confidence_is_a_number_from_0_to_1(confidence: str, tmp_path: Path) -> None:
    found = load(tmp_path, f"[links]\nmin_confidence = {confidence}").links
    assert found == Preferences(float(confidence))
    assert isinstance(found.confidence, float)


def test_a_phrase_that_has_a_colon_is_a_phrase(tmp_path: Path) -> None:
    never = ["Note: Polo", "12:30", "urn of tea"]
    assert load(tmp_path, f"[links]\nnever = {never}").links.choice.never == frozenset(never)


def test_an_entity_may_have_an_address_of_any_scheme(tmp_path: Path) -> None:
    assert load(tmp_path, '[links]\nalways = { Polo = "urn:t:polo" }').links.choice.always == (("Polo", "<urn:t:polo>"),)


@pytest.mark.parametrize("phrase", ["", " "])
def test_a_phrase_without_words_is_refused(phrase: str, tmp_path: Path) -> None:
    refusal(tmp_path, f'[links]\nalways = {{ "{phrase}" = "treaty:inf-treaty" }}')


@pytest.mark.parametrize("table", ["links.always", 'links.sources."posts/*".always'])
def test_what_is_always_linked_must_stand_in_a_vocabulary(table: str, tmp_path: Path) -> None:
    found = load(tmp_path, f'[{table}]\n"the pact" = "treaty:inf-treaty"\n"Polo" = "state:polo"')
    with pytest.raises(UsageError) as caught:
        pipeline.load_vocabulary(found)
    assert str(caught.value) == f"'Polo' is always to be linked to what no vocabulary has: {terms.ENTITIES}state/polo"


def test_what_is_never_linked_need_not_stand_in_a_vocabulary(tmp_path: Path) -> None:
    assert INF in pipeline.load_vocabulary(load(tmp_path, '[links]\nnever = ["state:polo", "treaty:inf-treaty"]'))


# --- the README ------------------------------------------------------------------------------------------------------------
def test_the_readme_explains_every_key() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    section = readme[readme.index("\n## Configuration\n") : readme.index("\n## Python\n")]
    rows = re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
    assert {key.strip("[]") for row in rows for key in re.findall(r"`(.*?)`", row)} == set(reading.READERS)
    tables = {"links": {"min_confidence", "never", "always", "sources"}, "require": set(REQUIREMENTS)}
    for table, keys in tables.items():
        (row,) = re.findall(rf"^\| `\[{table}\]` \|.*$", section, re.MULTILINE)
        assert keys <= set(re.findall(r"`(\w+)`", row))
