"""E-mail addresses: which are an organization's, and which a person's, who did not ask to be in anybody's data."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from urllib.parse import unquote

# What stands before an @ and what behind it; a handle such as @jane@example.org is no e-mail address
_LOCAL = re.compile(r"(?<![\w.+%@'-])[\w.+%'-]++\Z")
_DOMAIN = re.compile(r"[\w-]++(?:\.[\w-]++)++")
_LONGEST_LOCAL = 128
_WORD = re.compile(r"[^\W\d_]+")
# What stands before the @ of a desk, an office, a service
_ROLES = frozenset(
    """
    admin administration advertising ads archive archives careers comments communication communications comms contact
    contacto contacts contato copyright corrections customercare customerservice data desk digital directorate donate
    donations editor editorial editorials editors enquiries enquiry events feedback fundraising general hello help helpdesk
    hr impressum info infos information inquiries inquiry jobs kontakt legal letter letters library licensing mail mailbox
    marketing media mediarelations member membership news newsdesk newsletter newsroom noreply office ombudsman online
    opinion opinions permissions pr prensa presidency press presse pressoffice pressroom privacy prensa publications publicity
    publicrelations publisher publishing queries questions readers redaccion redacao redaktion redaction redazione reply reprints
    research rights sales secretariat sekretariat security service services staff stampa submissions subscribe subscription
    subscriptions support syndication team tips web webmaster письма пресс редакция инфо
    """.split()
)
OMITTED = "[…]"
"""What stands in a text in place of words that are left out."""


class Addresses:
    """Tells an organization's addresses from personal ones, for one article: `people` are the names of those who wrote it.

    Of the organization are: what a role reads ("press@…"), what is called like its domain, and what the source declares as an
    organization's contact (`contacts`), unless it is called like a person. All others are personal.
    """

    def __init__(self, people: Iterable[str] = (), contacts: Iterable[str] = ()) -> None:
        self._people = [_words(name) for name in people]
        self._contacts = frozenset(contact.lower() for contact in contacts)

    def is_personal(self, address: str) -> bool:
        """Tell whether an address is a person's."""
        local, _, domain = address.lower().rpartition("@")
        words = _words(local)
        if any(_is_of(local, words, person) for person in self._people):
            return True
        if not _ROLES.isdisjoint(words) or "".join(words) in _ROLES or local == domain.partition(".")[0]:
            return False
        return address.lower() not in self._contacts or (len(words) > 1 and all(len(word) > 1 for word in words))

    def personal(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where personal addresses stand in a text."""
        before, at = -1, text.find("@")
        while at >= 0:
            local = _LOCAL.search(text, max(before + 1, at - _LONGEST_LOCAL), at)
            domain = _DOMAIN.match(text, at + 1) if local else None
            if local and domain and self.is_personal(text[local.start() : domain.end()]):
                yield local.start(), domain.end()
            before, at = at, text.find("@", at + 1)

    def in_iri(self, iri: str) -> int:
        """Return how many personal addresses an IRI holds: "mailto:…", or one in a query."""
        return sum(1 for _ in self.personal(_spaced(unquote(iri))))

    def without(self, text: str) -> tuple[str, int]:
        """Return a text with `OMITTED` for each personal address, and how many there were."""
        return self._replaced(text, lambda address: OMITTED)

    def blotted(self, text: str) -> tuple[str, int]:
        """Return a text of the same length, with an asterisk for each character of a personal address."""
        return self._replaced(text, lambda address: "*" * len(address))

    def name(self, text: str) -> tuple[str, int]:
        """Return a name without the personal addresses in it; where it is nothing else, what stands before the @."""
        found, count = self._replaced(text, lambda address: "")
        if not count:
            return text, 0
        plain = " ".join(re.sub(r"<\s*>|\(\s*\)|\[\s*\]|\bmailto:", "", found).split()).strip(" ,;:–—-")
        return plain or text.partition("@")[0].split(":")[-1].strip(" <(["), count

    def _replaced(self, text: str, by: Callable[[str], str]) -> tuple[str, int]:
        pieces, last, count = [], 0, 0
        for begin, end in self.personal(text):
            pieces += [text[last:begin], by(text[begin:end])]
            last, count = end, count + 1
        return ("".join((*pieces, text[last:])), count) if count else (text, 0)


def _spaced(iri: str) -> str:
    """Return an IRI with a space before what may be an address: after the scheme, in a query or list."""
    return re.sub(r"[:/?&=;,#<>]", " ", iri)


@lru_cache(maxsize=4096)
def _words(name: str) -> tuple[str, ...]:
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(c))
    return tuple(_WORD.findall(plain))


def _is_of(local: str, words: tuple[str, ...], person: tuple[str, ...]) -> bool:
    """Tell whether what stands before the @ is made of a person's name: "novak", "m.novak", "marienovak", "mnovak"."""
    names = [name for name in person if len(name) > 2]
    if any(name in words for name in names):
        return True
    joined = "".join(words)
    last = names[-1] if names else ""
    return len(last) > 3 and (
        (joined.endswith(last) and joined[: -len(last)] in _initials(person))
        or (joined.startswith(last) and joined[len(last) :] in _initials(person))
    )


def _initials(person: tuple[str, ...]) -> set[str]:
    first = person[0]
    return {"", first, first[:1], first[:2], first[:3], "".join(name[0] for name in person[:-1])}
