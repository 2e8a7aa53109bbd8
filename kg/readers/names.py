"""Names in bylines and copyright lines: where one ends and the next begins, and which are organizations."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SEPARATOR = re.compile(
    r"\s*(?:[,;|]|/|\s&\s|\s[–—]\s|\s(?:and|et|und|with)(?:\s|\Z))\s*(?:(?:and|et|und|with)\s+)?", re.IGNORECASE
)
# Words that stand between two names, but also in one ("Ana Gil y Gil"): they part what has two words on either side
_MAYBE_SEPARATOR = re.compile(r"(?<=\S)\s+(?:y|e|en|i|и|й|ve|och|og|mit|avec|con|com|met)\s+(?=[^\W\d_])", re.IGNORECASE)
_SUFFIX = re.compile(r"(?:jr|sr|ph\.?\s?d|m\.?d|esq|ii|iii|iv|obe|mbe|dphil|ma|msc|mba|jd|b\.?a|m\.?a|ll\.?m)\.?", re.IGNORECASE)
_ABBREVIATED_END = re.compile(r"(?:\A|[\s.])(?:[A-Z]|jr|sr|ph\.?\s?d|m\.?d|esq|inc|ltd|co)\.\Z", re.IGNORECASE)
_PLACE = re.compile(r"(?<=\S)\s+in\s+[A-Z][\w.'’ -]*\Z")
# What follows "By" in a headline that is no byline
_PHRASE = re.compile(r"the\s+(?:book|end|numbers|people|sea|time|way)\b", re.IGNORECASE)
_ORGANIZATION_END = re.compile(
    r"\b(?:agency|alliance|associates|association|board|bureau|cent(?:er|re)|coalition|collective|commission|committee|company|"
    r"council|department|desk|editors?|federation|forum|foundation|fund|gazette|group|herald|initiative|institute|journal|"
    r"magazine|media|ministry|network|news|newsroom|office|organi[sz]ation|press|project|research|review|service|society|staff|"
    r"team|times|tribune|union|university|writers?|contributors?|ag|kg|plc|llc|inc\.?|ltd\.?|gmbh|e\.\s?v\.|s\.?a\.|s\.?p\.?a\.?|b\.v\.|"
    r"zeitung|presse|nachrichten|verlag|redaktion|redaktionsteam|webteam|agentur|verband|verein|stiftung|ministerium|bundesamt|institut|"
    r"rédaction|redacción|redacao|redação|redazione|redactie|redakcja|redakce|редакция|editorial|equipo|équipe|equipe|agencias?|"
    r"agences?|agenzia|agência|diario|periódico|noticias|notícias|editores|autores|jornal|revista|journaux|journalistes|"
    r"fernsehen|rundfunk|radio|tv|blog|online)\Z",
    re.IGNORECASE,
)
_ORGANIZATION_START = re.compile(
    r"(?:the|staff|editorial|special\s+to|redaktion|team|rédaction|redacción|redação|redazione|redactie|redakcja|"
    r"agencia|agence|agenzia|agência|(?:la|el|le|die)\s+(?:redacción|rédaction|redaktion)|equipo|équipe|equipe|"
    r"ministerio|ministère|universidad|université|università|universität|hochschule|verein|stiftung|"
    r"(?:agency|association|bureau|cent(?:er|re)|commission|committee|council|department|"
    r"foundation|institute|ministry|office|university)\s+(?:of|for|on))\s",
    re.IGNORECASE,
)
# Agencies that bylines of many papers name
_AGENCY = re.compile(
    r"(?:dpa(?:/\w+)?|afp|reuters|ap|apa|ansa|efe|epd|kna|sid|ddp|dapd|ots|ats|sda|belga|anp|lusa|tass|itar-tass|interfax|xinhua|"
    r"pti|ani|ians|upi|bloomberg|europa press|press association|associated press|dow jones(?: newswires)?|pa(?: media)?|cp|"
    r"the canadian press|agência brasil|ansa latina|notimex|télam|kyodo|yonhap|ritzau|ntb|tt|pap|čtk|agerpres|anadolu(?: agency)?)",
    re.IGNORECASE,
)
_LONGEST_LIST = 500


def split_names(text: str, begin: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Return begin and end of each name in a list of names such as "A. Bee, C. Dee, PhD and E. Eff".

    A place behind a person's name ("A. Bee in Oslo") is not of the name.
    """
    end = len(text) if end is None else end
    ranges: list[tuple[int, int]] = []
    start = begin
    for separator in [*_SEPARATOR.finditer(text, begin, end), None]:
        stop = separator.start() if separator else end
        if text[start:stop].strip():
            if ranges and _SUFFIX.fullmatch(text[start:stop].strip()):
                ranges[-1] = (ranges[-1][0], stop)
            else:
                ranges.extend(_parted(text, start, stop))
        start = separator.end() if separator else end
    return [(low, _person_end(text, low, high)) for low, high in ranges]


