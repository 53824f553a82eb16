"""Findings in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from durable_runtime.testing.verifier.causes import Cause
from durable_runtime.testing.verifier.comparison import Difference
from durable_runtime.testing.verifier.notes import Effect, Misdeed, Place
from durable_runtime.testing.verifier.verdict import Finding

UNEXPLAINED = Cause("", "Mend the findings above first: it may follow from them.")
CRASHED = Cause(
    "It showed when the process was killed and another one took its place.",
    "Use what steps return, and nothing else that changes.",
)


def finding_of(difference: Difference, cause: Cause) -> Finding:
    """The finding that a difference is, once its cause is known."""
    return Finding(difference.kind, difference.place, _what(difference), cause.text, cause.remedy)


def _what(difference: Difference) -> str:
    then, now, title = difference.then, difference.now, difference.title
    match difference.kind:
        case "identity":
            return (
                f"This was {then} at first, and is {now} on replay: the execution fails with "
                "NonDeterministicExecutionError."
            )
        case "input":
            return f"The {difference.detail} of {title}: {then} at first, {now} on replay."
        case "new":
            return f"On replay the code comes to {title}, where there was nothing at first."
        case "missing":
            return f"The code came to {title} at first, and ends without coming to it on replay."
        case "ending":
            return f"The result of {title}: {then} at first, {now} on replay."
        case "returned":
            return f"What {title} returns to the code: {then} at first, {now} on replay."
        case "result":
            return f"The execution ended with {then} at first, and ends with {now} on replay."
        case "crash":
            return f"The invocation ends with {now} on replay, which it did not at first."


def repeated_effect(effect: Effect) -> Finding:
    """An effect that is had again."""
    value = "" if effect.value == "None" else f" ({effect.value})"
    if effect.operation is not None:
        return Finding(
            "effect",
            effect.place,
            f"The effect {effect.name!r}{value} is made again although its step had been recorded as done.",
            "Another operation takes the step's place on replay, or its body runs outside of it.",
            "Mend what makes the operations differ.",
        )
    if effect.unwinds:
        return Finding(
            "effect",
            effect.place,
            f"The effect {effect.name!r}{value} is made whenever the execution is suspended, not once at its end.",
            "A `finally` or `except BaseException` block, or the end of a `with` block, runs each time an invocation "
            "ends because an operation has to wait.",
            "Do it in a step after the operations, or in `except Exception`.",
        )
    return Finding(
        "effect",
        effect.place,
        f"The effect {effect.name!r}{value} is made again on replay.",
        "Code between operations runs in every invocation of the execution.",
        "Do it in a step: it is recorded once it is done.",
    )


def failure_after_crashes(place: Place | None, error: Mapping[str, Any]) -> Finding:
    """An execution that fails when its process is killed, and only then."""
    return Finding(
        "crash",
        place,
        f"The execution succeeds undisturbed, and fails when its process is killed: {error.get('ErrorType')}: "
        f"{error.get('ErrorMessage')}.",
        "A step whose end was not acknowledged runs again, and its function does not bear that.",
        "Let step functions find out whether their work is done already, or give the step at-most-once semantics.",
    )


def misdeed(deed: Misdeed) -> Finding:
    """What the code did to its suspension."""
    if deed.kind == "late":
        return Finding(
            "suspension",
            deed.place,
            f"{deed.what} is called while the execution is being suspended, each time that happens.",
            "A `finally` or `except BaseException` block, or the end of a `with` block, runs whenever an operation has "
            "to wait.",
            "Call it after the operations, or in `except Exception`.",
        )
    return Finding(
        "suspension",
        deed.place,
        f"The suspension of {deed.what} is swallowed: the code goes on although the operation has to wait.",
        "A bare `except:`, an `except BaseException:` or a `return` in `finally:` around it catches what the SDK "
        "raises to suspend the execution.",
        "Catch Exception, or raise again what was caught.",
    )
