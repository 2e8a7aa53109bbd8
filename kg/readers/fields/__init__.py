"""What sources say of themselves in fields: YAML, TOML and JSON as nodes, and what each field tells of the article."""
