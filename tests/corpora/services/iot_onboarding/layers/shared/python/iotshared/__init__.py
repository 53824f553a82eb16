"""Shared by all functions, deployed as a layer."""
