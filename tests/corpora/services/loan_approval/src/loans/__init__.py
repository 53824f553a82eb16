"""Loan approval: a package in a src layout with relative imports, repositories and constructor injection."""
