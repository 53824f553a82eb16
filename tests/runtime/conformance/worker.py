"""What a worker process of our engine imports: handlers by ``suite/requirement``, once the process is set up."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from tests.runtime.conformance import logs, registry, sdks

sdks.use(os.environ[sdks.VARIABLE])
logs.capture(Path(os.environ[registry.FOLDER]))


def __getattr__(name: str) -> Any:
    suite, slash, identifier = name.partition("/")
    if not slash:
        raise AttributeError(name)
    return registry.load(suite)[identifier].handler
