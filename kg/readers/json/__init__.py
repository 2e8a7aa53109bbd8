"""Articles in JSON: JSON Feed, ninjs, and rows of any program."""
