"""Stands for the installed package: the SDK itself does what handlers must not."""

import threading
import time

from .context import DurableContext


def run_branch(context: DurableContext, body):
    started = time.time()
    worker = threading.Thread(target=body, args=(context,))
    worker.start()
    if time.time() - started > 1:
        print("slow branch")
        context.step(body)
