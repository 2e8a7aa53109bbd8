"""The one way through: `convert` takes a record to checked statements, `publish` takes records to a dump."""

from __future__ import annotations

from kg.pipeline.conversion import check, convert, read
from kg.pipeline.dumpfiles import NQUADS
from kg.pipeline.publishing import Summary, publish
from kg.pipeline.records import each, records, source_article
from kg.pipeline.tools import Tools, load_shapes, load_tools, load_vocabulary

__all__ = [
    "NQUADS",
    "Summary",
    "Tools",
    "check",
    "convert",
    "each",
    "load_shapes",
    "load_tools",
    "load_vocabulary",
    "publish",
    "read",
    "records",
    "source_article",
]
