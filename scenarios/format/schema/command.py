"""The crew of operators who approve engagements."""

from typing import Literal

from pydantic import Field

from scenarios.format.schema.numbers import Delay, Interval, OperatorCount, Share, StaffTime
from scenarios.format.schema.types import Model


class Staff(Model):
    """What the staff of a side's command post takes, on top of the latency of the links."""

    order_preparation_s: StaffTime = Field(
        default=0.0, description="From a decision of the commander until the order is sent."
    )
    report_processing_s: StaffTime = Field(
        default=0.0, description="From the arrival of a report until it is in the picture."
    )


DurationLaw = Literal["exponential", "fixed"]


class Operators(Model):
    """People who decide on engagements, one at a time each, first come first served.

    A random duration takes whole time steps by the geometric law, which has exactly the mean given and tends to the
    exponential law as the step gets short.
    """

    count: OperatorCount = Field(description="Operators on duty; 0 = nobody approves or objects.")
    service_s: Interval = Field(default=20.0, description="Mean time to decide a request (placeholder).")
    service_law: DurationLaw = "exponential"
    manual_service_s: Interval | None = Field(
        default=None, description="Mean time of a shot fired by hand (autonomy manual); null: service_s."
    )
    grant_level: Literal["detected", "classified", "identified"] | None = Field(
        default=None, description="Level of the contact that the crew asks for; null: as the rules of engagement."
    )
    p_grant: Share = Field(default=1.0, description="Probability of a grant when the contact is known so well.")
    p_grant_below_level: Share = Field(default=0.0, description="Probability of a grant when it is not: an error.")
    approval_timeout_s: Interval = Field(
        default=120.0, description="Longest wait for an operator; the request is dropped then (placeholder)."
    )
    approval_valid_s: Interval = Field(default=60.0, description="How long a grant holds for its target (placeholder).")
    veto_window_s: Delay = Field(
        default=30.0, description="From the announcement to fire under autonomy veto (placeholder)."
    )
    ask_again_s: Interval = Field(
        default=60.0, description="Mean time from a refusal to the unit's next request (placeholder)."
    )
    ask_again_law: DurationLaw = "fixed"
