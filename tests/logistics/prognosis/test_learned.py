"""The learned model: causal, calibrated on lives that it has not seen, the same from a file, and safe to read."""

import json
import math
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from logistics.logs.cmapss import read_true_lives
from logistics.logs.log import MaintenanceLog
from logistics.logs.reading import read_log
from logistics.prognosis.fitting import fit_learned, label
from logistics.prognosis.model import LearnedModel, Prediction, widened
from logistics.prognosis.model_file import compact_text, learned_document, read_learned
from logistics.prognosis.scores import phm_score, scores
from logistics.prognosis.trees import Trees
from simcore.errors import InputError
from tests.logistics.prognosis.engines import write_engines

pytest.importorskip("sklearn")
CAP = 60.0


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> tuple[LearnedModel, MaintenanceLog, np.ndarray, MaintenanceLog]:
    """Return a model of engines under three regimes, a test log, its true lives, and the training log."""
    train, test, truth = write_engines(tmp_path_factory.mktemp("engines"), n_regimes=3)
    log = read_log(train)
    training, cap = label(log, CAP)
    model = fit_learned(training, cap, n_trees=60, seed=1)
    in_service = read_log(test, is_training=False)
    return model, in_service, read_true_lives(truth, in_service.n_lives), log


Fitted = tuple[LearnedModel, MaintenanceLog, np.ndarray, MaintenanceLog]


def test_predictions_beat_the_best_constant_by_far_and_intervals_cover(fitted: Fitted) -> None:
    model, log, truth, _ = fitted
    result = scores(model.predict(log), truth, CAP)
    assert model.preparation.regimes.n_regimes == 3
    assert model.preparation.signal_names == tuple(f"sensor_{k}" for k in range(1, 6))
    assert result.rmse < 0.5 * float(np.minimum(truth, CAP).std())
    assert result.coverage == pytest.approx(0.9, abs=4.0 * math.sqrt(0.09 / len(truth)))
    assert result.mean_width < 0.9 * CAP


def test_a_feature_depends_on_no_later_row(fitted: Fitted) -> None:
    model, _, _, log = fitted
    whole = model.preparation.features(log)
    keep = np.flatnonzero((log.life < 2) & (log.time <= 30.0))
    cut = replace(
        log, unit=tuple(log.unit[k] for k in keep), component=("whole",) * len(keep), time=log.time[keep],
        event=log.event[keep], signals=log.signals[keep], row=log.row[keep], life=log.life[keep],
    )  # fmt: skip
    assert np.array_equal(model.preparation.features(cut), whole[keep])


def test_a_model_from_its_file_predicts_the_same_bits(fitted: Fitted, tmp_path: Path) -> None:
    model, log, _, _ = fitted
    document = json.loads(compact_text(learned_document(model)))
    again = read_learned(document, tmp_path / "model.json")
    for name in ("remaining", "low", "high"):
        assert np.array_equal(getattr(again.predict(log), name), getattr(model.predict(log), name))


def test_the_same_log_and_seed_give_the_same_model_and_another_seed_another(tmp_path: Path) -> None:
    train, _, _ = write_engines(tmp_path, n_train=15, n_test=1)
    training, cap = label(read_log(train), CAP)
    one, same, other = (
        compact_text(learned_document(fit_learned(training, cap, n_trees=2, seed=seed))) for seed in (1, 1, 2)
    )
    assert one == same
    assert one != other


def _loop(document: dict[str, Any]) -> None:
    document["trees"]["low"]["left"][0] = 0
    document["trees"]["low"]["right"][0] = 1


DAMAGE: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "endless tree": (_loop, "trees.low.feature: a node leads out of its tree"),
    "node beyond the end": (lambda d: d["trees"]["high"]["left"].__setitem__(0, 10**9), "a node leads out of its tree"),
    "feature beyond": (lambda d: d["trees"]["high"]["feature"].__setitem__(0, 900), "feature that does not exist"),
    "text in numbers": (lambda d: d["widening"].__setitem__(0, "x"), "widening: no array of numbers"),
    "short array": (lambda d: d["index_weights"].pop(), "index_weights: no array of 5 finite numbers"),
    "nothing where a number belongs": (lambda d: d.update(cap=None), "cap: no finite number"),
    "negative cap": (lambda d: d.update(cap=-1.0), "out of range"),
    "newer version": (lambda d: d.update(version=2), "version 2 of the format"),
    "zero scale": (lambda d: d["regimes"]["scale"][0].__setitem__(0, 0), "regimes.scale: a scale that is not above 0"),
    "missing part": (lambda d: d.pop("trees"), "trees: no object"),
}


@pytest.mark.parametrize("case", DAMAGE)
def test_a_damaged_or_forged_model_is_refused(case: str, fitted: Fitted) -> None:
    document = json.loads(compact_text(learned_document(fitted[0])))
    damage, message = DAMAGE[case]
    damage(document)
    with pytest.raises(InputError, match=message):
        read_learned(document, Path("model.json"))


