"""The printed page: what stands above the text and below it."""
