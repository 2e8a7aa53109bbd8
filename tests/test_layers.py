"""Imports point one way: each module knows only what stands above it in this list."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "kg"
ORDER = (
    "version",
    "errors",
    "output",
    "stopping",
    "confined",
    "workers",
    "sentences",
    "resources",
    "terms",
    "wordcount",
    "article",
    "manifest",
    "rights",
    "circles",
    "sparql",
    "rdf",
    "inflection",
    "forms",
    "phrasebook",
    "compiled",
    "vocabulary",
    "pdfium",
    "readers",
    "fetch",
    "sources",
    "authors",
    "preferences",
    "linkers",
    "candidates",
    "mapping",
    "validation",
    "baseline",
    "inspection",
    "reports",
    "lookup",
    "exporters",
    "graphs",
    "dataset",
    "differences",
    "locks",
    "folders",
    "store",
    "expectations",
    "config",
    "scaffold",
    "converted",
    "progress",
    "spool",
    "crosscheck",
    "pipeline",
    "targets",
    "evidence",
    "queries",
    "parameters",
    "hints",
    "plans",
    "questions",
    "answers",
    "dumps",
    "rdflib_store",
    "server",
    "__init__",
    "vocabulary_cli",
    "options",
    "init_cli",
    "validate_cli",
    "diff_cli",
    "prompt",
    "query_cli",
    "serve_cli",
    "cli",
    "__main__",
)


def module_of(path: Path) -> str:
    """Return the module or folder of modules that a file belongs to."""
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def full_name(path: Path) -> str:
    """Return the name by which a file is imported ("kg.readers.blocks")."""
    return ".".join(("kg", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")


def imported(path: Path) -> Iterator[str]:
    """Yield each module of ours that a file imports, wherever the import stands, in full ("kg.readers.blocks")."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "kg")
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "kg":
            for alias in node.names:
                inner = PACKAGE.joinpath(*node.module.split(".")[1:], alias.name)
                is_module = inner.is_dir() or inner.with_suffix(".py").is_file()
                yield f"{node.module}.{alias.name}" if is_module else node.module


FILES = sorted(PACKAGE.rglob("*.py"))


def test_every_module_has_its_place_in_the_order() -> None:
    assert {module_of(path) for path in FILES} == set(ORDER)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_what_stands_before_it(path: Path) -> None:
    own = module_of(path)
    names = [[*name.split("."), "__init__"][1] for name in imported(path)]
    upward = {name for name in names if name != own and ORDER.index(name) >= ORDER.index(own)}
    assert upward == set()


@pytest.mark.parametrize("folder", [path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()])
def test_a_folder_of_modules_has_no_circle(folder: str) -> None:
    graph = {
        full_name(path): {name for name in imported(path) if name.startswith(f"kg.{folder}")}
        for path in (PACKAGE / folder).rglob("*.py")
    }
    assert len(list(TopologicalSorter(graph).static_order())) >= len(graph)


def test_refusals_of_every_kind_are_caught_only_where_a_source_or_a_command_ends() -> None:
    catching = {
        module_of(path)
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.Name) and node.type.id == "KgError"
    }
    # The store's child process sends a refusal to its parent, which raises it; a conversation goes on after one
    assert catching == {"pipeline", "targets", "cli", "store", "server", "prompt"}
