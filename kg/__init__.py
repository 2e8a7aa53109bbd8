"""Articles as linked data: read → link → describe → validate → export.

    for record in kg.records(kg.split("examples")):
        article = kg.link(kg.read(record), kg.load_vocabulary())
        print(kg.export(kg.describe(article, kg.load_vocabulary()), "turtle"))

Each name is imported when it is first used, so that `import kg` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from kg.version import VERSION

if TYPE_CHECKING:
    from kg.article import Article, Record, to_json
    from kg.config import Config
    from kg.differences import Difference, diff
    from kg.dumps import IRI, BlankNode, Dump, LangString, QueryWarning, Row, Rows, Triples, TypedString
    from kg.dumps import Dump as open  # noqa: A004, N813
    from kg.errors import Finding, KgError, Place
    from kg.evidence import explain
    from kg.exporters import export
    from kg.linkers import link
    from kg.mapping import describe
    from kg.pipeline import publish as build
    from kg.rdf import read as read_rdf
    from kg.readers import read, records, split
    from kg.store import query
    from kg.targets import validate
    from kg.terms import Statement
    from kg.validation import ValidationReport
    from kg.vocabulary import load as load_vocabulary

__version__ = VERSION

_NAMES = {
    "Article": ("article", "Article"),
    "BlankNode": ("dumps", "BlankNode"),
    "Config": ("config", "Config"),
    "Difference": ("differences", "Difference"),
    "Dump": ("dumps", "Dump"),
    "Finding": ("errors", "Finding"),
    "IRI": ("dumps", "IRI"),
    "KgError": ("errors", "KgError"),
    "LangString": ("dumps", "LangString"),
    "Place": ("errors", "Place"),
    "QueryWarning": ("dumps", "QueryWarning"),
    "Record": ("article", "Record"),
    "Row": ("dumps", "Row"),
    "Rows": ("dumps", "Rows"),
    "Statement": ("terms", "Statement"),
    "Triples": ("dumps", "Triples"),
    "TypedString": ("dumps", "TypedString"),
    "ValidationReport": ("validation", "ValidationReport"),
    "build": ("pipeline", "publish"),
    "describe": ("mapping", "describe"),
    "diff": ("differences", "diff"),
    "explain": ("evidence", "explain"),
    "export": ("exporters", "export"),
    "link": ("linkers", "link"),
    "load_vocabulary": ("vocabulary", "load"),
    "open": ("dumps", "Dump"),
    "query": ("store", "query"),
    "read": ("readers", "read"),
    "read_rdf": ("rdf", "read"),
    "records": ("readers", "records"),
    "split": ("readers", "split"),
    "to_json": ("article", "to_json"),
    "validate": ("targets", "validate"),
}

__all__ = [
    "IRI",
    "Article",
    "BlankNode",
    "Config",
    "Difference",
    "Dump",
    "Finding",
    "KgError",
    "LangString",
    "Place",
    "QueryWarning",
    "Record",
    "Row",
    "Rows",
    "Statement",
    "Triples",
    "TypedString",
    "ValidationReport",
    "__version__",
    "build",
    "describe",
    "diff",
    "explain",
    "export",
    "link",
    "load_vocabulary",
    "open",
    "query",
    "read",
    "read_rdf",
    "records",
    "split",
    "to_json",
    "validate",
]


def __getattr__(name: str) -> Any:
    if name not in _NAMES:
        raise AttributeError(f"module 'kg' has no attribute {name!r}")
    module, attribute = _NAMES[name]
    return getattr(import_module(f"kg.{module}"), attribute)


def __dir__() -> list[str]:
    return __all__
