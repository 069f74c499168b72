"""Own units out of contact go on with their plan in the worlds."""

from functools import cache

import numpy as np

from scenarios.loader import load
from scenarios.run.play import start_simulation
from simcore.params import GroupSpecW, UnitSpecW
from simcore.picture import OwnR, Picture
from simcore.state import UnitR
from simcore.types import F64, I64, Status
from staff_ai.belief.silent_units import SILENT_S
from staff_ai.belief.staff_scenario import StaffScenario, staff_scenario
from staff_ai.belief.tracker import BeliefTracker
from staff_ai.belief.worlds import draw_worlds
from tests.staff_ai.belief.watched_games import copied

RED = 1
REPORTED, NOW = 540, 1_080  # ticks: the smugglers are at sea, and have come to the shore


@cache
def out_of_contact() -> tuple[StaffScenario, BeliefTracker, Picture, I64, F64]:
    """Return red's belief in strait-surveillance without reports for 45 min, the smugglers, and all true places."""
    compiled = load("strait-surveillance")
    staff = staff_scenario(compiled.briefings[RED], compiled.ground)
    tracker = BeliefTracker(staff)
    simulation = start_simulation(compiled, 1, [0])

    def play(until: int) -> Picture:
        while simulation.tick < until:
            if simulation.tick <= REPORTED:
                tracker.observe(simulation.picture(RED))
            simulation.orders.clear()
            simulation.advance(compiled.roster.decision_ticks)
        return copied(simulation.picture(RED))

    early, late = play(REPORTED), play(NOW)
    tracker.observe(early)
    late.own_real[:], late.own_whole[:] = early.own_real, early.own_whole
    late.own_real[:, OwnR.AGE_S] += late.time_s - early.time_s
    mine = compiled.params.units.whole[UnitSpecW.SIDE] == RED
    places = simulation.state.units.real[0, [UnitR.X, UnitR.Y]][:, mine]
    platform = np.array([one for one, is_own in zip(compiled.roster.unit_platform, mine, strict=True) if is_own])
    return staff, tracker, late, np.flatnonzero(platform == "smuggler-boat"), places


def believed(staff: StaffScenario, tracker: BeliefTracker, picture: Picture, units: I64) -> tuple[F64, F64]:
    """Return the mean places (2, units) in the worlds in which each unit is left, and its velocities there [m/s]."""
    table = draw_worlds(tracker, picture, 0, 48, seed=3).situation.units
    of = staff.own_units[units]
    left = table.status[:, of] == Status.ACTIVE
    assert left.any(axis=0).all()
    x, y, vx, vy = (np.where(left, column[:, of], 0.0).sum(axis=0) / left.sum(axis=0)
                    for column in (table.x, table.y, table.vx, table.vy))  # fmt: skip
    return np.stack([x, y]), np.stack([vx, vy])


def test_silent_units_on_their_plan_are_where_the_plan_has_brought_them() -> None:
    staff, tracker, picture, silent, true = out_of_contact()
    assert len(silent) == 14
    places, _ = believed(staff, tracker, picture, silent)
    reported = picture.own_real[0][[OwnR.X, OwnR.Y]][:, silent]
    made = np.hypot(*(true[:, silent] - reported))
    assert (made > 8_000.0).all()  # they have come far since they reported
    assert np.hypot(*(places - true[:, silent])).mean() < 0.25 * made.mean()


def test_silent_units_with_other_orders_are_where_dead_reckoning_puts_them() -> None:
    staff, tracker, picture, silent, _ = out_of_contact()
    row = tracker.row(0)
    before = row.orders_whole.copy()
    group = staff.params.units.whole[UnitSpecW.GROUP, staff.own_units[silent]]
    place = {int(one): k for k, one in enumerate(staff.own_groups)}
    row.orders_whole[0, [place[int(one)] for one in group]] = 1
    places, velocity = believed(staff, tracker, picture, silent)
    row.orders_whole[:] = before
    reported = picture.own_real[0][[OwnR.X, OwnR.Y]][:, silent]
    way = np.hypot(*(places - reported))
    assert (np.abs(way - SILENT_S * np.hypot(*velocity)) < 0.3 * SILENT_S * np.hypot(*velocity)).all()
    assert staff.params.groups.whole[GroupSpecW.SIDE, group[0]] == staff.side
