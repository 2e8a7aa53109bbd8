"""What the tests share: the vocabulary (loaded once), and real data beside the project where it is present."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from kg import vocabulary
from kg.vocabulary import Vocabulary

# A slow machine is no fault: nothing here is timed
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

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
