"""Reports are exported to files and delivered: maps, batches, files, exporters with a common base class."""
