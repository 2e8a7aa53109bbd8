"""The article with which this project began, and three hundred others of other people's: what must be found in them."""

from __future__ import annotations

import html
import re
from collections import Counter
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph
import pytest

from kg import linkers, pipeline, readers, terms
from kg.article import Article, Record
from kg.config import Config
from kg.errors import ReadError, SkippedError
from kg.pipeline import Summary
from kg.vocabulary import Vocabulary

PREFIXES = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in terms.PREFIXES.items()) + (
    "PREFIX e: <https://w3id.org/article-kg/>\nPREFIX o: <https://data.example.org/organization/>\n"
)
BODY_LINKS = [
    "Missile Defense Review",
    "New Cold War",
    "Space Force",
    "What The US Really Wants From Russia",
    'international "balancing" act',
    "pulling out of the INF Treaty",
    "revitalizing the Russian economy",
    "unveiling",
]

Row = tuple[str, ...]


@cache
def build(seed: Path) -> tuple[Summary, pyoxigraph.Store]:
    """Return what building the article says, and its quads, all graphs as one."""
    store = pyoxigraph.Store()
    with TemporaryDirectory() as folder:
        summary = pipeline.publish([seed], Path(folder) / "dump", Config(formats=("nquads",)))
        for quad in pyoxigraph.parse(path=str(summary.folder / pipeline.NQUADS)):
            store.add(pyoxigraph.Quad(quad.subject, quad.predicate, quad.object))
    return summary, store


@pytest.fixture
def seed(shared: Path) -> Path:
    return shared / "data" / "seed" / "arms-race.md"


@pytest.fixture
def summary(seed: Path) -> Summary:
    return build(seed)[0]


@pytest.fixture
def store(seed: Path) -> pyoxigraph.Store:
    return build(seed)[1]


@pytest.fixture
def article(seed: Path) -> Article:
    return readers.read(next(readers.records(readers.split(seed))))


def ask(store: pyoxigraph.Store, pattern: str) -> list[Row]:
    """Return the solutions of a pattern about the article ?a: its other variables as texts, in their order, sorted."""
    names = [name for name in dict.fromkeys(re.findall(r"\?(\w+)", pattern)) if name != "a"]
    variables = " ".join(f"?{name}" for name in names)
    found = store.query(f"{PREFIXES} SELECT DISTINCT {variables} {{ ?a a schema:Article . {pattern} }}")
    assert isinstance(found, pyoxigraph.QuerySolutions)
    return sorted(tuple(short(solution[name]) for name in names) for solution in found)


def short(node: object) -> str:
    """Return a term as text, our own names as in `PREFIXES`."""
    assert isinstance(node, pyoxigraph.NamedNode | pyoxigraph.Literal)
    return node.value.removeprefix(terms.ENTITIES) if isinstance(node, pyoxigraph.NamedNode) else node.value


def test_the_article_is_published_without_a_violation_and_with_a_warning_of_the_two_sources(summary: Summary) -> None:
    assert summary.published
    assert [finding for finding in summary.findings if finding.severity == "violation"] == []
    (disagreement,) = (finding for finding in summary.findings if "original source" in finding.reason)
    assert disagreement.severity == "warning"
    assert "'Global Research'" in disagreement.reason
    assert "'Eurasia Future'" in disagreement.reason
    assert (disagreement.place.line, disagreement.place.column) == (35, 40)


def test_headline_author_bio_and_language(store: pyoxigraph.Store) -> None:
    ((headline, language),) = ask(store, "?a schema:headline ?h . BIND(LANG(?h) AS ?l)")
    assert headline.startswith("Will Trump's Arms Race")
    assert headline.endswith("Strategic Partnership?")
    assert language == "en"
    ((name, bio),) = ask(store, "?a schema:author [ a schema:Person ; schema:name ?n ; schema:description ?d ]")
    assert name == "Andrew Korybko"
    assert bio.startswith("Andrew Korybko is an American Moscow-based political analyst")
    assert bio.endswith("He is a frequent contributor to Global Research.")
    assert ask(store, "?a kg:bylineText ?b ; schema:inLanguage ?l") == [("By Andrew Korybko", "en")]


