"""A small policy with weights drawn at random, for one side of the short meeting of the two patrols."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from agents.environments.schema import Schema, Sizes
from staff_ai.trained.networks import Architecture, Network, start_tensors
from staff_ai.trained.policy_folder import write_policy
from tests.agents.environments.games import SHORT

SMALL = Architecture((24, 16))
INTERVAL_S = 60.0


def network(side: int = 0, seed: int = 1, doctrines: tuple[str, ...] = (), vocabulary: str = "verbs") -> Network:
    """Return a network for a side."""
    schema = Schema(Sizes.of([SHORT.briefings[side]], doctrines=doctrines, vocabulary=vocabulary))
    return Network(SMALL, schema, start_tensors(SMALL, schema, seed), "a test")


def written(
    folder: Path,
    side: int = 0,
    seed: int = 1,
    doctrines: tuple[str, ...] = (),
    *,
    vocabulary: str = "verbs",
    trained_on: Sequence[Mapping[str, str]] = (),
    onnx: bytes | None = None,
) -> Path:
    """Write its folder."""
    made = network(side, seed, doctrines, vocabulary)
    write_policy(folder, made, INTERVAL_S, {"trained_on": list(trained_on)}, "# A test\n", onnx)
    return folder
