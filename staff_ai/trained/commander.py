"""The policy ``trained``: the commander in a folder, such as ``--policy blue=trained:FOLDER``.

By default it takes the choice with the largest score. With ``sampled=true`` it draws by the scores, from random
numbers of its own, a function of seed, replication, tick and group slot.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np

from agents.environments.commander import ChoiceCommander
from agents.environments.schema import Observation, Sizes
from simcore.errors import InputError
from simcore.observation_columns import SlotCode
from simcore.picture import Picture, SeenW
from simcore.policy import Briefing
from simcore.rng import Stream, uniforms
from simcore.types import F64
from staff_ai.trained.networks import Network
from staff_ai.trained.policy_folder import TrainedPolicy, read_policy


class NetworkCommander(ChoiceCommander):
    """A commander with choices from a network.

    Parameters
    ----------
    network : scores the choices.
    interval_s : time between choices [s]; None is about a 32nd of a game.
    sampled : draw by the scores instead of taking the largest.
    label : source of the network, for messages.
    """

    def __init__(
        self, network: Network, interval_s: float | None, sampled: bool = False, label: str = "trained policy"
    ) -> None:
        super().__init__(network.schema.sizes, interval_s, network.schema.digest)
        self.network, self.sampled, self._label = network, sampled, label

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        """Prepare for a side. Raises ``InputError`` for a side with more groups, objectives or zones than slots."""
        sizes = self.network.schema.sizes
        needed = Sizes.of([briefing], sizes.contacts, sizes.targets)
        for name in ("groups", "objectives", "zones"):
            slots, n = getattr(sizes, name), getattr(needed, name)
            if n > slots:
                raise InputError(
                    f"{self._label}: has room for {slots} {name}, and side {briefing.side_name} has {n}; "
                    "take a commander that was trained for this side of this scenario"
                )
        super().reset(briefing, seed, replication)
        self._seed, self._stream = seed, Stream.POLICY + 16 * briefing.side

    def choose(self, picture: Picture, observation: Observation, mask: np.ndarray) -> np.ndarray:
        """Return the choices of the replications that are due."""
        if not self.sampled:
            return self.network.best(observation, mask)
        rows = self.due(picture)
        uniform = np.empty(mask.shape[:2])
        ticks = picture.ticks[rows]
        for tick in np.unique(ticks):
            here = ticks == tick
            uniform[here] = uniforms(
                self._seed, picture.replication[rows[here]], int(tick), self._stream, mask.shape[1]
            )
        return self.network.drawn(observation, mask, uniform)

    def explain(self, picture: Picture) -> F64:
        """Return the weight of each contact in the choices of the network, (R, contacts).

        It is the change of the probabilities of the choices, over all groups, when the slot of the contact is emptied.
        Contacts without a slot have none. The orders of a doctrine chosen may follow other contacts.
        """
        tables = self.view.look(picture)
        seen, mask = tables.observation, tables.mask
        before = choice_shares(self.network.scores(seen), mask)
        serial = picture.contact_whole[:, SeenW.SERIAL]
        is_there = np.arange(serial.shape[1]) < picture.n_contacts[:, None]
        weights = np.zeros(serial.shape)
        for slot in range(self.network.schema.sizes.contacts):
            without = {**seen, "contacts": seen["contacts"].copy(), "contacts_filled": seen["contacts_filled"].copy()}
            without["contacts"][:, slot] = 0.0
            without["contacts_filled"][:, slot] = 0.0
            change = np.abs(choice_shares(self.network.scores(without), mask) - before).sum(axis=(1, 2))
            here = is_there & (serial == tables.slots.whole[:, SlotCode.SERIAL, slot][:, None])
            weights += here * change[:, None]
        return weights


def choice_shares(scores: F64, mask: np.ndarray) -> F64:
    """Return the probability of each legal choice by its score, (n, G, A); 0 where a group has none."""
    legal = np.where(mask, scores, -np.inf)
    top = np.where(mask.any(axis=2, keepdims=True), legal.max(axis=2, keepdims=True), 0.0)
    raised = np.exp(np.where(mask, scores - top, -np.inf))
    return raised / np.maximum(raised.sum(axis=2, keepdims=True), 1e-300)


class Trained(NetworkCommander):
    """The commander in a folder.

    Parameters
    ----------
    folder : output of ``chammo train -o FOLDER``.
    sampled : draw by the scores instead of taking the largest; None as in its training.
    sha256 : digest of its manifest; any other is refused. Runs and batches record it.
    """

    bare_parameter = "folder"

    def __init__(self, folder: str, sampled: bool | None = None, sha256: str = "") -> None:
        policy = open_policy(str(folder))
        check_parameters(policy, str(folder), sampled, sha256, "give the folder it was, or leave sha256 out")
        drawn = policy.sampled if sampled is None else sampled
        super().__init__(policy.network, policy.interval_s, drawn, str(folder))

    @staticmethod
    def settle_parameters(parameters: Mapping[str, object]) -> dict[str, object]:
        """Return the parameters with the digest of the folder, which fixes the behaviour of the commander."""
        if "sha256" in parameters or "folder" not in parameters:
            return dict(parameters)
        return {**parameters, "sha256": open_policy(str(parameters["folder"])).sha256}

    @staticmethod
    def outside(parameters: Mapping[str, object], scenario: str, side: str) -> str:
        """Return a note when the commander was not trained for a side of a scenario, else an empty text."""
        return open_policy(str(parameters["folder"])).outside(scenario, side) if "folder" in parameters else ""


def check_parameters(policy: TrainedPolicy, label: str, sampled: object, sha256: object, remedy: str) -> None:
    """Raise ``InputError`` for a ``sampled`` that is no truth value and for the digest of another policy."""
    if sampled is not None and type(sampled) is not bool:
        raise InputError(f"{label}: sampled is {sampled!r:.20}; give true or false")
    if sha256 and policy.sha256 != sha256:
        raise InputError(f"{label}: not the policy of SHA-256 {sha256}; {remedy}")


def open_policy(folder: str) -> TrainedPolicy:
    """Return the policy in a folder; it is cached until a file changes."""
    place = Path(folder)
    stamps = [_stamp(place)]
    if place.is_dir():
        stamps += [_stamp(entry) for entry in sorted(place.iterdir())]
    return _read_once(str(place.absolute()), folder, tuple(stamps))


@lru_cache(maxsize=32)
def _read_once(_absolute: str, folder: str, _stamps: tuple[object, ...]) -> TrainedPolicy:
    return read_policy(folder)


def _stamp(path: Path) -> tuple[str, int, int]:
    try:
        found = path.lstat()
    except OSError:
        return path.name, -1, -1
    return path.name, found.st_mtime_ns, found.st_size
