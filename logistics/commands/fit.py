"""``chammo maintenance fit``: laws of lifetimes, or a learned model of remaining life, from a maintenance log."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from logistics.commands.log_options import add_log_options, check_options, component_names, show_notes, write_picture
from logistics.commands.named_command import NamedCommand
from logistics.tables.aligned import aligned
from simcore.errors import InputError

if TYPE_CHECKING:
    from logistics.logs.log import MaintenanceLog
    from logistics.prognosis.model import LearnedModel
    from logistics.reliability.lifetimes import ComponentFit

_EXAMPLES = """examples:
  chammo maintenance fit log.csv
  chammo maintenance fit runs/patrol --out laws.json
  chammo maintenance fit log.csv --components pump,bearing --svg lives.svg --out laws.json
  chammo maintenance fit wear.parquet --signal wear_mm --limit 20 --out laws.json
  chammo maintenance fit train_FD001.txt --learned --out engine.json

The form of a log: docs/how-to/maintenance-logs.md. Exit code 2: the log or an argument is wrong."""


def configure(parser: ArgumentParser) -> None:
    """Declare the arguments of ``chammo maintenance fit``."""
    parser.epilog = _EXAMPLES
    parser.add_argument("log", type=Path, metavar="LOG", help="log (CSV, Parquet, C-MAPSS text) or run folder")
    parser.add_argument("--signal", metavar="NAME", help="signal of cumulative wear, for a gamma process")
    parser.add_argument("--limit", type=float, help="level of that signal at which the component fails")
    parser.add_argument("--learned", action="store_true", help="fit a learned model to the signals instead of laws")
    parser.add_argument("--seed", type=int, default=1, help="seed of folds, trees and bootstrap (default 1)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the fitted model as JSON, for predict")
    add_log_options(parser)


def execute(options: Namespace) -> int:
    """Run ``chammo maintenance fit``."""
    from logistics.logs.reading import check_ended, read_log

    check_options(options)
    if (options.signal is None) != (options.limit is None):
        raise InputError("--signal and --limit belong together: the signal of wear, and the level at which it fails")
    if options.learned and options.out is None:
        raise InputError("--learned needs --out FILE: the model is too large to print")
    if options.learned and options.signal is not None:
        raise InputError("--learned uses all signals; leave out --signal and --limit")
    if options.seed < 0:
        raise InputError(f"--seed {options.seed}: below 0; give a whole number from 0 up")
    log = read_log(options.log, components=component_names(options))
    show_notes(log, quiet=options.quiet)
    check_ended(log)
    return _learned(options, log) if options.learned else _laws(options, log)


def _laws(options: Namespace, log: "MaintenanceLog") -> int:
    from logistics.logs.reading import check_positive_lives
    from logistics.reliability.lifetimes import WearLimit, as_document, fit_lifetimes
    from simcore.recording.files import json_text, write_text

    check_positive_lives(log)
    wear = None if options.signal is None else WearLimit(options.signal, options.limit)
    fits = fit_lifetimes(log, wear, seed=options.seed)
    document = as_document(fits, log.time_unit)
    if options.out is not None:
        write_text(options.out, json_text(document) + "\n")
    if options.svg is not None:
        write_picture(options.svg, _picture(log, fits), quiet=options.quiet)
    print(json_text(document) if options.json else _text(log, fits))
    if options.out is not None and not options.quiet:
        print(f"wrote {options.out}", file=sys.stderr)
    return 0


def _text(log: "MaintenanceLog", fits: "list[ComponentFit]") -> str:
    unit = log.time_unit
    header = ["component", "lives", "failures", "beta", "95 %", f"eta ({unit})", "95 %", f"mean ({unit})", "p beta=1",
              "p fit"]  # fmt: skip
    rows: list[list[str]] = []
    lines: list[str] = []
    for fit in fits:
        law, n = fit.weibull, fit.exponential.n_failures
        n_lives = sum(name == fit.component for name in log.life_components)
        cells = ["-"] * 7
        if law is not None:
            cells = [f"{law.beta:.4g}", _interval(law.beta_95), f"{law.eta:.5g}", _interval(law.eta_95),
                     f"{law.mean_life:.5g}", f"{law.p_constant_hazard:.2g}", f"{fit.p_weibull:.2g}"]  # fmt: skip
        rows.append([fit.component, str(n_lives), str(n), *cells])
        rate = fit.exponential
        lines.append(f"{fit.component}: {fit.verdict}")
        lines.append(f"  constant hazard: {rate.rate:.4g} per {unit} ({rate.low:.4g} to {rate.high:.4g})")
        if fit.gamma_process is not None and fit.wear is not None:
            process = fit.gamma_process
            lines.append(
                f"  gamma process of {fit.wear.signal}: shape {process.a:.5g} per {unit} ({_interval(process.a_95)}), "
                f"scale {process.b:.5g} ({_interval(process.b_95)}), wear {process.wear_rate:.4g} per {unit}; "
                f"limit {fit.wear.limit:g}; {process.n_increments} increments"
            )
    notes = "\n95 %: Wald; p beta=1: likelihood-ratio test of a constant hazard; p fit: bootstrap, small speaks against"
    return "\n".join([*aligned(header, rows), "", *lines, notes])


def _interval(pair: tuple[float, float]) -> str:
    return f"{pair[0]:.4g} to {pair[1]:.4g}"


def _picture(log: "MaintenanceLog", fits: "list[ComponentFit]") -> str:
    import numpy as np

    from logistics.drawing.panels import GREY, OTHER, OWN, Panel, picture
    from logistics.logs.log import LogEvent
    from logistics.reliability.goodness import kaplan_meier

    panels: list[Panel] = []
    for fit in fits:
        part = log.of_component(fit.component)
        most = float(part.duration.max())
        panel = Panel(f"{fit.component}: survival", f"age ({log.time_unit})", "share", most, 1.0)
        failed = part.ending == LogEvent.FAILURE
        ages, after = kaplan_meier(part.duration, failed)
        corners = [(0.0, 1.0), *((float(a), float(s)) for a, s in zip(ages, after, strict=True))]
        panel.steps([*corners, (most, corners[-1][1])], GREY)
        panel.key("log (Kaplan-Meier)", GREY)
        grid = np.linspace(0.0, most, 101)
        constant = np.exp(-fit.exponential.rate * grid)
        panel.line([(float(a), float(s)) for a, s in zip(grid, constant, strict=True)], OTHER, dashes="4 3")
        panel.key("constant hazard", OTHER)
        if fit.weibull is not None:
            law = np.exp(-((grid / fit.weibull.eta) ** fit.weibull.beta))
            panel.line([(float(a), float(s)) for a, s in zip(grid, law, strict=True)], OWN)
            panel.key(f"Weibull, beta {fit.weibull.beta:.3g}, eta {fit.weibull.eta:.4g}", OWN)
        panels.append(panel)
    return picture(panels)


def _learned(options: Namespace, log: "MaintenanceLog") -> int:
    from logistics.commands.progress import Counter
    from logistics.logs.tabular import check_gaps
    from logistics.prognosis.fitting import fit_learned, label
    from logistics.prognosis.model_file import compact_text, learned_document
    from simcore.recording.files import json_text, write_text

    if options.svg is not None:
        raise InputError("--svg draws laws of lifetimes, not a learned model; draw its predictions with predict --svg")
    check_gaps(log, options.most_gap)
    training, cap = label(log, options.cap)
    counter = Counter("fit: ensembles", quiet=options.quiet)
    model = fit_learned(
        training, cap, level=options.level, seed=options.seed, n_trees=options.trees, on_progress=counter
    )
    write_text(options.out, compact_text(learned_document(model)))
    facts = learned_facts(model, training.n_unlabelled)
    if options.json:
        print(json_text(facts))
    else:
        print("\n".join(f"{name.replace('_', ' ')}: {_plain(value)}" for name, value in facts.items()))
    if not options.quiet:
        print(f"wrote {options.out}", file=sys.stderr)
    return 0


def learned_facts(model: "LearnedModel", n_unlabelled: int) -> dict[str, object]:
    """Return the facts of a learned model to show."""
    return {
        "lives": model.n_lives,
        "rows_without_label": n_unlabelled,  # of censored lives, nearer to their end than the cap
        "time_unit": model.time_unit,
        "cap": model.cap,
        "level": model.level,
        "seed": model.seed,
        "operating_regimes": model.preparation.regimes.n_regimes,
        "signals": list(model.preparation.signal_names),
        "held_out_rmse": round(model.held_out_rmse, 3),
        "widening_by_estimate": [round(float(value), 3) for value in model.widening],
    }


def _plain(value: object) -> str:
    return ", ".join(str(item) for item in value) if isinstance(value, list) else str(value)  # pyright: ignore


FIT = NamedCommand("fit", "fit laws of lifetimes or a learned model to a maintenance log", configure, execute)
