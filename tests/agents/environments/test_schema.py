"""Observation and action: ranges, masks, digests, and orders that any action may stand for."""

import ast
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import agents.environments
from agents.environments.commander import ChoiceCommander
from agents.environments.schema import Observation, Schema, Sizes
from agents.environments.view import SideView, Tables
from simcore.errors import InputError
from simcore.observation_columns import Aim, ContactColumn, GroupColumn, Verb
from simcore.orders import OrderR, Orders, OrderW, empty_orders
from simcore.picture import OwnR, OwnW, Picture, SeenR, SeenW
from simcore.types import Domain, Identity, Roe, Status, TargetClass, Task
from tests.agents.synthetic import N_GROUPS, add_contacts, busy_picture, make_briefing, quiet_picture

BRIEFING = make_briefing()
SCHEMA = Schema(Sizes.of([BRIEFING]))
VIEW = SideView(SCHEMA, BRIEFING)


def is_in_range(observation: Observation) -> bool:
    for part in SCHEMA.observation.parts:
        low, high = part.bounds()
        values = observation[part.name]
        if not (np.isfinite(values).all() and (values >= low).all() and (values <= high).all()):
            return False
    return True


def nothing(picture: Picture) -> None:
    pass


def full(picture: Picture) -> None:
    picture.n_contacts[:] = picture.contact_real.shape[2]


def not_numbers(picture: Picture) -> None:
    full(picture)
    picture.own_real[:] = np.nan
    picture.contact_real[:] = np.nan
    picture.weather[:] = np.nan


def endless(picture: Picture) -> None:
    full(picture)
    picture.own_real[:] = np.inf
    picture.contact_real[:] = -np.inf
    picture.weather[:] = np.inf


def lost(picture: Picture) -> None:
    picture.own_whole[:, OwnW.STATUS] = Status.LOST


def out_of_range(picture: Picture) -> None:
    picture.n_contacts[:] = 10_000
    picture.contact_whole[:, SeenW.TARGET_CLASS] = 77
    picture.contact_whole[:, SeenW.DOMAIN] = 9
    picture.own_whole[:, OwnW.AMMO] = 2**30


@pytest.mark.parametrize("spoil", [nothing, full, not_numbers, endless, lost, out_of_range])
def test_observations_are_finite_and_in_range_whatever_the_picture(spoil: Callable[[Picture], None]) -> None:
    picture = busy_picture(BRIEFING, 5)
    spoil(picture)
    tables = VIEW.look(picture)
    assert is_in_range(tables.observation)
    assert tables.mask.any(axis=2).all()  # every head has a legal choice
    orders = empty_orders(5, N_GROUPS)
    for choice in range(SCHEMA.action.n_choices):
        VIEW.order(np.full((5, SCHEMA.sizes.groups), choice), tables, orders)
        assert np.isfinite(orders.real).all()


def test_to_go_on_is_always_legal_and_the_only_choice_of_an_empty_slot() -> None:
    sizes = replace(SCHEMA.sizes, groups=20)
    view = SideView(Schema(sizes), BRIEFING)
    tables = view.look(busy_picture(BRIEFING, 8))
    assert tables.mask[:, :, 0].all()
    assert not tables.mask[:, 15:, 1:].any()
    assert tables.observation["groups_filled"][0].sum() == 15


def test_illegal_choices_are_no_orders_and_are_counted() -> None:
    tables = VIEW.look(quiet_picture(BRIEFING, 2))
    orders = empty_orders(2, N_GROUPS)
    actions = np.zeros((2, SCHEMA.sizes.groups), dtype=np.int64)
    actions[0, :3] = (-1, SCHEMA.action.n_choices, 10**9)
    actions[1, 4] = next(k for k, c in enumerate(SCHEMA.action.choices) if c.verb == Verb.FLEE)  # nobody to flee from
    illegal = VIEW.order(actions, tables, orders)
    assert illegal.tolist() == [3, 1]
    assert not orders.whole[:, OrderW.ISSUED].any()


def index(verb: Verb, aim: Aim = Aim.NONE, k: int = 0) -> int:
    return next(i for i, c in enumerate(SCHEMA.action.choices) if (c.verb, c.aim, c.index) == (verb, aim, k))


