"""Asking for rows ahead of a turn: it changes nothing, and sensors of a kind may stand in for each other."""

import os

import numpy as np
import pytest

import simcore.kernels.turns as turns
from scenarios.compiler.scenario import compile_scenario
from scenarios.format.document import parse_document
from scenarios.format.resolve import resolve
from scenarios.generator import generate
from scenarios.loader import load
from simcore.compiling.jit import njit
from simcore.compiling.prefetch import prefetch
from simcore.params import SensorSpecW
from simcore.simulation import Simulation


@pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT", "0") != "0", reason="asks about compiled code")
def test_prefetch_is_an_instruction_that_reads_nothing() -> None:
    @njit
    def ask(block: np.ndarray, row: int, column: int) -> None:
        prefetch(block, row, column)

    block = np.arange(12.0).reshape(3, 4)
    ask(block, 1, 2)
    ask(block, 2**40, 2**20)  # no place of this program: fetching is not reading
    assert (block == np.arange(12.0).reshape(3, 4)).all()
    assert any("prefetch" in code for code in ask.inspect_asm().values())


def test_turns_are_asked_for_ahead_only_among_many_units() -> None:
    few, many = turns.MANY_UNITS - 1, turns.MANY_UNITS
    ask = turns.turns_ahead.py_func if hasattr(turns.turns_ahead, "py_func") else turns.turns_ahead
    assert ask(few, 50) == 50
    assert 0 < ask(many, 50) < 50


@pytest.mark.parametrize("name", ["joint-littoral-defence", "undersea-search", "air-base-drone-salvo"])
def test_a_sensor_equals_the_first_of_its_kind(name: str) -> None:
    sensors = load(name).params.sensors
    kind = sensors.whole[SensorSpecW.KIND]
    rows = [row for row in SensorSpecW if row not in (SensorSpecW.UNIT, SensorSpecW.PHASE)]
    assert (sensors.real == sensors.real[:, kind]).all()
    assert (sensors.whole[rows] == sensors.whole[rows][:, kind]).all()
    assert (kind <= np.arange(len(kind))).all()
    assert 1 < len(np.unique(kind)) < len(kind)


def test_a_scenario_of_many_units_gives_the_same_bits_twice_and_with_neighbours() -> None:
    """The turns ahead are listed from the state as it is: a run of its own and one beside another agree."""
    text = generate(turns.MANY_UNITS + 200, 3, 0.02, 1.0, 2.0)
    params = compile_scenario(resolve(parse_document(text, "many"))).params
    alone = Simulation(params, seed=5, replications=[7])
    beside = Simulation(params, seed=5, replications=[6, 7])
    for simulation in (alone, beside):
        simulation.advance(60)
    for block, other in zip(alone.state, beside.state, strict=True):
        for mine, theirs in zip(
            block if isinstance(block, tuple) else [block], other if isinstance(other, tuple) else [other], strict=True
        ):
            assert np.array_equal(mine[0], theirs[1])
