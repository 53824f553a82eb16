"""The examples of good code in the documentation we start from: functions and tests of our own, run with both SDKs.

Each of them has an equivalent in `corpora/observatory`: same shape, another domain. The table says which test stands
for which example, by the page and its topic. Where the page's code cannot run as it is printed, the equivalent is what
it means.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

OBSERVATORY = Path(__file__).parent / "corpora" / "observatory"

BEST_PRACTICES = "best practices"
STEPS = "steps"
README = "readme"
ARTICLE = "article on durable functions in Python"

STANDS_FOR = {
    (BEST_PRACTICES, "keep functions focused"): ["test_design::test_brings_a_target_to_its_frame"],
    (BEST_PRACTICES, "non-deterministic code in steps"): ["test_design::test_clock_and_number_are_recorded"],
    (BEST_PRACTICES, "durable_step for reusable functions"): ["test_design::test_checks_a_proposal_in_a_step"],
    (BEST_PRACTICES, "no shared state between steps"): ["test_design::test_hands_what_a_step_returned_to_the_next"],
    (BEST_PRACTICES, "at most once for side effects"): ["test_design::test_fires_once"],
    (BEST_PRACTICES, "at least once for what is idempotent"): ["test_design::test_adds_up_exposures"],
    (BEST_PRACTICES, "handle errors explicitly"): [
        "test_design::test_asks_again_when_the_service_is_down",
        "test_design::test_takes_no_for_an_answer",
    ],
    (BEST_PRACTICES, "realistic timeouts"): ["test_timeouts::test_gives_the_callback_id_away"],
    (BEST_PRACTICES, "heartbeat timeouts"): [
        "test_timeouts::test_stops_waiting_when_the_robot_falls_silent",
        "test_timeouts::test_takes_what_the_robot_sends",
    ],
    (BEST_PRACTICES, "retry delays"): ["test_timeouts::test_waits_longer_and_longer"],
    (BEST_PRACTICES, "descriptive operation names"): ["test_naming::test_steps_are_found_by_what_they_do"],
    (BEST_PRACTICES, "naming patterns"): ["test_naming::test_names_tell_kinds_apart"],
    (BEST_PRACTICES, "names of dynamic operations"): ["test_naming::test_names_in_a_loop_carry_what_varies"],
    (BEST_PRACTICES, "small checkpoints"): ["test_performance::test_records_where_it_lies_not_what_it_is"],
    (BEST_PRACTICES, "batches"): ["test_performance::test_measures_in_batches"],
    (BEST_PRACTICES, "parallel for independent work"): ["test_performance::test_reads_instruments_side_by_side"],
    (BEST_PRACTICES, "necessary waits"): ["test_performance::test_waits_for_what_takes_time"],
    (BEST_PRACTICES, "JSON-serializable types"): ["test_serialization::test_plain_values_come_back_as_they_were"],
    (BEST_PRACTICES, "converted types"): ["test_serialization::test_money_and_moments_are_text"],
    (BEST_PRACTICES, "dataclass to dict"): ["test_serialization::test_a_dataclass_travels_as_a_dict"],
    (BEST_PRACTICES, "no mutation between steps"): ["test_mistakes::test_state_goes_from_step_to_step"],
    (BEST_PRACTICES, "child context for nested operations"): [
        "test_mistakes::test_what_belongs_together_has_a_context_of_its_own"
    ],
    (BEST_PRACTICES, "callback timeouts handled"): [
        "test_mistakes::test_nobody_answers",
        "test_mistakes::test_somebody_answers",
    ],
    (BEST_PRACTICES, "one step instead of many small ones"): ["test_mistakes::test_one_step_for_one_computation"],
    (BEST_PRACTICES, "retry for transient failures"): [
        "test_mistakes::test_what_passes_is_tried_again",
        "test_mistakes::test_what_stays_is_not",
    ],
    (BEST_PRACTICES, "business logic apart from orchestration"): [
        "test_proposals::test_accepts_a_proposal",
        "test_proposals::test_refuses_one_without_targets",
    ],
    (BEST_PRACTICES, "child contexts for complex workflows"): ["test_proposals::test_prepares_in_a_phase_of_its_own"],
    (BEST_PRACTICES, "grouped configuration"): ["test_proposals::test_settings_are_shared"],
    (STEPS, "getting started"): ["test_steps::test_succeeds_with_a_result"],
    (STEPS, "the durable_step decorator"): ["test_steps::test_identifies_a_star"],
    (STEPS, "a lambda instead"): ["test_steps::test_a_lambda_calls_plain_code"],
    (STEPS, "explicit name"): ["test_steps::test_a_step_with_a_name_given"],
    (STEPS, "automatic name"): ["test_steps::test_a_step_with_the_name_of_its_function"],
    (STEPS, "configuration"): ["test_steps::test_a_step_with_a_configuration"],
    (STEPS, "exponential backoff"): ["test_steps::test_a_step_with_backoff"],
    (STEPS, "retry specific errors"): ["test_steps::test_gives_up_after_three_attempts"],
    (STEPS, "at most once"): ["test_steps::test_publishes_once"],
    (STEPS, "steps in a row"): ["test_steps::test_steps_in_a_row"],
    (STEPS, "several arguments"): ["test_steps::test_a_step_with_several_arguments"],
    (STEPS, "a lambda with a name"): ["test_steps::test_a_lambda_with_a_name"],
    (STEPS, "test of the outcome"): ["test_steps::test_succeeds_with_a_result"],
    (STEPS, "test of one step"): ["test_steps::test_finds_a_step", "test_statuses::test_finds_a_step"],
    (STEPS, "test of retries"): ["test_steps::test_succeeds_in_the_end", "test_statuses::test_succeeds_in_the_end"],
    (STEPS, "test of an error"): ["test_steps::test_fails_with_an_error"],
    (README, "quick example"): ["test_nights::test_observes_a_request"],
    (ARTICLE, "workflow with a payment callback, told without code"): [
        "test_nights::test_lends_to_who_pays",
        "test_nights::test_puts_back_when_payment_fails",
        "test_nights::test_puts_back_when_nobody_pays",
    ],
}

OUTCOME = re.compile(r"(\w+)\.py::(\w+)(?:\[[^\]]*\])? (PASSED|FAILED|ERROR)")


@pytest.mark.parametrize("sdk", ["runtime", pytest.param("aws", marks=pytest.mark.long)])
def test_all_examples_run(plugin_installed: pytest.Pytester, sdk: str) -> None:
    for file in OBSERVATORY.glob("*.py"):
        plugin_installed.path.joinpath(file.name).write_text(file.read_text())
    if sdk == "aws":
        # AWS's testing SDK has no InvocationStatus.
        plugin_installed.path.joinpath("test_statuses.py").unlink()
    result = plugin_installed.runpytest_subprocess(
        "-v", "--strict-markers", f"--durable-sdk={sdk}", "-p", "no:cacheprovider", timeout=120
    )

    outcomes = {(f"{module}::{test}", outcome) for module, test, outcome in OUTCOME.findall(result.stdout.str())}
    assert {outcome for _, outcome in outcomes} == {"PASSED"}
    tests = {test for tests in STANDS_FOR.values() for test in tests if sdk == "runtime" or "test_statuses" not in test}
    assert {test for test, _ in outcomes} == tests
    assert result.ret == pytest.ExitCode.OK
