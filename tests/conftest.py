"""What the tests share: a cache, the vocabulary (loaded once), and real data beside the project where it is present."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from kg import vocabulary
from kg.vocabulary import Vocabulary

# A slow machine is no fault: nothing here is timed
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# The suite's own, so that it neither fills nor trusts that of who runs it; one for all its processes and runs, so that each need
# not compile the vocabulary again: what is kept under other sources or another program has another name
USER = str(os.getuid()) if hasattr(os, "getuid") else "any"
CACHE = Path(tempfile.gettempdir()) / f"kg-tests-{USER}"
os.environ.setdefault("KG_CACHE", str(CACHE))

ROOT = Path(__file__).resolve().parent.parent
# Real articles, hostile cases and the W3C suites, which are other people's and so not part of the project
SHARED = Path(os.environ.get("KG_SHARED", ROOT.parent / "shared"))


@pytest.fixture(scope="session")
def words() -> Vocabulary:
    """The shipped vocabulary."""
    return vocabulary.load()


@pytest.fixture
def shared() -> Path:
    """The folder of real data; a test that needs it is skipped where it is not."""
    if not SHARED.is_dir():
        pytest.skip("no shared data beside the project (KG_SHARED)")
    return SHARED
