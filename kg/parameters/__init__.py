"""Parameters of a query: what a user writes becomes a term, and a variable of the query has that as its only value.

    parameters.bind("SELECT ?a { ?a schema:mentions ?treaty }", {"treaty": parameters.term("inf-treaty", "treaty", session)})

`binding` puts terms into a query, `values` makes them, and `entities` looks names up in a dump.
"""

from __future__ import annotations

from kg.parameters.binding import Insertion, bind, insertions, variables
from kg.parameters.values import term

__all__ = ["Insertion", "bind", "insertions", "term", "variables"]
