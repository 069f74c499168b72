"""A short fight and games of it with actions that are a function of what is observed, so that games can be compared."""

import hashlib
from typing import Any, NamedTuple

import numpy as np

from agents.environments.episode import Episodes
from agents.environments.view import Tables
from scenarios.format.texts import read_text
from scenarios.format.yaml_text import read_yaml
from scenarios.loader import compile_document


def short_document() -> dict[str, Any]:
    """Return the meeting of the two patrols, begun nearer and over after 10 minutes."""
    document: dict[str, Any] = read_yaml(*read_text("two-patrols")).data
    document["time"] |= {"duration_h": 1 / 6, "decision_interval_s": 30}
    for group in document["groups"]:
        if "post" not in group["name"]:
            group["at_km"][0] *= 0.45
            group["scatter_km"] = [0.2, 0.2]
    return document


SHORT = compile_document(short_document())


def act(games: Episodes, side: int, row: int | None = None) -> np.ndarray:
    """Return a legal action for each row that is a function of its observation and mask alone."""
    return choose(games.tables[side])


def choose(tables: Tables) -> np.ndarray:
    """Return the choice with the largest number of a hash of what is observed, among those that make sense."""
    actions = np.zeros(tables.mask.shape[:2], dtype=np.int64)
    for row in range(tables.n):
        actions[row] = choose_one({k: v[row] for k, v in tables.observation.items()}, tables.mask[row])
    return actions


def choose_one(observation: dict[str, np.ndarray], mask: np.ndarray) -> np.ndarray:
    """Return the same for one observation (without a leading axis) and its mask (G, A)."""
    digest = hashlib.blake2b(digest_size=8)
    for name in sorted(observation):
        digest.update(np.ascontiguousarray(observation[name]).tobytes())
    rng = np.random.default_rng(int.from_bytes(digest.digest(), "big"))
    return np.where(mask, rng.random(mask.shape), -1.0).argmax(axis=1)


class Played(NamedTuple):
    """Digests of states by step and row, and of all that each row was told."""

    hashes: list[list[str]]
    traces: list[str]


def play(games: Episodes, seeds: list[int], n_steps: int) -> Played:
    """Play steps with rows that begin anew where a game ends."""
    games.reset(seeds)
    hashes: list[list[str]] = []
    traces = [hashlib.blake2b(digest_size=16) for _ in seeds]
    side = games.agents[0]
    for _ in range(n_steps):
        tables = games.tables[side]
        actions = choose(tables)
        step = games.step({side: actions})
        hashes.append([games.state_hash(row) for row in range(games.n)])
        for row, trace in enumerate(traces):
            for values in (*tables.observation.values(), tables.mask, actions, step.terms[side]):
                trace.update(values[row].tobytes())
            trace.update(bytes([int(step.terminated[row]), int(step.truncated[row])]))
        games.begin(np.flatnonzero(step.terminated | step.truncated))
    return Played(hashes, [trace.hexdigest() for trace in traces])
