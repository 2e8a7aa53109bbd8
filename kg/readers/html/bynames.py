"""The names in a byline: what is left of it without "By", roles, dates and addresses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from kg.readers import dates
from kg.readers.html import values
from kg.readers.html.byleads import BOX, BY, behind_any
from kg.readers.months import MONTHS, WEEKDAYS
from kg.readers.names import is_organization, is_person, split_names

_LONGEST = 250
_MOST_WORDS = 6
_LABEL = re.compile(
    r"(?:about|über|sobre|à propos de|chi è)\s+(?:(?:the|den|die|der|el|la|l['’])\s?)?"
    r"(?:authors?|autor(?:in|en|a)?|auteur)?\s*:?\s*|"
    r"(?:view |see |read |show )?(?:all |more )?(?:posts?|articles?|stories|entries|content) (?:by|from|of)\s+|"
    r"(?:more|find more|find all|other posts) (?:by|from)\s+|(?:zeige |alle |weitere |mehr )*"
    r"(?:beiträge|artikel|texte)\s+(?:von|des autors)\s+|"
    r"(?:alles|mehr) von\s+|(?:voir )?tous (?:les|ses) (?:articles|posts) (?:de|par)\s+|"
    r"(?:ver )?tod[oa]s l[oa]s (?:entradas|artículos) (?:de|por)\s+|"
    r"(?:ver )?todos os (?:posts|artigos) (?:de|por)\s+|(?:vedi )?tutti gli articoli (?:di|da)\s+|posted(?: on .{0,40})? by\s+|"
    r"(?:erstellt|eingestellt|publiziert|gepostet|veröffentlicht|verfasst|geschrieben|posted|published|written|publié|publicado)"
    r"(?:\s(?:am|on|le|el)\s.{0,40}?)?\s(?:von|by|par|por)\s+|"
    r"(?:un )?(?:article|entretien|texte|reportage|enquête) de\s+|(?:un )?artículo de\s+|dr\. text:\s+",
    re.IGNORECASE,
)
# What ends the names of a byline
_END = re.compile(
    r"\s+(?:[|•·▪●»›]|[-–—/]{1,2}(?=\s))|\s*[|•·▪●»›\[@:]|\s*\((?!(?:[A-Z]\.\s?){1,4}\)\s[A-Z])|(?:,\s*|\s+)(?=(?:updated|published|posted|last|"
    r"veröffentlicht|aktualisiert|publié|mis à jour|publicado|actualizado|pubblicato|aggiornato|geplaatst|stand|erschienen|"
    r"follow|folgen|share|comments?|kommentare?|leave a|views?|read|min\.?|minutes?|lesedauer|in der kategorie|in:|"
    r"contact|e-?mail|twitter|photos?|fotos?|bilder|illustration|übersetz\w*|translated|edited|mehr|für|for the|"
    r"is an?|ist|war|was|est|es un|schreibt|writes|covers|im gespräch|im interview)\b)|"
    r"\s+in\s+(?=[^\W\d_])|(?<!\w)\d|\d[\d.]*\.\d|\s+https?:|\s+www\.|\s+\S+@",
    re.IGNORECASE,
)
# A place behind a person's name where another name follows
_PLACE = re.compile(r"(?<=\S)\s+in\s+[A-ZÀ-Þ][\w.-]*(?:\s[A-ZÀ-Þ][\w.-]*)?(?=,?\s+(?:and|und|et|y|e|en)\s+[A-ZÀ-Þ])")
_ACRONYM = re.compile(r"(?<!\w)[A-Z]{2,4}(?!\w)")
_OF = re.compile(r"\b(?:of|for|at|für|bei|de|chez|der|des)\b", re.IGNORECASE)
_LIST = re.compile(r",|/")
_AND = re.compile(r"\b(?:and|und|et|y|e|en|og|och)\b|[;&]", re.IGNORECASE)
_MOST_LINES = 3
_ON = frozenset("on am le el il em op vom at um à den".split())
_ROLE = re.compile(
    r"(?:(?:the|our|senior|junior|chief|staff|lead|associate|assistant|deputy|managing|executive|contributing|guest|freelance|special|"
    r"political|science|health|business|sports?|news|features?|digital|foreign|national|data|investigative|web|online|leitender?|"
    r"freier?|verantwortlicher?|politische?r?|stellvertretende[rn]?|ehemalige[rn]?|principal|breaking)[\s-]+){0,3}"
    r"(?:writers?|editors?|reporters?|correspondents?|journalists?|columnists?|contributors?|authors?|producers?|bloggers?|"
    r"redakteur(?:in)?|redaktor(?:in)?|chefredakteur(?:in)?|korrespondent(?:in)?|journalist(?:in)?|(?:buch|fach|gast)?autor(?:in|a|es)?|reporter(?:in)?|"
    r"rédact(?:eur|rice)(?: en chef)?|journaliste|correspondante?|auteure?|redactora?|periodista|corresponsal|giornalista|"
    r"redattor[ei]|jornalista|repórter|redacteur|journaliste|verslaggever|ceo|founder|co-founder|gründer(?:in)?|director|president|"
    r"geschäftsführer(?:in)?|volontär(?:in)?|praktikant(?:in)?|gastautor(?:in)?|gastbeitrag|fotograf(?:in)?|photographer|"
    r"ph\.?d\.?|m\.?d\.?|moderator(?:in)?|host|intern|fellow)"
    r"(?:[\s,]+(?:in chief|at large|of|at|for|bei|für|chez|à|de|der|von|en)\b.*)?\.?",
    re.IGNORECASE,
)
_ROLE_WORD = re.compile(
    r"\b(?:senior|junior|chief|attorney|technologist|director|professor(?:in)?|manager(?:in)?|officer|analyst(?:in)?|leiter(?:in)?|"
    r"projektleiter(?:in)?|sprecher(?:in)?|pressesprecher(?:in)?|president|präsident(?:in)?|counsel|fellow|specialist|expert(?:e|in)?|"
    r"vorsitzende[rn]?|minister(?:in)?|associate|geschäftsführer(?:in)?|abteilung|stellvertretende[rn]?)\b",
    re.IGNORECASE,
)
# What stands in a byline and is nobody's name
_NO_NAMES = frozenset(
    (
        "by von par por di door author authors autor autorin autoren auteur auteurs editor home blog profile website follow "
        "folgen email mail twitter facebook instagram linkedin youtube xing rss contact kontakt share teilen comment comments "
        "kommentar kommentare mehr more read erfahren weiterlesen about bio biography post posts article articles artikel all "
        "alle beiträge beitrag view zum zur profil see ver más archive archives impressum team publisher publié super user admin "
        "administrator gast guest anonym anonymous unknown advertisement anzeige menu posted publiziert veröffentlicht verfasst "
        "geschrieben erstellt gepostet eingestellt publicado pubblicato geplaatst written on am "
        "作者 来源 编辑 责任编辑 community interview "
        "quelle source fuente fonte recherche umfrage gastbeitrag zitat redaktionelle redaktioneller beitragsautor person "
        "permalink contributor contributors updated published date datum tag tags news login log in sign subscribe print drucken "
        "the a and und"
    ).split()
)
_SMALL_WORDS = re.compile(
    r"\b(?:the|is|are|was|were|this|that|your|you|our|we|how|what|why|will|can|not|und|oder|ist|sind|wird|werden|für|"
    r"mit|zur|zum|auf|nicht|ein|eine|das|wie|sich|les|des|est|sont|pour|avec|dans|una?|con|para|que|il|per|che|não|com|um|uma|het|een|voor|met)\b"
)
_MIXED_CASE = re.compile(r"[^\W\d_A-Z][A-Z]{2}")


def clean(text: str, is_sure: bool) -> list[str]:
    """Return the names in a byline, without "By", roles, dates and addresses; none where the words are no names.

    Where mark-up says that it is a byline (`is_sure`), a single word or a name in small letters may be a name.
    """
    words = text.strip(" \t,;:：|·•-–—›»/")
    begin = words
    for _ in range(2):
        words = _LABEL.sub("", words, count=1) if _LABEL.match(words) else words
        by = BY.match(words)
        words = words[by.end() :].strip() if by and by.end() < len(words) else words
    if is_sure and words == begin and (rest := behind_any(words)) and _begins_with_person(rest):
        words = rest
    words = _PLACE.sub("", words)
    end = _END.search(words, 1)
    words = words[: end.start()] if end else words
    words = words.strip(" \t,;:|·•-–—›»/")
    words = _before_day(words[:_LONGEST])
    return list(dict.fromkeys(_split(words, is_sure)))


def _split(words: str, is_sure: bool) -> list[str]:
    """Return the names in a list of names with roles and outlets, up to what is no name."""
    names: list[str] = []
    behind, is_role = 0, False
    for begin, stop in split_names(words):
        name = words[begin:stop].strip(" ,;:|·•-–—/")
        between, behind = words[behind:begin], stop
        is_work = bool(names) and _LIST.search(between) is not None and (not is_person(name) or _is_outlet(name, names[0]))
        if names and (_ROLE.fullmatch(name) or _ROLE_WORD.search(name)):
            # "Ann Bee, Senior Fellow, and Ben Cee" goes on, "Ann Bee, Professor of Law and Public Policy" does not
            if _OF.search(name):
                break
            is_role = True
            continue
        name = name if name[-2:-1].isupper() or len(name.split()) < 2 or not is_person(name[:-1]) else name.removesuffix(".")
        if not name or is_work:
            continue
        found = _name(name, is_sure)
        if found is None or (is_role and not (is_person(name) and _AND.search(between))):
            break
        names.append(found)
    return names


def _begins_with_person(text: str) -> bool:
    """Tell whether a list of names begins with a person's full name."""
    end = _END.search(text, 1)
    text = text[: end.start()] if end else text
    first = next(iter(split_names(text[:_LONGEST])), (0, 0))
    name = text[slice(*first)].strip()
    return is_person(name) and not _AND.search(name)


