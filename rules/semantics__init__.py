"""Semantics of steps: what is done again when a step is tried again, and what becomes of errors."""
