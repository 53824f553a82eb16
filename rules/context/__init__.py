"""DUR2xx: which context an operation runs on, and the shape of the callables handed to operations."""
