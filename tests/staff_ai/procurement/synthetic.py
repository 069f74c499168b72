"""A procurement question with a known answer: an analytic simulator in the place of the engine.

Blue buys guns, drones and a radio upgrade, and chooses a doctrine. The effect of a mix is a share of the enemy stopped.
Drones fail under strong jamming with short warning, unless their radio is upgraded.
"""

import itertools
from dataclasses import dataclass, field

import numpy as np
from scipy.special import expit

from scenarios.experiments.factors import Factor, Level
from simcore.types import F64
from staff_ai.procurement.futures import Future, enemy_options
from staff_ai.procurement.play import KeptRun, Stage
from staff_ai.procurement.prices import Price
from staff_ai.procurement.question import Choice, Goal, Lever, Question, Uncertainty

BUDGET = 12.0
THRESHOLD = 0.5
JAMMED, LATE_MIN = 0.5, 30.0


def counted(name: str, low: int, high: int, price: float) -> Lever:
    factor = Factor(name, name, (), low, high, True)
    levels = tuple(Level({name: k}, float(k)) for k in range(low, high + 1))
    prices = tuple(Price(0.8, 1.0, 1.4).times(price * (k - low)) for k in range(low, high + 1))
    return Lever(factor, levels, 0, prices)


def named(name: str, levels: list[str], prices: tuple[Price, ...] = (), *, is_conduct: bool = False) -> Lever:
    made = tuple(Level({name: level}, level) for level in levels)
    return Lever(Factor(name, name, made), made, 0, prices, is_conduct)


def question(*, worth: float | None = 40.0, runs: int = 12_000, finalists: int = 8) -> Question:
    levers = (
        counted("guns", 0, 8, 1.0),
        counted("drones", 0, 8, 1.5),
        named("radio", ["old", "new"], (Price(0, 0, 0), Price(7, 8, 10))),
        named("doctrine", ["wait", "strike"], is_conduct=True),
    )
    enemy = Factor("enemy", "enemy", tuple(Level({"enemy": name}, name) for name in ("frontal", "flanking")))
    uncertainties = (
        Uncertainty(Factor("jamming", "jamming", (), 0.0, 1.0)),
        Uncertainty(Factor("warning", "warning", (), 5.0, 60.0), unit="min"),
        Uncertainty(enemy, (3.0, 1.0), enemy_chooses=True),
    )
    goal = Goal("stopped", "more", THRESHOLD, worth=worth, is_share=True)
    return Question("harbour", levers, uncertainties, (goal,), BUDGET, runs=runs, n_finalists=finalists)


def effect(cells: dict[str, float | str]) -> float:
    """Return the expected effect of an alternative in a future."""
    guns, drones = float(cells["guns"]), float(cells["drones"])
    is_strike, is_flanking = cells["doctrine"] == "strike", cells["enemy"] == "flanking"
    gun = 0.09 * guns * (0.6 if is_strike else 1.0) * (0.7 if is_flanking else 1.0)
    drone = 0.15 * drones * (1.1 if is_strike else 0.8)
    if cells["radio"] == "old":
        drone *= 1.0 - 0.9 * cut_off(float(cells["jamming"]), float(cells["warning"]))
    return float(1.0 - np.exp(-(0.15 + gun + drone)))


def cut_off(jamming: float, warning: float) -> float:
    """Return the share of drones that old radios lose: all under strong jamming with short warning."""
    return float(expit((jamming - JAMMED) / 0.02) * expit((LATE_MIN - warning) / 1.0))


@dataclass
class Analytic:
    """Plays stages by the formula, with luck: some shared by all alternatives, some of their own."""

    asked: Question
    spread: float = 0.15
    stages: list[Stage] = field(default_factory=list)

    def play(self, stage: Stage) -> dict[str, F64]:
        self.stages.append(stage)
        shared = np.random.default_rng([stage.seed, 1]).normal(size=stage.n)
        rows = []
        for i, trial in enumerate(stage.trials):
            own = np.random.default_rng([stage.seed, 2, i]).normal(size=stage.n)
            means = [effect({**trial.cells, **future}) for future in stage.futures]
            mean = np.array([means[k % len(means)] for k in range(stage.n)])
            rows.append(mean + self.spread * (0.7 * shared + 0.7 * own))
        return {"stopped": np.stack(rows)}

    def keep(self, stage: Stage, trial: int, replication: int) -> KeptRun | None:
        return None


def true_futures() -> list[Future]:
    """Return a fine grid of futures; they are equally probable but for the enemy."""
    jamming, warning = (np.arange(30) + 0.5) / 30, 5.0 + 55.0 * (np.arange(30) + 0.5) / 30
    return [{"jamming": float(j), "warning": float(w)} for j, w in itertools.product(jamming, warning)]


def true_effects(asked: Question, choice: Choice) -> F64:
    """Return the effect of an alternative in every future against every option, (futures, options)."""
    cells = asked.cells(choice)
    options = enemy_options(asked)
    return np.array([[effect({**cells, **future, **o.cells}) for o in options] for future in true_futures()])


def true_mean(asked: Question, choice: Choice) -> float:
    weights = np.array([option.weight for option in enemy_options(asked)])
    return float((true_effects(asked, choice) @ weights).mean())


def all_choices(asked: Question) -> list[Choice]:
    return list(itertools.product(*(range(len(lever.levels)) for lever in asked.levers)))
