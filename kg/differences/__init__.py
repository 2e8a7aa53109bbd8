"""Two dumps become what differs: articles, statements in words, reference data; as text, JSON, RDF Patch or a release note."""

from kg.differences.changes import Change as Change
from kg.differences.comparing import ArticleDifference as ArticleDifference
from kg.differences.comparing import Difference as Difference
from kg.differences.comparing import diff as diff
from kg.differences.notes import to_notes as to_notes
from kg.differences.patch import to_patch as to_patch
from kg.differences.rows import to_json as to_json
from kg.differences.text import to_text as to_text
