"""Names inside longer capitalised names: "Bank of China", "New York Times", "Melania Trump" are not what a part of them names."""

from __future__ import annotations

import re

from kg.linkers.around import Around, opens_sentence
from kg.linkers.words import (
    DIRECTIONS,
    DIVISIONS,
    FUNCTION_ENDINGS,
    FUNCTION_WORDS,
    GROUPS,
    INSTITUTIONS,
    MIXED_GROUPS,
    PERSONAL_TITLES,
    TITLES,
)

_NEXT_WORD = re.compile(r"[ \n]([^\W\d_][\w.&'’-]*)")
_OF = re.compile(
    r"([^\s.,;:!?()\[\]{}“”\"«»—–]+) (?:(?:of|for|de|du|des|della|del|di|do|da|dos|von|der|van)(?: (?:the|la|el|los|las|der|"
    r"den))? |d['’]|de l['’])\Z"
)
# "United Nations of Doughnuts"
_OF_SOMETHING = re.compile(r" of (?:the )?[A-Z](?!\w+['’]s )")
# "Maltese 2nd Division"
_NUMBERED = re.compile(r" \d+(?:st|nd|rd|th) [A-Z]")
_CAPITAL_ACRONYM = re.compile(r"[A-Z][A-Z0-9]{1,3}s?\b")
# What _OF ends with: looked at first, for it stands before few names
_OF_ENDINGS = tuple(
    " of | the | for | de | du | des | della | del | di | do | da | dos | von | der | van | la | el | den | d'| d’| l'| l’".split(
        "|"
    )
)
# The words in it
_JOINING = frozenset("of the for de du des della del di do da dos von der van la el los las den".split())
_GOING_ON = frozenset("$- \n")
_MIXED = re.compile(r"-[A-Z]")
_HYPHENATED = re.compile(r"-[A-Z]\w+ [A-Z]")
_SEPARATORS = frozenset('.,;:!?()[]{}“”"«»—–')
_BREAKS = _SEPARATORS - {"."}
_NOT_AFTER = TITLES | GROUPS


def is_in_longer_name(around: Around, begin: int, end: int, is_acronym: bool = False, is_place: bool = False) -> bool:
    """Tell whether the words stand inside a longer capitalised name that the vocabulary does not have."""
    text = around.text
    if _MIXED.match(text, end) and _is_mixed(text[max(0, end - 30) : end]):
        return True
    headline = around.facts.is_headline(begin)
    if not (is_acronym or headline or end + 1 in around.begins) and _goes_on(text, end):
        return True
    if text.startswith((" Indian", " & "), end) or (not is_place and _OF_SOMETHING.match(text, end)):
        return True
    if text[begin - 1 : begin] == "-" and _is_mixed(text[max(0, begin - 60) : begin - 1]):
        return True
    if begin - 1 in around.ends or _follows_plain_word(text, begin):
        return False
    return _began_before(around, begin, headline, is_place)


def _is_mixed(lead: str) -> bool:
    """Tell whether the first half of "African-American", "Anglo-Irish" ends there."""
    words = lead.split()
    return bool(words) and words[-1].rpartition("-")[2].lower() in MIXED_GROUPS


def _follows_plain_word(text: str, begin: int) -> bool:
    """Tell whether a word in small letters stands right before that joins no names, as before nearly every name."""
    start = text.rfind(" ", max(0, begin - 60), begin - 1) + 1
    word = text[start : begin - 1]
    return text[begin - 1 : begin] == " " and word.isalpha() and word.islower() and word not in _JOINING


def _goes_on(text: str, end: int) -> bool:
    """Tell whether a capitalised word follows that belongs to the name."""
    sign = text[end : end + 1]
    if sign not in _GOING_ON:
        return False
    if sign == "$":
        return True
    if sign == "-":
        return _HYPHENATED.match(text, end) is not None or (
            _MIXED.match(text, end) is not None and _is_mixed(text[max(0, end - 30) : end])
        )
    if text[end + 1 : end + 2].islower():
        return False
    if _NUMBERED.match(text, end):
        return True
    after = _NEXT_WORD.match(text, end)
    if after is None or not after[1][0].isupper():
        return False
    word = after[1].rstrip(".")
    if text[end - 1] == "." and word.lower() in FUNCTION_WORDS:
        return False
    if _CAPITAL_ACRONYM.fullmatch(word):
        return False
    return word.lower().partition("-")[0].removesuffix("'s").removesuffix("’s") not in _NOT_AFTER


def _began_before(around: Around, begin: int, headline: bool, is_place: bool) -> bool:
    """Tell whether a capitalised word stands before that belongs to the name: directly, or with "of" between."""
    text = around.text
    lead = text[max(0, begin - 60) : begin].rpartition("\n\n")[2].replace("\n", " ")
    if lead.endswith("-"):
        return False
    if lead.endswith(("& ", "&")):
        return True
    of = _OF.search(lead) if lead.endswith(_OF_ENDINGS) else None
    if of is not None:
        word, start = of[1], begin - len(lead) + of.start()
        if not word[:1].isupper() or word.lower() in DIVISIONS:
            return False
        if word.lower() in INSTITUTIONS:
            return True
        return not (headline or word.lower() in TITLES or word.lower() in FUNCTION_WORDS or opens_sentence(text, start))
    if headline:
        return lead.endswith(("New ", "Air "))
    return follows_name(around, begin, is_place)


def has_title(text: str, begin: int) -> bool:
    """Tell whether a title stands right before: "President Macron"."""
    return text[max(0, begin - 30) : begin].rstrip().rpartition(" ")[2].rstrip(".").lower() in TITLES


def is_wife(text: str, begin: int) -> bool:
    """Tell whether a surname follows a title that says too little about who bears it: "Mrs Trump"."""
    return text[max(0, begin - 7) : begin].endswith(("Mrs ", "Mrs. ", "Miss ", "Madame "))


def follows_name(around: Around, begin: int, is_place: bool = False) -> bool:
    """Tell whether a word with a capital stands right before that belongs to the name there: "Melania" before "Trump"."""
    text = around.text
    if begin < 2 or text[begin - 1] not in " \n" or text[begin - 2] in _BREAKS:
        return False
    near = max(0, begin - 60)
    start = max(text.rfind(" ", near, begin - 1), text.rfind("\n", near, begin - 1)) + 1 or near
    word = text[start : begin - 1]
    while word and word[0] in _SEPARATORS:
        word, start = word[1:], start + 1
    return bool(word) and _is_first_part(around, word, start, is_place)


def _is_first_part(around: Around, word: str, start: int, is_place: bool) -> bool:
    """Tell whether a word right before a name is the first part of a longer one: "Air France", "New Mexico", "Team USA"."""
    if not word[:1].isupper() and word[:2] not in ("al", "Al"):
        return False
    plain = word.rstrip(".").lower()
    if plain in DIRECTIONS or plain == "new" or (is_place and plain in PERSONAL_TITLES):
        return True
    if plain in TITLES or plain in GROUPS or plain in FUNCTION_WORDS or plain.endswith(FUNCTION_ENDINGS):
        return False
    if word.endswith(".") and len(word) > 3:
        return False
    if word.rpartition("-")[2].lower() in FUNCTION_WORDS:
        return False
    return not opens_sentence(around.text, start) or (around.is_english and plain not in around.facts.lower_words)
