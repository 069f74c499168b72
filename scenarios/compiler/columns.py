"""Blocks with marked unfilled columns: a forgotten column is an error, not 0."""

import math
from enum import IntEnum

import numpy as np

from simcore.care import (
    FacilitySpecR,
    FacilitySpecW,
    StationSpecR,
    StationSpecW,
    TransportSpecR,
    TransportSpecW,
)
from simcore.crews import CrewSpecR, CrewSpecW
from simcore.medical import (
    BleedingR,
    MedicalUnitSpecR,
    MedicalUnitSpecW,
    PersonSpecW,
)
from simcore.params import (
    Block,
    GroupSpecR,
    GroupSpecW,
    JammerSpecR,
    JammerSpecW,
    MountSpecR,
    MountSpecW,
    ObjectiveSpecR,
    ObjectiveSpecW,
    Params,
    RuleR,
    RuleW,
    SensorSpecR,
    SensorSpecW,
    UnitSpecR,
    UnitSpecW,
    ZoneSpecR,
    ZoneSpecW,
)
from simcore.stores import ItemSpecR, ItemSpecW, StoreSpecR, StoreSpecW, SupplyUnitR, SupplyUnitW
from simcore.surroundings import InjectW, MinefieldSpecR, MinefieldSpecW, WeatherR
from simcore.triggers import TriggerSpecR, TriggerSpecW
from simcore.types import F64, I32, N_TARGET_CLASSES
from simcore.upkeep import ComponentSpecR, ComponentSpecW, GangSpecW, UseSpecW, WorkshopSpecR, WorkshopSpecW

UNFILLED = int(np.iinfo(np.int32).min)
"""Unfilled entry of an integer column; in a real column it is NaN."""

BLOCKS: dict[str, tuple[type[IntEnum], type[IntEnum]]] = {
    "units": (UnitSpecR, UnitSpecW),
    "sensors": (SensorSpecR, SensorSpecW),
    "mounts": (MountSpecR, MountSpecW),
    "groups": (GroupSpecR, GroupSpecW),
    "zones": (ZoneSpecR, ZoneSpecW),
    "objectives": (ObjectiveSpecR, ObjectiveSpecW),
    "minefields": (MinefieldSpecR, MinefieldSpecW),
    "operators": (CrewSpecR, CrewSpecW),
    "jammers": (JammerSpecR, JammerSpecW),
    "components": (ComponentSpecR, ComponentSpecW),
    "workshops": (WorkshopSpecR, WorkshopSpecW),
    "triggers": (TriggerSpecR, TriggerSpecW),
}
"""Blocks of the parameters with the enums of their columns."""

SUPPLY_BLOCKS: dict[str, tuple[type[IntEnum], type[IntEnum]]] = {
    "items": (ItemSpecR, ItemSpecW),
    "stores": (StoreSpecR, StoreSpecW),
    "units": (SupplyUnitR, SupplyUnitW),
}
"""The same of ``Params.supply``."""

MEDICAL_BLOCKS: dict[str, tuple[type[IntEnum], type[IntEnum]]] = {
    "units": (MedicalUnitSpecR, MedicalUnitSpecW),
    "facilities": (FacilitySpecR, FacilitySpecW),
    "stations": (StationSpecR, StationSpecW),
    "transports": (TransportSpecR, TransportSpecW),
}
"""The same of ``Params.medical``."""

_SPANS: dict[type[IntEnum], int] = {MinefieldSpecR: 2 * N_TARGET_CLASSES - 1}
"""Number of rows after the last row named in the enum."""


def blank_reals(columns: type[IntEnum], *shape: int) -> F64:
    """Return (columns, *shape) unfilled reals."""
    return np.full((int(max(columns)) + 1 + _SPANS.get(columns, 0), *shape), math.nan)


def blank_wholes(columns: type[IntEnum], *shape: int) -> I32:
    """Return (columns, *shape) unfilled whole numbers."""
    return np.full((int(max(columns)) + 1 + _SPANS.get(columns, 0), *shape), UNFILLED, dtype=np.int32)


def blank(real: type[IntEnum], whole: type[IntEnum], n: int) -> Block:
    """Return a block of n entries with all columns unfilled."""
    return Block(blank_reals(real, n), blank_wholes(whole, n))


def unfilled(params: Params) -> list[str]:
    """Return the columns with unfilled entries, such as ``units: UnitSpecR.HOME_RATE``."""
    missing: list[str] = []
    listed = [(name, getattr(params, name), columns) for name, columns in BLOCKS.items()]
    listed += [(f"supply.{name}", getattr(params.supply, name), columns) for name, columns in SUPPLY_BLOCKS.items()]
    listed += [(f"medical.{name}", getattr(params.medical, name), columns) for name, columns in MEDICAL_BLOCKS.items()]
    for name, block, columns in listed:
        missing += [f"{name}: {text}" for text in _missing(np.isnan(block.real), columns[0])]
        missing += [f"{name}: {text}" for text in _missing(block.whole == UNFILLED, columns[1])]
    missing += [f"rules: {text}" for text in _missing(np.isnan(params.rules_real), RuleR)]
    missing += [f"rules: {text}" for text in _missing(params.rules_whole == UNFILLED, RuleW)]
    missing += [f"weather: {text}" for text in _missing(np.isnan(params.weather.level.T), WeatherR)]
    missing += [f"uses: {text}" for text in _missing(params.uses == UNFILLED, UseSpecW)]
    missing += [f"medical.people: {text}" for text in _missing(params.medical.people == UNFILLED, PersonSpecW)]
    missing += [f"medical.bleeding: {text}" for text in _missing(np.isnan(params.medical.bleeding), BleedingR)]
    missing += [f"medical.rules: {k}" for k in np.flatnonzero(np.isnan(params.medical.rules_real))]
    missing += [f"gangs: {text}" for text in _missing(params.gangs == UNFILLED, GangSpecW)]
    return missing + [f"injects: {text}" for text in _missing(params.injects == UNFILLED, InjectW)]


def check_filled(params: Params) -> None:
    """Raise if a column is unfilled.

    Raises
    ------
    ValueError
        With the columns: the compiler has a gap, whatever the scenario.
    """
    missing = unfilled(params)
    if missing:
        raise ValueError(f"columns not filled by the compiler: {', '.join(missing)}")


def _missing(is_missing: np.ndarray, columns: type[IntEnum]) -> list[str]:
    rows = is_missing.reshape(len(is_missing), -1).any(axis=1)
    names: list[str] = []
    for row in np.flatnonzero(rows):
        member = max(column for column in columns if column <= row)  # the first row of a span has the name
        names.append(f"{columns.__name__}.{member.name}" + (f"+{row - member}" if row > member else ""))
    return names
