"""The only door to SHACL engines: statements go in, results come out, each with the place of the datum at fault."""

from __future__ import annotations

from kg.validation.children import TIMEOUT
from kg.validation.engines import Engine
from kg.validation.focusnodes import FocusNodes
from kg.validation.installed import fast_engine_is_here
from kg.validation.opinions import SecondOpinions
from kg.validation.parts import Needs, Part, needs
from kg.validation.placing import to_results
from kg.validation.results import SH, Raw, Result, ValidationReport, identity
from kg.validation.runs import Validator, second_opinions, validate
from kg.validation.shapes import SHAPES, Rule, Shapes, load_shapes, ntriples
from kg.validation.shapeterms import is_unnamed

__all__ = [
    "SH",
    "SHAPES",
    "TIMEOUT",
    "Engine",
    "FocusNodes",
    "Needs",
    "Part",
    "Raw",
    "Result",
    "Rule",
    "SecondOpinions",
    "Shapes",
    "ValidationReport",
    "Validator",
    "fast_engine_is_here",
    "identity",
    "is_unnamed",
    "load_shapes",
    "needs",
    "ntriples",
    "second_opinions",
    "to_results",
    "validate",
]
