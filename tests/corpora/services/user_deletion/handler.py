"""A person asks to be forgotten: wrapping decorators, properties, modules that import each other."""

from accounts import Account, open_accounts
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration, MapConfig
from people import Person, erase_profile, export_profile
from tracing import traced

GRACE = Duration.from_days(14)


@traced("deletion.estimate")
def estimate(person: str, accounts: int) -> int:
    """Minutes that the deletion will take."""
    return 5 + 2 * accounts


def duration_text(minutes: int) -> str:
    return f"{minutes // 60} h {minutes % 60} min"


@durable_step
@traced("deletion.freeze")
def freeze(step_context: StepContext, person: str) -> bool:
    return Person(person).freeze()


@durable_step
def erase_account(step_context: StepContext, account: dict) -> str:
    return Account(account["kind"], account["owner"]).erase()


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    person = event["person"]
    context.step(freeze(person))
    accounts = context.step(open_accounts(person))
    minutes = estimate(person, len(accounts))  # expect: DUR105[E]
    context.logger.info("estimate", extra={"text": duration_text(minutes)})

    kinds = {account["kind"] for account in accounts}
    if "business" in kinds:
        context.step(lambda _: export_profile(person), name="export_profile")
    context.wait(GRACE, name="grace_wait")

    batch = context.map(
        accounts,
        lambda ctx, account, index, accounts: ctx.step(erase_account(account), name=f"erase_{account['kind']}_{index}"),
        name="erase_accounts",
        config=MapConfig(max_concurrency=2),
    )
    batch.throw_if_error()

    summary = ", ".join(kinds)  # expect: DUR109[E]
    context.step(lambda _: Person(person).confirm(summary), name="confirm_deletion")
    erase_profile(person)  # expect: DUR105[E]
    return {"person": person, "erased": batch.success_count}


@durable_execution
def partial_handler(event: dict, context: DurableContext) -> dict:
    """Only the files of one account."""
    account = Account(event["kind"], event["person"])
    files = account.files  # expect: DUR105[W]
    if not files:
        return {"erased": 0}
    for number, file in enumerate(files):
        context.step(lambda _, file=file: account.remove_file(file), name=f"remove_file_{number}")
    context.step(lambda _: account.note("files erased"), name=f"note_{id(account)}")  # expect: DUR112[E]
    context.step(lambda _: account.note("index erased"), name="note_erasure")
    context.step(lambda _: account.note("thumbnails erased"), name="note_erasure")  # expect: DUR404[W]
    account.remove_folder()  # expect: DUR105[E]
    return {"erased": len(files)}


@durable_execution
def appeal_handler(event: dict, context: DurableContext) -> dict:
    """Restores what was frozen; the order of the kinds does not matter here."""
    kinds = set(event["kinds"])
    allowed = kinds & {"private", "business"}
    if not allowed or len(kinds) > 2:
        return {"restored": []}
    first = next(iter(allowed))  # expect: DUR109[E]
    context.step(lambda _: Account(first, event["person"]).note("restored first"), name="restore_first")
    restored = [kind for kind in ("private", "business") if kind in allowed]
    context.step(lambda _: Person(event["person"]).confirm(", ".join(restored)), name="confirm_restoration")
    return {"restored": restored}
