"""What names an entity: its labels, as phrases that may stand in a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple

from kg import inflection, terms
from kg.terms import Statement, Term

FormKind = Literal["name", "acronym", "demonym", "metonym"]

KINDS: dict[Term, FormKind] = {
    terms.PREF_LABEL: "name",
    terms.ALT_LABEL: "name",
    terms.HIDDEN_LABEL: "name",
    terms.ACRONYM: "acronym",
    terms.DEMONYM: "demonym",
    terms.METONYM: "metonym",
}
# Characters that people type in several ways, each as the one that our labels use; one for one, so offsets stay
_TYPOGRAPHY = (("\u2019", "'"), ("\u2018", "'"), ("\u00a0", " "), ("\u202f", " "), ("\u2010", "-"), ("\u2011", "-"))
# A name all in capitals of a title, such as "Harbour Cats of the North"
_TITLE_CASE = re.compile(r"[A-Z][a-z]+(?: (?:[A-Z][a-z]+|and|of|the|in|for|on|to))* [A-Z][a-z]+")
# Words that a label cannot be: they stand in every sentence
_STOP_WORDS = frozenset(
    "a an and are as at be by for from has he her his in is it its no not of on or our she so that the their they this to was we "
    "were what when which who will with you "
    "au aux ce ces cette dans de des du elle en est et il ils je la le les leur lui ma mais ne nous on ou par pas pour qui sa se "
    "ses son sur te tu un une vous "
    "al como con del el ella ellos es esta este ha lo los las más mi muy o para pero por que se si sin su sus una unos y ya "
    "ao aos com da das do dos e em entre eu foi já mas meu na nas não no nos os ou pela pelo quando são ser seu sua também tem uma "
    "aber als am auf aus bei das dem den der die dies du ein eine einem einen einer es für hat ich ihr im ist man mit nach nicht "
    "noch nur oder sein sich sie sind so über um und uns vom von vor war was wie wir wird zu zum zur "
    "без был бы в вас вы где да для до его ее если есть же за и из или им их к как ко мы на не нет но о об он она они от по при с "
    "со так то у что это я".split()
)


class Form(NamedTuple):
    """One way to name an entity; `language` is a primary language subtag, or "" where the form crosses languages."""

    entity: Term
    kind: FormKind
    language: str
    ambiguous: bool


def forms(entity: Term, statements: Iterable[Statement]) -> Iterator[tuple[str, Form]]:
    """Yield each phrase for an entity, as `folded`, with the spellings and inflections that sentences give it."""
    statements = tuple(statements)
    types = {s.object for s in statements if s.predicate == terms.TYPE}
    is_unsure = _marked(statements)
    for statement in statements:
        kind = KINDS.get(statement.predicate)
        if kind is None or not statement.object.startswith('"'):
            continue
        label = terms.parts(statement.object)
        if is_no_name(label.text):
            continue
        language = label.language.partition("-")[0]
        form = Form(
            entity, kind, "" if _crosses_languages(kind, types, language) else language, is_unsure(label.text, label.language)
        )
        for text in inflection.inflected(" ".join(folded(label.text).split()), language, kind):
            for spelling in _spellings(text, kind, terms.THEME in types):
                yield spelling, form


def _marked(statements: Iterable[Statement]) -> Callable[[str, str], bool]:
    """Return what tells whether a label, in its language, is marked as ambiguous.

    Capitals count ("indio" is no "Indio"), but for a mark that is none of the entity's labels as they are written.
    """
    marks = {terms.parts(s.object)[:2] for s in statements if s.predicate == terms.AMBIGUOUS_LABEL}
    if not marks:
        return lambda text, language: False
    labels = {terms.parts(s.object)[:2] for s in statements if s.predicate in KINDS and s.object.startswith('"')}
    loose = {(name_key(text), language) for text, language in marks - labels}
    return lambda text, language: (
        (text, language) in marks or (text, "") in marks or (name_key(text), language) in loose or (name_key(text), "") in loose
    )


def _crosses_languages(kind: FormKind, types: set[Term], language: str) -> bool:
    """Tell whether texts in other languages use a form as well: names of people, and acronyms that English made known."""
    return terms.PERSON in types or (kind == "acronym" and language == "en")


def is_no_name(label: str) -> bool:
    """Tell whether a label is a single letter, nothing but signs, or a word that stands in every sentence."""
    return (sum(map(str.isalnum, label)) < 2 and not "\u2e80" <= label[:1] <= "\u9fff") or label in _STOP_WORDS


def _spellings(text: str, kind: FormKind, is_theme: bool) -> list[str]:
    """Return a label as it may stand in a sentence: as it is, with a first capital, and a theme in lower or title case."""
    spellings = [text]
    if kind != "acronym":
        spellings.append(text[:1].upper() + text[1:])
        if is_theme and kind == "name":
            spellings.append(text if text[1:2].isupper() else text[:1].lower() + text[1:])
            spellings.append(re.sub(r"(?:^|(?<= ))[^\W\d_]{4,}", lambda word: word[0][:1].upper() + word[0][1:], text))
            if _TITLE_CASE.fullmatch(text):
                spellings.extend((text.lower(), text[:1] + text[1:].lower()))
    return list(dict.fromkeys(spellings))


def name_key(text: str) -> str:
    """Return what names have in common that differ in case, spacing, typography, or "and" and "&"."""
    return " ".join(folded(text).casefold().replace("&", "and").split())


def numbers(name: str) -> Iterator[str]:
    """Yield a name, and what its last word would be in the other number of English: "sanction", "sanctions"."""
    yield name
    if name.endswith("ies"):
        yield f"{name[:-3]}y"
    if name.endswith("s"):
        yield name[:-1]
    elif name.endswith("y"):
        yield f"{name[:-1]}ies"
    else:
        yield f"{name}s"


def folded(text: str) -> str:
    """Return the text with one spelling of apostrophes, hyphens and spaces, of the same length."""
    return folded_marks(text).replace("\n", " ")


def folded_marks(text: str) -> str:
    """Return the text with one spelling of apostrophes, hyphens and spaces, its lines as they are."""
    if not text.isascii():
        for written, plain in _TYPOGRAPHY:
            text = text.replace(written, plain)
    return text


# Scripts without spaces have no borders of words; a letter of any other belongs to the word beside it
_NO_SPACES = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
JOINED = re.compile(rf"[^\W{_NO_SPACES}]")


def border_before(phrase: str) -> str:
    """Return the pattern of what must stand before a phrase for it to begin a word."""
    return rf"(?<!{JOINED.pattern})" if JOINED.match(phrase) else ""


def border_after(phrase: str) -> str:
    """Return the pattern of what must stand after a phrase for it to end a word."""
    return rf"(?!{JOINED.pattern})" if JOINED.match(phrase[-1:]) else ""
