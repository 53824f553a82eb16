"""DUR1xx: values and effects in replayed code that differ, or happen again, on every replay."""
