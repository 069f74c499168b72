"""Networks of trained commanders, as loops whose sums have a fixed order.

A matrix product of a numerical library adds in an order that depends on the number of rows, the threads and the
processor, and so do the last bits of a score. Here each row is computed separately, every sum follows the order of
the inputs, and only +, * and comparisons are used. So choices have the same bits alone, in a batch of any size and on
every machine. n rows, G group slots, A choices.
"""

import numpy as np

from simcore.compiling.jit import shared
from simcore.kernels.mathematics.approximations import exponential
from simcore.types import F32, F64, I64


@shared
def apply_layer(inputs: F64, weights: F32, bias: F32, is_rectified: bool, outputs: F64) -> None:
    """Apply a layer: inputs (n, I) times weights (I, O) plus bias (O,), with negative results set to 0 if rectified.

    Inputs of 0, which make up most of an observation, are skipped. Mutates outputs (n, O).
    """
    for r in range(inputs.shape[0]):
        for o in range(bias.shape[0]):
            outputs[r, o] = bias[o]
        for i in range(inputs.shape[1]):
            x = inputs[r, i]
            if x != 0.0:
                for o in range(bias.shape[0]):
                    outputs[r, o] += x * weights[i, o]
        if is_rectified:
            for o in range(bias.shape[0]):
                outputs[r, o] = max(outputs[r, o], 0.0)


@shared
def choose_best(scores: F64, mask: np.ndarray, chosen: I64) -> None:
    """Choose the largest score (n, G, A) allowed by the mask, the first among equals. Mutates chosen (n, G)."""
    for r in range(scores.shape[0]):
        for g in range(scores.shape[1]):
            best = -np.inf
            chosen[r, g] = 0
            for a in range(scores.shape[2]):
                if mask[r, g, a] and scores[r, g, a] > best:
                    best = scores[r, g, a]
                    chosen[r, g] = a


@shared
def choose_drawn(scores: F64, mask: np.ndarray, uniform: F64, chosen: I64) -> None:
    """Draw a choice allowed by the mask with probability proportional to e**score.

    ``uniform`` (n, G) holds numbers in (0, 1). Mutates chosen (n, G).
    """
    for r in range(scores.shape[0]):
        for g in range(scores.shape[1]):
            best = -np.inf
            for a in range(scores.shape[2]):
                if mask[r, g, a]:
                    best = max(best, scores[r, g, a])
            total = 0.0
            for a in range(scores.shape[2]):
                if mask[r, g, a]:
                    total += exponential(scores[r, g, a] - best)
            left = uniform[r, g] * total
            chosen[r, g] = 0
            for a in range(scores.shape[2]):
                if mask[r, g, a]:
                    chosen[r, g] = a
                    left -= exponential(scores[r, g, a] - best)
                    if left <= 0.0:
                        break
