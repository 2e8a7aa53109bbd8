"""What a run of `kg validate` wrote, put where GitHub looks for it: annotations, summary, SARIF, outputs. `action.yml` calls it.

Usage: outcome.py FOLDER CODE SARIF. FOLDER holds the files `annotations`, `summary`, `sarif` and `errors` (what stood on standard
error), as far as the run came to them; CODE is what it ended with; SARIF the file to write, or nothing.
"""

from __future__ import annotations

import json
import os
import posixpath
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

# GitHub takes no summary beyond one MiB, and shows ten annotations of a kind and step
SUMMARY_BYTES = 1_000_000
ERRORS = 10
CUT = "\n*The summary ends here, because GitHub takes no more; the log of the step has all results.*\n"
_ELSEWHERE = re.compile(r"/|[A-Za-z]:[\\/]|[A-Za-z][A-Za-z0-9+.-]*:/")
_FAULT = re.compile(r"kg: (?P<file>.+?):(?P<line>\d+):(?:(?P<col>\d+):)? (?P<reason>.+)")
_FILE = re.compile(r"(?<=[ ,]file=)[^,:]*")


def main(folder: Path, code: str, sarif: str) -> None:
    """Print the annotations, write summary and SARIF file, and set the outputs of the step."""
    # kg names paths from the folder where it runs, GitHub from the workspace
    inside = os.path.relpath(os.path.realpath("."), os.path.realpath(os.environ["GITHUB_WORKSPACE"])).replace(os.sep, "/")
    outputs = {"conforms": "true" if code == "0" else "false", "exit-code": code}
    if (folder / "annotations").is_file():
        lines = [rooted_annotation(line, inside) for line in _read(folder / "annotations").split("\n")]
        outputs["violations"] = str(sum(line.startswith("::error ") for line in lines))
        outputs["warnings"] = str(sum(line.startswith("::warning ") for line in lines))
        print("\n".join(lines) if os.environ["INPUT_ANNOTATIONS"] == "true" else "")
    else:
        print("\n".join(refusals(_read(folder / "errors"), code, inside)))
    if (folder / "summary").is_file():
        _append("GITHUB_STEP_SUMMARY", shortened(_read(folder / "summary")))
    if sarif and (folder / "sarif").is_file():
        write_sarif(folder / "sarif", Path(sarif), inside)
        outputs["sarif"] = rooted(sarif, inside)
    _append("GITHUB_OUTPUT", "".join(f"{name}={value}\n" for name, value in outputs.items()))


def _read(path: Path) -> str:
    return path.read_text("utf-8", "replace")


def _append(variable: str, text: str) -> None:
    with Path(os.environ[variable]).open("a", encoding="utf-8") as file:
        file.write(text)


def rooted(path: str, inside: str) -> str:
    """Return a path or relative URI as it is from the root of the workspace; absolute ones and addresses stay."""
    return path if inside == "." or _ELSEWHERE.match(path) else posixpath.normpath(f"{inside}/{path}")


def rooted_annotation(line: str, inside: str) -> str:
    """Return a workflow command with its `file` as it is from the root of the workspace."""
    return _FILE.sub(lambda found: _property(rooted(_unescaped(found[0]), inside)), line, count=1)


def _message(text: str, also: str = "") -> str:
    """Return a text as the runner reads it back from a command; in properties ":" and "," are escaped too."""
    return "".join(f"%{ord(c):02X}" if c in f"%\r\n{also}" else c for c in text)


def _property(text: str) -> str:
    return _message(text, ":,")


def _unescaped(text: str) -> str:
    return re.sub("%(25|0D|0A|3A|2C)", lambda found: chr(int(found[1], 16)), text)


def refusals(errors: str, code: str, inside: str) -> Iterator[str]:
    """Yield an annotation for each line in which kg says why it came to no report, at its place where that has one."""
    lines = [line for line in errors.split("\n") if line.startswith(("kg: ", "Error: "))]
    for line in lines[:ERRORS]:
        if found := _FAULT.fullmatch(line):
            place = {"file": rooted(found["file"], inside), "line": found["line"], "col": found["col"]}
            properties = ",".join(f"{name}={_property(value)}" for name, value in place.items() if value)
            yield f"::error {properties}::{_message(found['reason'])}"
        else:
            yield f"::error title=kg::{_message(line.partition(': ')[2])}"
    if not lines:
        yield f"::error title=kg::kg came to no report (exit code {code}); the log of this step says why."


def shortened(text: str) -> str:
    """Return a summary that GitHub takes: one that is too long ends at a line, and says so."""
    if len(text.encode()) <= SUMMARY_BYTES:
        return text
    kept = text.encode()[:SUMMARY_BYTES].decode("utf-8", "ignore")
    return kept[: kept.rfind("\n") + 1] + CUT


def write_sarif(report: Path, target: Path, inside: str) -> None:
    """Write a SARIF report to a file, with the files that it names as they are from the root of the workspace."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if inside == ".":
        target.write_bytes(report.read_bytes())
        return
    log = json.loads(_read(report))
    for run in log["runs"]:
        for base in run.get("originalUriBaseIds", {}).values():
            base["description"] = {"text": "The workspace."}
    for location in _locations(log):
        location["uri"] = rooted(location["uri"], quote(inside))
    target.write_text(json.dumps(log, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _locations(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object that names a file: `artifactLocation`s, and `location`s of artifacts."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in ("artifactLocation", "location") and isinstance(inner, dict) and isinstance(inner.get("uri"), str):
                yield inner
            yield from _locations(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _locations(inner)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
