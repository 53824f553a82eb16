"""How map and parallel run their branches, and what they return."""
