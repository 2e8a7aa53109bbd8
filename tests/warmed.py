"""What the process that forks every `kg` imports last: it has built an article, and what that takes need not be loaded again."""

from __future__ import annotations

import gc
import tempfile
from functools import lru_cache
from pathlib import Path

from kg import pipeline
from kg.pipeline import publishing
from tests.writing import article, write

vars(publishing)["load_tools"] = lru_cache(pipeline.load_tools)
with tempfile.TemporaryDirectory() as folder:
    home = Path(folder)
    publishing.publish([write(home / "posts", {"a.md": article()})], home / "dump", engine="fast", jobs=1)
gc.freeze()  # what is never looked at again, no process need copy
