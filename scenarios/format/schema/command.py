"""The policy of a side, its staff, and the crew of operators for approving engagements."""

from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, Field

from scenarios.format.schema.numbers import Delay, Interval, OperatorCount, Share, StaffTime
from scenarios.format.schema.types import Model, Text
from simcore.policy_files import is_file_policy

_NO_CODE = "is code in a file, and a scenario brings no code with it; name it on the command line: --policy SIDE={}"


def _installed(name: str) -> str:
    """Refuse a policy in a file: whoever opens a scenario must not run its author's code."""
    if is_file_policy(name):
        raise ValueError(f"{name} " + _NO_CODE.format(name))
    return name


def _plain(parameters: dict[str, Any]) -> dict[str, Any]:
    """Refuse numbers that cannot be stored (infinite, or integers of more than 64 bits), and policies in files."""
    pending: list[Any] = [parameters]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            pending += cast(dict[str, Any], value).values()
        elif isinstance(value, list):
            pending += cast(list[Any], value)
        elif isinstance(value, (int, float)) and not -(2.0**63) <= value <= 2.0**63:
            raise ValueError(f"{value:g} is not a finite number of 64 bits; give a number that the policy takes")
        elif isinstance(value, str):
            _installed(value)
    return parameters


class PolicyChoice(Model):
    """The policy commanding a side: a name from the entry points `chammo.policies`, with parameters."""

    name: Annotated[Text, AfterValidator(_installed)] = "hold"
    parameters: Annotated[dict[str, Any], AfterValidator(_plain)] = Field(default_factory=dict)


class SupplyChoice(PolicyChoice):
    """The policy of a side's carriers: a name from the entry points `chammo.supply_policies`, with parameters."""

    name: Text = "none"


class Staff(Model):
    """Staff delays at a side's command post, in addition to the latency of the links."""

    order_preparation_s: StaffTime = Field(
        default=0.0, description="Time from a decision of the commander to the dispatch of the order."
    )
    report_processing_s: StaffTime = Field(
        default=0.0, description="Time from the arrival of a report to its entry in the picture."
    )


DurationLaw = Literal["exponential", "fixed"]


class Operators(Model):
    """Operators who decide on engagements, each on one request at a time, first come first served.

    Random durations are whole time steps with a geometric distribution, which has exactly the given mean and tends to
    the exponential distribution for short steps.
    """

    count: OperatorCount = Field(description="Operators on duty; 0: no approvals or objections.")
    service_s: Interval = Field(default=20.0, description="Mean time to decide on a request (placeholder).")
    service_law: DurationLaw = "exponential"
    manual_service_s: Interval | None = Field(
        default=None, description="Mean time of a manual shot (autonomy manual); null: service_s."
    )
    grant_level: Literal["detected", "classified", "identified"] | None = Field(
        default=None, description="Contact level required by the crew; null: by the rules of engagement."
    )
    p_grant: Share = Field(default=1.0, description="Probability of a grant at or above this level.")
    p_grant_below_level: Share = Field(default=0.0, description="Probability of an (erroneous) grant below it.")
    approval_timeout_s: Interval = Field(
        default=120.0, description="Longest wait for an operator before the request is dropped (placeholder)."
    )
    approval_valid_s: Interval = Field(default=60.0, description="Validity of a grant for its target (placeholder).")
    veto_window_s: Delay = Field(
        default=30.0, description="Time from the announcement to fire under autonomy veto (placeholder)."
    )
    ask_again_s: Interval = Field(
        default=60.0, description="Mean time from a refusal to the unit's next request (placeholder)."
    )
    ask_again_law: DurationLaw = "fixed"
