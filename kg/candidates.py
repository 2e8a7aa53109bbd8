"""What a spaCy model takes for names and the vocabulary does not know: candidates for a person to look at, never links."""

from __future__ import annotations

import codecs
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import pyoxigraph

from kg import rdf, rights, terms
from kg.article import Article
from kg.errors import Place, ResourceError, UsageError
from kg.forms import KINDS, folded, name_key
from kg.rights import CONTEXT, Phrase, Quotation
from kg.sentences import sentence
from kg.terms import Statement, Term
from kg.vocabulary import TYPES, Vocabulary

# What the labels of OntoNotes and WikiNER models may be with us. A place that the vocabulary does not know is rarely a state.
_SUGGESTED: Mapping[str, str] = {
    "PERSON": "person",
    "PER": "person",
    "ORG": "organization",
    "NORP": "organization",
    "GPE": "region",
    "LOC": "region",
    "FAC": "region",
    "LAW": "treaty",
    "EVENT": "initiative",
}
# Parts of a pipeline that say nothing of names and take most of the time
_SPARED = frozenset(
    {"parser", "senter", "tagger", "morphologizer", "lemmatizer", "trainable_lemmatizer", "attribute_ruler", "textcat"}
)
# Characters of a piece and pieces of a batch: a model keeps a few kilobytes for each word of a batch, and takes 1,000,000 at most
_LONGEST = 2_000
_BATCH = 64
_LONGEST_NAME = 150
_EXAMPLES = 3


