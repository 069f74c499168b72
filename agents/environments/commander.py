"""A commander of choices: what turns anything that chooses from observation and mask into a policy of ``chammo run``.

Subclass ``ChoiceCommander`` and write ``choose``; name the subclass in the entry-point group ``chammo.policies``. The
observation, the mask and the orders are those of the environments, by the same code.
"""

import numpy as np

from agents.environments.schema import Observation, Schema, Sizes
from agents.environments.view import SideView
from simcore.errors import InputError
from simcore.orders import Orders
from simcore.picture import Picture
from simcore.policy import Briefing


class ChoiceCommander:
    """A policy that gives each group slot one choice of its schema.

    Parameters
    ----------
    sizes : slots that the chooser was made for; by default those that fit the side.
    interval_s : time between choices [s]; 0 chooses at every decision. Between them the groups go on.
    digest : digest of the schema that the chooser was made for; checked, unless None.
    """

    reads_clocks = True

    def __init__(self, sizes: Sizes | None = None, interval_s: float = 0.0, digest: str | None = None) -> None:
        self._sizes = sizes
        self._interval_s = interval_s
        self._digest = digest

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        """Study the briefing. ``illegal`` counts the choices that were no order, of all replications."""
        schema = Schema(self._sizes or Sizes.of([briefing]))
        if self._digest is not None and schema.digest != self._digest:
            raise InputError(
                f"policy: made for the schema {self._digest}, not for {schema.digest}; give the sizes it was made with"
            )
        self.view = SideView(schema, briefing)
        self.illegal = 0
        self._interval_ticks = max(1, round(self._interval_s / briefing.dt_s))

    def choose(self, picture: Picture, observation: Observation, mask: np.ndarray) -> np.ndarray:
        """Return a choice for each group slot, (n, G) of whole numbers, for n replications.

        ``observation`` holds (n, ...) arrays; ``mask`` (n, G, A) is true where a choice makes sense.
        """
        raise NotImplementedError

    def decide(self, picture: Picture, orders: Orders) -> None:
        """Choose where it is time, and give the orders."""
        rows = np.flatnonzero(picture.ticks % self._interval_ticks == 0)
        if len(rows) == 0:
            return
        tables = self.view.look(picture)
        observation = {name: values[rows] for name, values in tables.observation.items()}
        actions = np.zeros((tables.n, self.view.schema.sizes.groups), dtype=np.int64)
        actions[rows] = self.choose(picture, observation, tables.mask[rows])
        self.illegal += int(self.view.order(actions, tables, orders, rows).sum())
