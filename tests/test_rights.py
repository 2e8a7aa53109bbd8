"""A dump quotes, it does not copy: no long stretch of an article's text leaves the build, and no personal address."""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

import pytest
from ahocorasick_rs import AhoCorasick
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kg import candidates, exporters, linkers, pipeline, readers, rights, terms, validation
from kg.article import Article, Record
from kg.config import Config
from kg.errors import KgError
from kg.pipeline import Tools
from kg.rights import Addresses, Phrase
from kg.rights.quotations import APART, CHAIN, CONTEXT, QUOTED, quotations
from kg.vocabulary import Vocabulary
from tests.conftest import ROOT
from tests.strategies import quads_of_pyoxigraph

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LONGEST = 200
# No second opinions: what they say is tested elsewhere
ENGINE: validation.Engine = "fast" if validation.fast_engine_is_here() else "auto"
FORMATS = tuple(name for name in exporters.NAMES if "." not in name)


@pytest.fixture(scope="module")
def tools() -> Tools:
    return pipeline.load_tools(Config(formats=FORMATS), has_opinions=False)


# --- what must not be there ------------------------------------------------------------------------------------------------
def spellings(text: str) -> set[str]:
    """Return a text as JSON, N-Triples, XML and tables write it, and as it reads on one line."""
    return {
        text,
        " ".join(text.split()),
        json.dumps(text, ensure_ascii=False)[1:-1],
        json.dumps(text)[1:-1],
        terms.literal(re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", " ", text))[1:-1],
        escape(text),
        escape(text, quote=False),
        text.replace('"', '""'),
    }


class Bodies:
    """Texts that must not be found in a file, in pieces that every long stretch of them has one of whole."""

    def __init__(self, texts: Iterable[str]) -> None:
        half = LONGEST // 2
        self._found: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        for text in {spelling for body in texts for spelling in spellings(body)}:
            for begin in range(0, len(text) - half + 1, half):
                self._found[text[begin : begin + half]].append((text, begin))
        self._pieces = list(self._found)
        self._automaton = AhoCorasick(self._pieces)

    def leaked(self, written: str) -> str | None:
        """Return `LONGEST` characters in a row of a text that stand in what was written; None where there are none."""
        for number in {match[0] for match in self._automaton.find_matches_as_indexes(written, overlapping=True)}:
            for text, begin in self._found[self._pieces[number]]:
                for first in range(max(0, begin - LONGEST // 2), min(begin + 1, len(text) - LONGEST + 1)):
                    if text[first : first + LONGEST] in written:
                        return text[first : first + LONGEST]
        return None


def unpacked(path: Path) -> str:
    body = path.read_bytes()
    body = gzip.decompress(body) if path.suffix == ".gz" else zstd.decompress(body) if path.suffix == ".zst" else body
    return body.decode()


def bodies(sources: Iterable[Path]) -> Iterator[str]:
    for record in readers.records(found for source in sources for found in readers.split(source)):
        try:
            yield readers.read(record).body()
        except KgError:
            continue


def test_a_leak_would_be_seen() -> None:
    body = "".join(f'Line {number} says "no" & nothing else.\n' for number in range(40))
    hidden = Bodies([body])
    assert hidden.leaked(f"before {body[311:511]} after")
    assert hidden.leaked(json.dumps({"text": body[100:400]}))
    assert hidden.leaked(terms.literal(body[3:300]))
    assert not hidden.leaked(f"before {body[311:510]} after")


def assert_guarded(sources: list[Path], folder: Path, **given: object) -> None:
    """Build a dump in every format, and look for each body in each of its files."""
    names = (*FORMATS, "turtle.gz", "nquads.zst")
    summary = pipeline.publish(sources, folder / "dump", Config(formats=names, **given), True, ENGINE)  # type: ignore[arg-type]
    assert summary.published
    texts = list(bodies(sources))
    assert sum(len(text) > LONGEST for text in texts) > 0
    hidden = Bodies(texts)
    for path in sorted((folder / "dump").iterdir()):
        assert hidden.leaked(unpacked(path)) is None, path.name


def test_no_file_of_a_dump_has_200_characters_in_a_row_of_a_body(tmp_path: Path) -> None:
    cases = sorted((ROOT / "tests" / "cases").glob("*/input.*"))[::3]
    assert_guarded([ROOT / "examples", *cases], tmp_path)


def test_no_file_of_a_dump_of_real_articles_has_200_characters_in_a_row_of_a_body(tmp_path: Path, shared: Path) -> None:
    files = sorted((shared / "data" / "articles").rglob("*.md"))[::150]
    if not files:
        pytest.skip("no real articles")
    assert_guarded(files, tmp_path, publisher="Example")


def test_the_text_is_there_when_it_is_asked_for(tmp_path: Path) -> None:
    source = ROOT / "examples" / "climate-pledges.md"
    assert pipeline.publish([source], tmp_path / "dump", Config(include_text=True)).published
    (body,) = bodies([source])
    assert Bodies([body]).leaked((tmp_path / "dump" / "articles.nq").read_text("utf-8"))


# --- articles made to leak ---------------------------------------------------------------------------------------------------
_WORDS = "Norway,France,the INF Treaty,NATO,Germany,China,said,that,of,no,harbour,ice,“never”,a,1987,中国,法国,俄罗斯".split(",")
_PIECES = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=25).map(" ".join)
_LINKED = st.builds("[{}](https://www.example.org/{})".format, _PIECES, st.integers(1, 9))
_BODIES = st.one_of(
    st.lists(_PIECES | _LINKED, min_size=10, max_size=30).map(" ".join),
    st.lists(_LINKED, min_size=10, max_size=20).map(" ".join),
    st.lists(_LINKED, min_size=10, max_size=20).map("".join),
    st.lists(st.sampled_from(["Norway", "France", "NATO", "Russia"]), min_size=60, max_size=90).map(" ".join),
    st.lists(_PIECES, min_size=15, max_size=30).map(lambda pieces: f"[{' '.join(pieces)}](https://www.example.org/all)"),
    st.lists(_PIECES, min_size=5, max_size=20).map(lambda pieces: f"https://www.example.org/{'/'.join(pieces).replace(' ', '-')}"),
)
_FIELDS = st.lists(
    st.sampled_from(["title", "description", "rights", "disclaimer", "copyright", "tags", "author", "publisher", "themes"]),
    unique=True,
    max_size=4,
)


def made(body: str, fields: Iterable[str], begin: int, end: int) -> Record:
    """Return an article whose fields hold a stretch of its own body."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", body)[begin:end] or "x"
    front = {"id": "made", "title": "T", "author": "Ada Moreau", "publisher": "Harbour Review", "date": "2024-05-06", "lang": "en"}
    front |= dict.fromkeys(fields, plain)
    text = "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in front.items())
    return Record("made.md", "markdown", f"---\n{text}---\n\n{body}\n".encode())


@settings(max_examples=20)
@given(_BODIES, _FIELDS, st.integers(0, 60), st.integers(100, 2_000))
@example("[" + "word " * 100 + "](https://www.example.org/)", ["description", "title"], 0, 1_000)
@example(" ".join(f"[words number {n} of a link](https://www.example.org/{n})" for n in range(40)), ["tags"], 0, 2_000)
@example("Norway and France agreed. " * 20, ["description"], 0, 600)
def test_no_article_is_made_so_that_its_text_leaves(tools: Tools, body: str, fields: list[str], begin: int, end: int) -> None:
    record = made(body, fields, begin, end)
    try:
        item = pipeline.convert(record, tools)
    except KgError:
        return
    hidden = Bodies([readers.read(record).body()])
    told = json.dumps([repr(finding) for finding in item.findings], ensure_ascii=False)
    for name, piece in (*item.pieces.items(), ("findings", told.encode())):
        assert hidden.leaked(piece.decode()) is None, name
    article = linkers.link(readers.read(record), tools.vocabulary)
    assert_chains_are_short(item.pieces["nquads"].decode(), article)


def assert_chains_are_short(nquads: str, article: Article) -> None:
    """Put the quotations of a graph together again by their offsets, and see that little comes of it."""
    length = len(article.text)
    said: dict[str, dict[str, str]] = {}
    for s in quads_of_pyoxigraph(nquads, "nquads"):
        said.setdefault(s.subject, {})[s.predicate] = terms.value(s.object)
    shown, names = bytearray(length), bytearray(length)
    for values in said.values():
        if terms.BEGIN_INDEX not in values:
            continue
        begin, end = int(values[terms.BEGIN_INDEX]), int(values[terms.END_INDEX])
        low = begin - len(values.get(terms.BEFORE, ""))
        high = end + len(values.get(terms.AFTER, "")) if terms.ANCHOR_OF in values else low
        shown[low:high] = b"x" * (high - low)
        if terms.TA_IDENT_REF in values:
            names[begin:end] = b"x" * (end - begin)
    assert longest_chain(shown, names) <= CHAIN


def longest_chain(shown: bytearray, names: bytearray) -> int:
    """Return how many characters a chain of quotations gives at most, names apart; more than `APART` unquoted ones end it."""
    longest = count = unseen = 0
    for is_shown, is_name in zip(shown, names, strict=True):
        unseen = 0 if is_shown else unseen + 1
        count = 0 if unseen >= APART else count + bool(is_shown and not is_name)
        longest = max(longest, count)
    return longest


# --- quotations --------------------------------------------------------------------------------------------------------------
_PHRASES = st.lists(
    st.builds(
        lambda begin, size, is_name: Phrase(begin, begin + size, is_name), st.integers(0, 900), st.integers(1, 150), st.booleans()
    ),
    max_size=40,
)


@given(_PHRASES)
@example([Phrase(n * 15, n * 15 + 10, n % 2 == 0) for n in range(60)])
@example([Phrase(n * 121, n * 121 + 120, False) for n in range(8)])
@example([Phrase(n * 60, n * 60 + 20, True) for n in range(16)])
def test_chains_of_quotations_are_short_whatever_the_phrases(phrases: list[Phrase]) -> None:
    length = 1_100
    shown, names = bytearray(length), bytearray(length)
    found = quotations(phrases, length)
    for phrase, (low, high) in found.items():
        assert 0 <= low <= phrase.begin < phrase.end <= high <= length
        assert high - low <= max(QUOTED, phrase.end - phrase.begin)
        assert phrase.is_name or ((low, high) == phrase[:2] and high - low <= QUOTED)
        assert max(phrase.begin - low, high - phrase.end) <= CONTEXT
        shown[low:high] = b"x" * (high - low)
        if phrase.is_name:
            names[phrase.begin : phrase.end] = b"x" * (phrase.end - phrase.begin)
    assert {phrase for phrase in phrases if phrase.is_name} <= set(found)
    assert longest_chain(shown, names) <= CHAIN


def test_a_name_that_stands_alone_is_quoted_with_forty_characters_to_either_side() -> None:
    phrase = Phrase(100, 106, True)
    assert quotations([phrase], 500) == {phrase: (60, 146)}
    assert quotations([Phrase(3, 9, True)], 12) == {Phrase(3, 9, True): (0, 12)}


def test_words_of_a_long_link_are_not_published_and_the_offsets_stay(tools: Tools) -> None:
    words = "word " * 40
    article = record(f"A [{words.strip()}](https://www.example.org/long) and [a short one](https://www.example.org/short).")
    item = pipeline.convert(article, tools)
    quads = quads_of_pyoxigraph(item.pieces["nquads"].decode(), "nquads")
    links = {s.subject for s in quads if s.object == terms.CITATION_CLASS}
    assert len({s.subject for s in quads if s.subject in links and s.predicate == terms.END_INDEX}) == 2
    assert [terms.value(s.object) for s in quads if s.predicate == terms.ANCHOR_OF and s.subject in links] == ["a short one"]
    assert [f.severity for f in item.findings if "the words of a link" in f.reason] == ["info"]
    assert {"<https://www.example.org/long>", "<https://www.example.org/short>"} == {
        s.object for s in quads if s.predicate == terms.SCHEMA_CITATION
    }


def test_an_abstract_that_is_the_body_is_cut_where_it_begins_to_repeat_it(tools: Tools) -> None:
    body = "".join(f"Sentence number {number} of this text. " for number in range(30)).strip()
    own = "The editors say this of it. " * 3
    for abstract, kept in ((body, 0), (own + body, len(own)), ("Short and good.", 15)):
        item = pipeline.convert(record(body, description=abstract), tools)
        (found,) = literals(item.pieces["nquads"], terms.ABSTRACT)
        notes = [finding for finding in item.findings if "the abstract" in finding.reason and finding.reason.startswith("cut")]
        if kept == len(abstract):
            assert (found, notes) == (abstract, [])
        else:
            assert abstract.startswith(found.removesuffix("…"))
            assert kept < len(found) < kept + LONGEST
            assert [note.severity for note in notes] == ["info"]


def test_a_headline_or_notice_that_is_an_article_is_cut(tools: Tools) -> None:
    item = pipeline.convert(record("Text.", title="word " * 200, rights="right " * 1_000), tools)
    assert len(literals(item.pieces["nquads"], terms.HEADLINE)[0]) <= 301
    assert len(literals(item.pieces["nquads"], terms.SCHEMA_TEXT)[0]) <= 2_001
    assert sum(finding.reason.startswith("cut: ") for finding in item.findings) == 2


def test_examples_of_candidates_are_no_longer_than_quotations(words: Vocabulary) -> None:
    text = "Quandom builds, " + "and builds, " * 60 + "and Quandom stays, " + "and stays " * 30
    article = readers.read(Record("a.txt", "text", f"Title\n\n{text}\n".encode()))

    class Found:
        def __init__(self, begin: int) -> None:
            self.label_, self.start_char, self.end_char = "ORG", begin, begin + 7

    class Model:
        lang = "xx"

        def pipe(self, texts: Iterable[tuple[str, object]], *, as_tuples: bool, batch_size: int) -> Iterator[tuple[object, object]]:
            for piece, about in texts:
                yield type("Analysis", (), {"ents": [Found(m.start()) for m in re.finditer("Quandom", piece)]})(), about

    (found,) = candidates.find([article], words, Model())  # type: ignore[arg-type]
    assert found.count == 2
    assert all("Quandom" in one.sentence and len(one.sentence) <= QUOTED for one in found.examples)


# --- addresses -----------------------------------------------------------------------------------------------------------
def record(body: str, **fields: str) -> Record:
    front = {"id": "a", "title": "T", "author": "Ada Moreau", "publisher": "Harbour Review", "date": "2024-05-06", "lang": "en"}
    lines = "".join(f"{name}: {json.dumps(value)}\n" for name, value in (front | fields).items())
    return Record("a.md", "markdown", f"---\n{lines}---\n\n{body}\n".encode())


def literals(nquads: bytes, predicate: str) -> list[str]:
    return sorted(terms.value(s.object) for s in quads_of_pyoxigraph(nquads.decode(), "nquads") if s.predicate == predicate)


OF_THE_ORGANIZATION = (
    "editor@harbour.example",
    "info@harbour.example",
    "press.office@harbour.example",
    "PRESS@harbour.example",
    "harbour@harbour.example",
    "redaktion@hafen.example",
    "no-reply@harbour.example",
    "desk-2@harbour.example",
    "boats@harbour.example",
)
PERSONAL = (
    "ada.moreau@harbour.example",
    "moreau@harbour.example",
    "amoreau@harbour.example",
    "adamoreau@harbour.example",
    "MoreauA@harbour.example",
    "ada@harbour.example",
    "john.smith@harbour.example",
    "jsmith77@mail.example",
    "novák@harbour.example",
)


@pytest.mark.parametrize("address", OF_THE_ORGANIZATION)
def test_an_address_of_an_organization_is_known(address: str) -> None:
    assert not Addresses(["Ada Moreau", "Jan Novák"], ["boats@harbour.example"]).is_personal(address)


@pytest.mark.parametrize("address", PERSONAL)
def test_an_address_of_a_person_is_known(address: str) -> None:
    assert Addresses(["Ada Moreau", "Jan Novák"], ["john.smith@harbour.example", "moreau@harbour.example"]).is_personal(address)


def test_addresses_are_found_in_texts_and_links_and_handles_are_none() -> None:
    known = Addresses()
    assert known.without("Write to ada@mail.example, or (jan@mail.example).") == ("Write to […], or ([…]).", 2)
    assert known.without("Follow @ada@social.example, mind a@b and 3 @ 4.5.") == (
        "Follow @ada@social.example, mind a@b and 3 @ 4.5.",
        0,
    )
    assert known.without("info@mail.example or x@mail.example.") == ("info@mail.example or […].", 1)
    assert known.blotted("to ada@mail.example!") == ("to ****************!", 1)
    assert known.name("Ada Moreau <ada@mail.example>") == ("Ada Moreau", 1)
    assert known.name("ada@mail.example (Ada Moreau)") == ("(Ada Moreau)", 1)
    assert known.name("ada.moreau@mail.example") == ("ada.moreau", 1)
    assert [
        known.in_iri(iri)
        for iri in ("mailto:ada@mail.example", "mailto:ada%40mail.example", "https://a.example/?to=ada@mail.example")
    ] == [1, 1, 1]
    assert [
        known.in_iri(iri) for iri in ("mailto:info@mail.example", "https://a.example/@ada", "https://a.example/@ada@social.example")
    ] == [0, 0, 0]


LETTER = """Norway signed. Write to ada.moreau@mail.example or info@harbour.example. Norway, and jan@mail.example, kept it.

See [her page](https://www.example.org/?to=ada.moreau@mail.example), [write to her](mailto:ada.moreau@mail.example),
[jan@mail.example](https://www.example.org/jan) or [the desk](mailto:desk@harbour.example).
"""


def test_personal_addresses_are_left_out_of_everything_with_a_note(tools: Tools) -> None:
    """Front matter, texts, links, words of links, and what stands around names."""
    fields = {
        "description": "By ada.moreau@mail.example on Norway.",
        "byline": "Ada Moreau (ada.moreau@mail.example)",
        "rights": "Ask jan@mail.example or rights@harbour.example.",
        "tags": "ada.moreau@mail.example",
    }
    item = pipeline.convert(record(LETTER, **fields), tools)
    for name, piece in item.pieces.items():
        assert b"@mail.example" not in piece, name
        assert re.search(rb"%40mail|mail-example", piece) is None, name
    assert literals(item.pieces["nquads"], terms.ABSTRACT) == ["By […] on Norway."]
    assert literals(item.pieces["nquads"], terms.SCHEMA_TEXT) == ["Ask […] or rights@harbour.example."]
    assert "mailto:desk@harbour.example" in literals(item.pieces["nquads"], terms.SCHEMA_CITATION)
    notes = [finding for finding in item.findings if "personal e-mail addresses (include_personal_email" in finding.reason]
    assert [note.severity for note in notes] == ["info"]


def test_personal_addresses_are_published_when_they_are_asked_for(tools: Tools) -> None:
    given = pipeline.load_tools(Config(include_personal_email=True), has_opinions=False)
    item = pipeline.convert(record(LETTER, rights="Ask jan@mail.example."), given)
    assert literals(item.pieces["nquads"], terms.SCHEMA_TEXT) == ["Ask jan@mail.example."]
    assert "mailto:ada.moreau@mail.example" in literals(item.pieces["nquads"], terms.SCHEMA_CITATION)
    assert not any("personal" in finding.reason for finding in item.findings)


def test_the_text_is_published_without_personal_addresses_and_its_offsets_hold(tools: Tools) -> None:
    given = pipeline.load_tools(Config(include_text=True), has_opinions=False)
    item = pipeline.convert(record(LETTER), given)
    (text,) = literals(item.pieces["nquads"], terms.IS_STRING)
    article = readers.read(record(LETTER))
    assert b"@mail.example" not in item.pieces["nquads"]
    assert len(text) == len(article.text)
    assert [a for a, b in zip(text, article.text, strict=True) if a != b] == ["*"] * len(
        "ada.moreau@mail.examplejan@mail.examplejan@mail.example"
    )


def test_what_is_left_as_it_is_is_the_same_article(words: Vocabulary) -> None:
    article = linkers.link(readers.read(record("Norway signed, wrote info@harbour.example.")), words)
    assert rights.publishable(article, rights.addresses(article), False, False) is article


_TEXTS = st.text(st.sampled_from("ab.@-+_ \n<>:/%4é"), max_size=60)


@given(_TEXTS, st.sampled_from(["", "Ab Ba", "b"]))
def test_masked_texts_have_no_personal_address_left(text: str, person: str) -> None:
    known = Addresses([person])
    for masked, _ in (known.without(text), known.blotted(text)):
        assert list(known.personal(masked)) == []
    assert len(known.blotted(text)[0]) == len(text)


def test_many_signs_that_are_no_address_cost_little() -> None:
    known = Addresses()
    for text in ("@" * 100_000, "a@" * 100_000, "a" * 200_000):
        assert list(known.personal(text)) == []