def order_of(name: str, choice: int, picture: Picture) -> tuple[int, float, float, int] | None:
    """Return task, place [km] and rules of the order that a choice gives one group, or None."""
    tables = VIEW.look(picture)
    orders = empty_orders(1, N_GROUPS)
    actions = np.zeros((1, SCHEMA.sizes.groups), dtype=np.int64)
    actions[0, VIEW.slots.index(name)] = choice
    VIEW.order(actions, tables, orders)
    group = BRIEFING.groups[BRIEFING.group_names.index(name)]
    if not orders.whole[0, OrderW.ISSUED, group]:
        return None
    x, y = orders.real[0, :2, group] / 1e3
    return int(orders.whole[0, OrderW.TASK, group]), float(x), float(y), int(orders.whole[0, OrderW.ROE, group])


def test_choices_stand_for_the_tasks_that_they_name() -> None:
    picture = quiet_picture(BRIEFING)
    add_contacts(picture, 10, 10, Domain.LAND, TargetClass.ARMOUR)
    # attack by the armour, strike by the munitions, nothing by what reaches the air alone
    nearest = index(Verb.ENGAGE, Aim.NEAREST)
    assert order_of("armour-1", nearest, picture) == (Task.ATTACK, 10, 10, Roe.FREE)
    assert order_of("munitions", nearest, picture) == (Task.STRIKE, 10, 10, Roe.FREE)
    assert order_of("shorad", nearest, picture) is None
    assert order_of("armour-1", index(Verb.PLAN), picture) == (Task.ATTACK, 10, 20, Roe.FREE)
    assert order_of("armour-1", index(Verb.HOLD_FIRE), picture) == (Task.HOLD, -25, 20.5, Roe.HOLD)
    assert order_of("armour-1", index(Verb.WITHDRAW), picture) == (Task.WITHDRAW, -25, 20.5, Roe.FREE)
    assert order_of("post", index(Verb.WITHDRAW), picture) is None  # it cannot move
    assert order_of("recon", index(Verb.RECOVER), picture) == (Task.RECOVER, -45, 25, Roe.FREE)
    assert order_of("armour-1", index(Verb.RECOVER), picture) is None  # it has no host
    # the weightiest objective is to hold the harbour at (10, 20)
    assert order_of("armour-2", index(Verb.MOVE, Aim.ZONE, 0), picture) == (Task.MOVE, 10, 20, Roe.FREE)
    assert order_of("boats", index(Verb.MOVE, Aim.ZONE, 1), picture) == (Task.MOVE, 5, 0, Roe.FREE)
    flight = order_of("armour-1", index(Verb.FLEE), picture)
    assert flight is not None
    assert flight[1] < -25 - 15  # away from the contact in the east, by a third of 60 km


def test_groups_go_at_the_speed_that_the_file_gives_them() -> None:
    briefing = replace(BRIEFING, task_speed=np.linspace(0.3, 1.0, len(BRIEFING.groups)))
    view = SideView(SCHEMA, briefing)
    tables = view.look(quiet_picture(briefing))
    for choice in (index(Verb.PLAN), index(Verb.MOVE, Aim.ZONE)):
        orders = empty_orders(1, N_GROUPS)
        view.order(np.where(tables.mask[:, :, choice], choice, 0), tables, orders)
        issued = orders.whole[0, OrderW.ISSUED, briefing.groups] != 0
        assert issued.sum() > 8
        assert (orders.real[0, OrderR.SPEED, briefing.groups][issued] == briefing.task_speed[issued]).all()


