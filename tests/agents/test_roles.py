"""Roles come from what units can do, not from their names."""

import numpy as np

from agents.doctrine.blocks.roles import Role, appraise_force
from tests.agents.synthetic import NAMES, make_briefing

EXPECTED = {
    "post": Role.COMMAND,
    "post-2": Role.COMMAND,
    "base": Role.STATIC,
    "armour-1": Role.MANOEUVRE,
    "armour-2": Role.MANOEUVRE,
    "scouts": Role.SCOUT,
    "shorad": Role.AIR_DEFENCE,
    "battery": Role.BATTERY,
    "carriers": Role.CARRIER,
    "munitions": Role.MUNITION,
    "recon": Role.RECON,
    "drones": Role.STRIKE_AIR,
    "ship": Role.WARSHIP,
    "boats": Role.BOAT,
    "fire-boats": Role.MUNITION,
}


def test_each_kind_of_group_is_recognised() -> None:
    force = appraise_force(make_briefing())
    assert {name: Role(role) for name, role in zip(NAMES, force.role, strict=True)} == EXPECTED
    assert force.having(Role.COMMAND, Role.BOAT) == [0, 1, 13]


def test_a_group_that_holds_is_planned_where_it_starts() -> None:
    force = appraise_force(make_briefing())
    np.testing.assert_allclose(force.plan_m[:, NAMES.index("battery")], [-20e3, 8.1e3])
    np.testing.assert_allclose(force.plan_m[:, NAMES.index("boats")], [5e3, 0.0])
    np.testing.assert_array_equal(force.size, [1, 1, 1, 6, 6, 3, 3, 2, 2, 8, 2, 2, 1, 6, 4])
