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
    "aid_in_time_share",
    "field_care_in_time_share",
    "surgery_in_time_share",
    "returned_to_duty",
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
    "casualties",
    "kia",
    "dow",
    "deaths",
    "kia_share",
    "dow_share",
    "case_fatality",
    "preventable_deaths",
    "preventable_bleeding",
    "preventable_trauma",
    "preventable_lost",
    "died_bleeding",
    "time_to_aid_s",
    "time_to_role2_s",
    "time_to_surgery_s",
    "over_triaged",
    "under_triaged",
    "diverted",
    "treatment_wait_h",
    "treatment_wait_h_of",
    "patients_waiting",
    "blood_lacked",
    "died_in_care",
}


def better(measure: Measure) -> Better | None:
    """Return the better direction of a measure; None if it is neither, such as the number of shots."""
    if measure.key in _MORE:
        return "more"
    return "less" if measure.key in _LESS else None
