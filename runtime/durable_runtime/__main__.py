"""`python -m durable_runtime` is `durable-run`."""

from durable_runtime.cli import main

if __name__ == "__main__":
    main(prog_name="durable-run")
