"""`kg.toml`: what a project says once instead of on every command line."""

from __future__ import annotations

from kg.config.licenses import LICENSES, license_iri
from kg.config.reading import FILE, load, vocabulary_source
from kg.config.settings import REQUIREMENTS, Config

__all__ = ["FILE", "LICENSES", "REQUIREMENTS", "Config", "license_iri", "load", "vocabulary_source"]
