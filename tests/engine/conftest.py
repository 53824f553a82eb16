"""Makes ``fake_analyzer`` importable by its name, in worker processes too."""

import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
