"""`kg.toml` says what a project would say on every command line; a fault in it has a place."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg import config, pipeline, targets, terms
from kg.config import REQUIREMENTS, Config
from kg.errors import ResourceError, UsageError
from kg.linkers.preferences import DEFAULT, Choice, Preferences
from kg.vocabulary import TYPES, Source
from tests.writing import article, write

EVERYTHING = """\
base = "https://data.example.com"
publisher = "Example Press"
language = "EN-gb"
vocabulary = ["words/ours.ttl"]
shapes = ["shapes.ttl"]
formats = ["turtle", "trig", "turtle"]
include_text = true
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
    write(tmp_path, {"words/ours.ttl": "", "shapes.ttl": ""})
    assert load(tmp_path, EVERYTHING) == Config(
        base="https://data.example.com/",
        publisher="Example Press",
        language="en-gb",
        vocabulary=(Source(tmp_path / "words" / "ours.ttl"),),
        shapes=(tmp_path / "shapes.ttl",),
        formats=("turtle", "trig"),
        include_text=True,
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
    write(tmp_path, {"words/ours.ttl": "", "shapes.ttl": ""})
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
        *({"links": Preferences(confidence)} for confidence in (-0.1, 1.1, float("nan"))),
    ],
)
def test_what_is_given_is_checked_as_the_file_is(given: dict[str, str]) -> None:
    with pytest.raises(UsageError) as caught:
        Config().override(**given)
    assert caught.value.place is None


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_each_requirement_can_be_turned_off_and_only_that_one(name: str, tmp_path: Path) -> None:
    posts = write(tmp_path / "posts", {"a.md": article(None, author=None, publisher=None, date=None)})
    all_faults = {f.reason for f in targets.validate([posts]) if f.severity == "violation"}
    left = {f.reason for f in targets.validate([posts], load(tmp_path, f"[require]\n{name} = false")) if f.severity == "violation"}
    assert left < all_faults
    assert len(all_faults - left) == 1
    assert len(all_faults) == len(REQUIREMENTS)
    assert {name in reason or (name == "published" and "publication" in reason) for reason in all_faults - left} == {True}


def test_a_requirement_that_is_true_stays(tmp_path: Path) -> None:
    assert load(tmp_path, "[require]\nauthor = true").waived == frozenset()


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
