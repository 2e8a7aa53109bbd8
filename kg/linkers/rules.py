"""The rules by which words are a mention, and how sure each of them makes us."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Rule(NamedTuple):
    """Why words are a mention: the kind of form, how sure that makes us, and the rule in words.

    Each pair of kind and confidence stands for one rule, so that a graph says by itself which rule it was. What is below
    0.90 is published only where the user asks for it.
    """

    kind: str
    confidence: str
    words: str


RULES: Mapping[str, Rule] = {
    "chosen": Rule("name", "1.00", "the words that the configuration always links"),
    "name": Rule("name", "0.98", "a name of it, as the vocabulary has it"),
    "acronym": Rule("acronym", "0.96", "an acronym of it, letter for letter"),
    "demonym": Rule("demonym", "0.95", "the adjective or the people of it"),
    "metonym": Rule("metonym", "0.92", "a seat of government that acts or is dealt with as it"),
    "abbreviation": Rule("acronym", "0.97", "an abbreviation that the text itself defines in brackets after its name"),
    "surname": Rule("name", "0.93", "a surname, after the full name in the same text"),
    "supported name": Rule("name", "0.91", "a name that can mean other things; the article speaks of it in another way too"),
    "supported acronym": Rule(
        "acronym", "0.91", "an acronym that can mean other things; the article speaks of it in another way too"
    ),
    "supported demonym": Rule("demonym", "0.91", "a word that can mean other things; the article speaks of it in another way too"),
    "supported metonym": Rule(
        "metonym", "0.91", "a seat that can mean other places; it acts here, and the article speaks of the state in another way too"
    ),
    "located name": Rule("name", "0.70", "a name that only says where a place lies"),
    "team name": Rule("name", "0.60", "a name in a sentence about sport, where it may be a team"),
    "team demonym": Rule("demonym", "0.60", "a word in a sentence about sport, where it may be a team"),
    "team acronym": Rule("acronym", "0.60", "an acronym in a sentence about sport, where it may be a team"),
    "located acronym": Rule("acronym", "0.70", "an acronym that only says where a place lies"),
    "old name": Rule("name", "0.75", "a name in a paragraph about years before 1815, when it may have meant another state"),
    "old demonym": Rule("demonym", "0.75", "a word in a paragraph about years before 1815, when it may have meant another state"),
    "old acronym": Rule(
        "acronym", "0.75", "an acronym in a paragraph about years before 1815, when it may have meant another state"
    ),
    "place": Rule("metonym", "0.40", "a seat of government named as a place"),
    "doubtful name": Rule("name", "0.50", "a name that can mean other things, without anything that speaks for it"),
    "doubtful acronym": Rule("acronym", "0.50", "an acronym that can mean other things, without anything that speaks for it"),
    "doubtful demonym": Rule("demonym", "0.50", "a word that can mean other things, without anything that speaks for it"),
}
