"""DUR5xx: objects and variables that are changed where a replay does not repeat it, or repeats it once too often."""
