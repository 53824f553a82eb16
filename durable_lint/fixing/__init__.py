"""Fixing: from the fixes of findings to changed files, pass after pass until nothing is left to change."""