def test_neutrals_and_decoys_are_seen_last_and_engaged_never() -> None:
    picture = quiet_picture(BRIEFING)
    add_contacts(picture, 10, 20, Domain.LAND, TargetClass.ARMOUR, 2)
    add_contacts(picture, 40, -40, Domain.LAND, TargetClass.ARMOUR)
    picture.contact_whole[:, SeenW.IDENTITY, :2] = [Identity.NEUTRAL, Identity.DECOY]
    tables = VIEW.look(picture)
    contacts = tables.observation["contacts"][0]
    assert contacts[:3, [ContactColumn.HOSTILE, ContactColumn.NEUTRAL, ContactColumn.DECOY]].tolist() == [
        [0, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
    ]
    slot = VIEW.slots.index("armour-1")
    legal = [tables.mask[0, slot, index(Verb.ENGAGE, Aim.CONTACT, k)] for k in range(4)]
    assert legal == [True, False, False, False]
    picture.contact_whole[:, SeenW.IDENTITY, 2] = Identity.NEUTRAL
    assert not VIEW.look(picture).mask[0, slot, index(Verb.ENGAGE, Aim.NEAREST)]


def test_contacts_near_what_matters_come_first() -> None:
    picture = quiet_picture(BRIEFING)
    add_contacts(picture, 55, -40, Domain.LAND, TargetClass.ARMOUR)
    add_contacts(picture, 12, 21, Domain.LAND, TargetClass.ARMOUR)  # in the harbour
    seen = VIEW.look(picture).observation["contacts"][0, :2, :2]
    np.testing.assert_allclose(seen, np.array([[12, 21], [55, -40]]) / 60.0, rtol=1e-6)


def test_a_group_is_observed_as_its_units_report() -> None:
    picture = quiet_picture(BRIEFING)
    units = np.flatnonzero(BRIEFING.group_of_unit == BRIEFING.group_names.index("armour-1"))
    picture.own_whole[0, OwnW.STATUS, units[:3]] = Status.LOST
    picture.own_real[0, OwnR.X, units] = 30e3
    picture.own_real[0, OwnR.Y, units] = -15e3
    picture.own_real[0, OwnR.STRENGTH, units] = 0.5
    picture.own_whole[0, OwnW.AMMO, units[3]] = 0
    row = VIEW.look(picture).observation["groups"][0, VIEW.slots.index("armour-1")]
    columns = (GroupColumn.X, GroupColumn.Y, GroupColumn.LEFT, GroupColumn.STRENGTH, GroupColumn.ARMED)
    np.testing.assert_allclose(row[list(columns)], [0.5, -0.25, 0.5, 0.25, 2 / 3], rtol=1e-6)


def test_a_row_of_a_batch_is_observed_as_alone() -> None:
    picture = busy_picture(BRIEFING, 6)
    rows = np.array([4, 1])
    some = Tables(SCHEMA, 3)
    VIEW.observe(picture, some, rows, np.array([0, 2]))
    every = VIEW.look(picture)
    for name, values in every.observation.items():
        assert some.observation[name][[0, 2]].tobytes() == values[rows].tobytes()
    assert (some.mask[[0, 2]] == every.mask[rows]).all()
    assert not some.mask[1].any()


def test_digests_name_the_sizes_and_nothing_of_the_scenario() -> None:
    assert SCHEMA.digest == Schema(Sizes.of([make_briefing()])).digest
    assert SCHEMA.digest != Schema(replace(SCHEMA.sizes, contacts=17)).digest
    assert Schema().observation.digest != Schema().action.digest
    assert Schema().digest == "091650893193ac68d3b7cf98cf8d4a73"  # a policy trained with version 1 fits


TARGETS = SideView(Schema(Sizes.of([BRIEFING], vocabulary="targets")), BRIEFING)


def test_bare_targets_are_contact_slots_and_cells_of_the_map() -> None:
    action, sizes = TARGETS.schema.action, TARGETS.schema.sizes
    names = [choice.name for choice in action.choices]
    contacts = [f"engage-contact-{k}" for k in range(sizes.contacts)]
    assert names == ["continue", "hold", *contacts, *(f"move-cell-{k}" for k in range(25))]
    assert TARGETS.schema.digest != SCHEMA.digest
    assert TARGETS.schema.observation.digest == SCHEMA.observation.digest
    assert Schema(Sizes(vocabulary="verbs")).describe() == Schema().describe()
    assert "vocabulary" not in Sizes().describe()


def test_a_group_moves_to_the_centre_of_the_cell_chosen() -> None:
    west, east, south, north = BRIEFING.bounds_m
    tables = TARGETS.look(quiet_picture(BRIEFING, 1))
    orders = empty_orders(1, N_GROUPS)
    for row in range(5):
        for column in range(5):
            choice = [c.name for c in TARGETS.schema.action.choices].index(f"move-cell-{5 * row + column}")
            orders.clear()
            TARGETS.order(np.full((1, TARGETS.schema.sizes.groups), choice), tables, orders)
            k = TARGETS.places[np.flatnonzero(tables.mask[0, : len(TARGETS.places), choice])]
            assert len(k)
            assert set(orders.whole[0, OrderW.TASK, k]) == {Task.MOVE}
            assert orders.real[0, OrderR.X, k] == pytest.approx(west + (column + 0.5) / 5 * (east - west))
            assert orders.real[0, OrderR.Y, k] == pytest.approx(south + (row + 0.5) / 5 * (north - south))


def test_bare_targets_are_legal_for_groups_that_can_reach_them() -> None:
    choices = TARGETS.schema.action.choices
    places = [k for k, choice in enumerate(choices) if choice.is_cell]
    contacts = [k for k, choice in enumerate(choices) if choice.aim == Aim.CONTACT]
    quiet, busy = (TARGETS.look(picture(BRIEFING, 4)) for picture in (quiet_picture, busy_picture))
    assert not quiet.mask[:, :, contacts].any()  # nothing to engage
    assert busy.mask[:, :, contacts].any()
    assert not (busy.mask[:, :, contacts] & (busy.observation["contacts_filled"][:, None] == 0)).any()
    speed = [column.name for column in TARGETS.schema.observation.part("groups").columns].index("speed")
    is_mobile = quiet.observation["groups"][:, :, speed] > 0
    assert is_mobile.any()
    assert (quiet.mask[:, :, places] == is_mobile[:, :, None]).all()
    both = SCHEMA.action.choices.index(choices[contacts[0]])  # the same choice of either vocabulary, the same mask
    assert (busy.mask[:, :, contacts[0]] == VIEW.look(busy_picture(BRIEFING, 4)).mask[:, :, both]).all()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"vocabulary": "words"}, "verbs or targets"),
        ({"vocabulary": "targets", "doctrines": ("hold",)}, "leave them out"),
    ],
)
def test_an_unknown_vocabulary_and_doctrines_with_targets_are_refused(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Sizes(**wrong)


def test_slots_do_not_depend_on_names() -> None:
    names = tuple(f"g{9 - k % 10}{k}" for k in range(len(BRIEFING.group_names)))
    renamed = SideView(SCHEMA, replace(BRIEFING, group_names=names))
    assert [names.index(name) for name in renamed.slots] == [BRIEFING.group_names.index(name) for name in VIEW.slots]


@pytest.mark.parametrize("wrong", [{"groups": 0}, {"contacts": 2}, {"goals": 9}, {"zones": 1_000_000}])
def test_sizes_that_have_no_room_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=next(iter(wrong))[:4]):
        Sizes(**wrong)


