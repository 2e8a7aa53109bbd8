"""A report as Markdown: the summary of a CI job."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from kg.reports.text import totals
from kg.reports.wording import Rules, cut, gravity, printable, told
from kg.validation import Result, ValidationReport

MOST_ROWS = 200
# GitHub takes a summary of 1 MiB, of which other steps of the job may want some
MOST_BYTES = 500_000
_LONGEST = 300
_MOST_MENDED = 50
_BACKTICKS = re.compile("`+")
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")


def to_markdown(report: ValidationReport) -> str:
    """Return a heading with the totals, a table of at most 200 findings, the gravest first, and what a baseline knows better.

    What comes from sources stands between backticks, where neither Markdown nor GitHub sees links, images, HTML or names.
    """
    lines = [f"## Validation: {totals(report)}\n"]
    if report.findings:
        rows = list(_within(MOST_BYTES, _rows(report)))
        lines += ["\n| Severity | Place | Message | Shape |\n| --- | --- | --- | --- |\n", *rows]
        lines += [_more(len(report.findings) - len(rows))]
    if report.mended:
        shown = report.mended[:_MOST_MENDED]
        lines += ["\n### Mended\n\n", *(f"- {code(cut(reason, _LONGEST))}\n" for _, reason in shown)]
        lines += [_more(len(report.mended) - len(shown))]
    return "".join(lines)


def _rows(report: ValidationReport) -> Iterator[str]:
    rules = Rules(report)
    for finding in islice(sorted(report.findings, key=gravity), MOST_ROWS):
        shape = rules.name(finding) if isinstance(finding, Result) else ""
        cells = (cut(str(finding.place), _LONGEST), told(finding, _LONGEST), shape)
        yield f"| {finding.severity} | {' | '.join(map(_cell, cells))} |\n"


def _cell(text: str) -> str:
    """Return a text as a code span in a table, which ends a cell at a "|" before it looks for code.

    A backslash keeps the cell together, unless another one before it makes both of them a backslash.
    """
    return code(text.replace("\\|", "\\ |")).replace("|", "\\|")


def _within(most: int, rows: Iterable[str]) -> Iterator[str]:
    """Yield rows as long as all of them together are no longer than that, in bytes."""
    for row in rows:
        most -= len(row.encode())
        if most < 0:
            return
        yield row


def _more(count: int) -> str:
    return f"\n{count:,} more\n" if count > 0 else ""


def plain(text: str) -> str:
    """Return a text in which nothing is Markdown."""
    return _PUNCTUATION.sub(r"\\\g<0>", printable(text))


def code(text: str) -> str:
    """Return a text as a code span, whatever it holds; "" for nothing."""
    text = printable(text)
    if not text.strip():
        return ""
    fence = "`" * (max((len(run) for run in _BACKTICKS.findall(text)), default=0) + 1)
    space = " " if text[0] in "` " or text[-1] in "` " else ""
    return f"{fence}{space}{text}{space}{fence}"