def test_a_sum_of_trees_follows_its_nodes() -> None:
    stump = Trees(
        start=1.0,
        roots=np.array([0, 3]),
        feature=np.array([1, 0, 0, 0]),
        threshold=np.array([5.0, 0.0, 0.0, 0.0]),
        left=np.array([1, 1, 2, 3]),
        right=np.array([2, 1, 2, 3]),
        value=np.array([0.0, 10.0, 20.0, 100.0]),
    )
    assert stump.predict(np.array([[0.0, 5.0], [0.0, 5.1]])).tolist() == [111.0, 121.0]
    assert stump.problem(2) is None


def test_intervals_widen_by_the_bin_of_the_estimate_and_stay_within_bounds() -> None:
    remaining, low, high = np.array([5.0, 95.0]), np.array([4.0, 80.0]), np.array([7.0, 99.0])
    prediction = widened(remaining, low, high, np.array([1.0, 30.0]), 100.0)
    assert prediction.low.tolist() == [3.0, 50.0]
    assert prediction.high.tolist() == [8.0, 100.0]
    narrowed = widened(remaining, low, high, np.array([-2.0, -2.0]), 100.0)
    assert narrowed.low.tolist() == [5.0, 82.0]  # never beyond the estimate
    assert narrowed.high.tolist() == [5.0, 97.0]


def test_late_predictions_cost_more_than_early_ones() -> None:
    assert phm_score(np.array([-13.0])) == pytest.approx(math.e - 1.0)
    assert phm_score(np.array([10.0])) == pytest.approx(math.e - 1.0)
    assert phm_score(np.array([0.0])) == 0.0


def test_scores_are_of_capped_and_of_uncapped_lives() -> None:
    prediction = Prediction(np.array([50.0, 100.0]), np.array([40.0, 90.0]), np.array([60.0, 100.0]))
    result = scores(prediction, np.array([54.0, 130.0]), 100.0)
    assert result.rmse == pytest.approx(math.sqrt(16.0 / 2.0))
    assert result.rmse_uncapped == pytest.approx(math.sqrt((16.0 + 900.0) / 2.0))
    assert result.coverage == 1.0  # 130 counts as 100, where the second interval has no bound above
    assert result.mean_width == 15.0


def test_rows_of_a_censored_life_count_only_as_far_as_their_capped_life_is_known(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    rows = [f"u{k},{t},{'failure' if t == 10 else ''},{t}" for k in range(10) for t in range(1, 11)]
    rows += [f"c,{t},{'censored' if t == 9 else ''},{t}" for t in range(1, 10)]
    path.write_text("unit,time_h,event,heat\n" + "\n".join(rows) + "\n")
    training, _ = label(read_log(path), 4.0)
    assert training.n_unlabelled == 4  # ages 6 to 9 of the censored life: less than 4 h seen after them
    assert training.is_known[-9:].tolist() == [True] * 5 + [False] * 4
    assert training.remaining[:10].tolist() == [4.0] * 6 + [3.0, 2.0, 1.0, 0.0]


def test_too_few_failures_no_signals_or_several_kinds_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("unit,time_h,event,heat\na,1,failure,2\n")
    with pytest.raises(InputError, match="1 lives that end with a failure; a learned model with intervals needs 10"):
        label(read_log(path), None)
    path.write_text("unit,time_h,event\na,1,failure\n")
    with pytest.raises(InputError, match="no condition signal"):
        label(read_log(path), None)
    path.write_text("unit,component,time_h,event,heat\na,power,1,failure,2\na,link,1,failure,2\n")
    with pytest.raises(InputError, match="components link, power; a learned model is of a single kind"):
        label(read_log(path), None)


@pytest.mark.slow
@pytest.mark.skipif("CHAMMO_CMAPSS" not in os.environ, reason="CHAMMO_CMAPSS names no folder with the C-MAPSS data")
def test_the_turbofans_of_fd001_are_predicted_as_well_as_by_published_networks() -> None:
    """Published: RMSE 16.1 (deep LSTM) to 11.0 (MTSTAN). Settings were chosen by folds of the training engines."""
    folder = Path(os.environ["CHAMMO_CMAPSS"])
    training, cap = label(read_log(folder / "train_FD001.txt"), None)
    log = read_log(folder / "test_FD001.txt", is_training=False)
    truth = read_true_lives(folder / "RUL_FD001.txt", log.n_lives)
    for seed in (1, 2, 3):
        result = scores(fit_learned(training, cap, seed=seed).predict(log), truth, cap)
        assert result.rmse <= 11.5
        assert result.score <= 210.0
        assert 0.87 <= result.coverage <= 0.95
