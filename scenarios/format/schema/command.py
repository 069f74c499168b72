"""The staff of a side and the crew of operators for approving engagements."""

from typing import Literal

from pydantic import Field

from scenarios.format.schema.numbers import Delay, Interval, OperatorCount, Share, StaffTime
from scenarios.format.schema.types import Model


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
