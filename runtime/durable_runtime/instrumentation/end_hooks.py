"""Who runs an operation's end hook: the thread that sees the operation's result, before anybody acts on the result.

An answer of the service is *recorded* before its operations become readable, so whoever reads a terminal operation
finds its hook. A recorded hook is unowned, reserved (for the thread that waits for this very checkpoint), or owned by
the thread that runs it. Threads that meet a hook which is reserved or owned wait until it is finished.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable

from durable_runtime.instrumentation.infos import OperationEndInfo


class _EndHook:
    __slots__ = ("finished", "info", "reserved")

    def __init__(self, info: OperationEndInfo, *, reserved: bool) -> None:
        self.info = info
        self.reserved = reserved
        self.finished: threading.Event | None = threading.Event() if reserved else None  # None: unowned

    @property
    def operation_id(self) -> str:
        return self.info.operation_id


class EndHookClaim:
    """What a thread has to do now that it has seen a result: run hooks, or wait for the thread that does."""

    __slots__ = ("_end_hooks", "_operation_id", "_owned", "_running_elsewhere")

    def __init__(
        self,
        end_hooks: EndHooks,
        operation_id: str,
        owned: list[_EndHook],
        running_elsewhere: threading.Event | None,
    ) -> None:
        self._end_hooks = end_hooks
        self._operation_id = operation_id
        self._owned = owned
        self._running_elsewhere = running_elsewhere

    def run(self) -> None:
        """Do it. Call this without holding any lock."""
        if self._running_elsewhere is None:
            self._end_hooks.run_owned(self._owned)
            return
        self._running_elsewhere.wait()
        # Usually the hook has run. If its thread gave it up instead, it is ours.
        self._end_hooks.claim(self._operation_id)


class EndHooks:
    """The end hooks of one invocation that are recorded and have not run yet.

    Args:
        run: calls the plugins' hook; raises only what tells the thread to stop.
        in_hook: whether the calling thread is inside a hook. Such a thread claims nothing: it would nest one hook in
            another, and two hooks could wait for each other.
    """

    def __init__(self, run: Callable[[OperationEndInfo], None], in_hook: Callable[[], bool]) -> None:
        # A reader holds it from its look at the operation until it has taken the claim.
        self.lock = threading.Lock()
        self._run = run
        self._in_hook = in_hook
        self._open: dict[str, _EndHook] = {}
        # The unowned ones again, by parent: a claim finds its descendants without a search.
        self._unowned: dict[str | None, dict[str, _EndHook]] = {}
        self._ended: set[str] = set()

    def record(self, infos: Iterable[OperationEndInfo], waited_for: Collection[str]) -> None:
        """Record ends that are about to become readable; those of `waited_for` are reserved for their waiters.

        What has ended is not recorded again; what is unowned gets its newest state.
        """
        with self.lock:
            for info in infos:
                self._record(info, reserved=info.operation_id in waited_for)

    def _record(self, info: OperationEndInfo, *, reserved: bool) -> None:
        if info.operation_id in self._ended:
            return
        hook = self._open.get(info.operation_id)
        if hook is None:
            hook = self._open[info.operation_id] = _EndHook(info, reserved=reserved)
            if not reserved:
                self._disown(hook)
        elif hook.finished is None:
            hook.info = info

    def _disown(self, hook: _EndHook) -> None:
        self._unowned.setdefault(hook.info.parent_id, {})[hook.operation_id] = hook

    def claim(self, operation_id: str, *, waiter: bool = False) -> None:
        """Run the operation's end hook here, or wait for it; `waiter`: the thread for which it may be reserved."""
        with self.lock:
            claim = self.take(operation_id, waiter=waiter)
        if claim is not None:
            claim.run()

    def run_once(self, info: OperationEndInfo) -> None:
        """Run an end that replay has found, unless a checkpoint's answer has reported it already."""
        with self.lock:
            self._record(info, reserved=False)
            claim = self.take(info.operation_id, waiter=False)
        if claim is not None:
            claim.run()

    def take(self, operation_id: str, *, waiter: bool) -> EndHookClaim | None:
        """Decide what the calling thread, which holds the lock, has to do about an operation; None: nothing."""
        hook = self._open.get(operation_id)
        if hook is None:
            return None
        mine = hook.finished is None or (waiter and hook.reserved)
        if self._in_hook():
            if mine and hook.reserved:
                self._give_up(hook)
            return None
        if not mine:
            return EndHookClaim(self, operation_id, [], hook.finished)
        return EndHookClaim(self, operation_id, self._own_tree(hook), None)

    def _give_up(self, hook: _EndHook) -> None:
        """The waiter will not run the hook it was reserved for: let those who wait for it decide anew."""
        finished, hook.finished, hook.reserved = hook.finished, None, False
        self._disown(hook)
        if finished is not None:
            finished.set()

    def _own_tree(self, root: _EndHook) -> list[_EndHook]:
        """Own a hook and its unowned descendants, in the order to run them: descendants first."""
        self._unowned.get(root.info.parent_id, {}).pop(root.operation_id, None)
        tree = [root]
        for hook in tree:  # grows while it is walked
            tree.extend(self._unowned.pop(hook.operation_id, {}).values())
        for hook in tree:
            hook.reserved = False
            hook.finished = hook.finished or threading.Event()
        tree.reverse()
        return tree

    def run_owned(self, hooks: list[_EndHook]) -> None:
        """Run them in order. When one tells the thread to stop the rest is dropped, so that nobody waits for it."""
        try:
            for hook in hooks:
                self._run(hook.info)
                self._finish(hook)
        except BaseException:
            for hook in hooks:
                self._finish(hook)
            raise

    def _finish(self, hook: _EndHook) -> None:
        with self.lock:
            self._open.pop(hook.operation_id, None)
            self._ended.add(hook.operation_id)
        if hook.finished is not None:
            hook.finished.set()

    def drain(self) -> None:
        """Run what nobody has claimed, when no other thread is left. What tells the thread to stop is raised last."""
        held: BaseException | None = None
        while True:
            with self.lock:
                hook = next((hook for hook in self._open.values() if hook.finished is None or hook.reserved), None)
                if hook is None:
                    break
                owned = self._own_tree(hook)
            try:
                self.run_owned(owned)
            except BaseException as control:
                held = held if held is not None else control
        if held is not None:
            raise held
