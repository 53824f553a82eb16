"""Handlers to try the runtime with: ``durable-run run durable_runtime.examples.order:handler``."""
