"""Pages for people: a form to ask with, and answers as tables. They work without scripts, and load nothing from anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from html import escape
from typing import Any
from urllib.parse import urlencode

from kg import queries, questions, terms
from kg.store import Answer

CONTENT_TYPE = "text/html; charset=utf-8"
# Nothing but what stands in the page itself, and no script at all
SAFE = (
    (
        "content-security-policy",
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("referrer-policy", "no-referrer"),
)
_FIRST = """SELECT ?headline ?date {
  ?article schema:headline ?headline ; schema:datePublished ?date
}
ORDER BY DESC(?date) ?headline
LIMIT 20"""
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem}"
    "textarea{width:100%;box-sizing:border-box;font:14px/1.4 ui-monospace,monospace}"
    "table{border-collapse:collapse;font-size:14px}th,td{border-bottom:1px solid #8886;padding:.2rem .8rem .2rem 0;"
    "text-align:left;vertical-align:top;overflow-wrap:anywhere}td.number{text-align:right}"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere}:root{color-scheme:light dark}"
)
_TABLES = {"html": "a table", "csv": "CSV", "tsv": "TSV", "json": "JSON", "xml": "XML"}
_GRAPHS = {"html": "Turtle to look at", "turtle": "Turtle", "jsonld": "JSON-LD", "ntriples": "N-Triples", "rdfxml": "RDF/XML"}
_NUMBERS = {datatype.strip("<>") for datatype in (terms.XSD_INTEGER, terms.XSD_DECIMAL)} | {f"{terms.XSD}double"}
_PREFIXES = sorted(terms.ALL_PREFIXES.items(), key=lambda item: -len(item[1]))


def form(query: str, endpoint: str, action: str) -> str:
    """Return the page with the form, a query in it or the first example; `action` is where it is sent."""
    prefixes = " ".join(f"<code>{prefix}:</code>" for prefix, _ in sorted(_PREFIXES))
    return _page(
        _form(query or _FIRST, action, {**_TABLES, **_GRAPHS, "html": "a page to look at"}),
        f"<h2>Questions to begin with</h2><ul>{_questions()}</ul>",
        f"<p>Known without a declaration: {prefixes}</p>",
        f"<p>Programs ask <code>{escape(endpoint)}</code> after the SPARQL 1.1 Protocol, and get a graph by its name from ",
        "<code>graph-store?graph=IRI</code>.</p>",
    )


@cache
def _questions() -> str:
    """Return links to the shipped queries that can be asked as they are."""
    names = [
        name
        for name, shipped in queries.shipped().items()
        if all(each.is_optional or each.default is not None for each in shipped.parameters)
    ]
    texts = {name: questions.compose(f"{queries.SIGN}{name}", {}, None) for name in names}
    return "".join(
        f'<li><a href="?{_link(("query", text.strip()))}">{escape(name)}</a>: {escape(queries.load(name).title)}</li>'
        for name, text in texts.items()
    )


def answer(given: Sequence[tuple[str, str]], found: Answer) -> str:
    """Return the page with an answer: whole, for one that is cut would look whole. `given` is what was asked, as fields."""
    shown = _TABLES if found.kind != "graph" else _GRAPHS
    links = (f'<a href="?{_link(*given, ("format", name))}">{words}</a>' for name, words in shown.items() if name != "html")
    if found.kind == "graph":
        body: Iterable[str] = ("<pre>", escape(found.body.decode()), "</pre>")
    else:
        body = _solutions(json.loads(found.body))
    query = next((value for name, value in given if name == "query"), None)
    rest = [field for field in given if field[0] != "query"]
    return _page(_form(query, "", shown, rest) if query else "", f"<p>The same as {', '.join(links)}.</p>", *body)


def _form(query: str, action: str, formats: Mapping[str, str], hidden: Iterable[tuple[str, str]] = ()) -> str:
    options = "".join(f'<option value="{name}">{words}</option>' for name, words in formats.items())
    rows = min(max(query.count("\n") + 2, 8), 30)
    rest = "".join(f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in hidden)
    target = f' action="{action}"' if action else ""  # without: where the page itself is
    # A browser drops a line break that follows the tag
    return (
        f'<form{target} method="get"><textarea name="query" aria-label="Query" rows="{rows}" spellcheck="false">\n'
        f'{escape(query)}</textarea><p><label>Answer as <select name="format">{options}</select></label> '
        f"{rest}<button>Ask</button></p></form>"
    )


def _solutions(said: dict[str, Any]) -> Iterator[str]:
    if "boolean" in said:
        yield f"<p><strong>{'yes' if said['boolean'] else 'no'}</strong></p>"
        return
    names, rows = said["head"]["vars"], said["results"]["bindings"]
    yield f"<p>{len(rows):,} row{'s' * (len(rows) != 1)}</p><table><thead><tr>"
    yield from (f"<th>{escape(name)}</th>" for name in names)
    yield "</tr></thead><tbody>"
    for row in rows:
        yield f"<tr>{''.join(_cell(row.get(name)) for name in names)}</tr>"
    yield "</tbody></table>"


def _cell(term: dict[str, Any] | None) -> str:
    if term is None:
        return "<td></td>"
    value = term["value"]
    if term["type"] == "triple":
        return f"<td>{escape(json.dumps(value, ensure_ascii=False))}</td>"
    if term["type"] == "uri":
        return f"<td>{_iri(value)}</td>"
    kind = ' class="number"' if term.get("datatype") in _NUMBERS else ""
    language = f' lang="{escape(term["xml:lang"])}"' if "xml:lang" in term else ""
    return f"<td{kind}{language}>{escape(value)}</td>"


def _iri(iri: str) -> str:
    """Return an IRI, short where it begins as one of ours does; one that leads somewhere is a link."""
    prefix, space = next((pair for pair in _PREFIXES if iri.startswith(pair[1])), ("", ""))
    text = escape(f"{prefix}:{iri[len(space) :]}" if prefix else iri)
    is_link = iri.startswith(("https://", "http://"))
    return f'<a href="{escape(iri)}" title="{escape(iri)}" rel="nofollow noreferrer">{text}</a>' if is_link else text


def _link(*given: tuple[str, str]) -> str:
    return escape(urlencode(given))


def _page(*body: str) -> str:
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>SPARQL</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>'
        f"<body><h1>SPARQL</h1>{''.join(body)}</body></html>\n"
    )
