"""The state of a run field by field: what a golden run keeps, so that a mismatch names the fields that differ.

A field that holds one value in all its columns, and the value that it had at tick 0, says nothing about the run and is
left out. So a column of the state that a scenario does not use changes none of its golden runs.
"""

import hashlib
from collections.abc import Mapping
from enum import IntEnum

import numpy as np

from simcore.care import (
    TransportW,
)
from simcore.digests import bytes_of
from simcore.medical import (
    MedicalSideW,
    MedicalUnitR,
    MedicalUnitW,
    PersonR,
    PersonW,
)
from simcore.messages import ContactReportR, ContactReportW, DeliveryW, StatusReportR, StatusReportW
from simcore.state import (
    Cells,
    ContactR,
    ContactW,
    GroupR,
    GroupW,
    ListedW,
    MineR,
    MineW,
    MountW,
    ObjectiveR,
    ObjectiveW,
    PathW,
    RouteW,
    SalvoR,
    SalvoW,
    SensorW,
    SideR,
    State,
    WorldW,
)
from simcore.state import SideW as Tally
from simcore.state import UnitR as UnitReal
from simcore.state import UnitW as UnitWhole
from simcore.stores import CarrierR, CarrierW, ShipmentR, ShipmentW, StoreR, StoreW
from simcore.triggers import TriggerW
from simcore.upkeep import ComponentR, ComponentW, GangR, GangW, UpkeepSideR, UpkeepSideW, UseW

Rows = Mapping[str, tuple[type[IntEnum] | None, type[IntEnum] | None]]
"""Block of the state -> names of its real rows and of its whole rows (None: numbered rows)."""
ROWS: Rows = {
    "units": (UnitReal, UnitWhole),
    "sensors": (None, SensorW),
    "mounts": (None, MountW),
    "contacts": (ContactR, ContactW),
    "groups": (GroupR, GroupW),
    "salvoes": (SalvoR, SalvoW),
    "sides": (SideR, Tally),
    "objectives": (ObjectiveR, ObjectiveW),
    "mines": (MineR, MineW),
    "ways": (None, RouteW),
    "status_reports": (StatusReportR, StatusReportW),
    "contact_reports": (ContactReportR, ContactReportW),
    "deliveries": (None, DeliveryW),
    "listed": (None, ListedW),
    "paths": (None, PathW),
    "triggers": (None, TriggerW),
    "components": (ComponentR, ComponentW),
    "uses": (None, UseW),
    "gangs": (GangR, GangW),
    "upkeep_sides": (UpkeepSideR, UpkeepSideW),
    "stores": (StoreR, StoreW),
    "shipments": (ShipmentR, ShipmentW),
    "carriers": (CarrierR, CarrierW),
    "people": (PersonR, PersonW),
    "medical_units": (MedicalUnitR, MedicalUnitW),
    "facilities": (None, None),
    "transports": (None, TransportW),
    "medical_sides": (None, MedicalSideW),
}


def field_digests(state: State, start: State, rows: Rows = ROWS) -> dict[str, str]:
    """Return a digest of each field of the first replication that says something, under ``block.kind.field``.

    ``start`` is the state of the same replication at tick 0.
    """
    digests: dict[str, str] = {}
    for block, part in state._asdict().items():
        if not isinstance(part, Cells):
            continue
        for kind, names in zip(Cells._fields, rows[block], strict=True):
            now, then = getattr(part, kind)[0], getattr(getattr(start, block), kind)[0]
            for row in range(len(now)):
                name = f"{block}.{kind}.{names(row).name if names else row}"
                _add(digests, name, now[row], then[row])
    for column in WorldW:
        _add(digests, f"world.{column.name}", state.world[:1, column], start.world[:1, column])
    return digests


def _add(digests: dict[str, str], name: str, now: np.ndarray, then: np.ndarray) -> None:
    here = bytes_of(now)
    if here != bytes_of(then) or np.any(now != now[:1]):
        digests[name] = hashlib.blake2b(here, digest_size=8).hexdigest()
