"""A policy as an ONNX graph, for other runtimes and tools. Nothing in Chammo plays it.

The graph is built node by node, without an exporter: its inputs are the parts of the observation by name, in the order
of the schema, and the mask; all of them are used, with a common number of rows. The weights are in the file.
"""

import json
from typing import Any

import numpy as np

from staff_ai.trained.networks import Network

MASK, SCORES, CHOICES, ROWS = "mask", "scores", "choices", "rows"
OPSET, IR = 17, 8  # of 2022: readable by older runtimes too
FORMAT = "chammo-policy-onnx"


def onnx_bytes(network: Network, interval_s: float | None) -> bytes:
    """Return a network as an ONNX file.

    Inputs: each part of the observation (rows, ...) in float32; ``mask`` (rows, G, A), bool. Outputs: ``scores``
    (rows, G, A) in float32; ``choices`` (rows, G), the first of the largest scores that the mask allows. The metadata
    hold the digest of the schema, the time between choices [s], the sizes and the names of the choices.
    """
    from onnx import TensorProto, checker, helper, numpy_helper

    schema = network.schema
    n_groups, n_choices = schema.sizes.groups, schema.action.n_choices
    nodes: list[Any] = []
    flat = [f"{part.name}_flat" for part in schema.observation.parts]
    for part, name in zip(schema.observation.parts, flat, strict=True):
        nodes.append(helper.make_node("Flatten", [part.name], [name], axis=1))
    values = "layer_input"
    nodes.append(helper.make_node("Concat", flat, [values], axis=1))
    n_layers = len(network.tensors) // 2
    for k in range(n_layers):
        inputs = [values, f"layer.{k}.weight", f"layer.{k}.bias"]
        values = f"layer.{k}.sum"
        nodes.append(helper.make_node("Gemm", inputs, [values], transB=1))
        if k < n_layers - 1:
            nodes.append(helper.make_node("Relu", [values], [f"layer.{k}.output"]))
            values = f"layer.{k}.output"
    nodes += [
        helper.make_node("Reshape", [values, "shape"], [SCORES]),
        helper.make_node("Where", [MASK, SCORES, "never"], ["allowed"]),
        helper.make_node("ArgMax", ["allowed"], [CHOICES], axis=2, keepdims=0, select_last_index=0),
    ]
    constants = {
        **network.tensors,
        "shape": np.array([0, n_groups, n_choices], dtype=np.int64),  # 0 keeps the number of rows
        "never": np.array(-np.inf, dtype=np.float32),
    }
    shape = [ROWS, n_groups, n_choices]
    graph = helper.make_graph(
        nodes,
        "policy",
        [
            *(
                helper.make_tensor_value_info(part.name, TensorProto.FLOAT, [ROWS, *part.shape])
                for part in schema.observation.parts
            ),
            helper.make_tensor_value_info(MASK, TensorProto.BOOL, shape),
        ],
        [
            helper.make_tensor_value_info(SCORES, TensorProto.FLOAT, shape),
            helper.make_tensor_value_info(CHOICES, TensorProto.INT64, [ROWS, n_groups]),
        ],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR, producer_name="chammo"
    )
    helper.set_model_props(model, onnx_metadata(network, interval_s))
    checker.check_model(model, full_check=True)
    return model.SerializeToString(deterministic=True)


def onnx_metadata(network: Network, interval_s: float | None) -> dict[str, str]:
    """Return the metadata of the file: texts by key, JSON where they are no plain text."""
    schema = network.schema
    return {
        "format": FORMAT,
        "schema_digest": schema.digest,
        "interval_s": json.dumps(interval_s),
        "sizes": json.dumps(schema.sizes.describe()),
        "choices": json.dumps([choice.name for choice in schema.action.choices]),
    }
