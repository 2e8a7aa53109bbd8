"""A name as a dictionary has it becomes the forms in which sentences have it: Russian cases, Arabic and German endings.

The tables are small on purpose. A form that is no word does no harm, since no text has it; one that is another word would
link that word. So what the tables do not know stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice, product
from typing import NamedTuple


def inflected(label: str, language: str, kind: str) -> tuple[str, ...]:
    """Return the forms in which a label stands in running text: itself first, then what its language makes of it, each once.

    `language` is a language tag, `kind` one of "name", "acronym", "demonym" and "metonym". Acronyms have one form, and so has
    every label in a language without rules here.
    """
    rules = _RULES.get(language.partition("-")[0].lower())
    if rules is None or kind == "acronym":
        return (label,)
    return tuple(dict.fromkeys((label, *rules(label, kind))))


# --- Russian -----------------------------------------------------------------------------------------------------------------
# The forms of a word: genitive, dative, accusative, instrumental, prepositional, each with its spellings. The accusative is
# that of living beings, since the other is like the nominative, which is the label.
Cases = tuple[tuple[str, ...], ...]


class _Declension(NamedTuple):
    """What words with that ending do: letters to cut, and an ending a case ("=": like the nominative, "-": none)."""

    ending: re.Pattern[str]
    cut: int
    cases: tuple[str, ...]


def _table(rows: str) -> tuple[_Declension, ...]:
    """Return a table of declensions, a line each: pattern of the ending, letters to cut, five case endings."""
    split = (row.split() for row in rows.strip().split("\n"))
    return tuple(_Declension(re.compile(f"(?:{ending})\\Z"), int(cut), tuple(cases)) for ending, cut, *cases in split)


# The first line that fits decides. Where stress chooses between о and е, both stand here: the other is no word.
_NOUNS: dict[str, tuple[_Declension, ...]] = {
    "masculine": _table("""
        ий             1  я   ю   я   ем     и
        й              1  я   ю   я   ем     е
        кремль|король  1  я   ю   я   ём     е
        ь              1  я   ю   я   ем     е
        [жшчщ]         0  а   у   а   ем/ом  е
        лец            2  ьца ьцу ьца ьцем   ьце
        [аеёиоуэюя]ец  2  йца йцу йца йцем   йце
        [бвгджзкмнпрстфхчшщ]ец  2  ца  цу  ца  цем/цом  це
        ц              0  а   у   а   ем/ом  е
        [бвгджзклмнпрстфх]  0  а   у   а   ом     е
    """),
    "surname": _table("""
        [оеё]в         0  а   у   а   ым     е
        [иы]н          0  а   у   а   ым/ом  е
    """),
    "feminine": _table("""
        ия             1  и   и   ю   ей     и
        ья|земля       1  и   е   ю   ёй     е
        я              1  и   е   ю   ей     е
        [гкх]а         1  и   е   у   ой     е
        [жшчщ]а        1  и   е   у   ей/ой  е
        ца             1  ы   е   у   ей/ой  е
        [бвдзлмнпрстф]а  1  ы   е   у   ой     е
        путь           1  и   и   =   ём     и
        ь              1  и   и   =   ью     и
    """),
    "neuter": _table("""
        ие             1  я   ю   =   ем     и
        ье|море|поле   1  я   ю   =   ем     е
        [жшчщц]е       1  а   у   =   ем     е
        о              1  а   у   =   ом     е
    """),
    "plural": _table(r"""
        острова        1  ов  ам  ов  ами    ах
        а              1  -   ам  -   ами    ах
        ия|ии          1  й   ям  й   ями    ях
        цы             1  ев  ам  ев  ами    ах
        (?:а|я)не      1  -   ам  -   ами    ах
        (?<!\w)(?:филиппин|балкан|афин|мальдив|сейшел|багам|бермуд|канар|курил|карпат|альп|анд)ы  1  -  ам  -  ами  ах
        (?<!\w)(?:стран|сил|зон|мин|групп|вод|волн)ы  1  -  ам  -  ами  ах
        (?:жертв|войн|угроз|ракет|бомб|систем|реформ|норм|вакцин|валют|проблем|школ|квот)ы  1  -  ам  -  ами  ах
        ы              1  ов  ам  ов  ами    ах
        [втд]ки        2  ков/ок кам ков/ок ками ках
        [гкх]и         1  ов  ам  ов  ами    ах
        [жшчщ]и        1  ей  ам  ей  ами    ах
        [аеоуя]и       1  ев  ям  ев  ями    ях
        и              1  ей  ям  ей  ями    ях
    """),
}
_NOUNS = {**_NOUNS, "surname": (*_NOUNS["surname"], *_NOUNS["masculine"])}
# The vowel of the last syllable falls, or the word is otherwise of its own kind
_STEMS = {
    "египет": "египт", "павел": "павл", "пётр": "петр", "петр": "петр", "лев": "льв", "орёл": "орл", "рынок": "рынк",
    "кубок": "кубк", "посёлок": "посёлк", "участок": "участк", "список": "списк",
}  # fmt: skip
_FEMININE_SOFT = re.compile(
    r"(?:[бвпсждзчшщ]ь|сть|область|площадь|русь|сибирь|казань|рязань|астрахань|сызрань|тюмень|тверь|пермь|кубань|нефть|цель|сеть"
    r"|модель|печать|власть|сычуань|хэнань|юньнань|путь)\Z"
)
_NEUTER = re.compile(r"(?:[сшт]тво|ие|ище|морье|днестровье|заполярье|море|поле|право|озеро|косово)\Z")
# Not those in -и: names of countries and people, such as "Чили" and "Моди", have one form
_PLURAL = re.compile(
    r"(?:ы|(?:а|я)не|ии|[нчщ]ики|[втд]ки|тели|ства|острова|(?<!\w)права|ствия|[оеи]вания|испытания|заседания|восстания"
    r"|(?<!арм)(?<!слов)(?<!\bк)ения)\Z"
)
_VOWELS = tuple("аоуэыияеёю")
_VOWEL_STEM = re.compile(r"[аоуэыияеёю]а\Z")
_CYRILLIC = re.compile(r"[А-Яа-яЁё]+\Z")

_NOMINATIVES = {"masculine": "ый ий ой", "feminine": "ая яя", "neuter": "ое ее", "plural": "ые ие"}
_GENDERS = {ending: gender for gender, endings in _NOMINATIVES.items() for ending in endings.split()}
# Genitive to prepositional, of "новый"; other stems change the first letter
_ADJECTIVES = {
    "masculine": "ого ому ого ым ом".split(),
    "feminine": "ой ой ую ой ой".split(),
    "neuter": "ого ому = ым ом".split(),
    "plural": "ых ым ых ыми ых".split(),
}
_CONSONANT = "[бвгджзйклмнпрстфхцчшщ]"
_ADJECTIVE = re.compile(
    rf"\w\w(?:ый|ые|[гкхжшчщн]ий|[гкхжшчщ]ие|{_CONSONANT}ние|{_CONSONANT}ая|няя|{_CONSONANT}ое|[нжшчщ]ее|(?:[сц]к|[ое]в|[дрстьл]н|ьш)ой)\Z"
    r"|(?:второй|шестой|седьмой|восьмой|золотой|святой)\Z"
)
_NOT_ADJECTIVES = frozenset("аглая евгений арсений антоний георгий сергий".split())
_SURE_ADJECTIVE = re.compile(r"\w[сц]к(?:ий|ая|ое|ие)\Z")
_NATIVE_SURNAME = re.compile(r"\w(?:[оеё]в|[иы]н)а\Z")

# Nouns that, first in a name, take what follows as it is: "Республика Корея", "Договор Тлателолко". Without one, two
# capitalised words are a person.
_HEADS = frozenset(
    "акт альянс армия ассамблея банк битва блок газета голос гора группа дело договор доктрина дом журнал закон залив зона "
    "инициатива институт канал клуб комитет компания конгресс край лига линия море мыс область один озеро остров острова пакт "
    "палата партия план полоса программа проект пролив протокол процесс радио район регион река республика саммит сектор сенат "
    "сеть силы совет союз страны суд университет устав фонд форум фронт хартия цели центр штат".split()
)
_HEAD_ENDING = re.compile(r"(?:ство|ние|тие|вие|ция|сия)\Z")
_NOT_HEADS = frozenset({"анастасия", "летиция", "патриция"})
_PARTICLES = frozenset("— фон дер де да ди дос ду ван дель делла ла ле аль эль ас аш ад ар ат бен бин ибн уль оглы кызы".split())
_AGES = frozenset({"младший", "старший"})
_MEN = frozenset(
    "никита илья данила гаврила фома лука кузьма савва мустафа муса иса яхья абдулла нарендра рама кришна акира хамза зия".split()
)
_WOMEN = frozenset(
    "маргарет элизабет мишель мадлен кэтрин катрин николь рейчел рэйчел хелен элен жаклин аннегрет ингрид эстер рут ирен марин "
    "кристин керстин сигрид астрид джоан шерон карен".split()
)


def _russian(label: str, kind: str) -> Iterator[str]:
    words = label.split(" ")
    for form in (label, *_russian_cases(words, kind)):
        yield form
        if "ё" in form or "Ё" in form:
            yield form.replace("ё", "е").replace("Ё", "Е")


def _russian_cases(words: list[str], kind: str) -> Iterator[str]:
    if len(words) == 1:
        return _one_word(words[0], kind)
    if len(words) > 2 and words[1] == "—" and not _gender(words[0].lower()):
        return (f"{words[0]} — {form}" for form in _joined(_phrase(words[2:])))  # "Папуа — Новая Гвинея"
    return _joined(_person(words) if _is_person(words) else _phrase(words))


def _one_word(word: str, kind: str) -> Iterator[str]:
    """Yield the forms of one word: an adjective for a country has them all, a surname its own, a plural those of a plural."""
    lower = word.lower()
    if kind == "demonym" and _is_adjective(word) and not lower.endswith(("ие", "ые")):
        return _every_gender(word)
    if _SURE_ADJECTIVE.search(lower) or (kind == "demonym" and _is_adjective(word)):
        return _joined([_adjective(word)])
    gender = "plural" if kind == "demonym" and lower.endswith("и") else _gender(lower)
    either = [_noun(word, gender)] if kind == "demonym" or gender != "masculine" else [_noun(word, "surname"), _noun(word, gender)]
    return (form for cases in either for form in _joined([cases]))  # "Путин" and "Берлин" end alike


def _joined(words: Iterable[Cases]) -> Iterator[str]:
    """Yield the phrase in each case; spellings of words combine, a few of them."""
    for spellings in zip(*words, strict=True):
        yield from map(" ".join, islice(product(*spellings), 16))


def _unchanged(word: str) -> Cases:
    return ((word,),) * 5


def _phrase(words: list[str]) -> Iterator[Cases]:
    """Yield each word's cases: of leading adjectives and the noun after them; the rest stands in the genitive already."""
    count = next((index for index, word in enumerate(words[:6]) if not _is_adjective(word)), 6)
    count = min(count, len(words) - 1)
    yield from map(_adjective, words[:count])
    noun, *rest = words[count:]
    gender = _GENDERS[words[0].lower().removesuffix("ся")[-2:]] if count else ""
    if rest and _is_of_islands(noun, rest[0]):
        yield _cases(noun, noun[:-1], "ых ым ых ыми ых".split())
        gender, noun, *rest = ("plural", *rest)
    depends = bool(rest) and rest[0][:1].islower() and rest[0] != "и"
    yield _head(noun, gender, depends)
    if len(rest) == 2 and rest[0] == "и" and rest[1][:1].isupper():
        yield from (_unchanged("и"), _head(rest[1], "", False))  # "Босния и Герцеговина"
    else:
        yield from map(_unchanged, rest)


