"""The networks of trained commanders: an allow-list of architectures, built from arrays alone.

``rectified-mlp``: all parts of an observation concatenated in the order of the schema; rectified hidden
layers; a score for each choice of each group slot. Tensors ``layer.0.weight`` (out, in) and ``layer.0.bias``, and so
on up to the layer of scores.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from agents.environments.schema import Observation, Schema
from simcore.errors import InputError
from simcore.network_loops import apply_layer, choose_best, choose_drawn
from simcore.types import F32, F64, I64

MLP = "rectified-mlp"
ARCHITECTURES = (MLP,)
_MOST_LAYERS = 8
_MOST_WIDTH = 4096
_ROWS = 4096  # per block: bounds the memory


@dataclass(frozen=True)
class Architecture:
    """A network's kind and the widths of its hidden layers."""

    hidden: tuple[int, ...] = (128, 128)
    id: str = MLP

    def describe(self) -> dict[str, object]:
        """Return the architecture as plain values, for a manifest."""
        return {"id": self.id, "hidden": list(self.hidden)}

    @classmethod
    def read(cls, value: object, label: str) -> "Architecture":
        """Return the architecture of a manifest. Raises ``InputError`` if it is not allowed."""
        known = f"this version builds {', '.join(ARCHITECTURES)}"
        if not isinstance(value, dict) or value.get("id") not in ARCHITECTURES:
            named = value.get("id") if isinstance(value, dict) else value
            raise InputError(f"{label}: architecture {named!r:.60} is unknown; {known}")
        hidden: Any = value.get("hidden")
        is_list = isinstance(hidden, list) and 1 <= len(hidden) <= _MOST_LAYERS
        if not is_list or not all(type(width) is int and 1 <= width <= _MOST_WIDTH for width in hidden):
            raise InputError(
                f"{label}: architecture.hidden is no list of 1 to {_MOST_LAYERS} widths from 1 to {_MOST_WIDTH}; "
                "train the policy again"
            )
        return cls(tuple(hidden), str(value["id"]))

    def shapes(self, schema: Schema) -> dict[str, tuple[int, ...]]:
        """Return the shapes of the tensors for a schema."""
        outputs = schema.sizes.groups * schema.action.n_choices
        widths = (n_inputs(schema), *self.hidden, outputs)
        found: dict[str, tuple[int, ...]] = {}
        for k, (before, after) in enumerate(pairwise(widths)):
            found[f"layer.{k}.weight"] = (after, before)
            found[f"layer.{k}.bias"] = (after,)
        return found


def n_inputs(schema: Schema) -> int:
    """Return the size of an observation."""
    return sum(int(np.prod(part.shape)) for part in schema.observation.parts)


def flatten(schema: Schema, observation: Observation) -> F32:
    """Return observations of n rows as (n, I): the parts in the order of the schema."""
    n = len(observation[schema.observation.parts[0].name])
    return np.concatenate([observation[part.name].reshape(n, -1) for part in schema.observation.parts], axis=1)


class Network:
    """Scores of choices from observations; the bits of a row do not depend on the other rows.

    Parameters
    ----------
    architecture, schema : fix the names and shapes of the tensors.
    tensors : float32 arrays by name.
    label : their source, for messages.

    Raises
    ------
    InputError
        When tensors are missing, too many or of another shape.
    """

    def __init__(self, architecture: Architecture, schema: Schema, tensors: Mapping[str, F32], label: str) -> None:
        self.architecture, self.schema = architecture, schema
        shapes = architecture.shapes(schema)
        found = {name: tensor.shape for name, tensor in tensors.items()}
        for name in sorted({*shapes, *found}):
            if shapes.get(name) != found.get(name):
                wanted, has = shapes.get(name, "nothing"), found.get(name, "nothing")
                raise InputError(
                    f"{label}: {name:.60}: {has} where the architecture and the schema of the manifest have {wanted}; "
                    "the files do not belong together: copy the folder again"
                )
        self.tensors = {name: np.ascontiguousarray(tensors[name], dtype=np.float32) for name in shapes}
        self._layers = [
            (np.ascontiguousarray(self.tensors[f"layer.{k}.weight"].T), self.tensors[f"layer.{k}.bias"])
            for k in range(len(shapes) // 2)
        ]

    def scores(self, observation: Observation) -> F64:
        """Return the score of each choice, (n, G, A), of observations of n rows."""
        rows = flatten(self.schema, observation)
        shape = (len(rows), self.schema.sizes.groups, self.schema.action.n_choices)
        found = np.empty((len(rows), shape[1] * shape[2]))
        for first in range(0, len(rows), _ROWS):
            values = rows[first : first + _ROWS].astype(np.float64)
            for k, (weights, bias) in enumerate(self._layers):
                outputs = np.empty((len(values), len(bias)))
                apply_layer(values, weights, bias, k < len(self._layers) - 1, outputs)
                values = outputs
            found[first : first + _ROWS] = values
        return found.reshape(shape)

    def best(self, observation: Observation, mask: np.ndarray) -> I64:
        """Return the legal choice with the largest score, (n, G)."""
        chosen = np.zeros(mask.shape[:2], dtype=np.int64)
        choose_best(self.scores(observation), np.ascontiguousarray(mask), chosen)
        return chosen

    def drawn(self, observation: Observation, mask: np.ndarray, uniform: F64) -> I64:
        """Return choices drawn by the scores, (n, G), from numbers in (0, 1) of the same shape."""
        chosen = np.zeros(mask.shape[:2], dtype=np.int64)
        choose_drawn(self.scores(observation), np.ascontiguousarray(mask), uniform, chosen)
        return chosen


def start_tensors(architecture: Architecture, schema: Schema, seed: int) -> dict[str, F32]:
    """Return random weights, for tests and measurements (He et al. 2015)."""
    rng = np.random.default_rng(seed)
    found: dict[str, F32] = {}
    for name, shape in architecture.shapes(schema).items():
        scale = np.sqrt(2.0 / shape[-1]) if len(shape) == 2 else 0.1
        found[name] = (rng.standard_normal(shape) * scale).astype(np.float32)
    return found
