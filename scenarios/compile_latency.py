"""How many messages can be under way at once: what the engine keeps room for."""

from scenarios.compile_ticks import delay_ticks, milliseconds, ticks
from scenarios.schema_scenario import ScenarioFile
from simcore.params import UW, Block
from simcore.types import N_BELLIGERENTS


def message_room(content: ScenarioFile, units: Block) -> tuple[int, int, int]:
    """Return the room for orders per group, for reports of a unit on itself, and for contact reports.

    All are 0 when no message of a belligerent can take a step. The first two are as many as can be sent within the
    longest delay; the third as long as contacts are reported twice per refresh time, with four reports to spare for
    each.
    """
    time, rules = content.time, content.rules
    side_of, latency_ms, is_post = units.whole[UW.SIDE], units.whole[UW.LATENCY_MS], units.whole[UW.IS_COMMAND_POST]
    n_ticks = ticks(time.length_s, time.dt_s)
    most_order, most_report, n_contacts = 0, 0, 0
    for s, side in enumerate(content.sides[:N_BELLIGERENTS]):
        own = side_of == s
        hops = min(rules.max_hops, int(own.sum()) - 1) if is_post[own].any() else 0
        path_ms = hops * int(latency_ms[own].max(initial=0))
        order = delay_ticks(path_ms + milliseconds(side.staff.order_preparation_s), time.dt_s)
        report = delay_ticks(path_ms + milliseconds(side.staff.report_processing_s), time.dt_s)
        most_order, most_report = max(most_order, order), max(most_report, report)
        n_contacts += int((~own).sum()) if report > 0 else 0
    if most_order == 0 and most_report == 0:
        return 0, 0, 0
    waits = min(most_order, n_ticks) + min(ticks(time.plan_interval_s, time.dt_s), n_ticks)
    n_orders = waits // ticks(time.decision_interval_s, time.dt_s) + 2
    most_report = min(most_report, n_ticks)
    n_status = most_report // ticks(time.comms_interval_s, time.dt_s) + 2
    n_reports = 2 * n_contacts * (most_report // max(1, int(rules.contact_refresh_s / time.dt_s)) + 2) + len(side_of)
    return n_orders, n_status, n_reports