def _head(word: str, gender: str, depends: bool) -> Cases:
    """Return the cases of the noun of a phrase; `depends` tells that words in small letters depend on it: "Цели в области"."""
    lower = word.lower()
    if lower == "один":
        return _unchanged(word)
    return _noun(word, gender or ("plural" if depends and lower.endswith("и") else _gender(lower)))


def _is_of_islands(word: str, noun: str) -> bool:
    return noun.lower() == "острова" and word.endswith(("овы", "евы", "ины"))  # "Соломоновы Острова"


def _is_person(words: list[str]) -> bool:
    """Tell whether the words look like a person's name: capitalised, and the first neither an adjective nor a common noun."""
    names = [word for word in words if _is_name(word)]
    others = {word for word in words if not _is_name(word)}
    if not 2 <= len(names) <= 5 or words[0] != names[0] or not others <= (_PARTICLES | _AGES):
        return False
    if any(_is_acronym(word) and not word.endswith(".") for word in names) or _is_adjective(words[0]) or _is_of_islands(*names[:2]):
        return False
    first = words[0].lower()
    return first in _NOT_HEADS or not (first in _HEADS or _HEAD_ENDING.search(first))


def _is_name(word: str) -> bool:
    """Tell whether a word is capitalised, perhaps after a particle: "аль-Асад"."""
    particle, hyphen, name = word.partition("-")
    return (name if hyphen and particle in _PARTICLES else word)[:1].isupper()


