"""The lines above a text that name its authors, its day and its publisher: read one by one, settled together."""

from __future__ import annotations

import re
from dataclasses import replace

from kg.article import Author, Datum
from kg.readers import dates
from kg.readers.blocks import Block
from kg.readers.draft import Draft
from kg.readers.names import is_organization, is_person, look_like_names, split_names
from kg.readers.printed import labelled, labels
from kg.readers.printed.footer import original
from kg.readers.printed.labels import Label

LONGEST = 300
_LONGEST_NAME = 80
# No date is written with more characters
_LONGEST_DATE = 80
_COLUMN = re.compile(r"\s+(?:[|•·▪●/]|//)\s+|\t+")
_DASH = re.compile(r"\s+[–—-]+\s+")
# What may stand before or behind a date in a line
_GAP = re.compile(
    r"\s*[,;]\s*|\s+[–—-]+\s+|\s*[()\[\]]\s*|(?:\A|\s+)(?:on|am|vom|le|el|il|em|op|den)\s+"
    r"|\s+(?=(?:by|von|par|por|di|door|(?:last\s+)?updated|aktualisiert|actualizado|atualizado|aggiornato)\b)",
    re.IGNORECASE,
)
_SIGN = re.compile(r"[^\w\s!-/:-@\[-`{-~©“‘„«¿¡—–]+\s*")
_MOST_GAPS = 12
_TRIM = " \t\n,;()[]–—-|·•"
# In "The Letter 4 October 2018" nothing but a space parts the name from the date
_SPACE = re.compile(r",?\s+")
_READING_TIME = re.compile(
    r"(?:(?:about|approx\.?|ca\.|~)\s*)?\d{1,3}\s*[-–]?\s*(?:min(?:ute)?[ns]?|мин\w*)\b\.?(?:[\s-]+(?:read(?:ing)?|lesezeit|de\s+lect\w+|чтения)"
    r"(?:\s+time)?)?",
    re.IGNORECASE,
)
_FURNITURE = re.compile(
    r"\d[\d,.]*\s+(?:words?|comments?|views?|shares?|likes?|claps?)|share|listen|follow|print|e-?mail|comments?", re.I
)
_PUBLICATION = re.compile(
    r"(?:the|le|la|les|der|die|das|el|il|o|a)\s|.*\b(?:letter|post|daily|weekly|monthly|chronicle|digest|bulletin|quarterly|observer|"
    r"guardian|monitor|dispatch|examiner|courier|express|standard|globe|record|register|telegraph|today|world|voices?|"
    r"publications?|publishing|books|blog|insights?|wire|report|reports|mail|mirror|star|sun|argus|echo|advocate|newsletter|podcast)\Z",
    re.IGNORECASE,
)
_SMALL_WORDS = frozenset(
    "of the and for in on at to de la le les des du del della di da do dos das von van der den et und y e".split()
)
_FOR = re.compile(r"\s+(?:for|für|pour|para)\s+(?=(?-i:[A-Z]))", re.IGNORECASE)
_LINK_WORDS = frozenset({"and", "by", "&", "und", "et", "y"})


