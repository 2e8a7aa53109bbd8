"""Regular expressions of shapes: what the engine that will match them cannot take, or would take for something else."""

from __future__ import annotations

import re

from kg import terms
from kg.validation.installed import fast_engine_is_here, try_constraint

FLAGS = "smixq"  # https://www.w3.org/TR/xpath-functions/#flags
_SHOWN = 80
# An escaped character, a set's beginning (a bracket that comes first is part of it), any other character
_PIECE = re.compile(r"\\.|\[\^?\]?|&&|--|~~|.", re.DOTALL)
# What the engine says, and what it means
_WORDS = {
    "look-around": "a look-around, (?= (?! (?<= or (?<!, is no part of a sh:pattern; sh:not with another sh:pattern says the same",
    "backreferences": r"a back reference (\1) is not taken: patterns are matched in linear time",
    "exceeds size limit": "it stands for too large a pattern",
}


def flags_fault(flags: str) -> str | None:
    """Return what is wrong with the flags of a pattern."""
    strange = "".join(dict.fromkeys(flag for flag in flags if flag not in FLAGS))
    if strange:
        return f"unsupported sh:flags {strange[:_SHOWN]!r}; there are {' '.join(FLAGS)}"
    if len(set(flags)) < len(flags):
        return f"a flag is given twice in sh:flags {flags[:_SHOWN]!r}"
    return None


def pattern_fault(pattern: str, flags: str = "") -> str | None:
    """Return what is wrong with a pattern, the flags of which are good: what the fast engine, or without it pySHACL, cannot take.

    The engines take sets in sets (XPath's subtraction, `[a-z-[aeiou]]`, among them) for different things, so none is taken.
    """
    if "q" in flags:
        return None
    why = _complaint(pattern, flags) or _set_in_set(pattern)
    return f"sh:pattern {pattern[:_SHOWN]!r} is no regular expression: {why}" if why else None


def _set_in_set(pattern: str) -> str | None:
    is_inside = False
    for piece in _PIECE.findall(pattern):
        if is_inside and (piece.startswith("[") or piece in ("&&", "--", "~~")):
            return f"{piece} within a set means different things to different engines; a \\ before it makes it a sign like others"
        is_inside = piece.startswith("[") or (is_inside and piece != "]")
    return None


def _complaint(pattern: str, flags: str) -> str | None:
    """Return what the engine has against a pattern."""
    try:
        if fast_engine_is_here():
            try_constraint(pattern=_quoted(pattern), flags=_quoted(flags))
        else:
            re.compile(pattern, sum((getattr(re, flag.upper()) for flag in flags), re.NOFLAG))
    except (re.error, ValueError, OverflowError) as error:
        said = str(error)
        return next((words for key, words in _WORDS.items() if key in said), " ".join(said.rpartition("error: ")[2].split())[:200])
    except RecursionError:
        return "it is nested too deep"
    return None


def _quoted(text: str) -> str:
    return f'"{terms.escape(text)}"'