def _person(words: list[str]) -> Iterator[Cases]:
    """Yield each word's cases: a woman's surname in a consonant stays, and so do syllables before the last ("Ким Чен Ын")."""
    names = [word for word in words if _is_name(word)]
    are_syllables = len(names) > 2 and max(map(len, names)) <= 4 and "." not in "".join(names)
    first = words[0].lower()
    woman = first in _WOMEN or (_gender(first) == "feminine" and not first.endswith("ь") and first not in _MEN)
    left = len(names)
    for word in words:
        left -= _is_name(word)
        if word in _AGES:
            yield _adjective(word)
        elif not _is_name(word) or word.endswith(".") or (are_syllables and left):
            yield _unchanged(word)
        else:
            yield _given_name(word, woman) if left else _surname(word, woman)


def _given_name(word: str, woman: bool) -> Cases:
    return _noun(word, _gender_of_name(word.lower(), woman))


def _surname(word: str, woman: bool) -> Cases:
    lower = word.lower()
    if woman and _NATIVE_SURNAME.search(lower):
        return _cases(word, word[:-1], "ой ой у ой ой".split())
    if _is_adjective(word) or (lower.endswith("ой") and len(re.findall("[аеёиоуыэюя]", lower)) > 1):
        is_feminine = _GENDERS.get(lower[-2:]) == "feminine"
        return _adjective(word) if is_feminine == woman else _unchanged(word)
    gender = "" if lower.endswith("ых") else _gender_of_name(lower, woman)
    return _noun(word, "surname" if gender == "masculine" else gender)