class Lines:
    """Takes lines of a header; what they hold goes to the draft when they are settled, since one explains the other."""

    def __init__(self, draft: Draft) -> None:
        self.count = 0
        self._draft = draft
        self._names: list[Block] = []
        self._works_for: list[tuple[str, Datum]] = []
        self._published = draft.published
        self._modified: Datum | None = None

    def take(self, line: Block) -> bool:
        """Take one line, which bars, dots or dashes may part in columns; tell whether it was one of a header."""
        if len(line.text) > LONGEST or not line.text.strip():
            return False
        columns = [_without_sign(column) for column in _parts(line, _COLUMN)]
        known = [self._segment(column) for column in columns]
        if not any(known):
            columns = _parts(line, _DASH)
            known = [self._segment(column) for column in columns] if len(columns) > 1 else []
        if not any(known):
            return False
        for column, is_known in zip(columns, known, strict=True):
            if not is_known and not _FURNITURE.fullmatch(column.text.strip()):
                self._add_names(column)
        self.count += 1
        return True

    def take_names(self, line: Block) -> bool:
        """Take a line that has nothing but names, which its neighbours tell to be of the header."""
        text = line.text.strip()
        if not _may_be_name(text) or text[-1] in ":.!?" or re.search(r"\d", text):
            return False
        if self._draft.authors and not (self._draft.publisher is None and is_publication(text)):
            return False
        names = [text[begin:end].strip() for begin, end in split_names(text)]
        if not names or not all(is_person(name) or is_organization(name) for name in names) or not look_like_names(names):
            return False
        self._names.append(line)
        self.count += 1
        return True

    def _segment(self, part: Block) -> bool:
        """Take a stretch of a line; tell whether it says by itself what it is."""
        return (
            self._labelled(part)
            or self._byline(part)
            or self._posted(part)
            or self._dated(part)
            or _READING_TIME.fullmatch(part.text.strip()) is not None
        )

    # --- stretches of a line ---------------------------------------------------------------------------------------------
    def _labelled(self, part: Block) -> bool:
        """Take "Region: …", "Published: …" and the like."""
        found = labels.labelled(part.text)
        if found is None:
            return False
        label, begin = found
        evidence = f"label: {part.text[:begin].strip(' :：')}"
        self._take_labelled(label, part.part(begin, len(part.text)), evidence)
        self._speak(label.language, part, evidence)
        return True

    def take_cell(self, label: Label, name: Block, rest: Block) -> None:
        """Take what a label says that stands by itself, in a cell of a table."""
        evidence = f"label: {name.text.strip(' :：')}"
        self._take_labelled(label, rest, evidence)
        self._speak(label.language, name, evidence)
        self.count += 1

    def _take_labelled(self, label: Label, rest: Block, evidence: str) -> None:
        if label.role == "author":
            self._take_byline(rest, rest, evidence)
        elif label.role in ("published", "modified"):
            self._take_date(label, rest, evidence)
        else:
            labelled.take(label.role, rest, self._draft, evidence)

    def _take_date(self, label: Label, rest: Block, evidence: str) -> None:
        """Take a date and what stands behind it; what is no date is a fault, and said when the lines are settled."""
        bounds = (0, len(rest.text)) if _is_date(rest.text) else _find_date(rest.text)
        begin, end = bounds if bounds and bounds[0] == 0 else (0, len(rest.text))
        datum = rest.datum(begin, end, evidence=evidence)
        if label.role == "published":
            self._published = self._published or datum
        else:
            self._modified = self._modified or datum
        self._take_rest(_trimmed(rest, end, len(rest.text)))

    def _byline(self, part: Block) -> bool:
        """Take "By A. Bee and C. Dee", also with a date at the end."""
        found = labels.lead(part.text, "author") or labels.lead(part.text, "publisher")
        if found is None or (self._draft.authors and found[0].role == "author"):
            return False
        label, begin = found
        bounds, dash = _find_date(part.text[begin:]), _DASH.search(part.text, begin)
        end = min(begin + bounds[0] if bounds else len(part.text), dash.start() if dash else len(part.text))
        names = _trimmed(part, begin, end)
        if names is None or (names.links and names.links[0].begin == 0 and label.role == "author"):
            is_named = names is not None
        else:
            texts = [names.text[b:e].strip() for b, e in split_names(names.text)]
            is_named = look_like_names(texts) and not (part.kind == "heading" and any(" " not in name for name in texts))
            strict = label.language != "en" or label.role == "publisher"
            is_named = is_named and (not strict or all(is_person(text) or is_organization(text) for text in texts))
        if names is None or not is_named:
            return False
        is_publisher = label.role == "publisher" and (is_publication(names.text) or bool(self._draft.authors))
        if is_publisher:
            self._draft.publisher = self._draft.publisher or names.datum(evidence="byline")
        else:
            self._take_byline(part.part(0, end), names, "byline")
        self._speak(label.language, part, "byline")
        self._take_rest(_trimmed(part, end, len(part.text)))
        return True

    def _posted(self, part: Block) -> bool:
        """Take "Posted on January 21, 2019", where words lead to a date without a colon."""
        found = labels.lead(part.text, "published") or labels.lead(part.text, "modified")
        bounds = _find_date(part.text[found[1] :]) if found else None
        if found is None or bounds is None or bounds[0]:
            return False
        behind = _trimmed(part, found[1] + bounds[1], len(part.text))
        if behind and not _may_be_name(behind.text) and not self._knows(behind):
            return False
        self._take_date(found[0], part.part(found[1], len(part.text)), "dateline")
        self._speak(found[0].language, part, "dateline")
        return True

    def _dated(self, part: Block) -> bool:
        """Take a date, and what stands before and behind it: a name, "Updated …", "by A. Bee"."""
        bounds = _find_date(part.text)
        if bounds is None:
            return self._published is not None and self._first_published(part)
        before, behind = _trimmed(part, 0, bounds[0]), _trimmed(part, bounds[1], len(part.text))
        label = labels.find(before.text) if before else None
        if self._published is not None and (label is None or label.role != "modified"):
            return self._first_published(part)
        if any(piece and not _may_be_name(piece.text) and not self._knows(piece) for piece in (before, behind)):
            return False
        datum = part.datum(*bounds)
        if label is not None and label.role in ("published", "modified"):
            before = None
            self._speak(label.language, part, "dateline")
        if label is not None and label.role == "modified":
            self._modified = self._modified or replace(datum, evidence="dateline")
        else:
            self._published = replace(datum, evidence="dateline")
        self._take_rest(before)
        self._take_rest(behind)
        if re.search("[A-Z][a-z]", datum.text) and _is_date(datum.text, None):
            self._speak("en", part, "dateline")
        return True

    def _first_published(self, part: Block) -> bool:
        """Take a second dateline, with the name of another publisher: who published first."""
        gaps = [*_GAP.finditer(part.text), *_SPACE.finditer(part.text)]
        gaps = [gap for gap in gaps if len(part.text) - gap.end() <= _LONGEST_DATE]
        gap = next((g for g in gaps if _is_date(part.text[g.end() :]) and not part.text[g.end() :].isdigit()), None)
        draft = self._draft
        known = [name.text for name in self._names] + ([draft.publisher.text] if draft.publisher else [])
        if gap is None or not 0 < gap.start() <= _LONGEST_NAME or not known or draft.original is not None:
            return False
        name = part.part(0, gap.start())
        if not look_like_names([name.text]) or name.text in known:
            return False
        draft.original = original(name, draft)
        draft.note(f"the date of the first publication is not kept: {part.text[gap.end() :]!r}", part.span)
        return draft.original is not None

    def _knows(self, part: Block) -> bool:
        is_label = labels.find(part.text) is not None
        return is_label or bool(_FURNITURE.fullmatch(part.text)) or Lines(Draft(self._draft.record))._segment(part)

    def _speak(self, language: str | None, part: Block, evidence: str) -> None:
        """The words of the layout ("By", "Thema:", the month) are of one language, so the page says which."""
        if language and self._draft.language is None:
            self._draft.language = Datum(language, part.span, evidence)

    def _take_rest(self, piece: Block | None) -> None:
        """Take what stands beside a date or a byline: it says what it is, or it is a name."""
        if piece and not self._segment(piece):
            self._add_names(piece)

    def _add_names(self, piece: Block) -> None:
        self._names.extend(_parts(piece, _DASH))

    # --- names -----------------------------------------------------------------------------------------------------------
    def _take_byline(self, line: Block, names: Block, evidence: str) -> None:
        if not self._draft.authors:
            bounds, dash = _find_date(names.text), _DASH.search(names.text)
            end = min(bounds[0] if bounds and bounds[0] else len(names.text), dash.start() if dash else len(names.text))
            self._take_rest(_trimmed(names, end, len(names.text)))
            names = _trimmed(names, 0, end) or names
            self._draft.byline = line.datum(evidence=evidence)
            self._take_authors(names, evidence)

    def _take_authors(self, line: Block, evidence: str) -> None:
        """Take each name of a line; an organization behind a person's name and a comma is where that person works."""
        authors: list[Author] = []
        position = 0
        client = _FOR.search(line.text)
        if (
            client
            and not line.links
            and is_person(line.text[split_names(line.text, 0, client.start())[-1][0] : client.start()].strip())
        ):
            self._works_for.append((line.text[: client.start()], line.datum(client.end(), evidence=evidence)))
            line = line.part(0, client.start())
        for begin, end in _name_ranges(line):
            name = line.datum(begin, end, evidence=evidence)
            between = line.text[position:begin]
            author = Author(name, is_organization(name.text))
            is_place_of_work = (
                (author.organization or is_publication(name.text))
                and authors
                and not re.search(r"&|\b(?:and|with|und|et|y)\b", between)
            )
            if is_place_of_work and not authors[-1].organization:
                self._works_for.append((authors[-1].name.text, name))
            else:
                authors.append(author)
            position = end
        self._draft.authors.extend(authors)

    # --- all lines together ----------------------------------------------------------------------------------------------
    def settle(self) -> None:
        """Give the draft what the lines say: dates, now that the language is known, and names, now that the others are."""
        draft = self._draft
        if self._modified:
            draft.modified = draft.modified or draft.date(self._modified)
        if self._published and draft.published is None:
            draft.published = draft.date(self._published)
        for name in self._names:
            text = name.text.strip()
            if not draft.authors and self._are_people(name):
                draft.byline = name.datum(evidence="byline")
                self._take_authors(name, "byline")
            elif draft.publisher is None and len(text) <= _LONGEST_NAME and look_like_names([text]) and not _SECTION.match(text):
                draft.publisher = name.datum(evidence="dateline")
            elif text not in self._said():
                draft.note(f"not understood beside the byline: {text[:80]!r}", name.span)
        self._names.clear()

    def settle_workplaces(self) -> None:
        """Take the organization behind an author's name for the publisher, where nothing else names one."""
        for person, organization in self._works_for:
            if self._draft.publisher is None:
                self._draft.publisher = organization
            elif organization.text != self._draft.publisher.text:
                reason = f"taken as where {person} works, not as an author: {organization.text[:80]!r}"
                self._draft.note(reason, organization.span)

    def _are_people(self, name: Block) -> bool:
        texts = [name.text[begin:end].strip() for begin, end in _name_ranges(name)]
        return (
            bool(texts)
            and is_person(texts[0])
            and not is_publication(texts[0])
            and all(is_person(text) or is_organization(text) for text in texts)
        )

    def _said(self) -> set[str]:
        draft = self._draft
        return {author.name.text for author in draft.authors} | ({draft.publisher.text} if draft.publisher else set())


