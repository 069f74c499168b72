"""The choice of the plan: a group keeps to the plan of the scenario file, and comes back to its task."""

import numpy as np
import pytest

from agents.environments.episode import Episodes
from agents.environments.schema import Schema, Sizes
from agents.environments.settings import Settings
from agents.environments.view import SideView
from scenarios.format.texts import library_names
from scenarios.loader import load
from scenarios.run.play import start_simulation
from simcore.observation_columns import Verb
from simcore.order_checks import enter_orders
from simcore.params import GroupSpecR, GroupSpecW
from simcore.simulation import Simulation
from simcore.state import GroupR, GroupW
from tests.agents.environments.games import SHORT

CONTINUE, PLAN, HOLD_FIRE = 0, 1, 3


def hashes(settings: Settings, choice: int, n_steps: int) -> list[str]:
    """Return the digests of the states of a game in which all groups make one choice, where they can."""
    games = Episodes(settings, 1)
    games.reset([5])
    assert [games.settings.schema.action.choices[k].verb for k in (0, 1, 3)] == [
        Verb.CONTINUE,
        Verb.PLAN,
        Verb.HOLD_FIRE,
    ]
    side = games.agents[0]
    found: list[str] = []
    for _ in range(n_steps):
        mask = games.tables[side].mask
        games.step({side: np.where(mask[:, :, choice], choice, CONTINUE)})
        found.append(games.state_hash(0))
    return found


@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize("name", library_names())
def test_the_plan_from_the_start_is_the_game_of_the_file(name: str, side: int) -> None:
    compiled = load(name)
    settings = Settings(compiled, side=compiled.roster.sides[side], opponents=("hold",))
    assert hashes(settings, PLAN, 3) == hashes(settings, CONTINUE, 3)


def test_the_plan_throughout_is_the_game_of_the_file() -> None:
    settings = Settings(SHORT, opponents=("hold",))
    assert hashes(settings, PLAN, 19) == hashes(settings, CONTINUE, 19)
    assert hashes(settings, HOLD_FIRE, 19) != hashes(settings, CONTINUE, 19)


def order(simulation: Simulation, view: SideView, choice: int) -> None:
    """Give all groups of Blue the same choice, and play for a minute."""
    tables = view.look(simulation.picture(0))
    groups = simulation.groups_of(0)
    simulation.orders.clear()
    own = simulation.orders.of_groups(groups)
    view.order(np.where(tables.mask[:, :, choice], choice, CONTINUE), tables, own)
    enter_orders(simulation, own, groups, "test")
    simulation.advance(30)


def test_a_group_that_left_its_plan_gets_the_task_of_the_file_back() -> None:
    briefing = SHORT.briefings[0]
    view = SideView(Schema(Sizes.of([briefing])), briefing)
    simulation = start_simulation(SHORT, 0, [1, 2])
    spec, groups = SHORT.params.groups, simulation.groups_of(0)
    pairs_real = [
        (getattr(GroupR, name), getattr(GroupSpecR, name)) for name in ("X", "Y", "RADIUS", "SPEED", "SPACING")
    ]
    pairs_whole = [(getattr(GroupW, name), getattr(GroupSpecW, name)) for name in ("TASK", "ROE", "TARGET")]

    def is_as_planned() -> bool:
        state = simulation.state.groups
        real = all((state.real[:, a][:, groups] == spec.real[b][groups]).all() for a, b in pairs_real)
        return real and all((state.whole[:, a][:, groups] == spec.whole[b][groups]).all() for a, b in pairs_whole)

    def numbers() -> set[int]:
        return set(simulation.state.groups.whole[:, GroupW.SERIAL][:, groups].ravel().tolist())

    order(simulation, view, PLAN)
    assert is_as_planned()
    assert numbers() == {0}
    order(simulation, view, HOLD_FIRE)
    assert not is_as_planned()
    assert numbers() == {1}
    order(simulation, view, PLAN)
    assert is_as_planned()
    assert numbers() == {2}
    order(simulation, view, PLAN)  # a repeated order changes nothing
    assert numbers() == {2}