def _gender_of_name(name: str, woman: bool) -> str:
    """Return how a person's name declines: one in -а always, one in a consonant if it is a man's, one in another vowel never."""
    if name.endswith(("а", "я")):
        return "" if _VOWEL_STEM.search(name) else "feminine"
    return "" if woman or name.endswith(_VOWELS) else "masculine"


def _gender(word: str) -> str:
    """Return the gender of a noun by its ending; "" where it has one form only: "Чили", "Перу", "Марокко", "Никарагуа"."""
    if _NEUTER.search(word):
        return "neuter"
    if _PLURAL.search(word):
        return "plural"
    if word.endswith("ь"):
        return "feminine" if _FEMININE_SOFT.search(word) else "masculine"
    if word.endswith(("а", "я")):
        return "" if _VOWEL_STEM.search(word) else "feminine"
    return "" if word.endswith(_VOWELS) else "masculine"


def _noun(word: str, gender: str) -> Cases:
    """Return the cases of a noun, "surname" being a gender of its own; of one with hyphens those of its last part."""
    lower = word.lower()
    if "-" in word:
        return _with_hyphen(word, gender)
    if not gender or not _CYRILLIC.match(word) or _is_acronym(word) or len(word) < 2:
        return _unchanged(word)
    if lower in _STEMS:
        return _cases(word, word[0] + _STEMS[lower][1:], "а у а ом е".split())
    rows = _NOUNS["feminine"] if lower.endswith(("а", "я", "путь")) and gender not in ("neuter", "plural") else _NOUNS[gender]
    found = next((row for row in rows if row.ending.search(lower)), None)
    return _cases(word, word[: len(word) - found.cut], found.cases) if found else _unchanged(word)


def _with_hyphen(word: str, gender: str) -> Cases:
    """Return the cases of "Шри-Ланка" by its last part; where that has one form, those of the first too: "Гвинея-Бисау"."""
    before, _, last = word.rpartition("-")
    cases = _noun(last, gender if gender in ("", "plural", "surname") else _gender(last.lower()))
    if cases != _unchanged(last):
        return tuple(tuple(f"{before}-{form}" for form in forms) for forms in cases)
    first, _, rest = word.partition("-")
    return tuple((*(f"{form}-{rest}" for form in forms), word) for forms in _noun(first, _gender(first.lower())))


def _cases(word: str, stem: str, endings: Iterable[str]) -> Cases:
    """Return a stem with an ending a case: "/" between two spellings, "=" for the word as it is, "-" for no ending."""
    return tuple(
        tuple(word if ending == "=" else stem + ending.replace("-", "") for ending in spellings.split("/")) for spellings in endings
    )


