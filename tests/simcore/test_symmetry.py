"""The engine knows no first side and no first line of a file."""

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore.picture import Picture
from simcore.simulation import Simulation
from simcore.state import WorldW
from tests.simcore.small_worlds import Document, bits, names, same_state, skirmish, start

REPLICATIONS = range(5)
TICKS = 300
PICTURE = tuple(name for name in Picture._fields if name.startswith(("own_", "contact_", "n_", "objective_")))
_OTHER = {"blue": "red", "red": "blue"}


def exchange_sides(content: Document) -> Document:
    """Return the scenario with every group, zone and objective given to the other side; names stay."""
    result = copy.deepcopy(content)
    for part in ("groups", "objectives"):
        for entry in result.get(part, ()):
            entry["side"] = _OTHER[entry["side"]]
    return result


@pytest.fixture(scope="module")
def pair() -> tuple[Simulation, Simulation]:
    runs = [start(content, seed=11, replications=REPLICATIONS) for content in (skirmish(), exchange_sides(skirmish()))]
    for run in runs:
        run.advance(TICKS)
    return runs[0], runs[1]


def test_the_exchange_is_real(pair: tuple[Simulation, Simulation]) -> None:
    assert not set(pair[0].hash()) & set(pair[1].hash())
    assert names(skirmish()) == names(exchange_sides(skirmish()))


def test_the_winner_is_exchanged(pair: tuple[Simulation, Simulation]) -> None:
    straight, exchanged = (simulation.state.world for simulation in pair)
    winner = straight[:, WorldW.WINNER]
    assert set(winner.tolist()) & {0, 1}
    assert np.array_equal(exchanged[:, WorldW.WINNER], np.where(winner < 0, winner, 1 - winner))
    rest = [column for column in WorldW if column != WorldW.WINNER]
    assert np.array_equal(straight[:, rest], exchanged[:, rest])


@pytest.mark.parametrize("part", ["units", "sensors", "mounts", "groups", "salvoes", "objectives"])
def test_what_belongs_to_units_and_groups_has_the_same_bits(pair: tuple[Simulation, Simulation], part: str) -> None:
    straight, exchanged = (getattr(simulation.state, part) for simulation in pair)
    assert bits(straight.real) == bits(exchanged.real)
    assert bits(straight.whole) == bits(exchanged.whole)


def test_tallies_change_places(pair: tuple[Simulation, Simulation]) -> None:
    straight, exchanged = (simulation.state.sides for simulation in pair)
    assert bits(straight.whole) == bits(exchanged.whole[:, :, ::-1])
    assert bits(straight.real) == bits(exchanged.real[:, :, ::-1])


def test_contact_tables_change_places(pair: tuple[Simulation, Simulation]) -> None:
    straight, exchanged = (simulation.state.contacts for simulation in pair)
    n = straight.real.shape[2] // 2
    assert bits(straight.whole) == bits(np.roll(exchanged.whole, n, axis=2))
    assert bits(straight.real) == bits(np.roll(exchanged.real, n, axis=2))


def test_a_mirrored_picture_is_the_other_sides_picture(pair: tuple[Simulation, Simulation]) -> None:
    for side in (0, 1):
        ours, theirs = pair[0].picture(side), pair[1].picture(1 - side)
        for name in PICTURE:
            assert bits(getattr(ours, name)) == bits(getattr(theirs, name)), name


@settings(max_examples=6)
@given(st.randoms(use_true_random=False))
def test_the_order_of_groups_objectives_and_cards_in_the_file_does_not_matter(random) -> None:
    content = skirmish()
    for part in ("groups", "objectives"):
        random.shuffle(content[part])
    for kind, cards in content["catalogue"].items():
        shuffled = list(cards.items())
        random.shuffle(shuffled)
        content["catalogue"][kind] = dict(shuffled)
    runs = [start(document, seed=2, replications=[0, 1]) for document in (skirmish(), content)]
    for run in runs:
        run.advance(150)
    assert same_state(*runs)


@pytest.mark.small
def test_a_tiny_run_is_mirrored() -> None:
    runs = [start(content, seed=4, replications=[0]) for content in (skirmish(), exchange_sides(skirmish()))]
    for run in runs:
        run.advance(6)
    assert bits(runs[0].state.units.real) == bits(runs[1].state.units.real)
