"""The demonstration has the same outcomes under other names of its groups, policies and all."""

import hashlib
import itertools

import numpy as np
import pytest

from scenarios.batch.playing import play_replications
from scenarios.compiler.scenario import compile_scenario
from scenarios.format.document import load_document, parse_document
from scenarios.format.names import renamed
from scenarios.format.resolve import resolve
from scenarios.format.yaml_text import write_yaml
from scenarios.run.policies import choose_policies

N = 300


def outcomes(names: dict[str, str]) -> np.ndarray:
    """Return (2, N): whether blue wins, and the lead of its score."""
    plain = renamed(resolve(load_document("joint-littoral-defence")).plain(), names)
    compiled = compile_scenario(resolve(parse_document(write_yaml(plain), "renamed")))
    choices = choose_policies(compiled.roster)
    parts = [play_replications(compiled, choices, 1, range(first, first + 50)) for first in range(0, N, 50)]
    winner, lead = (
        np.concatenate([part["winner"] == "blue" for part in parts]),
        np.concatenate([part["blue_score"] - part["red_score"] for part in parts]),
    )
    return np.array([winner, lead], dtype=float)


@pytest.mark.slow
def test_the_demonstration_under_three_sets_of_names() -> None:
    groups = [group.name for group in resolve(load_document("joint-littoral-defence")).content.groups]
    ways = (
        {},
        {name: f"{name}-x" for name in groups},
        {name: f"u{hashlib.blake2b(name.encode(), digest_size=4).hexdigest()}" for name in groups},  # another order
    )
    for mine, theirs in itertools.combinations([outcomes(names) for names in ways], 2):
        error = np.sqrt((mine.var(axis=1) + theirs.var(axis=1)) / N)
        assert (error > 0.0).all()
        assert (np.abs(mine.mean(axis=1) - theirs.mean(axis=1)) < 4.0 * error).all()
