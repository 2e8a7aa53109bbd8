"""SPARQL over HTTP: a dump served to strangers."""
