"""Earlier states of the learner as opponents: they must not play the doctrines that are kept for the test."""

import numpy as np

from agents.environments.opponents import HELD_OUT
from agents.environments.schema import Schema, Sizes
from agents.environments.settings import Settings
from scenarios.run.play import start_simulation
from scenarios.run.policies import reset_policy
from staff_ai.trained.networks import Architecture, Network
from staff_ai.training.snapshots import Snapshots


def test_a_snapshot_never_chooses_a_held_out_doctrine() -> None:
    settings = Settings("two-patrols", side="red")
    compiled = settings.base
    sizes = Sizes.of([compiled.briefings[1]], doctrines=("cautious", *HELD_OUT))
    schema = Schema(sizes)
    names = [choice.name for choice in schema.action.choices]
    held_out = [names.index(f"doctrine-{name}") for name in HELD_OUT]
    architecture = Architecture((4,))
    tensors = {name: np.zeros(shape, dtype=np.float32) for name, shape in architecture.shapes(schema).items()}
    bias = tensors["layer.1.bias"].reshape(sizes.groups, len(names))
    bias[:, held_out] = 2.0  # its favourites
    bias[:, names.index("doctrine-cautious")] = 1.0
    snapshots = Snapshots(schema, 60.0)
    snapshots.networks.append(Network(architecture, schema, tensors, "snapshot"))
    commander = snapshots()
    reset_policy(commander, "snapshot", compiled.briefings[1], 0, [0, 1])
    picture = start_simulation(compiled, 0, [0, 1]).picture(1)
    tables = commander.view.look(picture)
    chosen = commander.choose(picture, tables.observation, tables.mask)
    filled = tables.observation["groups_filled"] > 0.0
    assert filled.any()
    assert set(np.unique(chosen[filled])) == {names.index("doctrine-cautious")}
    assert set(np.unique(snapshots.networks[0].best(tables.observation, tables.mask)[filled])) <= set(held_out)
