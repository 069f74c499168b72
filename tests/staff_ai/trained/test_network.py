"""The network of a trained commander: right sums, and the same bits for a row whatever stands beside it."""

import threading
from typing import Any

import numpy as np
import pytest

from agents.environments.view import SideView
from simcore.errors import InputError
from staff_ai.trained.networks import Architecture, Network, flatten, n_inputs
from tests.agents.environments.games import SHORT
from tests.agents.synthetic import busy_picture
from tests.staff_ai.trained.folders import SMALL, network

NETWORK = network()
SCHEMA = NETWORK.schema
N = 37


def rows(n: int, seed: int = 3) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    parts = SCHEMA.observation.parts
    found = {p.name: rng.uniform(-1, 1, (n, *p.shape)).astype(np.float32) for p in parts}
    for values in found.values():
        values[rng.random(values.shape) < 0.5] = 0.0  # as in games, much is 0
    return found


SEEN = rows(N)
MASK = np.random.default_rng(4).random((N, SCHEMA.sizes.groups, SCHEMA.action.n_choices)) < 0.4
MASK[:, :, 0] = True


def some(values: dict[str, np.ndarray], picked: Any) -> dict[str, np.ndarray]:
    return {name: value[picked] for name, value in values.items()}


def test_scores_are_those_of_the_matrix_products() -> None:
    values = flatten(SCHEMA, SEEN).astype(np.float64)
    assert values.shape == (N, n_inputs(SCHEMA))
    tensors = {name: tensor.astype(np.float64) for name, tensor in NETWORK.tensors.items()}
    for k in range(3):
        values = values @ tensors[f"layer.{k}.weight"].T + tensors[f"layer.{k}.bias"]
        values = np.maximum(values, 0.0) if k < 2 else values
    np.testing.assert_allclose(NETWORK.scores(SEEN).reshape(N, -1), values, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 36])
def test_scores_of_a_row_are_the_same_bits_in_a_batch_of_any_size(size: int) -> None:
    whole = NETWORK.scores(SEEN)
    for first in range(0, N, size):
        picked = slice(first, first + size)
        assert NETWORK.scores(some(SEEN, picked)).tobytes() == whole[picked].tobytes()


def test_scores_of_a_row_are_the_same_bits_in_any_order_of_rows_and_on_many_threads_at_once() -> None:
    whole = NETWORK.scores(SEEN)
    order = np.random.default_rng(5).permutation(N)
    found: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: found.append(NETWORK.scores(some(SEEN, order)).tobytes())) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [whole[order].tobytes()] * 4


def test_the_best_choice_is_the_first_largest_score_that_the_mask_allows() -> None:
    scores = np.where(MASK, NETWORK.scores(SEEN), -np.inf)
    np.testing.assert_array_equal(NETWORK.best(SEEN, MASK), scores.argmax(axis=2))
    flat = Network(SMALL, SCHEMA, {name: np.zeros_like(t) for name, t in NETWORK.tensors.items()}, "zeros")
    np.testing.assert_array_equal(flat.best(SEEN, MASK), MASK.argmax(axis=2))


def test_drawn_choices_come_as_often_as_the_softmax_of_their_scores() -> None:
    n = 40_000
    one = some(SEEN, np.zeros(n, dtype=int))
    mask = np.repeat(MASK[:1], n, axis=0)
    uniform = np.random.default_rng(6).random((n, SCHEMA.sizes.groups))
    drawn = NETWORK.drawn(one, mask, uniform)
    scores = np.where(MASK[0], NETWORK.scores(some(SEEN, slice(0, 1)))[0], -np.inf)
    expected = np.exp(scores - scores.max(axis=1, keepdims=True))
    expected /= expected.sum(axis=1, keepdims=True)
    for slot in range(SCHEMA.sizes.groups):
        share = np.bincount(drawn[:, slot], minlength=expected.shape[1]) / n
        error = np.sqrt(expected[slot] * (1 - expected[slot]) / n)
        assert (np.abs(share - expected[slot]) <= 4 * error + 1e-12).all()


def test_tensors_that_do_not_fit_are_refused_by_name() -> None:
    missing = {k: v for k, v in NETWORK.tensors.items() if k != "layer.1.bias"}
    with pytest.raises(InputError, match=r"a folder: layer\.1\.bias: nothing where .* have \(16,\)"):
        Network(SMALL, SCHEMA, missing, "a folder")
    with pytest.raises(InputError, match=r"layer\.0\.bias: \(24,\) where .* have \(25,\)"):
        Network(Architecture((25, 16)), SCHEMA, NETWORK.tensors, "a folder")


def test_a_real_picture_gives_scores_that_are_numbers() -> None:
    briefing = SHORT.briefings[0]
    picture = busy_picture(briefing, 3, n_contacts=20)
    tables = SideView(SCHEMA, briefing).look(picture)
    assert np.isfinite(NETWORK.scores(tables.observation)).all()
