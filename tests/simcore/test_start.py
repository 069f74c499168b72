"""The start of a run: what is not there yet is -1, and so is never taken for unit 0 or tick 0."""

import re
from enum import IntEnum
from pathlib import Path

import numpy as np

from scenarios.loader import load
from simcore import messages, state
from simcore.messages import ContactReportW
from simcore.start import allocate
from simcore.state import GroupW, UnitW
from simcore.types import NONE

PARAMS = load("two-patrols").params
MADE_LATER = (ContactReportW,)  # rows that are written when a message is sent
GIVEN = {UnitW: {"HOST"}, GroupW: {"WAY_SLOT"}}  # -1 or an index, as the scenario says


def described_as_none(columns: type[IntEnum]) -> set[str]:
    """Return the columns whose comment in the source says that they may be -1."""
    source = [Path(str(module.__file__)).read_text(encoding="utf-8") for module in (state, messages)]
    body = "".join(source).split(f"class {columns.__name__}(IntEnum)")[1].split("\nclass ")[0]
    return set(re.findall(r"^    (\w+) = \d+  #.*-1\b", body, re.MULTILINE))


def test_a_column_that_may_be_none_starts_as_none() -> None:
    for columns in (vars(state) | vars(messages)).values():
        if isinstance(columns, type) and issubclass(columns, IntEnum) and columns not in (IntEnum, *MADE_LATER):
            listed = {columns(k).name for k in getattr(columns, "STARTS_AS_NONE", ())}
            assert described_as_none(columns) <= listed | GIVEN.get(columns, set()), columns


def test_columns_start_as_0_but_for_those_listed_beside_their_enum() -> None:
    state = allocate(PARAMS, [0, 1])
    listed = list(UnitW.STARTS_AS_NONE)
    assert (state.units.whole[:, listed] == NONE).all()
    assert not np.delete(state.units.whole, listed, axis=1).any()
    assert not state.contacts.whole.any()
