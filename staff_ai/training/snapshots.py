"""Earlier states of the learner as opponents, for trainings of both chairs with a shared network."""

import numpy as np

from agents.environments.commander import ChoiceCommander
from agents.environments.opponents import HELD_OUT
from agents.environments.schema import Observation, Schema
from simcore.picture import Picture
from staff_ai.trained.networks import Network


class Snapshots:
    """A growing list of networks; as an opponent, a network drawn by the replication number of each game.

    While the list is empty, it plays the plan of the file. It never chooses a held-out doctrine: none may play
    against the learner.
    """

    def __init__(self, schema: Schema, interval_s: float | None) -> None:
        self.schema, self.interval_s = schema, interval_s
        self.networks: list[Network] = []

    def __str__(self) -> str:
        return "snapshots"

    def __call__(self) -> "_SnapshotCommander":
        """Return a commander."""
        return _SnapshotCommander(self)


class _SnapshotCommander(ChoiceCommander):
    def __init__(self, snapshots: Snapshots) -> None:
        super().__init__(snapshots.schema.sizes, snapshots.interval_s, snapshots.schema.digest)
        self._snapshots = snapshots

    def choose(self, picture: Picture, observation: Observation, mask: np.ndarray) -> np.ndarray:
        choices = self.view.schema.action.choices
        chosen = np.full(mask.shape[:2], self.view.schema.action.plan, dtype=np.int64)
        networks = self._snapshots.networks
        mask = mask & np.array([choice.doctrine.partition(":")[0] not in HELD_OUT for choice in choices])
        if not networks:
            return chosen
        # the upper bits of a replication number hold its split
        which = (picture.replication[self.due(picture)] % np.uint64(1_000_003)) % np.uint64(len(networks))
        for k, network in enumerate(networks):
            here = np.flatnonzero(which == k)
            if len(here):
                seen = {name: values[here] for name, values in observation.items()}
                chosen[here] = network.best(seen, mask[here])
        return chosen
