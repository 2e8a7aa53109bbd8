"""What is known to be wrong, so that a run tells only what is new: today's findings in a file that is kept beside the sources.

Violations and warnings are recorded, since those can fail a run (a warning does with `--strict`); what is only information is
not, nor what the disk or the network did. A finding is known by its stable id, so neither its line nor, for a SHACL result,
the file that it stands in matters; of several with one id, as many are known as were recorded.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from kg import output, terms
from kg.errors import SEVERITIES, Finding, Place, ResourceError, Severity, UsageError
from kg.validation import Result, ValidationReport, identity

VERSION = 1
_RECORDED: tuple[Severity, ...] = ("violation", "warning")


class Entry(NamedTuple):
    """A finding as it was recorded, in the order of the file; shape and focus node only of a SHACL result, else ""."""

    source: str
    shape: str
    focus: str
    reason: str
    severity: str
    id: str


@dataclass(frozen=True, slots=True)
class Baseline:
    """What was recorded, sorted."""

    entries: tuple[Entry, ...] = ()


# --- the file --------------------------------------------------------------------------------------------------------------
def write(path: Path, report: ValidationReport) -> None:
    """Record the findings of a report in a file, an entry a line; the same findings give the same bytes.

    What the file says of sources that are still there, but were not checked or could not be read this time, stays. Raises
    `UsageError` for a file that is there and no baseline, `ResourceError` where it cannot be written.
    """
    _, rest = _compared(report.findings, _replaced(path))
    is_seen = _seen(report)
    kept = [entry for entry in rest if not is_seen(entry.source) and _exists(entry.source)]
    entries = sorted([*kept, *map(_entry, filter(_is_recorded, report.findings))])
    lines = ",\n".join(_row(entry) for entry in entries)
    output.write((f'{{"version": {VERSION}, "findings": [\n', f"{lines}\n" if lines else "", "]}\n"), path)


def _replaced(path: Path) -> Baseline:
    """Return what is in the file that is to be written; anything but a baseline is not ours to overwrite."""
    if not path.is_file() or not path.stat().st_size:
        return Baseline()
    try:
        return read(path)
    except UsageError as error:
        raise UsageError(f"not overwritten, because it is no baseline that can be read: {error.reason}", error.place) from error


def _entry(finding: Finding) -> Entry:
    shape, focus = (finding.shape, finding.focus) if isinstance(finding, Result) else ("", "")
    about = (shape and terms.value(shape), focus and terms.value(focus))
    return Entry(finding.place.source, *about, finding.reason, finding.severity, identity(finding))


def _row(entry: Entry) -> str:
    """Return the JSON of an entry; what cannot be seen or is no character stands as an escape."""
    text = json.dumps({name: value for name, value in entry._asdict().items() if value}, ensure_ascii=False)
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text)


def read(path: Path) -> Baseline:
    """Return the baseline in a file.

    Raises `UsageError`, with the line where there is one, for a file that is not there or no baseline of this version;
    `ResourceError` where it cannot be read.
    """
    place = Place(str(path))
    try:
        body = path.read_bytes()
        found = json.loads(body.decode("utf-8-sig"))
    except FileNotFoundError as error:
        raise UsageError("no such baseline; --update-baseline makes one", place) from error
    except OSError as error:
        raise ResourceError(f"cannot be read: {error.strerror}", place) from error
    except UnicodeDecodeError as error:
        raise UsageError("not UTF-8", Place(str(path), body.count(b"\n", 0, error.start) + 1)) from error
    except json.JSONDecodeError as error:
        raise UsageError(f"not JSON: {error.msg}", Place(str(path), error.lineno, error.colno)) from error
    except (ValueError, RecursionError) as error:
        raise UsageError("not JSON that can be read", place) from error
    if not isinstance(found, dict) or "version" not in found:
        raise UsageError("no baseline: it is a JSON object with version and findings", place)
    if found["version"] != VERSION:
        raise UsageError(f"a baseline of version {str(found['version'])[:40]}; this program reads version {VERSION}", place)
    rows = found.get("findings")
    if not isinstance(rows, list) or len(found) > 2:
        raise UsageError("no baseline: beside its version it has a list of findings, and nothing else", place)
    return Baseline(tuple(sorted(_read_entry(row, number, place) for number, row in enumerate(rows, 1))))


def _read_entry(row: Any, number: int, place: Place) -> Entry:
    if not isinstance(row, dict) or not all(isinstance(value, str) for value in row.values()):
        raise UsageError(f"entry {number} is no object of texts", place)
    if not {"id", "source", "reason"} <= row.keys() <= set(Entry._fields) or row.get("severity") not in _RECORDED:
        raise UsageError(f"entry {number} has not what an entry has: {', '.join(Entry._fields)}", place)
    return Entry(**{name: row.get(name, "") for name in Entry._fields})


# --- what is new -----------------------------------------------------------------------------------------------------------
def apply(report: ValidationReport, baseline: Baseline) -> ValidationReport:
    """Return the report without what the baseline knows, which is counted, and with what is mended: id, reason, and where it was.

    A warning that has become a violation is new. An entry is mended where no finding matches it any more, though its source
    was checked, and read, with its shape.
    """
    new, rest = _compared(report.findings, baseline)
    is_seen = _seen(report)
    shapes: Container[str] | None = report.shapes.said if report.shapes else None

    def is_applied(shape: str) -> bool:
        return shapes is None or not shape or f"<{shape}>" in shapes

    mended = tuple((entry.id, _told(entry)) for entry in rest if is_seen(entry.source) and is_applied(entry.shape))
    return replace(report, findings=tuple(new), known=len(report.findings) - len(new), mended=mended)


def _told(entry: Entry) -> str:
    return f"{entry.reason} ({', '.join(filter(None, (entry.source, entry.focus)))})"


def _is_recorded(finding: Finding) -> bool:
    return finding.severity in _RECORDED and finding.exit_code != ResourceError.exit_code


def _compared(findings: Sequence[Finding], baseline: Baseline) -> tuple[list[Finding], list[Entry]]:
    """Return the findings that are new, and the entries that none of them matches.

    Of several entries with one id, a finding takes first one of its own source.
    """
    unknown = {number: (identity(finding), finding) for number, finding in enumerate(findings) if _is_recorded(finding)}
    left = dict(enumerate(baseline.entries))
    for is_at_home in (True, False):
        waiting: defaultdict[tuple[str, str, str], list[int]] = defaultdict(list)
        for number, entry in left.items():
            waiting[entry.id, entry.severity, entry.source if is_at_home else ""].append(number)
        for number, (name, finding) in list(unknown.items()):
            source = finding.place.source if is_at_home else ""
            # Known is what was recorded as at least as grave
            for severity in SEVERITIES[: SEVERITIES.index(finding.severity) + 1]:
                if numbers := waiting.get((name, severity, source)):
                    del left[numbers.pop()], unknown[number]
                    break
    new = [finding for number, finding in enumerate(findings) if number in unknown or not _is_recorded(finding)]
    return new, list(left.values())


def _seen(report: ValidationReport) -> Callable[[str], bool]:
    """Return what tells whether all was seen that there is to say of a source: it was checked, and could be read."""
    checked = _Sources(report.checked)
    unread = _Sources(f.place.source for f in report.findings if f.severity == "violation" and not isinstance(f, Result))
    return lambda source: source in checked and source not in unread


class _Sources:
    """Sources, and whatever is a record in them or stands below them."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = set(map(_absolute, names))

    def __contains__(self, source: str) -> bool:
        return any(name in self._names for place in _places(source) for name in (_absolute(place), *_folders(place)))


def _places(source: str) -> tuple[str, ...]:
    """Return a source and, as it may be a record (`feed.xml#3`), the file that it is in."""
    return (source, source.rpartition("#")[0]) if "#" in source else (source,)


def _folders(source: str) -> Iterable[str]:
    return () if _is_address(source) else map(str, Path(_absolute(source)).parents)


def _absolute(source: str) -> str:
    return source if _is_address(source) else os.path.abspath(source)


def _exists(source: str) -> bool:
    return _is_address(source) or any(map(os.path.lexists, _places(source)))


def _is_address(source: str) -> bool:
    return "://" in source
