"""The table of measures: names, units, kinds, descriptions, and the functions that compute them."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from scenarios.measures.case import Case, Measure
from scenarios.measures.medical import MEDICAL
from scenarios.measures.sustainment import SUSTAINMENT
from simcore.crews import CrewSpecW
from simcore.params import ObjectiveSpecR, UnitSpecW
from simcore.state import ObjectiveR, ObjectiveW, SideR, SideW, UnitR, UnitW, WorldW
from simcore.types import F64, N_BELLIGERENTS, EndReason, LossCause, Status


def _won(case: Case) -> F64:
    return (case.state.world[:, WorldW.WINNER] == case.side).astype(np.float64)


def _reason(*reasons: EndReason) -> Callable[[Case], F64]:
    return lambda case: np.isin(case.state.world[:, WorldW.REASON], [int(r) for r in reasons]).astype(np.float64)


def _decision_time(case: Case) -> F64:
    world = case.state.world
    decided = np.isin(world[:, WorldW.REASON], [int(EndReason.DECIDED), int(EndReason.ANNIHILATION)])
    return case.seconds(world[:, WorldW.TICK].astype(np.float64), decided)


def _first_contact(case: Case) -> F64:
    tick = case.tally(SideW.FIRST_CONTACT_TICK)
    return case.seconds(tick, tick >= 0)


def _met_time(case: Case) -> F64:
    tick = case.state.objectives.whole[:, ObjectiveW.MET_TICK, case.objective].astype(np.float64)
    return case.seconds(tick, tick >= 0)


def _met(case: Case) -> F64:
    """Met during the run or at its end: survival of protected units is known only then."""
    was_met = case.state.objectives.whole[:, ObjectiveW.MET_TICK, case.objective] >= 0
    goal = case.params.objectives.real[ObjectiveSpecR.GOAL, case.objective]
    return (was_met | (case.state.objectives.real[:, ObjectiveR.PROGRESS, case.objective] >= goal)).astype(np.float64)


def _force_left(case: Case) -> F64:
    of_side = case.params.units.whole[UnitSpecW.SIDE] == case.side
    cost = case.roster.unit_cost * of_side if case.roster.unit_cost[of_side].sum() > 0.0 else of_side.astype(np.float64)
    status = case.state.units.whole[:, UnitW.STATUS]
    alive = ~np.isin(status, (Status.LOST, Status.EXPENDED))
    force = (alive * case.state.units.real[:, UnitR.STRENGTH] * cost).sum(axis=1)
    return force / np.maximum((cost * (status != Status.ABSENT)).sum(axis=1), 1e-300)


def _losses(case: Case) -> F64:
    return case.lost().sum(axis=1).astype(np.float64)


def _enemy(case: Case) -> int:
    """Return the enemy of a belligerent."""
    return N_BELLIGERENTS - 1 - case.side


def _enemy_losses(case: Case) -> F64:
    return _losses(replace(case, side=_enemy(case)))


def _cost_lost(case: Case) -> F64:
    return (case.lost() * case.roster.unit_cost).sum(axis=1)


def _enemy_cost_lost(case: Case) -> F64:
    return _cost_lost(replace(case, side=_enemy(case)))


def _expended(case: Case) -> F64:
    return case.munitions(Status.EXPENDED).sum(axis=1).astype(np.float64)


def _munitions_lost(case: Case) -> F64:
    return case.munitions(Status.LOST).sum(axis=1).astype(np.float64)


def _munitions_shot_down(case: Case) -> F64:
    by_fire = case.state.units.whole[:, UnitW.LOSS_CAUSE] == LossCause.FIRE
    return (case.munitions(Status.LOST) & by_fire).sum(axis=1).astype(np.float64)


def _munitions_cost(case: Case) -> F64:
    return (case.munitions(Status.EXPENDED, Status.LOST) * case.roster.unit_cost).sum(axis=1)


def _operator_hours(case: Case) -> F64:
    crew = max(0, int(case.params.operators.whole[CrewSpecW.COUNT, case.side]))
    return case.state.world[:, WorldW.TICK].astype(np.float64) * case.roster.dt_s / 3600.0 * crew


def _tally(column: SideW) -> Callable[[Case], F64]:
    return lambda case: case.tally(column)


def _real(column: SideR, scale: float = 1.0) -> Callable[[Case], F64]:
    return lambda case: case.state.sides.real[:, column, case.side] * scale


MEASURES: tuple[Measure, ...] = (
    Measure("draw", "1", "proportion", "no side leads by the scenario's margin", lambda c: _won(replace(c, side=-1))),
    Measure("ended_by_objective", "1", "proportion", "a decisive objective ended the run", _reason(EndReason.DECIDED)),
    Measure(
        "annihilated", "1", "proportion", "the destruction of a side ended the run", _reason(EndReason.ANNIHILATION)
    ),
    Measure(
        "time_to_decision_s",
        "s",
        "mean",
        "time at which a decisive objective or the destruction of a side ended the run, if so",
        _decision_time,
    ),
    Measure(
        "duration_s",
        "s",
        "mean",
        "time at which the run ended",
        lambda c: c.state.world[:, WorldW.TICK].astype(np.float64) * c.roster.dt_s,
    ),
    Measure(
        "{side}_win",
        "1",
        "proportion",
        "the side wins: its score leads by more than the margin at the end, whatever ended the run",
        _won,
    ),
    Measure(
        "{side}_score",
        "1",
        "mean",
        "weighted progress towards the goals of its objectives, 0 to 1",
        _real(SideR.SCORE),
        is_share=True,
    ),
    Measure(
        "{objective}_progress",
        "1",
        "mean",
        "progress of one objective, 0 to 1",
        lambda c: c.state.objectives.real[:, ObjectiveR.PROGRESS, c.objective],
        is_share=True,
    ),
    Measure("{objective}_met", "1", "proportion", "the objective reached its goal, during the run or at its end", _met),
    Measure("{objective}_met_s", "s", "mean", "time at which the objective was met, if during the run", _met_time),
    Measure(
        "{side}_force_left",
        "1",
        "mean",
        "share of the side's strength left, weighted by cost; expended one-way munitions count as gone",
        _force_left,
        of_neutrals=True,
        is_share=True,
    ),
    Measure(
        "{side}_losses", "units", "mean", "units lost; one-way munitions are not counted", _losses, of_neutrals=True
    ),
    Measure("{side}_enemy_losses", "units", "mean", "units lost by the enemy", _enemy_losses),
    Measure("{side}_cost_lost", "MUSD", "mean", "cost of the units lost", _cost_lost, of_neutrals=True),
    Measure("{side}_enemy_cost_lost", "MUSD", "mean", "cost of the units lost by the enemy", _enemy_cost_lost),
    Measure(
        "{side}_loss_exchange_ratio",
        "1",
        "ratio",
        "enemy losses per own loss",
        numerator="{side}_enemy_losses",
        denominator="{side}_losses",
    ),
    Measure(
        "{side}_cost_exchange_ratio",
        "1",
        "ratio",
        "cost of enemy losses per cost of own losses",
        numerator="{side}_enemy_cost_lost",
        denominator="{side}_cost_lost",
    ),
    Measure("{side}_munitions_expended", "units", "mean", "one-way munitions fired", _expended),
    Measure(
        "{side}_munitions_lost",
        "units",
        "mean",
        "one-way munitions lost before firing: shot down, crashed, or lost with their host",
        _munitions_lost,
    ),
    Measure("{side}_munitions_shot_down", "units", "mean", "of these, by enemy fire", _munitions_shot_down),
    Measure("{side}_munitions_cost", "MUSD", "mean", "cost of the one-way munitions fired and lost", _munitions_cost),
    Measure(
        "{side}_kills",
        "units",
        "mean",
        "enemy units destroyed by the side's fire, including munitions shot down",
        _tally(SideW.KILLS),
    ),
    Measure(
        "{side}_crashes",
        "units",
        "mean",
        "units lost without enemy fire, including one-way munitions: fuel, battery or mobility failed in flight",
        _tally(SideW.CRASHES),
    ),
    Measure("{side}_detections", "contacts", "mean", "contacts gained", _tally(SideW.DETECTIONS)),
    Measure("{side}_first_contact_s", "s", "mean", "time of the first contact, if any", _first_contact),
    Measure("{side}_shots", "shots", "mean", "shots (salvoes) fired", _tally(SideW.SHOTS)),
    Measure("{side}_rounds", "rounds", "mean", "rounds fired at units", _tally(SideW.ROUNDS)),
    Measure("{side}_hits", "rounds", "mean", "rounds that hit; hits on several units count once", _tally(SideW.HITS)),
    Measure(
        "{side}_hit_share",
        "1",
        "ratio",
        "share of fired rounds that hit",
        numerator="{side}_hits",
        denominator="{side}_rounds",
        is_share=True,
    ),
    Measure(
        "{side}_wasted_rounds", "rounds", "mean", "rounds on targets already destroyed", _tally(SideW.WASTED_ROUNDS)
    ),
    Measure("{side}_intercept_shots", "shots", "mean", "interceptor shots at rounds", _tally(SideW.INTERCEPT_SHOTS)),
    Measure("{side}_intercepted", "rounds", "mean", "enemy rounds stopped", _tally(SideW.INTERCEPTED)),
    Measure("{side}_decoys", "launches", "mean", "launches of decoys or jamming at rounds", _tally(SideW.DECOYS)),
    Measure("{side}_soft_killed", "rounds", "mean", "enemy rounds diverted", _tally(SideW.SOFT_KILLED)),
    Measure("{side}_mines_set_off", "mines", "mean", "mines set off by units of the side", _tally(SideW.MINES_SET_OFF)),
    Measure("{side}_mine_hits", "mines", "mean", "of these, mines that damaged a unit", _tally(SideW.MINE_HITS)),
    Measure(
        "{side}_mine_losses",
        "units",
        "mean",
        "units of the side lost to mines, including one-way munitions",
        _tally(SideW.MINE_LOSSES),
        of_neutrals=True,
    ),
    Measure("{side}_mines_cleared", "mines", "mean", "mines cleared by the side", _tally(SideW.MINES_CLEARED)),
    Measure(
        "{side}_roe_violations",
        "engagements",
        "mean",
        "salvoes hitting a target inside a no-fire zone",
        _tally(SideW.ROE_VIOLATIONS),
    ),
    Measure(
        "{side}_misidentified",
        "contacts",
        "mean",
        "contacts identified wrongly: enemies as neutral, neutrals and decoys as enemies",
        _tally(SideW.MISIDENTIFIED),
    ),
    Measure(
        "{side}_false_engagements",
        "engagements",
        "mean",
        "shots fired at neutral units",
        _tally(SideW.FALSE_ENGAGEMENTS),
    ),
    Measure("{side}_false_rounds", "rounds", "mean", "rounds fired at neutral units", _tally(SideW.FALSE_ROUNDS)),
    Measure(
        "{side}_false_engagement_share",
        "1",
        "ratio",
        "share of shots fired at neutral units",
        numerator="{side}_false_engagements",
        denominator="{side}_shots",
        is_share=True,
    ),
    Measure(
        "{side}_neutral_kills", "units", "mean", "neutral units destroyed by its fire", _tally(SideW.NEUTRAL_KILLS)
    ),
    Measure(
        "{side}_decoy_engagements", "engagements", "mean", "shots fired at decoys", _tally(SideW.DECOY_ENGAGEMENTS)
    ),
    Measure("{side}_decoy_rounds", "rounds", "mean", "rounds fired at decoys", _tally(SideW.DECOY_ROUNDS)),
    Measure("{side}_denied", "engagements", "mean", "refused: target believed in a no-fire zone", _tally(SideW.DENIED)),
    Measure(
        "{side}_approvals_asked", "requests", "mean", "approval requests to operators", _tally(SideW.APPROVALS_ASKED)
    ),
    Measure("{side}_approvals_granted", "requests", "mean", "of these, granted", _tally(SideW.APPROVALS_GRANTED)),
    Measure("{side}_approvals_denied", "requests", "mean", "of these, denied", _tally(SideW.APPROVALS_DENIED)),
    Measure(
        "{side}_approvals_timed_out",
        "requests",
        "mean",
        "of these, not decided in time (units under veto then fire)",
        _tally(SideW.APPROVALS_TIMED_OUT),
    ),
    Measure(
        "{side}_approvals_withdrawn",
        "requests",
        "mean",
        "of these, withdrawn before a decision: unit, link or contact lost",
        _tally(SideW.APPROVALS_WITHDRAWN),
    ),
    Measure(
        "{side}_approval_queue_s",
        "s",
        "mean",
        "total time requests waited for an operator",
        lambda c: c.tally(SideW.APPROVAL_WAIT_TICKS) * c.roster.dt_s,
    ),
    Measure(
        "{side}_approval_wait_s",
        "s",
        "ratio",
        "waiting time for an operator per request",
        numerator="{side}_approval_queue_s",
        denominator="{side}_approvals_asked",
    ),
    Measure(
        "{side}_operator_busy_h",
        "h",
        "mean",
        "operator-hours spent on requests",
        lambda c: c.tally(SideW.OPERATOR_BUSY_TICKS) * c.roster.dt_s / 3600.0,
    ),
    Measure("{side}_operator_h", "h", "mean", "operator-hours on duty", _operator_hours),
    Measure(
        "{side}_operator_utilisation",
        "1",
        "ratio",
        "share of operator time spent on requests",
        numerator="{side}_operator_busy_h",
        denominator="{side}_operator_h",
        is_share=True,
    ),
    Measure("{side}_active_h", "h", "mean", "unit-hours active", _real(SideR.ACTIVE_S, 1.0 / 3600.0)),
    Measure("{side}_linked_h", "h", "mean", "of these, with a live link", _real(SideR.LINKED_S, 1.0 / 3600.0)),
    Measure(
        "{side}_link_availability",
        "1",
        "ratio",
        "share of the active time with a live link to the command post",
        numerator="{side}_linked_h",
        denominator="{side}_active_h",
        is_share=True,
    ),
    Measure("{side}_link_losses", "links", "mean", "links lost", _tally(SideW.LINK_LOSSES)),
    Measure(
        "{side}_links_jammed",
        "links",
        "mean",
        "of these, by radios with jamming above noise",
        _tally(SideW.LINKS_JAMMED),
    ),
    Measure(
        "{side}_orders_delayed", "orders", "mean", "delayed orders received by units", _tally(SideW.ORDERS_DELAYED)
    ),
    Measure(
        "{side}_order_delay_total_s",
        "s",
        "mean",
        "total time from the decision to the unit",
        _real(SideR.ORDER_DELAY_S),
    ),
    Measure(
        "{side}_order_delay_s",
        "s",
        "ratio",
        "time from the decision to the unit, per delayed order and unit",
        numerator="{side}_order_delay_total_s",
        denominator="{side}_orders_delayed",
    ),
    Measure(
        "{side}_reports_delayed",
        "reports",
        "mean",
        "delayed contact reports received by the command post",
        _tally(SideW.REPORTS_DELAYED),
    ),
    Measure("{side}_report_age_total_s", "s", "mean", "total age of these on arrival", _real(SideR.REPORT_AGE_S)),
    Measure(
        "{side}_report_age_s",
        "s",
        "ratio",
        "age of a contact report on entering the picture, per delayed report",
        numerator="{side}_report_age_total_s",
        denominator="{side}_reports_delayed",
    ),
    Measure("{side}_sorties", "sorties", "mean", "launches from a host", _tally(SideW.LAUNCHES)),
    Measure("{side}_recoveries", "sorties", "mean", "recoveries on a host", _tally(SideW.RECOVERIES)),
    Measure(
        "{side}_distance_km",
        "km",
        "mean",
        "total distance covered by all units",
        _real(SideR.DISTANCE_M, 1e-3),
        of_neutrals=True,
    ),
    *SUSTAINMENT,
    *MEDICAL,
    Measure("{side}_losses_{platform}", "units", "mean", "units of a platform lost", _losses, of_neutrals=True),
)
"""Every measure, in the order of tables."""
