"""The orders in force of a side, as its command post gave them, and the moment at which a course begins."""

from collections.abc import Sequence

from scenarios.compiler.scenario import Compiled
from simcore.orders import KEEP_ROE
from simcore.simulation import Simulation
from simcore.state import GroupR, GroupW
from simcore.types import Emcon, Roe, Task
from staff_ai.courses.course import Base, GroupOrder, Moment


def orders_in_force(compiled: Compiled, simulation: Simulation, side: int, row: int = 0) -> tuple[GroupOrder, ...]:
    """Return the orders in force of a side, as its own command post gave them; groups on their plan are left out."""
    groups, names = simulation.groups_of(side), compiled.roster.groups
    real, whole = simulation.state.groups.real[row], simulation.state.groups.whole[row]
    place = [GroupR.X, GroupR.Y, GroupR.RADIUS, GroupR.SPEED, GroupR.SPACING]
    orders = (
        order_in_words(
            names[g], bool(whole[GroupW.SERIAL, g] != 0), real[place, g].tolist(), int(whole[GroupW.TASK, g]),
            int(whole[GroupW.ROE, g]), names, int(whole[GroupW.TARGET, g]), int(whole[GroupW.EMCON, g]),
        )
        for g in groups.tolist()
    )  # fmt: skip
    return tuple(order for order in orders if order is not None)


def order_in_words(
    group: str,
    is_given: bool,
    place: Sequence[float],
    task: int,
    roe: int,
    names: Sequence[str],
    target: int,
    emcon: int,
) -> GroupOrder | None:
    """Return the last order of a group, None on its plan with radars on.

    ``place`` holds x, y, radius, speed and spacing; ``target`` is an index into ``names``, or -1.
    """
    radiation = "silent" if emcon == Emcon.SILENT else ""
    if not is_given:
        return GroupOrder(group, is_plan=True, emcon=radiation) if radiation else None
    x_m, y_m, radius_m, speed, spacing_m = place
    return GroupOrder(
        group, task=Task(task).name.lower(), x_m=x_m, y_m=y_m, radius_m=radius_m, speed=speed, spacing_m=spacing_m,
        roe="" if roe == KEEP_ROE else Roe(roe).name.lower(), target=names[target] if target >= 0 else "",
        emcon=radiation,
    )  # fmt: skip


def moment_of(compiled: Compiled, simulation: Simulation, side: int, row: int = 0, base: Base | None = None) -> Moment:
    """Return the moment of a world: time and own orders in force. ``base`` is that of the course in force."""
    dt_s = compiled.roster.dt_s
    return Moment(
        simulation.tick * dt_s, compiled.roster.decision_ticks * dt_s,
        orders_in_force(compiled, simulation, side, row), base,
    )  # fmt: skip