def is_publication(name: str) -> bool:
    """Tell whether a name is that of an organization or a paper, by its words."""
    return is_organization(name) or (len(name) <= LONGEST and _PUBLICATION.match(name) is not None)


_SECTION = re.compile(r"(?:opinion|news|analysis|commentary|features?|politics|\d+\s+min\S*.*)\Z", re.IGNORECASE)


def _parts(line: Block, gap: re.Pattern[str]) -> list[Block]:
    """Return the parts of a line that gaps set apart."""
    gaps = list(gap.finditer(line.text))
    if not gaps:
        return [line]
    starts = [0, *(found.end() for found in gaps)]
    ends = [*(found.start() for found in gaps), len(line.text)]
    return [line.part(begin, end) for begin, end in zip(starts, ends, strict=True) if line.text[begin:end].strip()]


def _without_sign(line: Block) -> Block:
    """Return a stretch without the pictures that pages put before a byline or date."""
    sign = _SIGN.match(line.text)
    return line.part(sign.end(), len(line.text)) if sign else line


def _trimmed(part: Block, begin: int, end: int) -> Block | None:
    """Return a stretch without the signs that set it apart; None where nothing else is in it."""
    text = part.text[begin:end]
    begin += len(text) - len(text.lstrip(_TRIM))
    end = begin + len(text.strip(_TRIM))
    text = part.text[begin:end]
    if text.endswith((" on", " am", " le", " el", " il", " em", " op", " den")):
        end -= len(text) - len(text[:-3].rstrip(_TRIM))
    return part.part(begin, end) if begin < end else None


