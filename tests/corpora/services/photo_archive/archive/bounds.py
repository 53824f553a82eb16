"""How much the archive takes at once."""

from aws_durable_execution_sdk_python.config import CompletionConfig, MapConfig, NestingType, ParallelConfig

SHELVES = tuple(f"shelf_{number}" for number in range(40))
BOXES = 80
YEARS = range(1900, 2000)
FORMATS = ("small", "medium", "large")

GENTLE = MapConfig(max_concurrency=12)
PATIENT = MapConfig(completion_config=CompletionConfig.all_completed())
NO_LIMIT = MapConfig(max_concurrency=None)
FLAT = MapConfig(max_concurrency=12, nesting_type=NestingType.FLAT)
TWO_AT_ONCE = ParallelConfig(max_concurrency=2)