def test_publisher_and_day(store: pyoxigraph.Store) -> None:
    assert ask(store, "?a schema:publisher ?p . ?p a schema:Organization ; schema:name ?n . FILTER(?p = o:global-research)") == [
        ("https://data.example.org/organization/global-research", "Global Research")
    ]
    assert ask(store, "?a schema:datePublished ?d . BIND(DATATYPE(?d) AS ?t)") == [("2019-01-21", f"{terms.XSD}date")]


def test_region_and_themes(store: pyoxigraph.Store) -> None:
    assert ask(store, "?a schema:spatialCoverage ?s . ?s a kg:State") == [("state/united-states",)]
    assert ask(store, "?a schema:about ?t . ?t a kg:Theme ; skos:prefLabel ?l . FILTER(LANG(?l) = 'en')") == [
        ("theme/arms-race", "Arms race"),
        ("theme/intelligence", "Intelligence"),
        ("theme/militarization-and-weapons-of-mass-destruction", "Militarization and weapons of mass destruction"),
    ]


def test_abstract(store: pyoxigraph.Store) -> None:
    ((abstract,),) = ask(store, "?a schema:abstract ?x")
    assert abstract.startswith("As risky of a gambit")
    assert abstract.endswith("the Russian economy.")


def test_where_it_was_first_published(store: pyoxigraph.Store) -> None:
    assert ask(store, "?a kg:republicationOf [ a schema:CreativeWork ; schema:publisher [ schema:name ?n ] ]") == [
        ("Eurasia Future",)
    ]
    assert ask(store, "?a kg:republicationOf [ schema:url ?u ]") == []
    assert ask(store, "?a schema:url ?u") == []


def test_copyright(store: pyoxigraph.Store) -> None:
    assert ask(store, "?a schema:copyrightYear ?y . BIND(DATATYPE(?y) AS ?t)") == [("2019", f"{terms.XSD}gYear")]
    assert ask(store, "?a schema:copyrightHolder [ a ?t ; schema:name ?n ]") == [
        (f"{terms.SCHEMA}Organization", "Global Research"),
        (f"{terms.SCHEMA}Person", "Andrew Korybko"),
    ]
    assert ask(store, "?a schema:copyrightNotice ?n") == [("Copyright © Andrew Korybko, Global Research, 2019",)]


def test_terms_of_use(store: pyoxigraph.Store) -> None:
    ((text, disclaimer),) = ask(store, "?a schema:usageInfo [ a schema:CreativeWork ; schema:text ?t ; kg:disclaimer ?d ]")
    assert text.startswith("The Centre of Research on Globalization grants permission to cross-post")
    assert 'the provisions of "fair use"' in text
    assert disclaimer.startswith("The contents of this article are of sole responsibility of the author(s).")
    assert "grants permission" not in disclaimer


def test_contacts(store: pyoxigraph.Store) -> None:
    pattern = (
        '?o schema:name "Centre for Research on Globalization" ; schema:contactPoint [ schema:email ?e ; schema:contactType ?t ]'
    )
    assert [row[1:] for row in ask(store, pattern)] == [
        ("publications@globalresearch.ca", "media inquiries"),
        ("publications@globalresearch.ca", "publication"),
    ]


def test_each_linked_phrase_of_the_body_is_a_citation_without_address(store: pyoxigraph.Store) -> None:
    assert ask(store, "?a kg:citation [ a kg:Citation ; nif:anchorOf ?w ]") == [(words,) for words in BODY_LINKS]
    assert ask(store, "?a kg:citation [ schema:url ?u ]") == []
    assert ask(store, "?a schema:citation ?u") == []


MENTIONS = [
    ("state/united-states", "US", "Acronym"),
    ("state/united-states", "America", "Name"),
    ("state/united-states", "American", "Demonym"),
    ("state/united-states", "Washington", "Metonym"),
    ("state/russia", "Russia", "Name"),
    ("state/russia", "Russian", "Demonym"),
    ("state/russia", "Moscow", "Metonym"),
    ("state/china", "China", "Name"),
    ("state/china", "Chinese", "Demonym"),
    ("state/china", "People's Republic", "Name"),
    ("person/donald-trump", "Trump", "Name"),
    ("person/vladimir-putin", "Putin", "Name"),
    ("treaty/inf-treaty", "INF Treaty", "Name"),
    ("initiative/missile-defense-review", "Missile Defense Review", "Name"),
    ("initiative/missile-defense-review", "MDR", "Acronym"),
    ("initiative/space-force", "Space Force", "Name"),
    ("initiative/belt-and-road-initiative", "One Belt One Road", "Name"),
    ("initiative/belt-and-road-initiative", "New Silk Road", "Name"),
]


