"""DUR0xx: what durable-lint has to say about the file itself, its suppressions and its own limits."""