class _Fleeing(ChoiceCommander):
    def choose(self, picture: Picture, observation: Observation, mask: np.ndarray) -> np.ndarray:
        return np.full(mask.shape[:2], index(Verb.FLEE))


def test_a_commander_of_choices_gives_the_orders_of_the_environment_at_its_interval() -> None:
    commander = _Fleeing(interval_s=600.0, digest=SCHEMA.digest)
    picture = quiet_picture(BRIEFING, 2)
    add_contacts(picture, 10, 10, Domain.LAND, TargetClass.ARMOUR)
    picture = picture._replace(ticks=np.array([240, 250]))  # 1,200 s and 1,250 s
    commander.reset(BRIEFING, 1, picture.replication)
    orders = empty_orders(2, N_GROUPS)
    commander.decide(picture, orders)
    assert orders.whole[0, OrderW.ISSUED].sum() > 5
    assert not orders.whole[1, OrderW.ISSUED].any()
    assert commander.illegal == SCHEMA.sizes.groups - orders.whole[0, OrderW.ISSUED].sum()
    with pytest.raises(InputError, match="made for the schema"):
        _Fleeing(digest="0").reset(BRIEFING, 1, picture.replication)


def test_what_makes_observations_has_no_way_to_the_state() -> None:
    folder = Path(agents.environments.__file__).parent
    names = ("schema.py", "view.py", "commander.py", "some_rows.py", "doctrine_choices.py", "doctrine_names.py")
    for name in names:
        for node in ast.walk(ast.parse((folder / name).read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("simcore", "scenarios")):
                loops = (
                    "observation_columns",
                    "observation_kinds",
                    "observation_loops",
                    "mission_loops",
                    "choice_loops",
                )
                allowed = (*loops, "errors", "orders", "picture", "plugins", "policy", "policy_registry", "types")
                assert node.module in {f"simcore.{module}" for module in allowed} | {"scenarios.run.policies"}
                assert not {"Pictures", "fill_own", "fill_contacts"} & {alias.name for alias in node.names}


def test_orders_of_one_row_are_not_touched_by_others() -> None:
    tables = VIEW.look(busy_picture(BRIEFING, 4))
    orders = empty_orders(4, N_GROUPS)
    actions = np.full((4, SCHEMA.sizes.groups), index(Verb.HOLD))
    VIEW.order(actions, tables, orders, np.array([2]))
    assert np.flatnonzero(orders.whole[:, OrderW.ISSUED].any(axis=1)).tolist() == [2]
    assert isinstance(orders, Orders)
    assert SeenR.X == 0
