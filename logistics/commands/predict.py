"""``chammo maintenance predict``: remaining useful life of the components in service of a log."""

from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from logistics.commands.log_options import add_log_options, check_options, component_names, write_picture
from logistics.commands.named_command import NamedCommand
from logistics.tables.aligned import aligned
from simcore.errors import InputError

if TYPE_CHECKING:
    from logistics.logs.log import MaintenanceLog
    from logistics.prognosis.model import LearnedModel
    from logistics.remaining_lives import RemainingLife
    from simcore.types import F64

_EXAMPLES = """examples:
  chammo maintenance predict in-service.csv --model laws.json --window 24
  chammo maintenance predict test_FD001.txt --model engine.json --truth RUL_FD001.txt --svg lives.svg
  chammo maintenance predict test_FD001.txt --train train_FD001.txt --truth RUL_FD001.txt --seeds 1,2,3

A life that has not ended by a failure is in service. Exit code 2: a log or an argument is wrong."""


def configure(parser: ArgumentParser) -> None:
    """Declare the arguments of ``chammo maintenance predict``."""
    parser.epilog = _EXAMPLES
    parser.add_argument("log", type=Path, metavar="LOG", help="log of components in service, or run folder")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--model", type=Path, metavar="FILE", help="model written by fit --out")
    source.add_argument("--train", type=Path, metavar="LOG", help="log to fit a learned model to, which is not kept")
    parser.add_argument(
        "--seeds", default="1", metavar="N,N", help="seeds of the learned model with --train (default 1)"
    )
    parser.add_argument("--truth", type=Path, metavar="FILE", help="true remaining lives, a number a row, to score")
    parser.add_argument(
        "--window", type=float, help="laws: print the probability of failure within this time, too, in the model's unit"
    )
    add_log_options(parser)


def execute(options: Namespace) -> int:
    """Run ``chammo maintenance predict``."""
    from logistics.logs.cmapss import read_true_lives
    from logistics.logs.reading import read_log
    from logistics.reliability.lifetimes import FORMAT as LAWS
    from logistics.reliability.lifetimes import read_lifetimes
    from logistics.remaining_lives import by_laws, by_learned_model, in_service
    from simcore.recording.files import json_text

    check_options(options)
    if options.window is not None and not 0.0 < options.window < 1e12:
        raise InputError(f"--window {options.window:g}: not a time; give more than 0")
    log = read_log(options.log, components=component_names(options), is_training=False)
    lives = in_service(log)
    truth = None if options.truth is None else read_true_lives(options.truth, len(lives))
    scored: list[dict[str, Any]] = []
    warnings: list[str] = []
    model_file: Path | None = options.model
    document = None if model_file is None else _document(model_file)
    if document is not None and model_file is not None and document["format"] == LAWS:
        if truth is not None:
            raise InputError("--truth scores a learned model; the laws of this model predict from the age alone")
        laws = read_lifetimes(document, model_file)
        rows, time_unit, level = by_laws(log, laws, options.level, options.window), laws.time_unit, options.level
    else:
        if options.window is not None:
            raise InputError("--window is for laws; a learned model states intervals")
        models = _models(options, log, document)
        rows, time_unit, level = by_learned_model(log, models[0]), models[0].time_unit, models[0].level
        warnings = _warnings(log, models[0])
        if truth is not None:
            others = [by_learned_model(log, model) for model in models[1:]]
            scored = [_scores(model, found, truth) for model, found in zip(models, [rows, *others], strict=True)]
    left_out = log.n_lives - len(lives)
    if left_out:
        warnings.append(f"{left_out} lives have ended by a failure; no prediction for them")
    if options.svg is not None:
        write_picture(options.svg, _picture(rows, time_unit, level, truth), quiet=options.quiet)
    if options.json:
        predictions = [asdict(row) for row in rows]
        if truth is not None:
            predictions = [row | {"truth": float(true)} for row, true in zip(predictions, truth, strict=True)]
        facts = {"time_unit": time_unit, "level": level, "predictions": predictions, "scores": scored}
        print(json_text(facts | {"warnings": warnings}))
    else:
        print(_text(rows, time_unit, level, scored, truth, warnings))
    return 0


def _document(file: Path) -> dict[str, Any]:
    from logistics.prognosis.model_file import FORMAT as LEARNED
    from logistics.reliability.lifetimes import FORMAT as LAWS
    from simcore.recording.files import read_json

    if not file.is_file():
        raise InputError(f"{file}: the model is missing; write one with chammo maintenance fit LOG --out {file}")
    document = read_json(file, most_bytes=2**28)
    if document.get("format") not in (LEARNED, LAWS):
        raise InputError(f"{file}: no model of chammo maintenance fit (format {document.get('format')!r}); fit one")
    return document


