"""Where a text speaks of sport, so that the name of a state means its team."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

import ahocorasick_rs

# Beginnings of words, in lower case; one of the first list and one of either, or more, make a sentence about sport
_STRONG = (
    "football|soccer|rugby|cricket|tennis|basketball|hockey|volleyball|handball|baseball|cyclist|peloton|marathon|sprinter|"
    "swimmer|athletics|wicket|innings|batsm|bowler|striker|midfielder|goalkeeper|goalless|winger|defender|fly-half|scrum-half|"
    "semifinal|semi-final|quarterfinal|quarter-final|playoff|world cup|euro 20|olympic|paralympic|grand slam|grand prix|wimbledon|"
    "davis cup|ryder cup|six nations|champions league|gold medal|silver medal|bronze medal|national team|hat-trick|half-time|"
    "halftime|full-time|kick-off|kickoff|fifa|uefa|nba|nhl|tournament|skier|downhill|slalom|gymnast|judoka|wrestler|boxer|figure "
    "skat|speed skat|biathlon|rower|stoppage time|extra time|equalis|equaliz|header|portero|penalti|goleador|seleccionador|"
    "guarda-redes|goleiro|golo|seleção|sélectionneur|torwart|länderspiel|fußball|сборн|вратар|матч|обыграл"
).split("|")
_WEAK = (
    "match|goal|medal|champion|league|coach|captain|squad|team|fixture|referee|penalt|caps|scor|final|cup|tour|player|played|game|"
    "season|club|qualif|beat|win|won|defeat|round|set|stage|race|title|seed|minute|draw|drew|lost|group|partido|gol|empat|venceu|"
    "ganó|jogo|gagn|battu|buteur|spiel|gewann|schlug|гол|счёт"
).split("|")
_WORDS = [*_STRONG, *_WEAK]
_AUTOMATON = ahocorasick_rs.AhoCorasick(_WORDS, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
_SCORE = re.compile(
    r"(?<![\w.,-])\d{1,3}\s?[-–:]\s?\d{1,3}(?![\w-])(?!\s?(?:percent|per cent|%|billion|million|years?|days?|km|miles?|p\.?m|"
    r"a\.?m))"
)
# Beside a state's name: what makes a team of it
_AFTER = re.compile(
    r"(?:['’]s)?\s?(?:under-\d\d|goalkeeper|captain|coach|manager|striker|midfielder|defender|winger|skipper|batsman|opener|squad|"
    r"team|national (?:football|soccer|rugby|basketball|hockey|cricket|volleyball|handball) team|internationals?|rugby|football|"
    r"cricket|fans|\d{4}\b(?=[.,;]| and| to)|\d(?:, [A-Z]\w+ \d\b|\.))"
)
_BEFORE = re.compile(
    r"\b(?:play(?:s|ed|ing)? for|cap(?:s|ped)? (?:\d+ times )?(?:for|by)|scor(?:es|ed) for|goals? for|represent(?:s|ed|ing)?|"
    r"tours? (?:of|to)|match against|game against|win over|victory over|defeat (?:by|to|against)|defeat of|test against|friendly "
    r"(?:against|with))"
    r" (?:the )?(?:[A-Z][\w ]* \d{4}(?:, | and ))*\Z|\b[Сс]борн\w+ \Z"
)
_STOP = re.compile(r"[.!?] |\n\n")


class SportWords:
    """Where the words of sport stand in a text."""

    def __init__(self, text: str) -> None:
        self._text = text
        lowered = text.lower()
        found = _AUTOMATON.find_matches_as_indexes(lowered) if len(lowered) == len(text) else []
        hits = [(begin, word) for word, begin, _ in found if not begin or not lowered[begin - 1].isalnum()]
        self._begins = [begin for begin, _ in hits]
        self._words = [word for _, word in hits]
        self._sentences = [0, *(stop.end() for stop in _STOP.finditer(text)), len(text)]
        self._verdicts: dict[int, bool] = {}

    def has_team(self, begin: int, end: int) -> bool:
        """Tell whether the state named there stands for its team: by the words beside it, or in a sentence about sport."""
        text = self._text
        if _AFTER.match(text, end):
            return True
        if not self._begins:
            return False
        sentence = bisect_right(self._sentences, begin) - 1
        if sentence not in self._verdicts:
            self._verdicts[sentence] = self._is_about_sport(*self._sentences[sentence : sentence + 2])
        return self._verdicts[sentence] or _BEFORE.search(text[max(0, begin - 60) : begin]) is not None

    def _is_about_sport(self, begin: int, end: int) -> bool:
        words = set(self._words[bisect_left(self._begins, begin) : bisect_left(self._begins, end)])
        if not words:
            return False
        is_strong = any(word < len(_STRONG) for word in words)
        score = _SCORE.search(self._text, begin, end) is not None
        return (is_strong or score) and len(words) + 2 * score >= 3
