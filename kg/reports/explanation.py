"""An article for a person: each datum with its place and by what it was found."""

from __future__ import annotations

from kg.article import Article, data
from kg.reports.wording import printable


def to_explanation(article: Article) -> str:
    """Return a line for each datum of an article, `path:line:column: name: text [by what it was found]`."""
    rows = (f"{article.place(d.span)}: {name}: {d.text}" + (f" [{d.evidence}]" if d.evidence else "") for name, d in data(article))
    return "".join(f"{printable(row)}\n" for row in rows)
