"""The library scenario two-channels: where the rafts lie is drawn, and decides whether the boats arrive."""

import numpy as np

from scenarios.loader import load
from scenarios.run.play import start_simulation
from simcore.params import RuleW
from simcore.state import ObjectiveR, UnitR

N = 120


def test_each_raft_lies_in_either_channel_and_stops_the_boats_that_pass_it() -> None:
    compiled = load("two-channels")
    simulation = start_simulation(compiled, 5, list(range(N)))
    roster = compiled.roster
    y = simulation.state.units.real[:, UnitR.Y]
    lies_north = {side: y[:, roster.units.index(f"{side}-raft")] > 0.0 for side in ("blue", "red")}
    for side, north in lies_north.items():
        assert 0.35 < north.mean() < 0.65, side
    assert abs(np.corrcoef(lies_north["blue"], lies_north["red"])[0, 1]) < 0.3
    simulation.advance(int(compiled.params.rules_whole[RuleW.N_TICKS]))
    progress = simulation.state.objectives.real[:, ObjectiveR.PROGRESS]
    names = [one.name for one in compiled.scenario.content.objectives]
    for side, enemy in (("blue", "red"), ("red", "blue")):
        delivered = progress[:, names.index(f"{side}-deliver")]
        assert delivered[~lies_north[enemy]].mean() > 0.9, side  # by plan all take the northern channel
        assert delivered[lies_north[enemy]].mean() < 0.3, side
