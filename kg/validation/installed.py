"""The fast engine, where it is installed: it has wheels for the common platforms."""

from __future__ import annotations

from kg.terms import Term
from kg.validation.shapeterms import sh

_SHAPE = f"<urn:x> {sh('path')} <urn:y> ; {sh('targetNode')} <urn:z> ; "


def fast_engine_is_here() -> bool:
    """Tell whether the fast engine is installed."""
    try:
        import shacl  # noqa: F401
    except ImportError:
        return False
    return True


def try_constraint(**values: Term) -> None:
    """Have the fast engine read a property shape with these values of SHACL's properties; raises the `ValueError` it raises."""
    import shacl

    shacl.Shapes.from_text(_SHAPE + " ; ".join(f"{sh(name)} {value}" for name, value in values.items()) + " .", format="turtle")


def try_query(kind: str, text: Term) -> None:
    """Have the fast engine read a query, of which `kind` is select or ask; raises the `ValueError` it raises."""
    try_constraint(sparql=f"[ {sh(kind)} {text} ]")