def _models(options: Namespace, log: "MaintenanceLog", document: dict[str, Any] | None) -> "list[LearnedModel]":
    """Return the learned model of a file, or one for each seed."""
    from logistics.commands.progress import Counter
    from logistics.logs.reading import check_ended, read_log
    from logistics.logs.tabular import check_gaps
    from logistics.prognosis.fitting import fit_learned, label
    from logistics.prognosis.model_file import read_learned

    check_gaps(log, options.most_gap)
    if document is not None:
        return [read_learned(document, options.model)]
    seeds = _seeds(options.seeds)
    train = read_log(options.train, components=component_names(options))
    check_ended(train)
    check_gaps(train, options.most_gap)
    training, cap = label(train, options.cap)
    return [
        fit_learned(
            training, cap, level=options.level, seed=seed, n_trees=options.trees,
            on_progress=Counter(f"seed {seed}: ensembles", quiet=options.quiet),
        )
        for seed in seeds
    ]  # fmt: skip


def _seeds(text: str) -> list[int]:
    try:
        seeds = [int(part) for part in text.split(",")]
    except ValueError:
        seeds = []
    if not seeds or min(seeds) < 0 or len(set(seeds)) < len(seeds):
        raise InputError(f"--seeds {text}: give different whole numbers from 0 up, as in 1,2,3")
    return seeds


def _warnings(log: "MaintenanceLog", model: "LearnedModel") -> list[str]:
    n = model.preparation.n_beyond(log)
    return [f"{n} rows with settings outside every regime of the training log: intervals may not hold"] if n else []


def _scores(model: "LearnedModel", rows: "list[RemainingLife]", truth: "F64") -> dict[str, Any]:
    import numpy as np

    from logistics.prognosis.model import Prediction
    from logistics.prognosis.scores import scores

    prediction = Prediction(
        remaining=np.array([row.remaining for row in rows]),
        low=np.array([row.low for row in rows]),
        high=np.array([model.cap if row.high is None else row.high for row in rows]),
    )
    return {"seed": model.seed, "cap": model.cap} | asdict(scores(prediction, truth, model.cap))


def _text(
    rows: "list[RemainingLife]", time_unit: str, level: float, scored: list[dict[str, Any]],
    truth: "F64 | None", warnings: list[str],
) -> str:  # fmt: skip
    has_chance = any(row.p_failure is not None for row in rows)
    header = ["unit", "component", f"age ({time_unit})", "law", "remaining", f"{100 * level:g} % from", "to"]
    header += ["p failure"] * has_chance + ["truth"] * (truth is not None)
    lines: list[list[str]] = []
    for k, row in enumerate(rows):
        high = "-" if row.high is None else f"{row.high:.4g}"
        line = [row.unit, row.component, f"{row.age:.5g}", row.law, f"{row.remaining:.4g}", f"{row.low:.4g}", high]
        if has_chance:
            line.append("-" if row.p_failure is None else f"{row.p_failure:.3g}")
        if truth is not None:
            line.append(f"{truth[k]:g}")
        lines.append(line)
    text = aligned(header, lines, left=2)
    if any(row.high is None for row in rows):
        text.append("- in the column 'to': at least the bound below; the model learns remaining lives up to its cap")
    if scored:
        text += ["", *_score_table(scored, level)]
    return "\n".join([*text, *(f"note: {warning}" for warning in warnings)])


def _score_table(scored: list[dict[str, Any]], level: float) -> list[str]:
    header = ["seed", "units", "RMSE", "score", "RMSE uncapped", "score uncapped", f"in {100 * level:g} % interval",
              "mean width"]  # fmt: skip
    rows = [
        [str(one["seed"]), str(one["n"]), f"{one['rmse']:.2f}", f"{one['score']:.0f}", f"{one['rmse_uncapped']:.2f}",
         f"{one['score_uncapped']:.0f}", f"{100 * one['coverage']:.1f} %", f"{one['mean_width']:.1f}"]
        for one in scored
    ]  # fmt: skip
    cap = scored[0]["cap"]
    return [*aligned(header, rows), f"RMSE and score: true lives capped at {cap:g}, as the model's; score: PHM 2008"]


def _picture(rows: "list[RemainingLife]", time_unit: str, level: float, truth: "F64 | None") -> str:
    from logistics.drawing.panels import OTHER, OWN, Panel, picture

    order = sorted(range(len(rows)), key=lambda k: rows[k].remaining)
    tops: list[float] = [row.remaining if row.high is None else row.high for row in rows]
    trues: list[float] = [] if truth is None else [float(true) for true in truth]
    most = 1.02 * max([*tops, *trues])
    panel = Panel(
        f"remaining life, {100 * level:g} % intervals", "units, by estimate", f"remaining ({time_unit})",
        len(rows) + 1.0, most, width=max(640.0, 7.0 * len(rows)),
    )  # fmt: skip
    panel.key("estimate", OWN)
    if trues:
        panel.key("truth", OTHER)
    for place, k in enumerate(order, start=1):
        row = rows[k]
        name = f"{row.unit}, {row.component}: {row.remaining:.4g}"
        panel.bar(float(place), row.low, most if row.high is None else row.high, OWN)
        panel.dot(float(place), row.remaining, OWN, name)
        if trues:
            panel.dot(float(place), trues[k], OTHER, f"{name}, truth {trues[k]:g}", is_open=True)
    return picture([panel])


PREDICT = NamedCommand("predict", "predict remaining useful life of components in service", configure, execute)
