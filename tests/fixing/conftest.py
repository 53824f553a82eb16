"""Makes the fake analyzer of the engine's tests importable by its name."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(__file__)), "engine"))
