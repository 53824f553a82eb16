"""``python -m durable_lint``: the same as the console script ``durable-lint``."""

from durable_lint.cli import main

if __name__ == "__main__":
    main()
