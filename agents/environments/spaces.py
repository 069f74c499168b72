"""Gymnasium spaces and masks of a schema."""

from typing import Any

import numpy as np
from gymnasium import spaces

from agents.environments.schema import Observation, Schema
from agents.environments.view import Tables


def observation_space(schema: Schema) -> spaces.Dict:
    """Return the space of an observation: a box for each part, with the range of each number."""
    boxes: dict[str, Any] = {
        part.name: spaces.Box(*part.bounds(), dtype=np.float32) for part in schema.observation.parts
    }
    return spaces.Dict(boxes)


def action_space(schema: Schema) -> spaces.MultiDiscrete:
    """Return the space of an action: a choice for each group slot."""
    return spaces.MultiDiscrete([schema.action.n_choices] * schema.sizes.groups)


def one_observation(tables: Tables, row: int) -> Observation:
    """Return a copy of the observation of a row."""
    return {name: values[row].copy() for name, values in tables.observation.items()}


def tuple_mask(mask: np.ndarray) -> tuple[Any, ...]:
    """Return the mask (G, A) of a row for ``MultiDiscrete.sample``: an int8 array for each slot."""
    return tuple(mask.astype(np.int8))
