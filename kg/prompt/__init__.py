"""A conversation with a dump: `kg query DUMP -i`.

`shell` does what a line says, `completion` knows how a word may go on, `lines` when a query is whole; `terminal` is where they
meet prompt_toolkit, which is imported when it is used.
"""

from __future__ import annotations

from kg.prompt.shell import Shell
from kg.prompt.terminal import run

__all__ = ["Shell", "run"]
