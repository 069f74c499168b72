"""The policies of maintenance, supply and medical support of each side, beside its commander.

A side without a choice of its own is maintained from failure to failure, and its commander orders its carriers: that
takes no policy at all. Its transports for casualties go for the nearest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from scenarios.compiler.compiled import Compiled
from scenarios.run.reset import reset_policy
from simcore.decision_loop import Chair
from simcore.errors import InputError
from simcore.maintenance import MaintenancePolicy, brief_maintenance
from simcore.maintenance_chair import MaintenanceChair
from simcore.medical_chair import MedicalChair
from simcore.medical_policy import MedicalPolicy, brief_medical
from simcore.params import RuleW
from simcore.policy_registry import (
    MAINTENANCE,
    MEDICAL,
    SUPPLY,
    PolicyKind,
    make_policy,
    policy_package,
    settle_parameters,
)
from simcore.roster import Roster
from simcore.supply import SupplyChair, SupplyPolicy, brief_supply

KINDS: dict[str, PolicyKind] = {"maintenance": MAINTENANCE, "supply": SUPPLY, "medical": MEDICAL}
"""Kinds of policies of logistics by their key in a side of the scenario, which is also their option."""
DEFAULT_MEDICAL = "nearest-first"


@dataclass(frozen=True)
class LogisticsChoice:
    """A policy of logistics of a side."""

    side: str
    kind: str  # key of KINDS
    name: str
    parameters: Mapping[str, object]

    @property
    def label(self) -> str:
        """Name of the policy in messages."""
        return f"{self.name} of the {self.kind} of side {self.side}"

    def as_json(self) -> dict[str, object]:
        """Return the manifest entry: the policy, with the distribution and version that provide it."""
        package = policy_package(self.name, KINDS[self.kind])
        return {"name": self.name, "parameters": dict(self.parameters), "package": package}


def chosen_logistics(
    roster: Roster, options: Mapping[str, Mapping[str, tuple[str, dict[str, object]]]]
) -> dict[str, tuple[LogisticsChoice, ...]]:
    """Return the policies of logistics of each side that has any: the scenario's, or those of ``options``.

    ``options`` are (name, parameters) by kind and side.
    """
    found: dict[str, tuple[LogisticsChoice, ...]] = {}
    usual: dict[str, tuple[str, dict[str, object]]] = {"medical": (DEFAULT_MEDICAL, {})}
    for side, of_file, evacuates in zip(roster.sides, roster.logistics, roster.evacuates, strict=True):
        chosen = {
            **(usual if evacuates else {}),
            **of_file,
            **{kind: given[side] for kind, given in options.items() if side in given},
        }
        found[side] = tuple(
            LogisticsChoice(side, kind, name, settle_parameters(name, parameters, KINDS[kind]))
            for kind, (name, parameters) in sorted(chosen.items())
        )
    return found


def check_kind(option: str, roster: Roster, kind: str) -> None:
    """Raise ``InputError`` unless a scenario has the sustainment that policies of the ``kind`` need."""
    if kind == "supply" and not roster.items:
        raise InputError(f"{option}: no supplies are counted in {roster.scenario}; give it items in sustainment")
    if kind == "maintenance" and not roster.components:
        raise InputError(f"{option}: nothing wears out in {roster.scenario}; give the scenario a section sustainment")
    if kind == "medical" and not any(roster.evacuates):
        text = "give it a section medical and a platform with evacuation"
        raise InputError(f"{option}: there are no transports for casualties in {roster.scenario}; {text}")


def build_chairs(
    choices: Sequence[LogisticsChoice], compiled: Compiled, seed: int, replications: Sequence[int]
) -> list[Chair]:
    """Return new policies of logistics in their places, reset for ``replications``."""
    make = {"maintenance": _maintenance_chair, "supply": _supply_chair, "medical": _medical_chair}
    return [make[choice.kind](choice, compiled, seed, replications) for choice in choices]


def _maintenance_chair(
    choice: LogisticsChoice, compiled: Compiled, seed: int, replications: Sequence[int]
) -> MaintenanceChair:
    roster, params = compiled.roster, compiled.params
    side = roster.sides.index(choice.side)
    names = (roster.units, roster.components, roster.workshops)
    n_ticks = int(params.rules_whole[RuleW.N_TICKS])
    briefing = brief_maintenance(params, side, choice.side, names, roster.decision_ticks, n_ticks)
    policy = cast(MaintenancePolicy, make_policy(choice.name, choice.parameters, MAINTENANCE))
    reset_policy(policy, choice.label, briefing, seed, replications)
    return MaintenanceChair(policy, params, side, choice.label)


def _supply_chair(choice: LogisticsChoice, compiled: Compiled, seed: int, replications: Sequence[int]) -> SupplyChair:
    side = compiled.roster.sides.index(choice.side)
    briefing = brief_supply(compiled.params, compiled.briefings[side], compiled.roster.items)
    policy = cast(SupplyPolicy, make_policy(choice.name, choice.parameters, SUPPLY))
    reset_policy(policy, choice.label, briefing, seed, replications)
    return SupplyChair(policy, compiled.params, briefing, choice.label)


def _medical_chair(choice: LogisticsChoice, compiled: Compiled, seed: int, replications: Sequence[int]) -> MedicalChair:
    side = compiled.roster.sides.index(choice.side)
    briefing = brief_medical(compiled.params, compiled.briefings[side])
    policy = cast(MedicalPolicy, make_policy(choice.name, choice.parameters, MEDICAL))
    reset_policy(policy, choice.label, briefing, seed, replications)
    return MedicalChair(policy, compiled.params, briefing, choice.label)


def file_chairs(compiled: Compiled, seed: int = 0) -> list[Chair]:
    """Return the policies of logistics of the file in their places, for simulations that worlds join and leave.

    Policies keep nothing by world beyond their pictures.
    """
    choices = [one for of_side in chosen_logistics(compiled.roster, {}).values() for one in of_side]
    return build_chairs(choices, compiled, seed, ())
