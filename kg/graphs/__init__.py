"""Graphs beyond what fits in memory: a dump or an RDF file is cut into parts, each with all that its shapes need to see."""

from kg.graphs.dumps import parts_of_dump as parts_of_dump
from kg.graphs.files import LARGE as LARGE
from kg.graphs.files import parts_of_file as parts_of_file
from kg.graphs.files import whole as whole
