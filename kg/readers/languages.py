"""The language of a text that does not say it, where it is sure; the guess of a few words is no datum.

By Resiliparse (Apache-2.0, wheels of 2 MB for Linux, macOS and Windows): below 0.5 ms a page, no model to load. On 467 pages
that declare their language it is right as often (451) as lingua (450; 170 MB, 38 ms a page) and py3langid (453; 1.7 s to
start, 16 ms). How far the second language is behind tells how sure it is: with the distances below none of 451 texts cut to
130, 200, 350, 600 or 1,200 characters got a wrong language; 334, 304, 369, 422 and 439 got the right one.
"""

from __future__ import annotations

import re

from kg import terms

# What a locale adds to a tag: "en_US.UTF-8"
_CODESET = re.compile(r"\.[\w-]+\Z")
# What is written where a tag should be
_BY_NAME = {
    "english": "en",
    "french": "fr",
    "français": "fr",
    "german": "de",
    "deutsch": "de",
    "italian": "it",
    "italiano": "it",
    "portuguese": "pt",
    "português": "pt",
    "russian": "ru",
    "русский": "ru",
    "spanish": "es",
    "español": "es",
}
# So much of a text tells; counting the letters of a long one would take longer than finding the language
_SAMPLE = 5000
_FEWEST = 100
_CANDIDATES = 5
# How far the second language must be behind, for so many letters or more
_DISTANCES = ((1000, 10), (300, 20), (_FEWEST, 30))
# Languages of few pages that every text of a large neighbour resembles: as second they need be only so far behind
_SMALL = frozenset({"af", "br", "eo", "fo", "fy", "gl", "io", "jv", "la", "lb", "rm", "sc", "vo"})
_LESS = 3


def tag(text: str) -> str:
    """Return the BCP 47 tag that a source gives, in lower case, also by its name or as "en_US.UTF-8". Raises `TermError`."""
    return terms.language_tag(_BY_NAME.get(text.lower(), _CODESET.sub("", text).replace("_", "-")))


def detect(text: str) -> str | None:
    """Return the language of a text as a BCP 47 tag; None where that is not sure, or the text is short.

    The same text always has the same language. Works on plain text, best on whole paragraphs without menus and code.
    """
    sample = text[:_SAMPLE]
    letters = sum(map(str.isalpha, sample))
    needed = next((distance for count, distance in _DISTANCES if letters >= count), None)
    if needed is None:
        return None
    try:
        from resiliparse.parse.lang import detect_fast
    except ImportError:  # no wheels for this platform: the language stays unknown, which the shapes tell
        return None

    # Without a cutoff, as only the distance counts
    found = detect_fast(sample, cutoff=1 << 30, n_results=_CANDIDATES)
    if not isinstance(found, list):
        return None
    (language, best), *others = found
    is_small = language in _SMALL
    if any((score - best) * (1 if is_small or other not in _SMALL else _LESS) < needed for other, score in others):
        return None
    return language
