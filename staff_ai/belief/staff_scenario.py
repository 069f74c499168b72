"""The staff's own scenario: compiled from its intelligence, so that nothing in it depends on the true enemy."""

from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

import numpy as np

from scenarios.compiler.scenario import Compiled
from scenarios.loader import compile_staff_document
from scenarios.terrain.ground import Ground
from simcore.care import FacilitySpecW, TransportSpecW
from simcore.intelligence import ForeignForce, Intelligence
from simcore.medical import PersonSpecW
from simcore.params import Params, UnitSpecW
from simcore.policy import Briefing
from simcore.stores import StoreSpecW, SupplyUnitR
from simcore.types import I32, I64
from simcore.upkeep import ComponentSpecW

_KEPT = 8
_lock = Lock()
kept: OrderedDict[tuple[str, str], "StaffScenario"] = OrderedDict()


@dataclass(frozen=True, eq=False)
class StaffScenario:
    """The scenario as the staff of a side believes it to be, with the places of own units and of the forces in it."""

    compiled: Compiled
    briefing: Briefing  # the side's own, of the real scenario
    side: int  # the side, in this scenario
    enemy: int  # its enemy
    own_units: I64  # (own,) index here of each own unit of a picture
    own_groups: I64  # (g,) index here of each own group of the briefing
    force_of_unit: I64  # (U,) force of each unit, -1 for own units
    force_side: I64  # (forces,) side here of each force

    @property
    def params(self) -> Params:
        """Parameters of the engine."""
        return self.compiled.params

    @property
    def intelligence(self) -> Intelligence:
        """Knowledge of the side about the others."""
        return self.briefing.intelligence

    @property
    def forces(self) -> tuple[ForeignForce, ...]:
        """Forces of the intelligence."""
        return self.briefing.intelligence.forces

    @property
    def decision_ticks(self) -> int:
        """Ticks between two decisions."""
        return self.compiled.roster.decision_ticks

    @cached_property
    def foreign(self) -> I64:
        """Units of the forces (e,), ascending."""
        return np.flatnonzero(self.force_of_unit >= 0)

    @cached_property
    def own_components(self) -> I64:
        """Column here of each own component of a picture (k,)."""
        return self._columns_of_own(self.params.components.whole[ComponentSpecW.UNIT])

    @cached_property
    def own_stores(self) -> I64:
        """Column here of each own store of a picture (stores,)."""
        return self._columns_of_own(self.params.supply.stores.whole[StoreSpecW.UNIT])

    @cached_property
    def own_people(self) -> I64:
        """Column here of each of the own people of a picture (people,)."""
        return self._columns_of_own(self.params.medical.people[PersonSpecW.UNIT])

    @cached_property
    def own_facilities(self) -> I64:
        """Column here of each own facility of a picture (facilities,)."""
        return self._columns_of_own(self.params.medical.facilities.whole[FacilitySpecW.UNIT])

    @cached_property
    def own_transports(self) -> I64:
        """Column here of each own transport of a picture (transports,)."""
        return self._columns_of_own(self.params.medical.transports.whole[TransportSpecW.UNIT])

    def _columns_of_own(self, unit_of_column: I32) -> I64:
        """Return the columns of the own units, in the order of these units in a picture."""
        found = [np.flatnonzero(unit_of_column == unit) for unit in self.own_units]
        return np.concatenate([np.zeros(0, dtype=np.int64), *found]).astype(np.int64)

    @cached_property
    def carrier_groups(self) -> I64:
        """Places among the own groups of those of which every unit carries cargo or tows."""
        real = self.params.supply.units.real
        if real.shape[1] == 0:
            return np.zeros(0, dtype=np.int64)
        is_able = (real[SupplyUnitR.CARGO_KG] > 0.0) | (real[SupplyUnitR.TOW_MPS] > 0.0)
        group = self.params.units.whole[UnitSpecW.GROUP, self.own_units]
        able = is_able[self.own_units]
        return np.array([k for k, g in enumerate(self.own_groups) if able[group == g].all()], dtype=np.int64)

    @cached_property
    def members(self) -> tuple[I64, ...]:
        """Units of each force."""
        return tuple(np.flatnonzero(self.force_of_unit == f) for f in range(len(self.forces)))


def staff_scenario(briefing: Briefing, ground: Ground | None = None) -> StaffScenario:
    """Return the staff's scenario of a side, compiled once for each intelligence.

    ``ground`` is that of the real scenario, if at hand. The scenario does not depend on whether it is given.

    Raises
    ------
    ScenarioError
        If the side has no intelligence, as neutral sides.
    """
    with _lock:  # the threads of a batch share the scenario
        return _kept_scenario(briefing, ground)


def _kept_scenario(briefing: Briefing, ground: Ground | None) -> StaffScenario:
    key = (briefing.intelligence.digest, briefing.side_name)
    if key in kept:
        kept.move_to_end(key)
        return kept[key]
    compiled = compile_staff_document(briefing.intelligence, ground)
    roster = compiled.roster
    side = roster.sides.index(briefing.side_name)
    unit = {name: k for k, name in enumerate(roster.units)}
    group = {name: k for k, name in enumerate(roster.groups)}
    force_of_group = np.full(len(roster.groups), -1, dtype=np.int64)
    for f, force in enumerate(briefing.intelligence.forces):
        force_of_group[[group[name] for name in force.groups]] = f
    kept[key] = found = StaffScenario(
        compiled=compiled,
        briefing=briefing,
        side=side,
        enemy=1 - side,
        own_units=np.array([unit[name] for name in briefing.unit_names], dtype=np.int64),
        own_groups=np.array([group[name] for name in briefing.group_names], dtype=np.int64),
        force_of_unit=force_of_group[compiled.params.units.whole[UnitSpecW.GROUP]],
        force_side=np.array([roster.sides.index(force.side) for force in briefing.intelligence.forces], dtype=np.int64),
    )
    while len(kept) > _KEPT:
        kept.popitem(last=False)
    return found
