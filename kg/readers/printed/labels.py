"""Words that pages print before what they say of themselves ("Author:", "Veröffentlicht am", "Publié le"), by language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

Role = Literal[
    "author",
    "published",
    "modified",
    "publisher",
    "region",
    "theme",
    "tag",
    "source",
    "url",
    "abstract",
    "language",
    "license",
    "rights",
    "reading time",
]


class Label(NamedTuple):
    """What a label is about, and the language that alone has it (None: several have)."""

    role: Role
    language: str | None


# Separated by ";"; "a/b" is either word
_WORDS: Mapping[Role, Mapping[str, str]] = {
    "author": {
        "en": "author; authors; by; byline; written by; words; words by; text by; story by; story; writer; writers; reporter; "
        "reported by; report by; posted by; article by; guest post by; essay by; opinion by; analysis by; contributor; "
        "contributors; author(s)",
        "de": "autorin; autoren; autor/in; autor:in; verfasser; verfasserin; von; text von; geschrieben von; ein beitrag von; "
        "gastbeitrag von",
        "fr": "auteure; auteurs; autrice; par; écrit par; rédigé par; texte de; propos recueillis par; publié par",
        "es": "autora; escrito por; texto de; redactado por; publicado por",
        "pt": "autoria; texto por; matéria de",
        "it": "autore; autrice; autori; di; scritto da; testo di; a cura di",
        "nl": "door; geschreven door; tekst van; schrijver",
        "sv": "författare; skriven av; text av; av",
        "da": "forfatter; skrevet af; af",
        "pl": "autorzy; napisał; napisała; tekst",
        "ru": "авторы; текст; корреспондент",
        "tr": "yazar; yazan",
        "zh": "作者; 文",
        "ja": "著者; 筆者; 執筆",
        "": "autor; autores; auteur; por; text; texte; texto; автор",
    },
    "published": {
        "en": "published; published on; posted; posted on; publication date; publish date; date published; published at; "
        "created; first published; first published on; originally published on; released; dated",
        "de": "veröffentlicht; veröffentlicht am; erschienen; erschienen am; publiziert am; erstellt am; "
        "veröffentlichungsdatum; am",
        "fr": "publié; publiée; publié le; publiée le; paru le; mis en ligne le; date de publication; le",
        "es": "fecha; publicado el; fecha de publicación; el",
        "pt": "publicado em; publicada em; data de publicação; em",
        "it": "pubblicato; pubblicato il; data di pubblicazione; il",
        "nl": "gepubliceerd; gepubliceerd op; geplaatst op; op",
        "sv": "publicerad; publicerat; publicerad den",
        "da": "udgivet; publiceret",
        "pl": "opublikowano; data publikacji",
        "ru": "дата; опубликовано; дата публикации",
        "": "date; datum; data; publicado; publicada; on",
    },
    "modified": {
        "en": "updated; updated on; last updated; last updated on; modified; modified on; last modified; last modified on; "
        "revised; last edited; edited",
        "de": "aktualisiert; aktualisiert am; zuletzt aktualisiert; zuletzt aktualisiert am; geändert am; stand",
        "fr": "mis à jour; mis à jour le; mise à jour; modifié le; dernière mise à jour",
        "es": "actualizado; actualizado el; última actualización; modificado el",
        "pt": "atualizado; atualizado em; última atualização",
        "it": "aggiornato; aggiornato il; ultimo aggiornamento",
        "nl": "bijgewerkt; bijgewerkt op; laatst bijgewerkt; laatst gewijzigd",
        "sv": "uppdaterad; senast uppdaterad",
        "pl": "zaktualizowano; aktualizacja",
        "ru": "обновлено; дата обновления; изменено",
    },
    "publisher": {
        "en": "publisher; published by; published in; publication; outlet; newspaper; site",
        "de": "herausgeber; verlag; veröffentlicht in; medium; erschienen in",
        "fr": "éditeur; publié dans; paru dans",
        "es": "editorial; publicado en; medio",
        "it": "editore; pubblicato su; testata",
        "ru": "издание; издатель; издательство",
        "": "editora; uitgever",
    },
    "region": {
        "en": "regions; country; countries",
        "fr": "région; régions",
        "es": "región; regiones",
        "ru": "регион; регионы",
        "": "region",
    },
    "theme": {
        "en": "theme; themes; topic; topics; category; categories; section; filed under; posted in",
        "de": "thema; themen; kategorie; kategorien; rubrik; ressort",
        "fr": "thème; thèmes; catégorie; catégories; rubrique",
        "es": "temas; categoría; categorías; sección",
        "ru": "тема; темы; рубрика; категория",
        "": "tema; categoria; categorie",
    },
    "tag": {
        "en": "keyword; keywords; tagged; tagged with; in-depth report; in-depth reports; labels",
        "de": "schlagwort; schlagwörter; schlagworte; stichwörter",
        "fr": "mots-clés; étiquettes; mots clés",
        "es": "etiquetas; palabras clave",
        "ru": "теги; тэги; метки; ключевые слова",
        "": "tag; tags",
    },
    "source": {
        "en": "original source; originally published; originally published in; originally published at",
        "de": "quelle; originalquelle; ursprünglich erschienen in",
        "es": "fuente",
        "ru": "источник",
        "": "source; fonte",
    },
    "url": {"en": "address; canonical; permalink; link", "": "url"},
    "abstract": {
        "en": "abstract; summary; tl;dr",
        "de": "zusammenfassung; kurzfassung",
        "fr": "résumé",
        "es": "resumen",
        "pt": "resumo",
        "ru": "аннотация; кратко",
    },
    "language": {"de": "sprache", "fr": "langue", "es": "idioma", "it": "lingua", "ru": "язык", "": "language"},
    "license": {"en": "license; licence; licensed under", "de": "lizenz", "es": "licencia", "it": "licenza", "": "лицензия"},
    "rights": {"en": "rights; permissions", "de": "rechte", "fr": "droits"},
    "reading time": {
        "en": "reading time; read time; estimated reading time; time to read",
        "de": "lesezeit; lesedauer",
        "fr": "temps de lecture",
    },
}


def _read() -> Iterator[tuple[str, Label]]:
    for role, languages in _WORDS.items():
        for language, words in languages.items():
            for word in words.split("; "):
                yield word.strip(), Label(role, language or None)


LABELS: Mapping[str, Label] = dict(_read())
_LABELLED = re.compile(r"([^\W\d_][^:：\n|]{0,40}?)[ \t]*\n?[:：]\s*(?=\S)")
_LEADS = {
    role: re.compile(
        "("
        + "|".join(re.escape(word) for word in sorted(LABELS, key=len, reverse=True) if LABELS[word].role == role)
        + r")\s+(?=\S)",
        re.IGNORECASE,
    )
    for role in ("author", "published", "modified", "publisher")
}


def labelled(text: str) -> tuple[Label, int] | None:
    """Return the label with which a line begins ("Region: …"), and where what it says begins."""
    match = _LABELLED.match(text)
    label = find(match[1]) if match else None
    return (label, match.end()) if match and label else None


def find(text: str) -> Label | None:
    """Return the label that a text is, without its colon."""
    return LABELS.get(" ".join(text.lower().rstrip(":： ").split()))


def lead(text: str, role: Role) -> tuple[Label, int] | None:
    """Return the words of a role with which a line begins ("Posted on …", "Von …"), and where what they lead to begins."""
    match = _LEADS[role].match(text)
    return (LABELS[" ".join(match[1].lower().split())], match.end()) if match else None
