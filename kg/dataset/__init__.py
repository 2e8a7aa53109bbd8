"""What a dump says of itself: `dataset.ttl`, with figures that were counted, and the manifest."""

from __future__ import annotations

from kg.dataset.description import DESCRIPTION, Dump, Input, describe
from kg.dataset.figures import Figures, Link, Sums, Tally, figures, tally
from kg.manifest import MANIFEST, File, changed_files, is_dump, manifest, read_manifest, sha256, strangers

__all__ = [
    "DESCRIPTION",
    "MANIFEST",
    "Dump",
    "Figures",
    "File",
    "Input",
    "Link",
    "Sums",
    "Tally",
    "changed_files",
    "describe",
    "figures",
    "is_dump",
    "manifest",
    "read_manifest",
    "sha256",
    "strangers",
    "tally",
]
