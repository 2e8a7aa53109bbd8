"""The only door to SHACL engines: statements go in, results come out, each with the place of the datum at fault."""

from __future__ import annotations

from kg.validation.engines import Engine
from kg.validation.results import SH, Result, ValidationReport, identity
from kg.validation.runs import validate
from kg.validation.shapes import SHAPES, Rule, Shapes, fast_engine_is_here, is_unnamed, load_shapes

__all__ = [
    "SH",
    "SHAPES",
    "Engine",
    "Result",
    "Rule",
    "Shapes",
    "ValidationReport",
    "fast_engine_is_here",
    "identity",
    "is_unnamed",
    "load_shapes",
    "validate",
]
