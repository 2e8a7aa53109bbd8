"""Adjectives of states that are languages ("in Spanish") or parts of things ("Swiss cheese", "montagnes russes")."""

from __future__ import annotations

import re

from kg.linkers.around import Around, opens_sentence

# After a demonym: what makes a thing of it that has nothing to do with the state
_THINGS = (
    "fries|paprika|drains?|toast|kiss(?:es|ing)?|horns?|bulldogs?|doors?|windows?|braids?|press|polish|twist|bread|roulette|"
    "dolls?|salads?|whispers|checkers|lanterns?|takeaways?|zodiac|bath(?:s|house)?|delight|coffee|carpets?|rugs?|ovens?|auctions?|"
    "courage|caps?|hoe|tulips?|shepherds?|measles|cheeses?|army knife|army knives|chard|rolls?|flu|omelettes?|guitars?|fly|pastry|"
    "pastries|yogh?urts?|summer|nuts?|hats?|stew|setters?|hounds?|spruces?|rats?|peppers?|chil(?:l?i|e)s?|libres?|slings?|shorts|"
    "heels?|moss|violets?|manicures?|wax|walls?|blues?|sandwich(?:es)?|whiske?ys?|whiskies|waffles?|chocolates?|standoff|waves?|"
    "bacon|sausages?|knotweed|maples?|beetles?|cotton|lily|lilies|football|cuisine|cooking|food|restaurants?|recipes?|dish(?:es)?|"
    "wines?|beers?|vodka|rum|cigars?|tea|pizza|opera|grammar|lessons?|dictionary|dictionaries|translations?|subtitles?|accents?|"
    "alphabet|poetry|literature|sonnets?|proverbs?|idioms?|crosses|cats?|goose|geese|terriers?|spaniels?|mastiffs?|ponies|pony|"
    "hamsters?|cedars?|oaks?|elms?|elms|ivy|roses?|mustard|dressing|onion|leave|letters?"
)
_THING = re.compile(rf"[ -](?:{_THINGS})\b")
_CHINESE_THING = re.compile(
    r"(?:银行|航空|日报|时报|邮报|电视|大学|浴|路(?!线)|面(?![临对积])|海(?![军关域])|料理|菜|豆|梧桐|餐厅|语)"
)
_BEFORE_THINGS = (" ", "-")
# Idioms of other languages, around the adjective
_IDIOM_BEFORE = re.compile(
    r"(?:caf[eé]|pão|queijo|berger|petits?|filets?|couramment l['’]|peu d['’]|montagnes?|salades?|montañas?|ensaladillas?|"
    r"tortillas?|cuentos?|montanhas?|encre de|cuisine|cocina|cozinha|cor|papier|tour|pain|"
    r"à l[ae]|à l['’]|a la|à|spanische[rn]?|hinter)[ -]?\Z",
    re.IGNORECASE,
)
_IDIOM_AFTER = re.compile(
    r" (?:Salat|Wand|Gardinen|Küche|горк\w+|чай|сыр|кофе|саун\w+|орех\w*|стол\w*|рулетк\w+|грамот\w+|кухн\w+|язык\w*)\b"
)
_LANGUAGE_ELSEWHERE = re.compile(
    r"\b(?:parl\w+|lit|lisent|appren\w+|traduit\w*|enseign\w+|comprenn?\w*|habla\w*|aprend\w+|traduc\w+|enseñ\w+|fal[ao]\w*|"
    r"traduz\w*|говор\w+|учит|изуча\w+|перев[её]\w+|владе\w+)(?: (?:le|la|el|o|du|de|del|do|un peu|с|на|l['’]|"
    r"d['’])*)?(?:[\w'’]+(?:,| et| ou| y| e| и) (?:l['’]|le |el |o )?)*\s?\Z"
)
# Around a demonym: what makes a language of it
_LANGUAGE_AFTER = re.compile(
    r"[ -](?:language|languages|speaker|speakers|speaking|word|words|phrase|spelling|alphabet|script|title)\b"
)
# What is done with languages; after it may stand a list of them
_LANGUAGE_VERB = re.compile(
    r"\b(?:speaks?|spoke|spoken|speaking|learn(?:s|t|ed|ing)?|stud(?:y|ies|ied|ying)|teach(?:es|ing)?|taught|fluent|picked up|"
    r"translat(?:e|es|ed|ing|ions?)|(?:bits?|words?|lessons?|smattering|knowledge|command|phrases?) of|understands?|understood|"
    r"broken|fluent|basic)"
    r"(?: (?:in|into|from|to|both|some|only|fluent|perfect|broken|a little|mostly|his|her|their|my|less|more))* "
    r"?(?:[A-Z][a-z]+(?:, | and | or |, and ))*\Z"
)
_LANGUAGE_BEFORE = re.compile(
    r"\b(?:in(?:to)?|from|writ(?:e|es|ten|ing)|wrote|said|reads?|sings?|sang|sung|perfect|native)(?: [A-Z][a-z]+ (?:and|or))? \Z"
)
# A verb with a capital at the start of a sentence, an idiom
_PHRASE = re.compile(r"Polish (?:the|your|my|her|his|our|their|it|them|up|off)\b|Greek to (?:me|him|her|us|them|the)\b")
_LIST_GOES_ON = re.compile(r"(?:,|,? and|,? or) [A-Z]")
# Languages in which adjectives of states have no capital; with one they are languages or parts of names ("Deutsche Bank")
_LOWER_CASE = frozenset({"de", "es", "pt", "ru"})
# Before an adjective used as a noun of people: "the Chinese", "many French", "were Russian"
_DETERMINED = re.compile(
    r"(?:\b(?:the|a|an|these|those|many|most|some|two|three|several|few|all|both|other|fellow|young|old|ethnic|native|is|are|was|"
    r"were|be|been|as|not|[Tt]he|[Aa]n?|[Mm]any|[Mm]ost|[Ss]ome|[Aa]ll|\w+ed|\w+ly)|-|[A-Z][\w-]*,? (?:and|or|but)|[A-Z][\w-]*,) "
    r"?\Z"
)
_ENDS_PHRASE = re.compile(
    r"\s*(?:[.;:!?)\]»”\"]|,(?! [A-Z])|\Z|\n|(?:and|or)\b(?! [A-Z])|(?:as|for|with|by|at|to|into|in|on|from|but|when|because|"
    r"before|after|is|was|which|that|means|than|the|he|she|they|it|so|too|well)\b)"
)