def _is_outlet(name: str, first: str) -> bool:
    """Tell whether a name behind a comma has capitals that the first name has not ("Ana Gil, Courier PE")."""
    return _ACRONYM.search(name) is not None and _ACRONYM.search(first) is None


def from_box(lines: Sequence[str]) -> list[str]:
    """Return the person's name with which a box about an author begins, behind its heading."""
    for line in lines[:_MOST_LINES]:
        label = BOX.match(line)
        words = line[label.end() :] if label else line
        names = clean(words, False)
        if len(names) == 1 and is_person(names[0]):
            return names
        if words.strip(" :"):
            return []
    return []


def _before_day(text: str) -> str:
    """Return the words before "on Monday", "le 3 mars", "am 4.5."."""
    words = text.split()
    if words and words[-1].lower() in _ON:
        words.pop()
    for index, (word, following) in enumerate(pairwise(words)):
        if word.lower() in _ON and (following[0].isdigit() or following.strip(".,").lower() in (MONTHS.keys() | WEEKDAYS)):
            return " ".join(words[:index])
    return " ".join(words)


def is_none(text: str) -> bool:
    """Tell whether a claimed name is none: a word such as "Posted", a date."""
    return _is_no_name(text) or any(True for _ in dates.find(text[:_LONGEST]))


def _is_no_name(text: str) -> bool:
    return all(word.strip(".:*-").lower() in _NO_NAMES for word in text.replace("-", "").split())


def _name(name: str, is_sure: bool) -> str | None:
    if any(word.strip(".").lower() in MONTHS or word.strip(".").lower() in WEEKDAYS for word in name.split()) and not is_person(
        name
    ):
        return None
    if (
        _is_no_name(name)
        or (" " not in name and _ROLE.fullmatch(name))
        or not any(letter.isalpha() for letter in name)
        or next(iter(values.names(name, True)), None) is None
    ):
        return None
    if any(map(str.isdigit, name)) and " " in name:
        return None
    if is_person(name):
        return None if _SMALL_WORDS.search(name) or _MIXED_CASE.search(name) else name
    if is_organization(name) and len(name.split()) <= _MOST_WORDS and (" " not in name or any(map(str.isupper, name))):
        return name
    is_phrase = len(name.split()) > 4 or _SMALL_WORDS.search(name.lower()) or any(mark in name for mark in '?!…"“”„<>{}=#：')
    return None if is_phrase or not is_sure else name
