"""The ONNX file of a policy: another runtime gives the scores and choices of our inference."""

import json
from typing import Any

import numpy as np
import pytest

from agents.environments.schema import Schema, Sizes
from staff_ai.trained.networks import Architecture, Network, start_tensors
from staff_ai.training.onnx_file import onnx_bytes, onnx_metadata

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")

N = 2000
INTERVAL_S = 120.0
ARCHITECTURE = Architecture((48, 32))
# Parts of equal shapes, so that inputs in another order would fit and give other scores.
SCHEMA = Schema(Sizes(groups=6, contacts=6, objectives=3, zones=3, goals=2, targets=3, doctrines=("cautious",)))
NETWORK = Network(ARCHITECTURE, SCHEMA, start_tensors(ARCHITECTURE, SCHEMA, 1), "a test")
DATA = onnx_bytes(NETWORK, INTERVAL_S)


def session(data: bytes) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])


@pytest.fixture(scope="module")
def inputs() -> dict[str, np.ndarray]:
    """Return random observations with masks. Every head has a legal choice; some have it as their only one."""
    rng = np.random.default_rng(7)
    found: dict[str, np.ndarray] = {}
    for part in SCHEMA.observation.parts:
        low, high = part.bounds()
        values = (low + (high - low) * rng.random((N, *part.shape))).astype(np.float32)
        values[rng.random(values.shape) < 0.5] = 0.0
        found[part.name] = values
    mask = rng.random((N, SCHEMA.sizes.groups, SCHEMA.action.n_choices)) < rng.random((N, 1, 1))
    mask[:, :, 0] |= ~mask.any(axis=2)
    return {**found, "mask": mask}


def some(inputs: dict[str, np.ndarray], rows: slice) -> dict[str, np.ndarray]:
    return {name: values[rows] for name, values in inputs.items()}


@pytest.mark.parametrize("size", [1, 64, N])
def test_onnxruntime_gives_our_choices_and_scores_in_batches_of_any_size(
    inputs: dict[str, np.ndarray], size: int
) -> None:
    run = session(DATA)
    parts = [run.run(["scores", "choices"], some(inputs, slice(k, k + size))) for k in range(0, N, size)]
    scores, choices = (np.concatenate([part[k] for part in parts]) for k in range(2))
    mask = inputs["mask"]
    ours = NETWORK.scores(inputs)
    assert scores.shape == mask.shape
    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores, ours, rtol=0.0, atol=1e-5)
    np.testing.assert_array_equal(choices, NETWORK.best(inputs, mask))
    assert len(np.unique(choices)) > 10


def test_equal_scores_go_to_the_first_legal_choice_and_a_head_without_one_to_the_first(
    inputs: dict[str, np.ndarray],
) -> None:
    zeros = Network(ARCHITECTURE, SCHEMA, {k: np.zeros_like(v) for k, v in NETWORK.tensors.items()}, "zeros")
    given = some(inputs, slice(0, 50))
    given["mask"] = given["mask"].copy()
    given["mask"][::5] = False
    (choices,) = session(onnx_bytes(zeros, INTERVAL_S)).run(["choices"], given)
    np.testing.assert_array_equal(choices, given["mask"].argmax(axis=2))
    np.testing.assert_array_equal(choices, zeros.best(given, given["mask"]))


def test_the_inputs_are_the_parts_of_the_observation_by_name_all_of_them_used(inputs: dict[str, np.ndarray]) -> None:
    run = session(DATA)
    expected = {part.name: ["rows", *part.shape] for part in SCHEMA.observation.parts}
    expected["mask"] = ["rows", SCHEMA.sizes.groups, SCHEMA.action.n_choices]
    assert [entry.name for entry in run.get_inputs()] == list(expected)
    assert {entry.name: entry.shape for entry in run.get_inputs()} == expected
    assert {entry.name: entry.shape for entry in run.get_outputs()} == {
        "scores": expected["mask"],
        "choices": ["rows", SCHEMA.sizes.groups],
    }
    given = some(inputs, slice(0, 8))
    names = ["scores", "choices"]
    before = run.run(names, dict(reversed(given.items())))  # the order in the dictionary means nothing
    np.testing.assert_array_equal(before[0], run.run(names, given)[0])
    for name, values in given.items():
        other = ~values if name == "mask" else values + np.float32(1.0)
        after = run.run(names, {**given, name: other})
        assert any(not np.array_equal(a, b) for a, b in zip(before, after, strict=True)), name


def test_the_file_is_whole_by_itself_and_passes_the_checker() -> None:
    model = onnx.load_from_string(DATA)
    onnx.checker.check_model(model, full_check=True)
    assert all(not tensor.external_data for tensor in model.graph.initializer)
    stored = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    for name, tensor in NETWORK.tensors.items():
        np.testing.assert_array_equal(stored[name], tensor)
    assert onnx_bytes(NETWORK, INTERVAL_S) == DATA


def test_the_metadata_tell_schema_time_sizes_and_choices() -> None:
    found = session(DATA).get_modelmeta().custom_metadata_map
    assert found == onnx_metadata(NETWORK, INTERVAL_S)
    assert found["schema_digest"] == SCHEMA.digest
    assert float(found["interval_s"]) == INTERVAL_S
    assert json.loads(found["sizes"]) == SCHEMA.sizes.describe()
    assert json.loads(found["choices"]) == [choice.name for choice in SCHEMA.action.choices]
    assert json.loads(found["choices"])[-1] == "doctrine-cautious"  # carried out by Chammo, not by the graph