def _parted(text: str, begin: int, end: int) -> list[tuple[int, int]]:
    """Return the names between words that only part names of two words and more ("Ana Gil y Luis Mora")."""
    ranges = [(begin, end)]
    if end - begin > _LONGEST_LIST:
        return ranges
    for gap in _MAYBE_SEPARATOR.finditer(text, begin, end):
        low = ranges[-1][0]
        if len(text[low : gap.start()].split()) > 1 and len(text[gap.end() : end].split()) > 1:
            ranges[-1:] = [(low, gap.start()), (gap.end(), end)]
    return ranges


def _person_end(text: str, begin: int, end: int) -> int:
    name = text[begin:end]
    place = _PLACE.search(name)
    is_person = place is not None and len(name[: place.start()].split()) > 1 and not is_organization(name[: place.start()])
    return begin + place.start() if place and is_person else end


def look_like_names(names: Sequence[str]) -> bool:
    """Tell whether these can be names in a byline: they begin with a capital and do not end like a sentence."""
    return bool(names) and all(_looks_like_name(name) for name in names)


def _looks_like_name(name: str) -> bool:
    if len(name) > 100 or _PHRASE.match(name) or (name.endswith(".") and not _ABBREVIATED_END.search(name)):
        return False
    if name[0].islower():
        return _ORGANIZATION_END.search(name) is not None and re.search(r"\b[A-Z]", name) is not None
    return name[0].isalpha() and (len(name) <= 60 or is_organization(name))


def is_organization(name: str) -> bool:
    """Tell whether a byline's name is an organization's by its words ("Staff", "Ministry of …", "AFP"), not a person's."""
    if len(name) > _LONGEST_LIST:
        return False
    return bool(_ORGANIZATION_END.search(name) or _ORGANIZATION_START.match(name) or _AGENCY.fullmatch(name))


# --- persons' names by their form ----------------------------------------------------------------------------------------
_PARTICLE = (
    r"(?:de|del|della|dela|der|den|di|da|do|dos|das|du|des|van|von|vom|zu|zur|zum|ten|ter|te|la|le|las|los|al|el|bin|ibn|ben|"
    r"bint|abu|y|e|af|av|’t|'t|st|ap|op|het)"
)
_TITLE = (
    r"(?:(?:Prof|Professor|Professorin|Dr|Mr|Mrs|Ms|Sir|Dame|Lord|Rev|Fr|Gen|Col|Dipl|Ing|Mag|Ir|RA|med|phil|rer|nat|jur|h\.\s?c)"
    r"\.?(?:-\w+\.?)?\s+)*"
)
_PART = r"(?:(?:(?:al|el|as|ad|ar|an|ben|abu)-)?[^\W\d_a-zß-ÿа-я][\w’'`´.·-]*|[dlOD][’'][^\W\d_][\w’'-]*)"
_PERSON = re.compile(rf"{_TITLE}{_PART}(?:\s+(?:{_PARTICLE}\s+){{0,3}}{_PART}){{1,4}}(?:,?\s+(?i:{_SUFFIX.pattern}))*")
_HAN = re.compile(r"[\u3400-\u9fff\uac00-\ud7af]{2,5}|[\u3040-\u30ff\u3400-\u9fff]{2,10}")


def is_person(name: str) -> bool:
    """Tell whether a name has the form of a person's full name: two to five capitalised words, perhaps with "van" and "Dr."."""
    return len(name) <= 60 and not is_organization(name) and (_PERSON.fullmatch(name) or _HAN.fullmatch(name)) is not None
