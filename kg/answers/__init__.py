"""Answers to queries, in the forms that people and programs read.

    with store.Session("dump") as session:
        question = questions.find("@treaties-by-year", {}, session)
        print(b"".join(answers.ask(session, question, "table", width=80)).decode())

`asking` asks and chooses the form, `cells` makes words of terms, `tables` lays them out, `wrapping` breaks lines,
`listing` tells what is shipped.
"""

from __future__ import annotations

from kg.answers.asking import FORMS, TABLE, answered, ask, explained, form_of, read_query, settings, source_of
from kg.answers.listing import described, listed, to_json

__all__ = [
    "FORMS",
    "TABLE",
    "answered",
    "ask",
    "described",
    "explained",
    "form_of",
    "listed",
    "read_query",
    "settings",
    "source_of",
    "to_json",
]
