"""Names of states that only locate a town or belong to one: "in Lille, France", "Lebanon, Pennsylvania"."""

from __future__ import annotations

import re
from functools import lru_cache

from kg.linkers.words import PROVINCES

# "in Lille, France": words with capitals after a preposition, and a comma
_TOWN = re.compile(
    r"(?:(?<=[a-z,] )|(?<=[a-z]\n))(?:in|at|of|from|near|outside|around|into|through|via)\s(?:the\s)?"
    r"(?!(?:January|February|March|April|May|June|July|August|September|October|November|December)\b)(?:(?:[A-ZÀ-Ý][\w'’.-]*|of|"
    r"the|de|la|del|and)\s?)+,\s(?:(?:[A-ZÀ-Ý][\w'’.-]*\s?)+,\s)*\Z"
)
_TOWN_AFTER = re.compile(rf", (?:{PROVINCES})\b")
_YEAR = re.compile(r"(?<![\d.,])(?:1[0-9]|20)\d\d(?![\d.,]\d)")
# How far a paragraph is looked at to either side
_REACH = 2000
# The Congress of Vienna: few of today's states are older in their present form
_OLD = "1815"
# Words of two characters that may end or begin with half a name
_CHINESE_WORDS = frozenset(
    "其中 今日 生日 每日 节日 假日 昨日 当日 近日 周日 往日 明日 如今 "
    "国际 国家 国内 国民 国王 本来 本报 本身 本地 本人 本书 本周 本月".split()
)
# River, sea, gulf, prayer: what makes another name of a state's
_ARABIC_THINGS = ("نهر ", "بحر ", "خليج ", "صلاة ")


def is_located(text: str, begin: int, ends: frozenset[int]) -> bool:
    """Tell whether a state's name only says where a town or province lies: "in Lille, France".

    `ends` are the offsets where known names end: after one of those stands another of a list.
    """
    return (
        text[max(0, begin - 2) : begin] == ", "
        and begin - 2 not in ends
        and _TOWN.search(text[max(0, begin - 90) : begin]) is not None
    )


def is_namesake(text: str, end: int) -> bool:
    """Tell whether a town of the same name is meant, by the province that follows: "Lebanon, Pennsylvania"."""
    return text[end : end + 2] == ", " and _TOWN_AFTER.match(text, end) is not None


def is_chance(text: str, begin: int, end: int) -> bool:
    """Tell whether characters only meet by chance ("中国" in "其中国际"), or name a river ("نهر الأردن") or a café («Пекин»)."""
    if text[begin] < "\u0600":
        return text[begin - 1 : begin] == "«" and text[end : end + 1] == "»"
    if text[begin - 1 : begin + 1] in _CHINESE_WORDS and text[end - 1 : end + 1] in _CHINESE_WORDS:
        return True
    return text[max(0, begin - 5) : begin].endswith(_ARABIC_THINGS)


def is_of_old(text: str, begin: int) -> bool:
    """Tell whether the paragraph names years, and all of them before 1815: the name may mean a state that is gone."""
    near, far = max(0, begin - _REACH), begin + _REACH
    first, last = text.rfind("\n\n", near, begin), text.find("\n\n", begin, far)
    return _is_old(text[first if first >= 0 else near : last if last >= 0 else far])


@lru_cache(maxsize=64)
def _is_old(paragraph: str) -> bool:
    years = _YEAR.findall(paragraph)
    return bool(years) and max(years) < _OLD
