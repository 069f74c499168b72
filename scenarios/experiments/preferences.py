"""Which way a measure is better, for the side it belongs to."""

from typing import Literal

from scenarios.measures.case import Measure

Better = Literal["more", "less"]

_MORE = {
    "win",
    "score",
    "objective_progress",
    "objective_met",
    "force_left",
    "enemy_losses",
    "enemy_cost_lost",
    "loss_exchange_ratio",
    "cost_exchange_ratio",
    "munitions_shot_down",
    "kills",
    "hits",
    "hit_share",
    "intercepted",
    "soft_killed",
    "mines_cleared",
    "detections",
    "link_availability",
    "recoveries",
}
_LESS = {
    "losses",
    "losses_of",
    "cost_lost",
    "munitions_lost",
    "munitions_cost",
    "crashes",
    "first_contact_s",
    "wasted_rounds",
    "mines_set_off",
    "mine_hits",
    "mine_losses",
    "roe_violations",
    "misidentified",
    "false_engagements",
    "false_rounds",
    "false_engagement_share",
    "neutral_kills",
    "decoy_engagements",
    "decoy_rounds",
    "approvals_timed_out",
    "approval_queue_s",
    "approval_wait_s",
    "link_losses",
    "links_jammed",
    "order_delay_s",
    "order_delay_total_s",
    "report_age_s",
    "report_age_total_s",
}


def better(measure: Measure) -> Better | None:
    """Return the better direction of a measure; None if it is neither, such as the number of shots."""
    if measure.key in _MORE:
        return "more"
    return "less" if measure.key in _LESS else None
