"""Words that lead to a name: those that begin a byline ("By", "Ein Beitrag von", "Text:") and a box about its author."""

from __future__ import annotations

import re

from kg.readers.names import is_person

_PREPOSITION = r"(?:by|von|vom|par|por|pelo|pela|di|da|door|av|af|od)"
_KIND = (
    r"(?:article|story|words|text|report|essay|opinion|analysis|commentary|interview|column|review|guest post|op-?ed|feature|"
    r"(?:gast)?(?:beitrag|artikel|kommentar|essay|interview|analyse|reportage|kolumne|rezension|bericht|glosse|porträt)|"
    r"entretien|texte|enquête|tribune|chronique|récit|artículo|crónica|reportaje|reportagem|artigo|articolo|testo|tekst)"
)
_DONE = (
    r"(?:(?:re)?posted|written|published|reported|submitted|contributed|created|added|compiled|told|authored|as told|"
    r"geschrieben|verfasst|erstellt|eingestellt|veröffentlicht|gepostet|publiziert|aufgezeichnet|protokolliert|notiert|"
    r"publié|écrit|rédigé|posté|proposé|propos recueillis|recueilli|publicado|escrito|redactado|elaborado|enviado|postado|"
    r"scritto|pubblicato|redatto|postato|inserito|a cura|geplaatst|geschreven|gepost|gepubliceerd|skrevet|skriven)"
)
# "Published on 3 May 2019 by", "Posted in News by"
_WHEN = r"(?:\s(?:il|am|on|le|el|em|op|den|in|unter|under|dans|en)\s.{3,40}?)?"
_PHRASE = rf"(?:(?:eine?|une?|an?|en|een)\s)?{_KIND}\s{_PREPOSITION}|{_DONE}{_WHEN}\s{_PREPOSITION}"
_LABEL = (
    r"(?:texto?|texte|testo|tekst|authors?|autor(?:[/*:_(]in\)?(?:nen)?|[ei]n|es|as?|en)?|auteure?s?|autores|autore|автор[ыа]?|"
    r"verfasser(?:in)?|contributors?|writers?|reporters?|redaktion|foto und text|text (?:und|and|&|\+) (?:fotos?|photos?|bilder))"
)
# A lead that leaves no doubt, so behind it one name may stand that is no full name
SURE_BY = re.compile(rf"(?:{_PHRASE})\b|{_LABEL}\s?:", re.IGNORECASE)
# Below a text; "Author:" stands below a book's title too
LABELLED = re.compile(
    r"(?:by|von|par|por|texto?|texte|testo|tekst|text (?:und|and|&|\+) (?:fotos?|photos?|bilder))\s?:", re.IGNORECASE
)
# A sign behind the word parts it from a name
BY = re.compile(
    rf"(?:{_PHRASE}|{_LABEL}(?=\s?:)|by|von|par|por|di|door|av|af|od|yazan|text|texte|testo|author|auteur|автор[ыа]?|autor(?:[ei]n|es|as?)?|"
    r"作者[:：]|napisał|opublikował)(?:\s?:\s?|\s|\Z|(?<=[:：]))",
    re.IGNORECASE,
)
# At the end of a sentence, before a name in an element of its own: "… in the mud. A report by <b>Ann Bee</b>"
_AFTER = rf"[.!?…]\s(?:(?i:{_PHRASE})|By|Von|Par|Por)"
TAIL_END = re.compile(rf"{_AFTER}\Z")
TAIL = re.compile(rf"{_AFTER}\s(?=[^\W\d_a-z])")
BOX = re.compile(
    r"(?:about the authors?|über (?:den autor|die autor(?:in|en))|zum autor|zur autorin|zur person|à propos de l['’]auteure?|"
    r"sobre (?:el autor|la autora|o autor|a autora)|sull['’]autor[ei]|over de auteur)\b",
    re.IGNORECASE,
)
# In an element that is marked as a byline any words may lead to the name
_ANY = re.compile(
    r"(?:[^\W\d_][\w/*-]*\s){0,4}?(?:by|par|por|door|from|von|vom|da|di|av|af)\s(?=[^\W\d_])|[^\W\d_][^:]{0,24}:\s", re.IGNORECASE
)


def behind_any(text: str) -> str | None:
    """Return what stands in a marked byline behind any words that lead to a name ("Illustrated essay by", "Ressort:")."""
    match = _ANY.match(text)
    return text[match.end() :] if match and not is_person(" ".join(match[0].split()[:-1])) else None
