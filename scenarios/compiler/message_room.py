"""Room for messages: the most messages that can be in transit at once.

A message is in transit from the step of its dispatch to the step of its arrival, both included: W + 1 steps if its
delay is at most W. So there is room for all messages sent within W + 1 consecutive steps, limited by the intervals of
the senders.

- An order to a group is sent at most once per decision interval; its place is free once all units have taken it up,
  each at its next decision, at most a plan interval later. The triggers of the file may add all of theirs.
- A unit reports on itself at updates of the network.
- A contact report results from a scan: a sensor scans once per period and reports each target once. At most three
  reports of a side on a contact per step are kept (``sightings.sight``). A unit that regains its link, at most at every
  second update of the network, reports its remembered contact. A kill is reported once.
"""

from collections import Counter

import numpy as np

from scenarios.compiler.ticks import delay_ticks, milliseconds, ticks
from scenarios.compiler.units import Forces
from scenarios.format.schema.scenario import ScenarioFile
from simcore.messages import REPORTS_AT_ONCE
from simcore.params import NEVER, SensorSpecW, UnitSpecW
from simcore.types import Domain


def message_room(content: ScenarioFile, forces: Forces) -> tuple[int, int, int]:
    """Return the room for orders per group, for status reports per unit, and for contact reports of all sides.

    All are 0 if no message of any side can take a step.
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
            n_reports += scan_reports(forces, s, report) + int(own.sum()) * (report // (2 * comms_ticks) + 1)
    if most_order == 0 and most_report == 0:
        return 0, 0, 0
    waits = min(most_order, n_ticks) + min(ticks(time.plan_interval_s, time.dt_s), n_ticks)
    from_triggers = Counter(task.group for trigger in content.triggers for task in trigger.tasks)
    n_orders = waits // ticks(time.decision_interval_s, time.dt_s) + 2 + max(from_triggers.values(), default=0)
    n_status = most_report // comms_ticks + 2
    return n_orders, n_status, n_reports + units.shape[1]


def scan_reports(forces: Forces, side: int, delay: int) -> int:
    """Return the most contact reports from scans of a side within ``delay`` + 1 consecutive steps."""
    units, sensors = forces.units.whole, forces.sensors.whole
    does_scan = (units[UnitSpecW.SIDE, sensors[SensorSpecW.UNIT]] == side) & (sensors[SensorSpecW.PHASE] != NEVER)
    scans = delay // sensors[SensorSpecW.PERIOD, does_scan].astype(np.int64) + 1
    total = 0
    for domain in Domain:
        n_targets = int(((units[UnitSpecW.SIDE] != side) & (units[UnitSpecW.DOMAIN] == domain)).sum())
        n_scans = int(scans[(sensors[SensorSpecW.DOMAINS, does_scan] >> int(domain)) & 1 == 1].sum())
        total += n_targets * min(REPORTS_AT_ONCE * (delay + 1), n_scans)
    return total