def is_thing(around: Around, begin: int, end: int, is_adjective: bool) -> bool:
    """Tell whether the words are part of a thing's name: "Swiss cheese", "Canada goose", "montagnes russes"."""
    text = around.text
    if text[end : end + 1] in _BEFORE_THINGS and text[end + 1 : end + 2].islower() and _THING.match(text, end):
        return True
    if around.language == "zh" and _CHINESE_THING.match(text, end):
        return True
    if around.is_english or not is_adjective:
        return False
    return bool(_IDIOM_AFTER.match(text, end) or _IDIOM_BEFORE.search(text[max(0, begin - 30) : begin]))


def is_language(around: Around, begin: int, end: int) -> bool:
    """Tell whether an adjective of a state is a language: "in Spanish", "picked up Japanese at work"."""
    text = around.text
    if _LANGUAGE_AFTER.match(text, end) or _PHRASE.match(text, begin):
        return True
    if not around.is_english:
        if _LANGUAGE_ELSEWHERE.search(text[max(0, begin - 60) : begin]):
            return True
        return around.language in _LOWER_CASE and text[begin].isupper() and not opens_sentence(text, begin)
    ends = _ENDS_PHRASE.match(text, end) is not None
    if text[end - 1] == "s" or not (ends or _LIST_GOES_ON.match(text, end)):
        return False
    before = text[max(0, begin - 60) : begin]
    if _LANGUAGE_VERB.search(before):
        return True
    return ends and (_LANGUAGE_BEFORE.search(before) is not None or _DETERMINED.search(before) is None)
