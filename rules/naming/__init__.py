"""DUR4xx: operation names, by which people read histories and the SDK recognises operations."""
