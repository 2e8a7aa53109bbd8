"""Paragraphs of the main text that are none of it: pointers to other articles, calls to subscribe, credits, comments."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kg.readers.blocks import Block


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"[\W_]*(?:{'|'.join(alternatives)})", re.IGNORECASE)


# "Read also: ..." before a linked headline
_POINTER = _any(
    r"(?:(?:read|see|watch|learn|more|check out|click|related|don['’]t miss|recommended|you (?:may|"
    r"might)(?: also)? (?:like|enjoy))\b[\w ]{0,20}",
    r"(?:lea|lee|vea|ve|mira|mire|leer|ver|puedes ver|descubre|te puede interesar|le puede interesar|además|"
    r"nota relacionada)\b[\w ]{0,15}",
    r"(?:leia|veja|saiba|confira)\b[\w ]{0,15}|(?:à |a )?(?:lire|voir|découvrir)\b[\w ]{0,15}|(?:leggi|vedi|guarda)\b[\w ]{0,15}",
    r"(?:lesen sie|lies|siehe|mehr|auch interessant|weiterlesen|schon gelesen|zum thema|weitere)\b[\w ]{0,30}|(?:lees|"
    r"bekijk)\b[\w ]{0,15}",
    r"(?:czytaj|zobacz|przeczytaj|sprawdź|dowiedz się)\b[\w ]{0,15}|(?:читайте|смотрите)\b[\w ]{0,15}|(?:les|läs|"
    r"læs)\b[\w ]{0,15})\s*[:»>|–-]",
    r"(?:&gt;|>|»){2}",
)
# Headings over what is not the article
_OTHERS = _any(
    r"(?:related|similar|recommended|further|more|other|latest|popular|recent|trending)\b[\w ]{0,12}\b"
    r"(?:posts?|articles?|stories|story|news|reading|content|topics|links|videos)",
    r"you (?:may|might) (?:also )?(?:like|enjoy|be interested)\b.{0,20}|recommended(?: for you)?|read (?:more|next|"
    r"also)|see also|what to read next",
    r"don['’]t miss|(?:ähnliche|verwandte|weitere|mehr|andere|neueste|aktuelle|passende|"
    r"entdecke weitere)\b[\w ]{0,20}\b(?:artikel|beiträge|themen|"
    r"nachrichten|meldungen|news|links|inhalte|geschichten|(?:home)?storys|rezepte)\b.{0,25}",
    r"(?:mehr|beiträge|artikel|weiteres|links) zu[mr]? (?:dem |diesem )?thema\b.{0,25}|auch interessant|schon gelesen|"
    r"lesen sie (?:auch|mehr|weiter)",
    r"das könnte (?:sie|dich|euch) auch interessieren|(?:te|le) puede interesar|(?:veja|leia) também|(?:lea|lee|vea|"
    r"ver) (?:también|además|más)",
    r"(?:notas?|noticias?|artículos?|temas?|notícias|matérias|contenidos?) (?:relacionad[oa]s?|similares)|à lire aussi",
    r"(?:articles?|sujets?) (?:similaires|liés|connexes|les plus lus)|sur le même (?:sujet|thème)|articoli correlati|"
    r"leggi anche|potrebbe interessarti",
    r"lees (?:ook|meer)|gerelateerd\w*|czytaj (?:też|także|więcej)|zobacz (?:też|także|również)|powiązane artykuły|"
    r"podobne (?:artykuły|wpisy)",
    r"читайте также|(?:share|teilen|compartir|compartilhe|partager|condividi|sharen)\b[\w ]{0,25}|teilen sie dies mit",
    r"(?:most read|meist-?(?:gelesen|diskutiert)\w*|más (?:leíd[oa]s?|vistas?)|mais lidas|les plus lus)\b.{0,20}",
)
# What a page says of the article, not the article: all of a short paragraph
_LABELS = _any(
    r"(?:print|drucken|drukuj|imprimir|imprimer|stampa|pdf|tweet|share|teilen|e-?mail|whatsapp|facebook|twitter)",
    r"(?:zurück|back|volver|retour|voltar|indietro|powrót)\b.{0,30}|nach oben|(?:back )?to top|weiterlesen|mehr (?:erfahren|lesen)",
    r"reklama|anzeige|werbung|advertisement|publicidade?|publicité|pubblicità|sponsored|continue reading.{0,30}|"
    r"story continues below.{0,30}",
    r"inhaltsverzeichnis|table of contents",
    r"(?:tags|schlagw(?:o|ö)rte?r?|stichworte|kategorien?|categor(?:y|ies|ías?)|filed under|etiquetas|temas|thema|"
    r"themen)\s*:.{0,100}",
    r"(?:posted (?:in|on|by)|this entry was posted|published|last (?:modified|updated)|erstellt am|veröffentlicht am|"
    r"letzte aktualisierung|publikacja|"
    r"aktualisiert am|news date|updated)\b.{0,100}",
    r"(?:(?:titel|beitrags)?bild(?:er|quelle|nachweis)?|fotos?|photos?(?: credits?)?|image(?: credits?)?|imagen|"
    r"fot\.?|crédits? ?(?:photos?)?|crédito|zdjęcie|"
    r"bild via)\s*(?:[:©]|via\b).{0,80}",
    r"(?:©|\(c\)|copyright\b).{0,120}|.{0,60}(?:all rights reserved|alle rechte vorbehalten|todos los derechos reservados)",
)
_COMMENTS = _any(
    r"(?:\d{1,5}\W+)?(?:comments?|kommentare?|comentarios?|comentários?|commentaires?|commenti|reacties|komentarze)\b.{0,40}",
    r"(?:leave|add|post|write) (?:a |your )?(?:comment|reply|response)\b.{0,40}|(?:schreibe?(?:n sie)?|"
    r"hinterlasse?(?:n sie)?) (?:einen |ihren )?kommentar\w*",
    r"ihr kommentar|(?:deja|dejar) (?:un |tu )?comentario|deixe (?:um|seu) comentário|laisser un commentaire|"
    r"lascia un commento|dodaj komentarz",
)
# A call to act (one of each): to follow, to subscribe, to allow cookies
_CALL = re.compile(
    r"\b(?:follow|subscribe|sign up|join|download|s[ií]guenos|sigue|suscr[ií]b\w+|[úu]nete|inscreva-se|siga|assine|"
    r"folge[nt]?|abonnier\w+|abonnez|"
    r"suivez|iscriviti|seguici|obserwuj|zapisz|bestellen|mira lo|ya sab[ií]as)\b",
    re.IGNORECASE,
)
_CHANNEL = re.compile(
    r"\b(?:twitter|facebook|instagram|telegram|whatsapp|youtube|linkedin|google news|newsletters?|apps?|e-?(?:mails?|"
    r"nation|edition)|"
    r"our (?:channel|page)|ausgabe|abo|canal|bolet[ií]n|edition)\b",
    re.IGNORECASE,
)
_PAID = re.compile(
    r"affiliate|provision vom|we may (?:earn|receive) (?:a )?(?:small )?(?:commission|compensation)|enthält werbung|"
    r"enlaces de afiliad|"
    r"reader-supported|already a subscriber",
    re.IGNORECASE,
)
_LONGEST = 300
_SHORT = 100
# Comments stand in the last part of a page; a heading of that word further up is the article's
_TAIL = 0.25


def without_asides(blocks: Iterable[Block]) -> list[Block]:
    """Return the blocks without pointers to other articles, lists of them below such a heading, and the comments at the end."""
    blocks = list(blocks)
    kept: list[Block] = []
    is_list = False
    left = total = sum(len(block.text) for block in blocks)
    for block in blocks:
        text, share = block.text.strip(), _linked(block)
        is_short = len(text) < _SHORT
        if left < _TAIL * total and is_short and _COMMENTS.fullmatch(text.rstrip(" :.…")):
            break
        left -= len(block.text)
        if is_short and block.kind != "code" and _OTHERS.fullmatch(text.rstrip(" :.…>»")):
            is_list = True
            continue
        is_list = is_list and (share > 0.5 or block.kind == "item")
        if not is_list and not (block.kind not in ("code", "cell") and len(text) < _LONGEST and _is_aside(text, share)):
            kept.append(block)
    return kept


def _is_aside(text: str, linked: float) -> bool:
    if linked > 0.4 and _POINTER.match(text):
        return True
    if len(text) < _SHORT and _LABELS.fullmatch(text):
        return True
    return _PAID.search(text) is not None or (_CALL.search(text) is not None and _CHANNEL.search(text) is not None)


def _linked(block: Block) -> float:
    """Return the share of a block's characters that are linked."""
    return sum(link.end - link.begin for link in block.links) / len(block.text)
