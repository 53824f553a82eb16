"""What a person can set: options, where they are read from, and the settings that come out of them.

``load_settings`` finds and reads the nearest configuration file and lays the command line over it; ``Settings`` is the
frozen result that travels on. Every option is documented once, in ``options.OPTIONS``.
"""

from durable_lint.config.errors import ConfigError
from durable_lint.config.load import load_settings
from durable_lint.config.settings import Effects, Selection, Settings

__all__ = ["ConfigError", "Effects", "Selection", "Settings", "load_settings"]
