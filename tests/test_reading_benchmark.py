"""The benchmark of the readers runs, and says what it left out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parent.parent / "benchmarks" / "reading.py"
PAGE = """<!doctype html><html lang="en"><head><title>The quay is quiet</title><meta name="author" content="Marie Novak"></head>
<body><h1>The quay is quiet</h1><p>The barges left at dawn, and nobody on the quay had slept.</p></body></html>"""
SCORER = """def score(gold, predictions):
    right = sum(predictions[row["set"], row["id"], row["url"]]["title"] == row["gold"]["title"] for row in gold)
    return [{"set": "ours", "field": "title", "R": right / len(gold)}]
"""


def run(*arguments: str | Path) -> list[str]:
    """Return the lines that the benchmark prints below the name of the machine."""
    done = subprocess.run([sys.executable, SCRIPT, *arguments], capture_output=True, encoding="utf-8", check=True)
    return done.stdout.splitlines()[1:]


def test_each_reader_has_a_row_and_what_cannot_run_is_named(tmp_path: Path) -> None:
    row = {"set": "ours", "id": "1", "path": "quay.html", "url": "https://www.example.org/", "gold": {"title": "The quay is quiet"}}
    (tmp_path / "gold.jsonl").write_text(json.dumps(row), encoding="utf-8")
    (tmp_path / "quay.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "scorer.py").write_text(SCORER, encoding="utf-8")
    nowhere = tmp_path / "nowhere"
    lines = run("--pages", tmp_path, "--score", tmp_path / "scorer.py", "--peers", nowhere, "--articles", nowhere)
    heads = [line.split()[:3] for line in lines if line]
    assert heads[:3] == [["set", "ours,", "1"], ["kg", "100.0", "-"], ["kg,", "metadata", "only"]]
    assert f"left out, since it cannot be run with {nowhere}: newspaper4k" in lines
    assert lines[-1] == f"no articles at {nowhere}: left out"


def test_without_pages_the_benchmark_says_so(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    score = tmp_path / "score.py"
    assert run("--pages", nowhere, "--score", score, "--articles", nowhere) == [
        f"no pages with a gold standard at {nowhere}, or nothing to score them at {score}: left out",
        f"no articles at {nowhere}: left out",
    ]