def _find_date(text: str) -> tuple[int, int] | None:
    """Return where a date stands in a line, alone or set apart: the first, and as much of the line as is one."""
    if not any(sign.isdigit() for sign in text):
        return None
    gaps = list(_GAP.finditer(text))[:_MOST_GAPS]
    starts = [0, *(gap.end() for gap in gaps)]
    ends = [*(gap.start() for gap in gaps), len(text)]
    for begin in dict.fromkeys(starts):
        for end in reversed(ends):
            piece = text[begin:end].rstrip()
            if 6 <= len(piece) <= _LONGEST_DATE and not piece.isdigit() and _is_date(piece):
                return begin, begin + len(piece)
    return None


def _may_be_name(text: str) -> bool:
    """Tell whether words beside a date can be a name: no sentence, and hardly a word in lower case that no name has."""
    small = [word for word in text.split() if word[0].islower() and word not in _SMALL_WORDS]
    return len(text) <= _LONGEST_NAME and len(small) <= 1 and look_like_names([text])


def _is_date(text: str, language: str | None = "und") -> bool:
    """Tell whether a text is a date, be it one that does not exist (`Draft.date` will say so)."""
    try:
        return dates.parse(text, language) is not None
    except ValueError:
        return True


def _name_ranges(line: Block) -> list[tuple[int, int]]:
    """Return each name of a line: one for each link, the words between by their commas."""
    ranges: list[tuple[int, int]] = []
    position = 0
    for link in sorted(line.links):
        ranges.extend(split_names(line.text, position, link.begin))
        ranges.append((link.begin, link.end))
        position = link.end
    ranges.extend(split_names(line.text, position))
    return [(b, e) for b, e in ranges if re.search(r"\w", line.text[b:e]) and line.text[b:e].strip().lower() not in _LINK_WORDS]
