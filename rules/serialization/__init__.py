"""DUR3xx: results and payloads that do not survive the way through a checkpoint."""
