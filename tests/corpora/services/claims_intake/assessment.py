"""Assessment of a claim, in a child context of its own."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_step, durable_with_child_context


@durable_step
def estimate_damage(step_context: StepContext, text: str, photos: int) -> int:
    return 10_000 * photos + 100 * len(text)


@durable_step
def estimate_wear(step_context: StepContext, age: int) -> float:
    return min(0.9, age / 10)


@durable_with_child_context
def assess(ctx: DurableContext, claim: dict, photos: int, statement: str) -> dict:
    damage = ctx.step(estimate_damage(statement, photos))
    wear = ctx.step(estimate_wear(claim.get("age", 0)))
    return {"cents": round_up(int(damage * (1 - wear)))}


def round_up(cents: int) -> int:
    return -(-cents // 100) * 100