def test_what_the_article_mentions_and_in_which_words(store: pyoxigraph.Store) -> None:
    found = ask(store, "?a kg:mention [ itsrdf:taIdentRef ?e ; nif:anchorOf ?w ; kg:mentionKind ?k ]")
    named = {(entity, words, kind.removeprefix("ontology#")) for entity, words, kind in found}
    assert set(MENTIONS) - named == set()
    entities = {entity for entity, _, _ in named} - {entity for entity, _, _ in MENTIONS}
    assert entities == {
        *("initiative/new-cold-war", "region/afro-eurasia", "theme/arms-race", "theme/hybrid-warfare"),
        *("theme/hypersonic-weapons", "theme/missile-defense", "theme/multipolarity", "theme/weaponization-of-space"),
    }
    assert {entity for (entity,) in ask(store, "?a schema:mentions ?e")} == {entity for entity, _, _ in named}


def test_the_article_is_about_what_headline_and_abstract_name(store: pyoxigraph.Store) -> None:
    assert {entity for (entity,) in ask(store, "?a schema:about ?e . ?e a kg:Actor")} <= {
        *("person/donald-trump", "person/vladimir-putin", "state/china", "state/russia", "state/united-states")
    }
    assert ("state/russia",) in ask(store, "?a schema:about ?e")


def test_every_mention_and_citation_is_the_very_words_of_the_text(store: pyoxigraph.Store, article: Article) -> None:
    found = ask(store, "?p nif:referenceContext ?t ; nif:beginIndex ?b ; nif:endIndex ?e ; nif:anchorOf ?w")
    assert len(found) > 60
    for _, _, begin, end, words in found:
        assert article.text[int(begin) : int(end)] == words
        around = article.text[int(begin) - 1 : int(begin)] + article.text[int(end) : int(end) + 1]
        assert not any(character.isalnum() for character in around), words


def test_page_furniture_is_not_in_the_text(article: Article) -> None:
    for words in ("share buttons", "Facebook", "Become a Member", "Articles by", "originally published", "Copyright", "Disclaimer"):
        assert words not in article.text
    assert article.text.count("Moscow-based") == 1
    assert "refocus on revitalizing its domestic economy" in article.text
    assert len(article.body().split("\n\n")) == 5


# --- other people's articles ---------------------------------------------------------------------------------------------
@pytest.fixture
def sample(shared: Path) -> list[Record]:
    files = sorted((shared / "data" / "articles").rglob("*.md"))[::10]
    return list(readers.records(item for file in files for item in readers.split(file)))


def test_real_articles_are_read_or_refused_with_a_place(sample: list[Record]) -> None:
    counts: Counter[str] = Counter()
    for record in sample:
        try:
            article = readers.read(record)
        except SkippedError:
            counts["drafts"] += 1
        except ReadError as refusal:
            counts["refused"] += 1
            counts["without place"] += any(fault.place is None or not fault.place.line for fault in refusal.each())
        else:
            # What has neither is the page of an author, which has a name of its own field
            counts["with title and day"] += bool(article.title and article.published)
    assert len(sample) > 300
    assert counts["with title and day"] > 0.6 * len(sample)
    assert counts["drafts"] > 0
    assert counts["refused"] < 0.01 * len(sample)
    assert counts["without place"] == 0


def test_the_mentions_of_real_articles_are_their_words_and_stand_in_the_source(sample: list[Record], words: Vocabulary) -> None:
    count = 0
    for record in sample:
        try:
            article = linkers.link(readers.read(record), words)
        except (ReadError, SkippedError):
            continue
        for mention in article.mentions:
            exact = article.text[mention.begin : mention.end]
            source = html.unescape(record.body[slice(*article.span(mention.begin, mention.end))].decode())
            assert [word.strip("[") for word in source.split() if word != ">"] == exact.split(), (
                record.source
            )  # a link may begin inside
            count += 1
        for citation in article.citations:
            assert 0 <= citation.begin <= citation.end <= len(article.text)
            source = record.body[slice(*citation.span)].decode().lstrip("!")
            # What is linked in a piece of HTML may stand alone, and a link around a picture has no words
            assert source[:1] in ("[", "<") or source == article.text[citation.begin : citation.end], record.source
    assert count > 300
