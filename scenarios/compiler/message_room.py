"""The most messages that can be under way at once, for which the engine keeps room.

A message is under way from the step in which it is sent to the one in which it arrives, both counted: W + 1 steps if it
takes W at most. So the room is for all that can be sent within W + 1 steps in a row, which the intervals of the
senders bound.

- An order to a group is sent once a decision interval at most, and its place is free when all have taken it up: a unit
  does so at its next decision, a plan interval later at the latest.
- A unit reports on itself at updates of the network.
- A contact report comes from a look: a sensor looks once in its period, and reports each target once. Of the reports of
  one side on one contact in one step three stay at most (``sightings.sight``). A unit whose link is back, which is at
  every second update of the network at most, reports the one contact that it remembers. A kill is reported once.
"""

import numpy as np

from scenarios.compiler.ticks import delay_ticks, milliseconds, ticks
from scenarios.compiler.units import Forces
from scenarios.format.schema.scenario import ScenarioFile
from simcore.params import NEVER, SensorSpecW, UnitSpecW
from simcore.state import REPORTS_AT_ONCE
from simcore.types import Domain


def message_room(content: ScenarioFile, forces: Forces) -> tuple[int, int, int]:
    """Return the room for orders per group, for reports of a unit on itself, and for contact reports of all sides.

    All are 0 when no message of any side can take a step.
    """
    time, rules, units = content.time, content.rules, forces.units.whole
    n_ticks, comms_ticks = ticks(time.length_s, time.dt_s), ticks(time.comms_interval_s, time.dt_s)
    most_order, most_report, n_reports = 0, 0, 0
    for s, side in enumerate(content.sides):
        own = units[UnitSpecW.SIDE] == s
        has_post = bool(units[UnitSpecW.IS_COMMAND_POST, own].any())
        hops = max(0, min(rules.max_hops, int(own.sum()) - 1)) if has_post else 0
        path_ms = hops * int(units[UnitSpecW.LATENCY_MS, own].max(initial=0))
        order = delay_ticks(path_ms + milliseconds(side.staff.order_preparation_s), time.dt_s)
        report = min(delay_ticks(path_ms + milliseconds(side.staff.report_processing_s), time.dt_s), n_ticks)
        most_order, most_report = max(most_order, order), max(most_report, report)
        if report > 0:
            n_reports += look_reports(forces, s, report) + int(own.sum()) * (report // (2 * comms_ticks) + 1)
    if most_order == 0 and most_report == 0:
        return 0, 0, 0
    waits = min(most_order, n_ticks) + min(ticks(time.plan_interval_s, time.dt_s), n_ticks)
    n_orders = waits // ticks(time.decision_interval_s, time.dt_s) + 2
    n_status = most_report // comms_ticks + 2
    return n_orders, n_status, n_reports + units.shape[1]


def look_reports(forces: Forces, side: int, delay: int) -> int:
    """Return the most contact reports of the looks of a side within ``delay`` + 1 steps in a row."""
    units, sensors = forces.units.whole, forces.sensors.whole
    does_look = (units[UnitSpecW.SIDE, sensors[SensorSpecW.UNIT]] == side) & (sensors[SensorSpecW.PHASE] != NEVER)
    looks = delay // sensors[SensorSpecW.PERIOD, does_look].astype(np.int64) + 1
    total = 0
    for domain in Domain:
        n_targets = int(((units[UnitSpecW.SIDE] != side) & (units[UnitSpecW.DOMAIN] == domain)).sum())
        n_looks = int(looks[(sensors[SensorSpecW.DOMAINS, does_look] >> int(domain)) & 1 == 1].sum())
        total += n_targets * min(REPORTS_AT_ONCE * (delay + 1), n_looks)
    return total