class Example(NamedTuple):
    """A sentence with a candidate and where the candidate stands in it."""

    sentence: str
    place: Place


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name that nobody linked: its usual spelling, what it may be, its language ("" if unknown), how often and where."""

    name: str
    kind: str
    language: str
    count: int
    articles: int
    examples: tuple[Example, ...]


class Name(Protocol):
    """A stretch of a text that a model takes for a name."""

    label_: str
    start_char: int
    end_char: int


class Analysis(Protocol):
    """What a model found in a text."""

    @property
    def ents(self) -> Iterable[Name]:
        """The names, in order."""


class Model(Protocol):
    """A spaCy pipeline, or what behaves like one; `lang` is the language that it reads, "xx" any."""

    @property
    def lang(self) -> str:
        """The primary language subtag."""

    def pipe(self, texts: Iterable[tuple[str, Any]], *, as_tuples: bool, batch_size: int) -> Iterable[tuple[Analysis, Any]]:
        """Yield the analysis of each text together with what came with it."""


def load(name: str) -> Model:
    """Return the installed spaCy pipeline of that name, with the parts that find names.

    Raises `ResourceError` where spaCy or the pipeline is not installed, `UsageError` for a pipeline that finds no names.
    """
    try:
        spacy = import_module("spacy")
    except ImportError as error:
        raise ResourceError(f"spaCy is not installed ({error}): pip install 'article-kg[ner]'") from error
    try:
        model = spacy.load(name)
    except (OSError, ImportError, ValueError) as error:
        installed = ", ".join(sorted(spacy.util.get_installed_models())) or "none"
        raise ResourceError(f"the spaCy model {name!r} cannot be loaded; installed: {installed}") from error
    parts = {part: model.get_pipe_meta(part) for part in model.pipe_names}
    naming = [part for part, meta in parts.items() if "doc.ents" in meta.assigns]
    if not naming:
        raise UsageError(f"the spaCy model {name!r} finds no names: none of its parts does ({', '.join(parts) or 'it has none'})")
    if all(parts[part].factory == "ner" for part in naming):  # rules may look at grammar
        model.select_pipes(disable=[part for part, meta in parts.items() if meta.factory in _SPARED])
    found: Model = model
    return found


# --- finding -----------------------------------------------------------------------------------------------------------------
class _Sighting(NamedTuple):
    """A name in one place of an article that nobody linked."""

    name: str
    kind: str
    begin: int
    end: int


class _Piece(NamedTuple):
    """Which article a piece of text is from, and where it stands in it."""

    number: int
    article: Article
    offset: int


@dataclass(slots=True)
class _Tally:
    """What is known so far of one candidate: little, whatever the number of articles."""

    names: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    articles: int = 0
    first: list[Example] = field(default_factory=list)
    further: list[Example] = field(default_factory=list)

    def add(self, article: Article, sightings: Sequence[_Sighting], quoted: Mapping[Phrase, Quotation]) -> None:
        """Count the sightings in one article, of which so much may be quoted."""
        self.names.update(sighting.name for sighting in sightings)
        self.kinds.update(sighting.kind for sighting in sightings)
        self.languages[_language(article)] += 1
        self.articles += 1
        for kept, some in ((self.first, sightings[:1]), (self.further, sightings[1:])):
            kept.extend(_example(article, sighting, quoted) for sighting in some[: _EXAMPLES - len(kept)])

    def candidate(self) -> Candidate:
        """Return what it comes to; the examples are from as many articles as there are."""
        examples = (*self.first, *self.further)[:_EXAMPLES]
        name, kind, language = (_usual(counts) for counts in (self.names, self.kinds, self.languages))
        return Candidate(name, kind, language, self.names.total(), self.articles, examples)


def find(articles: Iterable[Article], vocabulary: Vocabulary, model: str | Model) -> Iterator[Candidate]:
    """Yield the names in linked articles that overlap no mention and that the vocabulary does not know, the most frequent first.

    `model` is a spaCy pipeline or the name of an installed one; articles that say they are in another language than it reads
    are passed over. A part of a person's name counts as the whole one where the article has that too. Raises what `load` raises.
    """
    pipeline = load(model) if isinstance(model, str) else model
    tallies: defaultdict[str, _Tally] = defaultdict(_Tally)
    for article, sightings in _sightings(articles, vocabulary, pipeline):
        names = [Phrase(one.begin, one.end, True) for one in sightings]
        quoted = rights.quoted(article, rights.addresses(article), False, False, names)
        by_name: defaultdict[str, list[_Sighting]] = defaultdict(list)
        for sighting in _in_full(sightings):
            by_name[name_key(sighting.name)].append(sighting)
        for key, found in by_name.items():
            tallies[key].add(article, found, quoted)
    candidates = [tally.candidate() for tally in tallies.values()]
    yield from sorted(candidates, key=lambda found: (-found.count, -found.articles, found.name))


def _sightings(articles: Iterable[Article], vocabulary: Vocabulary, model: Model) -> Iterator[tuple[Article, list[_Sighting]]]:
    """Yield each article in which the model found something, with what is new, in order."""
    read = (article for article in articles if model.lang == "xx" or _language(article) in ("", model.lang))
    analyses = model.pipe(_pieces(read), as_tuples=True, batch_size=_BATCH)
    known: dict[str, bool] = {}
    for _, pieces in groupby(analyses, key=lambda pair: pair[1].number):
        found, article = _unlinked(pieces)
        for sighting in found:
            if sighting.name not in known:
                known[sighting.name] = _is_known(sighting.name, vocabulary)
        new = [sighting for sighting in found if not known[sighting.name]]
        if new:
            yield article, sorted(new, key=lambda sighting: sighting.begin)


def _unlinked(pieces: Iterator[tuple[Analysis, _Piece]]) -> tuple[list[_Sighting], Article]:
    """Return the names in the pieces of one article that overlap no mention, and the article."""
    found: list[_Sighting] = []
    taken: set[int] | None = None
    for analysis, (_, article, offset) in pieces:
        if taken is None:
            taken = {at for mention in article.mentions for at in range(mention.begin, mention.end)}
        for one in analysis.ents:
            if one.label_ not in _SUGGESTED or one.end_char - one.start_char > _LONGEST_NAME:
                continue
            begin, end = _trimmed(article.text, offset + one.start_char, offset + one.end_char)
            name = " ".join(article.text[begin:end].split())
            if _is_name(name) and taken.isdisjoint(range(begin, end)):
                taken.update(range(begin, end))  # stretches of prose may lie in one another
                found.append(_Sighting(name, _SUGGESTED[one.label_], begin, end))
    return found, article


def _in_full(sightings: Sequence[_Sighting]) -> Iterator[_Sighting]:
    """Yield the sightings in one article; one with part of a person's name has it in full, where just one person has that part."""
    wholes: defaultdict[str, set[str]] = defaultdict(set)
    for sighting in sightings:
        words = sighting.name.split() if sighting.kind == "person" else []
        for cut in range(1, len(words)):
            wholes[" ".join(words[:cut])].add(sighting.name)
            wholes[" ".join(words[cut:])].add(sighting.name)
    for sighting in sightings:
        names = wholes.get(sighting.name, ()) if sighting.kind != "region" else ()
        yield sighting._replace(name=next(iter(names)), kind="person") if len(names) == 1 else sighting


def _pieces(articles: Iterable[Article]) -> Iterator[tuple[str, _Piece]]:
    """Yield the prose of articles in pieces that a model takes, each with where it is from."""
    for number, article in enumerate(articles):
        for begin, end in article.prose():
            for first, stop in _cut(article.text, begin, end):
                yield article.text[first:stop], _Piece(number, article, first)


