"""DUR8xx: granularity and limits."""
