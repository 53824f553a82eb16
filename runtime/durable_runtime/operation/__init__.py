"""The durable operations, a module each. `DurableContext` is how user code calls them."""
