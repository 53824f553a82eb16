"""Commands on the machine, and the migration of the database."""

from __future__ import annotations

import subprocess

from aws_durable_execution_sdk_python import DurableContext

from .steps import migrate


def changed_files(commit: str) -> list[str]:
    done = subprocess.run(["git", "show", "--name-only", commit], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def restart_agent(host: str) -> None:
    subprocess.check_call(["ssh", host, "systemctl", "restart", "agent"])


def run_migration(context: DurableContext, files: list[str]) -> None:
    for file in files:
        if file.endswith(".sql"):
            context.step(migrate(file), name=f"migrate_{file}")
