"""Crews of operators and staff times as a column per side."""

import math

from scenarios.compiler.columns import blank
from scenarios.compiler.ticks import milliseconds, ticks, ticks_or_none
from scenarios.format.defaults import settled
from scenarios.format.schema.scenario import ScenarioFile
from simcore.crews import CrewSpecR, CrewSpecW
from simcore.params import Block
from simcore.types import Level


def ln_stay(mean_s: float, dt_s: float, law: str) -> float:
    """Return ln(1 - dt/mean) of the geometric distribution with mean ``mean_s``; 0 for the fixed law."""
    if law == "fixed":
        return 0.0
    return round(math.log1p(-dt_s / mean_s), 12) if mean_s > dt_s else -math.inf


_OF_CREW = tuple(column for column in CrewSpecW if column not in (CrewSpecW.ORDER_MS, CrewSpecW.REPORT_MS))


def compile_operators(content: ScenarioFile) -> Block:
    """Return (len(CrewSpecR), sides) and (len(CrewSpecW), sides); COUNT is -1 for a side without a crew."""
    n_sides, dt_s = len(content.sides), content.time.dt_s
    block = blank(CrewSpecR, CrewSpecW, n_sides)
    real, whole = block
    for s, side in enumerate(content.sides):
        whole[CrewSpecW.ORDER_MS, s] = milliseconds(side.staff.order_preparation_s)
        whole[CrewSpecW.REPORT_MS, s] = milliseconds(side.staff.report_processing_s)
        crew = side.operators
        if crew is None:
            real[:, s], whole[list(_OF_CREW), s] = 0.0, 0
            whole[CrewSpecW.COUNT, s] = -1
            continue
        manual_s = settled(crew.manual_service_s)
        real[CrewSpecR.SERVICE_LN_STAY, s] = ln_stay(crew.service_s, dt_s, crew.service_law)
        real[CrewSpecR.MANUAL_LN_STAY, s] = ln_stay(manual_s, dt_s, crew.service_law)
        real[CrewSpecR.ASK_AGAIN_LN_STAY, s] = ln_stay(crew.ask_again_s, dt_s, crew.ask_again_law)
        real[CrewSpecR.P_GRANT, s] = crew.p_grant
        real[CrewSpecR.P_GRANT_BELOW_LEVEL, s] = crew.p_grant_below_level
        whole[CrewSpecW.COUNT, s] = crew.count
        whole[CrewSpecW.SERVICE_TICKS, s] = ticks(crew.service_s, dt_s)
        whole[CrewSpecW.MANUAL_TICKS, s] = ticks(manual_s, dt_s)
        whole[CrewSpecW.ASK_AGAIN_TICKS, s] = ticks(crew.ask_again_s, dt_s)
        whole[CrewSpecW.TIMEOUT_TICKS, s] = ticks(crew.approval_timeout_s, dt_s)
        whole[CrewSpecW.VALID_TICKS, s] = ticks(crew.approval_valid_s, dt_s)
        whole[CrewSpecW.VETO_TICKS, s] = ticks_or_none(crew.veto_window_s, dt_s)
        whole[CrewSpecW.GRANT_LEVEL, s] = 0 if crew.grant_level is None else int(Level[crew.grant_level.upper()])
    return block
