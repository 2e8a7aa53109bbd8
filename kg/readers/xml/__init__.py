"""Articles in XML, cut out of their files byte for byte: feeds, NewsML-G2, and sitemaps."""