def _is_adjective(word: str) -> bool:
    lower = word.lower().rpartition("-")[2]
    lower = lower.removesuffix("ся") if lower.endswith(("щийся", "щаяся", "щееся", "щиеся")) else lower
    return lower not in _NOT_ADJECTIVES and not _is_acronym(word) and _ADJECTIVE.search(lower) is not None


def _adjective(word: str, gender: str = "") -> Cases:
    """Return the cases of an adjective in the gender that it stands in, or in another one."""
    if word.lower().endswith("ся"):  # "развивающиеся"
        return tuple(tuple(f"{form}ся" for form in forms) for forms in _adjective(word[:-2], gender))
    stem, ending = word[:-2], word.lower()[-2:]
    gender = gender or _GENDERS[ending]
    return _cases(word, stem, _endings(stem.lower(), ending, gender))


def _endings(stem: str, ending: str, gender: str) -> list[str]:
    """Return an adjective's endings: "русский", "общий" and "ближний" have other vowels than "новый" and "большой"."""
    changes = {"ы": "и"} if stem.endswith(tuple("гкхжшчщ")) else {}
    if _is_soft(stem, ending):
        changes = {"ы": "и", "о": "е"} | ({"у": "ю"} if stem.endswith("н") else {})
    return [changes.get(end[0], end[0]) + end[1:] for end in _ADJECTIVES[gender]]


def _is_soft(stem: str, ending: str) -> bool:
    """Tell whether an adjective has "-его": "ближний", "общий", but not "большой" and "чужой"."""
    if stem.endswith("н"):
        return ending in ("ий", "яя", "ее", "ие")
    return stem.endswith(tuple("жшчщ")) and ending not in ("ой", "ое") and stem not in ("больш", "чуж")


def _every_gender(word: str) -> Iterator[str]:
    """Yield an adjective in all genders, numbers and cases."""
    stem, ending = word[:-2], word.lower()[-2:]
    soft = _is_soft(stem.lower(), ending)
    plural = "ие" if soft or stem.lower().endswith(tuple("гкхжшчщ")) else "ые"
    nominatives = ("", "яя" if soft and stem[-1:] not in "жшчщ" else "ая", "ее" if soft else "ое", plural)
    for gender, nominative in zip(_NOMINATIVES, nominatives, strict=True):
        yield stem + nominative if nominative else word
        for forms in _adjective(word, gender):
            yield from forms


def _is_acronym(word: str) -> bool:
    """Tell whether a word has one form because it is letters, a number or an initial: "США", "СНВ-III"."""
    return len(word) > 1 and word == word.upper()


# --- Arabic ------------------------------------------------------------------------------------------------------------------
_PREFIXES = re.compile(r"[وف]?[بلك]|[وف]")
_NISBA_ENDINGS = ("", "ة", "ون", "ين")


def arabic_prefix(letters: str) -> bool:
    """Tell whether letters before a name, in the same word, are particles: and, so, in, for, like. No letters are none."""
    return _PREFIXES.fullmatch(letters) is not None


def _arabic(label: str, kind: str) -> Iterator[str]:
    for form in (label, *(_nisba(label.split(" ")) if kind == "demonym" else ())):
        yield form
        if form.startswith("ال") and len(form) > 3:
            # "for" and the article melt; before a third ل one of them is not written
            yield f"ل{form[2:]}" if form[2] == "ل" else f"لل{form[2:]}"


def _nisba(words: list[str]) -> Iterator[str]:
    """Yield an adjective in ي of one or more words in each gender and number, with and without the article."""
    bare = [word.removeprefix("ال") for word in words]
    if all(len(word) > 2 and word.endswith("ي") for word in bare):
        for ending in _NISBA_ENDINGS:
            yield " ".join(f"{word}{ending}" for word in bare)
            yield " ".join(f"ال{word}{ending}" for word in bare)


# --- German ------------------------------------------------------------------------------------------------------------------
def _german(label: str, kind: str) -> Iterator[str]:
    """Yield a name of one word with its genitive ("Polens"), an adjective ("russisch") with its endings.

    What begins with a capital is a noun, unless it ends in -isch.
    """
    if kind == "name" and label.isalpha() and label[0].isupper() and not label.isupper() and label[-1] not in "sßxz":
        yield f"{label}s"
    if kind == "demonym" and label.replace("-", "").isalpha() and (label[0].islower() or label.endswith("isch")):
        yield from (label + ending for ending in ("e", "er", "en", "em", "es"))


_RULES: Mapping[str, Callable[[str, str], Iterable[str]]] = {"ar": _arabic, "de": _german, "ru": _russian}
