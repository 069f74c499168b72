"""A learned model as a JSON document, and back. Numbers only: reading a file executes nothing.

The document holds the parameters of the preparation, three sums of trees as parallel arrays of nodes, and the widening
of the intervals. A reader checks every array, so a damaged or forged file is refused and an evaluation always ends.
"""

import json
from pathlib import Path
from typing import Any

from logistics.document_reader import DocumentReader
from logistics.prognosis.features import Preparation
from logistics.prognosis.model import LearnedModel
from logistics.prognosis.regimes import Regimes
from logistics.prognosis.trees import Trees
from simcore.errors import InputError

FORMAT = "chammo-learned-remaining-life"
VERSION = 1
_TREES = ("estimate", "low", "high")
_N_ROW_FEATURES = 4  # of each signal, see Preparation.features
_N_INDEX_FEATURES = 8


def learned_document(model: LearnedModel) -> dict[str, Any]:
    """Return the model as a JSON document."""
    preparation, regimes = model.preparation, model.preparation.regimes
    return {
        "format": FORMAT,
        "version": VERSION,
        "time_unit": model.time_unit,
        "cap": model.cap,
        "level": model.level,
        "seed": model.seed,
        "n_lives": model.n_lives,
        "held_out_rmse": model.held_out_rmse,
        "signal_names": list(preparation.signal_names),
        "setting_names": list(preparation.setting_names),
        "regimes": {name: getattr(regimes, name).tolist() for name in _REGIME_SHAPES},
        "reach": regimes.reach,
        "index_weights": preparation.index_weights.tolist(),
        "index_constant": preparation.index_constant,
        "widening": model.widening.tolist(),
        "trees": {name: _tree_document(getattr(model, name)) for name in _TREES},
    }


def _tree_document(trees: Trees) -> dict[str, Any]:
    whole = {name: getattr(trees, name).tolist() for name in ("roots", "feature", "left", "right")}
    return {"start": trees.start, **whole, "threshold": trees.threshold.tolist(), "value": trees.value.tolist()}


_REGIME_SHAPES = {
    "setting_mean": ("settings",),
    "setting_scale": ("settings",),
    "centres": ("regimes", "settings"),
    "mean": ("regimes", "signals"),
    "scale": ("regimes", "signals"),
}


def read_learned(document: dict[str, Any], file: Path) -> LearnedModel:
    """Return the model of a document. Raises ``InputError`` with the key that is missing or wrong."""
    reader = DocumentReader(document, file)
    version = document.get("version")
    if version != VERSION:
        raise InputError(
            f"{file}: version {version!r} of the format; this release reads {VERSION}: fit the model again"
        )
    signals, settings = reader.names("signal_names"), reader.names("setting_names")
    regimes = reader.part("regimes")
    n = {"settings": len(settings), "signals": len(signals), "regimes": len(regimes.whole_list("centres"))}
    arrays = {name: regimes.array(name, tuple(n[axis] for axis in axes)) for name, axes in _REGIME_SHAPES.items()}
    for name in ("setting_scale", "scale"):
        if not (arrays[name] > 0.0).all():
            raise regimes.wrong(name, "a scale that is not above 0")
    n_features = _N_ROW_FEATURES * len(signals) + _N_INDEX_FEATURES
    trees = reader.part("trees")
    model = LearnedModel(
        time_unit=reader.text("time_unit"),
        cap=reader.number("cap"),
        level=reader.number("level"),
        seed=int(reader.number("seed")),
        n_lives=int(reader.number("n_lives")),
        held_out_rmse=reader.number("held_out_rmse"),
        preparation=Preparation(
            signal_names=signals,
            setting_names=settings,
            regimes=Regimes(reach=reader.number("reach"), **arrays),
            index_weights=reader.array("index_weights", (len(signals),)),
            index_constant=reader.number("index_constant"),
        ),
        widening=reader.array("widening", (len(reader.whole_list("widening")),)),
        **{name: _read_trees(trees.part(name), n_features) for name in _TREES},
    )
    if not (model.cap > 0.0 and 0.0 < model.level < 1.0 and len(model.widening) and len(signals) and n["regimes"]):
        raise InputError(f"{file}: cap, level, signals, regimes or widening out of range; fit the model again")
    return model


def _read_trees(reader: DocumentReader, n_features: int) -> Trees:
    sizes = {name: len(reader.whole_list(name)) for name in ("roots", "feature", "left", "right")}
    whole = {name: reader.wholes(name, size) for name, size in sizes.items()}
    n = sizes["feature"]
    trees = Trees(
        start=reader.number("start"),
        threshold=reader.array("threshold", (n,)),
        value=reader.array("value", (n,)),
        **whole,
    )
    problem = trees.problem(n_features)
    if problem is not None:
        raise reader.wrong("feature", problem)
    return trees


def compact_text(document: dict[str, Any]) -> str:
    """Return the document as text without indentation: it holds some hundred thousand numbers."""
    return json.dumps(document, separators=(",", ":"), allow_nan=False) + "\n"