def _cut(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the borders of pieces of `text[begin:end]`, none too long for a model."""
    while begin < end:
        stop = end if end - begin <= _LONGEST else _border(text, begin, begin + _LONGEST)
        yield begin, stop
        begin = stop


def _border(text: str, begin: int, end: int) -> int:
    """Return the end of the last paragraph, line, sentence or word before `end`; `end` where there is none."""
    return next((at + len(mark) for mark in ("\n\n", "\n", ". ", " ") if (at := text.rfind(mark, begin, end)) > begin), end)


_BEFORE = re.compile(r"[\W_]*(?:(?:[Tt]he|an?|le|la|les|el|los|las|il|der|die|das|den|dem|des|o|os|as)\s+|[Ll]['’])?[\W_]*")
_AFTER = re.compile(r"(?:['’]s?)?[^\w.)]*\Z|(?<![A-Z.])\.\Z")


def _trimmed(text: str, begin: int, end: int) -> tuple[int, int]:
    """Return where a name stands without article, quotes and possessive."""
    before = _BEFORE.match(text, begin, end)
    begin = before.end() if before else begin
    after = _AFTER.search(text[begin:end])
    return begin, begin + after.start() if after else end


def _is_name(name: str) -> bool:
    """Tell whether a text can name something: two letters, and a capital where its script has them."""
    letters = [character for character in name if character.isalpha()]
    return len(letters) > 1 and (name != name.lower() or name == name.upper())


def _is_known(name: str, vocabulary: Vocabulary) -> bool:
    """Tell whether the vocabulary has the name in any case, or it is a demonym or metonym."""
    spellings = {name, name.lower(), name.capitalize(), name.title()}
    return bool(vocabulary.named(name)) or any(vocabulary.forms(folded(spelling), None) for spelling in spellings)


def _language(article: Article) -> str:
    return article.language.text.lower().partition("-")[0] if article.language else ""


def _usual(counts: Counter[str]) -> str:
    """Return the most frequent text, the first in the alphabet among equals."""
    return min(counts.items(), key=lambda item: (-item[1], item[0]))[0]


def _example(article: Article, sighting: _Sighting, quoted: Mapping[Phrase, Quotation]) -> Example:
    """Return the sentence around a name, as far as it may be quoted: what a dump reports must not give the text away."""
    low, high = quoted[Phrase(sighting.begin, sighting.end, True)]
    begin, end = sentence(article.text, sighting.begin, sighting.end, CONTEXT)
    return Example(
        " ".join(article.text[max(low, begin) : min(high, end)].split()), article.place(article.span(sighting.begin, sighting.end))
    )


def to_row(candidate: Candidate) -> dict[str, Any]:
    """Return a candidate as plain data; what is not known is left out."""
    row: dict[str, Any] = {
        "name": candidate.name,
        "kind": candidate.kind,
        "language": candidate.language,
        "count": candidate.count,
        "articles": candidate.articles,
        "examples": [
            {"sentence": words, "source": place.source, "line": place.line, "column": place.column}
            for words, place in candidate.examples
        ],
    }
    return {key: value for key, value in row.items() if value}


def from_row(row: Mapping[str, Any]) -> Candidate:
    """Return the candidate of a row that `to_row` made."""
    examples = (Example(one["sentence"], Place(one["source"], one["line"], one["column"])) for one in row.get("examples", ()))
    return Candidate(row["name"], row["kind"], row.get("language", ""), row["count"], row["articles"], tuple(examples))


# --- accepting ---------------------------------------------------------------------------------------------------------------
_HEADER = f"""# Names that were candidates. One block is one entity; edit what you like: more labels, another type.

@prefix kg: <{terms.KG}> .
@prefix schema: <{terms.SCHEMA}> .
@prefix skos: <{terms.SKOS}> .
"""


def accept(
    candidates: Iterable[Candidate],
    names: Collection[str] | None,
    kind: str | None,
    file: Path | str,
    base: str = terms.DEFAULT_BASE,
) -> list[Term]:
    """Write the candidates of these names (None: all) to a SKOS file in Turtle, and return their IRIs.

    `kind` is what they are ("organization"); None takes each candidate's own. What the file holds stays byte for byte, the
    new blocks stand behind it in order of their IRIs. Raises `UsageError` for a name that is no candidate, for a kind that
    is none of ours, and for an entity or a name that the file has already, `VocabularyError` for a file that is no Turtle,
    `ResourceError` for one that cannot be read or written. Then nothing is written.
    """
    path = Path(file)
    if path.suffix.lower() != ".ttl":
        raise UsageError("candidates are written as Turtle, to a file that ends in .ttl", Place(str(path)))
    if kind is not None and kind not in TYPES:
        raise UsageError(f"{kind!r} is none of our kinds: {', '.join(TYPES)}")
    chosen = [(terms.entity_iri(base, kind or one.kind, one.name), kind or one.kind, one) for one in _chosen(candidates, names)]
    body = _body(path)
    _refuse_known(((iri, one.name) for iri, _, one in chosen), rdf.read(path) if body else [], path)
    prefixes = _prefixes(body or _HEADER.encode())
    blocks = "".join(_block(*choice, prefixes) for choice in sorted(chosen))
    if blocks:
        _append(path, body, blocks)
    return sorted(iri for iri, _, _ in chosen)


def _chosen(candidates: Iterable[Candidate], names: Collection[str] | None) -> list[Candidate]:
    """Return the candidates of the names, whatever their case. Raises `UsageError` for names that are none."""
    by_name = {name_key(candidate.name): candidate for candidate in candidates}
    if names is None:
        return list(by_name.values())
    missing = [name for name in names if name_key(name) not in by_name]
    if missing:
        raise UsageError.together(UsageError(f"no such candidate: {name}") for name in missing)
    return [by_name[key] for key in dict.fromkeys(map(name_key, names))]


def _refuse_known(new: Iterable[tuple[Term, str]], statements: Iterable[Statement], path: Path) -> None:
    """Raise `UsageError` for each new entity whose IRI or name the statements have, or that another new one has."""
    subjects: set[Term] = set()
    labels: set[str] = set()
    for statement in statements:
        subjects.add(statement.subject)
        if statement.predicate in KINDS and statement.object.startswith('"'):
            labels.add(name_key(terms.value(statement.object)))
    faults = []
    for iri, name in new:
        if iri in subjects or name_key(name) in labels:
            faults.append(UsageError(f"{name} ({terms.value(iri)}) is there already", Place(str(path))))
        subjects.add(iri)
    if faults:
        raise UsageError.together(faults)


def _body(path: Path) -> bytes:
    """Return what the file holds; nothing where there is no file yet."""
    try:
        return path.read_bytes() if path.exists() else b""
    except OSError as error:
        raise ResourceError(f"cannot be read: {error.strerror}", Place(str(path))) from error


def _prefixes(body: bytes) -> dict[str, str]:
    """Return the namespaces of a Turtle document that was read before, and the prefix that each has in its end."""
    document = pyoxigraph.parse(body.removeprefix(codecs.BOM_UTF8), format=pyoxigraph.RdfFormat.TURTLE, base_iri=rdf.DEFAULT_BASE)
    for _ in document:
        pass  # prefixes are known when all is read
    return {namespace: prefix for prefix, namespace in document.prefixes.items()}


def _block(iri: Term, kind: str, candidate: Candidate, prefixes: Mapping[str, str]) -> str:
    """Return the lines of an entity, with what it was found by as a comment."""
    label = terms.literal(candidate.name, language=candidate.language or None)
    types = " , ".join(_short(term, prefixes) for term in (terms.CONCEPT, *TYPES[kind]))
    times = f"{candidate.count} time{'s' * (candidate.count != 1)} in {candidate.articles} article{'s' * (candidate.articles != 1)}"
    comments = [f"# {times}", *(f"# {example.place}: {example.sentence}" for example in candidate.examples[:1])]
    seen = "".join(f"{' '.join(_CONTROLS.sub(' ', line).split())}\n" for line in comments)
    return f"\n{seen}{iri} a {types} ;\n  {_short(terms.PREF_LABEL, prefixes)} {label} ;\n.\n"


# What would end a comment or hide in it
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def _short(term: Term, prefixes: Mapping[str, str]) -> str:
    """Return a term as the file may write it: with its prefix for the namespace, where it has one."""
    cut = max(term.rfind("#"), term.rfind("/")) + 1
    namespace, name = term[1:cut], term[cut:-1]
    return f"{prefixes[namespace]}:{name}" if namespace in prefixes else term


def _append(path: Path, body: bytes, blocks: str) -> None:
    """Write the blocks behind what the file holds, with line ends as it has them."""
    text = blocks if body else _HEADER + blocks
    if body and not body.endswith((b"\n", b"\r")):
        text = f"\n{text}"
    added = text.replace("\n", "\r\n") if b"\r\n" in body else text
    try:
        with path.open("ab") as file:
            file.write(added.encode())
    except OSError as error:
        raise ResourceError(f"cannot be written: {error.strerror}", Place(str(path))) from error
