"""Reports: one module an output format, each a function from a report to lines of text."""
