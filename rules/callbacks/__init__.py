"""Waits and callbacks: how long they last, and who answers."""
