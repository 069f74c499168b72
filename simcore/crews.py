"""Crews of operators: rows of the parameters of a side's operators."""

from enum import IntEnum


class CrewSpecR(IntEnum):
    """Operators of a side, real. LN_STAY is ln(1 - 1/mean in ticks); 0 makes a duration fixed."""

    SERVICE_LN_STAY = 0
    MANUAL_LN_STAY = 1
    ASK_AGAIN_LN_STAY = 2
    P_GRANT = 3  # probability of approval for a contact of the required level
    P_GRANT_BELOW_LEVEL = 4  # the same for a contact below that level


class CrewSpecW(IntEnum):
    """Operators of a side, whole."""

    COUNT = 0  # -1: no crew; approvals take the fixed delay of the units
    SERVICE_TICKS = 1  # mean time to decide a request
    MANUAL_TICKS = 2  # mean time of a manual engagement
    ASK_AGAIN_TICKS = 3  # mean time from a refusal to the next request
    TIMEOUT_TICKS = 4  # longest wait for an operator
    VALID_TICKS = 5  # validity of a grant
    VETO_TICKS = 6  # time from the announcement to fire, under veto
    GRANT_LEVEL = 7  # required Level; 0 = the level required by the rules of engagement
    ORDER_MS = 8  # time of the staff from a decision to the order
    REPORT_MS = 9  # time of the staff to enter a report into the picture
