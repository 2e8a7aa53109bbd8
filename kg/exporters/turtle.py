"""Turtle and TriG: sorted, grouped by subject, one object a line, so that a small change is a small diff."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from kg import terms
from kg.exporters.sharing import Cut, Grouped, Subjects, grouped
from kg.mapping import article_of
from kg.terms import Term


def turtle_piece(cut: Cut) -> str:
    """Return the statements of the articles."""
    return "".join(map(turtle_group, cut.groups))


def turtle_group(group: Grouped) -> str:
    """Return the statements of some subjects, those of one article relative to it."""
    article = _article(group)
    return _base(article) + "".join(_subjects(group, "", article))


def trig_piece(cut: Cut) -> str:
    """Return the statements graph by graph."""
    if not cut.block:
        return ""
    graphs: defaultdict[Term, Subjects] = defaultdict(lambda: defaultdict(set))
    for statement in cut.block:
        graphs[statement.graph][statement.subject].add((statement.predicate, statement.object))
    article = article_of(cut.block[0].graph) or ""
    return _base(article) + "".join(_graph(graph, grouped(graphs[graph]), article) for graph in sorted(graphs))


def _graph(graph: Term, group: Grouped, article: Term) -> str:
    if not graph:
        return "".join(_subjects(group, "", article))
    return f"\n{_short(graph, article)} {{\n{''.join(_subjects(group, '    ', article))}}}\n"


def head() -> str:
    """Return the declarations of our prefixes."""
    return "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in sorted(terms.ALL_PREFIXES.items()))


def _article(group: Grouped) -> Term:
    """Return the article that a group belongs to; "" for what articles share, and for an IRI that can be no base."""
    found = next((subject for subject, said in group.items() if terms.ARTICLE in said.get(terms.TYPE, ())), "")
    return "" if "#" in found else found


def _base(article: Term) -> str:
    """Return the directive under which an article is `<>` and what belongs to it `<#…>`."""
    return f"\n@base {article} .\n" if article else ""


def _subjects(group: Grouped, indent: str, article: Term) -> Iterator[str]:
    """Yield the statements of each subject; IRIs that belong to the article are written relative to it."""
    more = f" ,\n{indent}        "
    for subject, said in group.items():
        lines = [
            f"{indent}    {_verb(predicate)} {more.join([_short(object_, article) for object_ in objects])}"
            for predicate, objects in said.items()
        ]
        yield f"\n{indent}{_short(subject, article)}\n" + " ;\n".join(lines) + " .\n"


def _verb(predicate: Term) -> str:
    return "a" if predicate == terms.TYPE else terms.shorten(predicate)


def _short(term: Term, article: Term) -> str:
    """Return a term as Turtle writes it: IRIs by their prefix or relative to the article, datatypes too, the rest as it is."""
    if term[0] == "<":
        if article and term.startswith(article[:-1]) and term[len(article) - 1] in "#>":
            return f"<{term[len(article) - 1 :]}"
        return terms.shorten(term)
    if term[-1] == ">" and term[0] == '"':
        cut = term.rindex('"^^<') + 3
        return term[:cut] + terms.shorten(term[cut:])
    return term
