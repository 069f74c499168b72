"""From a question to its decision: design, surrogate, search, finalists on fresh seeds, robustness, information.

Everything is decided by the question and its seed, so that a repeated command goes on where a former one was stopped.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from scenarios.experiments.designs import SIZES, nearly_orthogonal, sobol
from scenarios.experiments.surrogate import Indices
from simcore.types import F64, I64
from staff_ai.procurement.boxes import Axis, Box, find_boxes
from staff_ai.procurement.effort import ROUNDS, Effort, plan_effort
from staff_ai.procurement.fresh import Answer, Fresh, Standing, enemy_answer, standing
from staff_ai.procurement.futures import Future, by_nature, draw_futures, enemy_options
from staff_ai.procurement.information import Worth, values_of_information
from staff_ai.procurement.models import Model, Sample, expected_futures, fit, sample_of
from staff_ai.procurement.play import Player, Stage, Trial
from staff_ai.procurement.question import Choice, Question
from staff_ai.procurement.robustness import Landscape, Robustness, landscape, robustness, sufficing
from staff_ai.procurement.search import (
    Found,
    Predict,
    allowed,
    as_choices,
    conducts_of,
    counting,
    front_of,
    most_different,
    predictor,
    search,
)

STATUS_QUO = "status quo"
_BANDS = 6
_FRESH_SEED = 1_000_003
"""Added to the seed for the finalists: their luck is new."""


class Memory(Protocol):
    """Keeps the alternatives chosen for a stage, so that a repeated command plays the same."""

    def once(self, name: str, choose: Callable[[], list[Choice]]) -> list[Choice]:
        """Return the alternatives kept under a name; choose and keep them the first time."""
        ...


class NoMemory:
    """Chooses anew."""

    def once(self, name: str, choose: Callable[[], list[Choice]]) -> list[Choice]:
        """Return the alternatives."""
        return choose()


@dataclass(frozen=True)
class Candidate:
    """An alternative of the search, with its mean effect and likely cost."""

    choice: Choice
    effect: float
    error: float  # standard error of the mean
    cost: float


@dataclass(frozen=True)
class Learned:
    """What the design and the search have shown."""

    models: dict[str, Model]  # through all points
    indices: Indices | None  # of the first goal, from the design
    design_q2: float
    design_error: float
    found: Found  # on the surrogate
    candidates: tuple[Candidate, ...]  # played in the search, by cost


@dataclass(frozen=True)
class Decision:
    """The result of a question."""

    question: Question
    effort: Effort
    learned: Learned
    fresh: Fresh
    names: tuple[str, ...]  # of the finalists
    standing: Standing
    answers: tuple[Answer, ...]  # of the enemy, by finalist
    robustness: tuple[Robustness, ...]
    boxes: tuple[tuple[Box, ...], ...]
    failing: F64  # share of futures in which a finalist fails, (finalists,)
    axes: tuple[Axis, ...]
    lands: dict[str, Landscape]
    information: tuple[Worth, ...]
    stage: Stage


def decide(question: Question, player: Player, memory: Memory | None = None) -> Decision:
    """Return the decision on a question."""
    memory = memory or NoMemory()
    effort = plan_effort(question)
    sample = explore(question, effort, player)
    learned = find_candidates(question, effort, player, sample, memory)
    chosen = memory.once("finalists", lambda: finalists(question, effort, learned))
    stage, fresh = play_fresh(question, effort, player, chosen)
    return judge(question, effort, learned, stage, fresh)


def explore(question: Question, effort: Effort, player: Player) -> Sample:
    """Play a design over levers and uncertainties together; its first point is the status quo."""
    n_levers = len(question.levers)
    k = n_levers + len(question.uncertainties)
    is_latin = effort.points in SIZES.values()
    points = nearly_orthogonal(k, effort.points, question.seed) if is_latin else sobol(effort.points, k, question.seed)
    sizes = np.array([len(lever.levels) for lever in question.levers])
    rows: I64 = np.minimum((points[:, :n_levers] * sizes).astype(np.int64), sizes - 1)
    choices = [question.status_quo, *as_choices(rows)]
    futures: list[Future] = [expected_futures(question, 2)[0]]
    futures += [
        {one.name: one.cell(float(u)) for one, u in zip(question.uncertainties, row, strict=True)}
        for row in points[:, n_levers:]
    ]
    trials = [
        Trial(f"point {i:04d}", {**question.cells(choice), **future})
        for i, (choice, future) in enumerate(zip(choices, futures, strict=True))
    ]
    values = player.play(Stage("explore", tuple(trials), ({},), effort.per_point, question.seed))
    return sample_of(choices, futures, values)


def find_candidates(question: Question, effort: Effort, player: Player, sample: Sample, memory: Memory) -> Learned:
    """Search the front on the surrogate, play what looks best, learn from it, and search again."""
    models = fit(question, sample)
    effect = models.get(question.effect.name)
    first = (effect.sensitivity() if effect else None, effect.q2 if effect else np.nan, effect.error if effect else 0.0)
    futures = draw_futures(question.uncertainties, effort.search_futures, question.seed + 1)
    played: dict[Choice, F64] = {}
    for number in range(ROUNDS):
        predict = predictor(question, models, _means(sample))
        found = search(question, predict)
        chosen = memory.once(
            f"search-{number + 1}",
            lambda found=found, predict=predict: _promising(question, effort, found, predict, played),
        )
        trials = tuple(Trial(f"candidate {i:02d}", question.cells(choice)) for i, choice in enumerate(chosen))
        stage = Stage(f"search-{number + 1}", trials, tuple(futures), effort.search_n, question.seed)
        values = player.play(stage)
        for i, choice in enumerate(chosen):
            played[choice] = values[question.effect.name][i]
        sample = sample.joined(_by_future(chosen, futures, values))
        models = fit(question, sample)
    predict = predictor(question, models, _means(sample))
    candidates = _candidates(question, predict, played)
    return Learned(models, first[0], float(first[1]), float(first[2]), search(question, predict), candidates)


def _means(sample: Sample) -> dict[str, float]:
    return {name: float(values.mean()) for name, values in sample.means.items()}


def _by_future(choices: Sequence[Choice], futures: Sequence[Future], values: dict[str, F64]) -> Sample:
    """Return the sample of alternatives in each future."""
    n = len(futures)
    split = {name: np.concatenate([row.reshape(-1, n).T for row in rows]) for name, rows in values.items()}
    return sample_of([choice for choice in choices for _ in futures], list(futures) * len(choices), split)


def _promising(
    question: Question, effort: Effort, found: Found, predict: Predict, played: dict[Choice, F64]
) -> list[Choice]:
    """Return alternatives close to the front in every band of cost, the status quo first.

    A quarter of them are the mixes of the front with their second best conduct.
    """
    effects = question.effect.sign * found.values[question.effect.name]
    best = _best_below(effects, found.costs, found.is_allowed)
    slack = np.where(counting(found.is_allowed), 0.0, 1e9) + best - effects
    bands = np.minimum((found.costs / max(question.budget, 1e-300) * _BANDS).astype(np.int64), _BANDS - 1)
    queues = [
        as_choices(found.choices[members[np.argsort(slack[members], kind="stable")[: effort.candidates]]])
        for members in (np.flatnonzero(bands == band) for band in range(_BANDS))
    ]
    chosen: list[Choice] = [] if question.status_quo in played else [question.status_quo]
    front = as_choices(found.choices[found.is_front])
    second = [_second_conduct(question, predict, choice) for choice in front]
    n_second = effort.candidates // 4
    for choice in [*front, *(one for one in second[:n_second] if one is not None)]:
        if choice not in chosen and choice not in played and len(chosen) < effort.candidates:
            chosen.append(choice)
    while len(chosen) < effort.candidates and any(queues):
        for queue in queues:
            while queue:
                choice = queue.pop(0)
                if choice not in chosen and choice not in played:
                    chosen.append(choice)
                    break
            if len(chosen) == effort.candidates:
                break
    return chosen or [question.status_quo]


def _best_below(effects: F64, costs: F64, ok: np.ndarray) -> F64:
    """Return for each alternative the best effect of those that count and cost no more, or its own without any."""
    order = np.argsort(costs, kind="stable")
    best = np.maximum.accumulate(np.where(counting(ok), effects, -np.inf)[order])
    last = np.searchsorted(costs[order], costs, side="right") - 1
    return np.where(np.isfinite(best[last]), best[last], effects)


def _second_conduct(question: Question, predict: Predict, choice: Choice) -> Choice | None:
    conducts = conducts_of(question)
    if len(conducts) < 2:
        return None
    options = [tuple(conduct.get(j, level) for j, level in enumerate(choice)) for conduct in conducts]
    effects = question.effect.sign * predict(np.array(options))[question.effect.name]
    ranked = [options[k] for k in np.argsort(-effects, kind="stable")]
    return next((option for option in ranked if option != choice), None)


def _candidates(question: Question, predict: Predict, played: dict[Choice, F64]) -> tuple[Candidate, ...]:
    """Return the alternatives played, by cost; their effect is the mean of the runs and of the surrogate."""
    choices = list(played)
    predicted = predict(np.array(choices))[question.effect.name]
    costs = question.costs(choices)[:, 1]
    found: list[Candidate] = []
    for choice, model, cost in zip(choices, predicted.tolist(), costs.tolist(), strict=True):
        runs = played[choice]
        error = float(runs.std(ddof=1)) / np.sqrt(len(runs))
        found.append(Candidate(choice, 0.5 * (float(runs.mean()) + model), float(error), cost))
    return tuple(sorted(found, key=lambda one: (one.cost, one.choice)))


def finalists(question: Question, effort: Effort, learned: Learned) -> list[Choice]:
    """Return the alternatives for fresh seeds: the status quo, then those of the front that dominate most."""
    candidates = list(learned.candidates)
    effects = question.effect.sign * np.array([one.effect for one in candidates])
    costs = np.array([one.cost for one in candidates])
    predict = predictor(question, learned.models, {goal.name: goal.threshold or 0.0 for goal in question.goals})
    ok = allowed(question, predict(np.array([one.choice for one in candidates])))
    is_front = front_of(question, question.effect.sign * effects, costs, ok)
    now = next(k for k, one in enumerate(candidates) if one.choice == question.status_quo)
    pool = sorted({now, *np.flatnonzero(is_front).tolist()})
    # the surroundings of the front, where luck may have ranked wrongly
    close = np.array([one.error for one in candidates])
    is_close = effects + close >= _best_below(effects, costs, ok)
    pool += [k for k in np.flatnonzero(is_close).tolist() if k not in pool]
    top = max(np.flatnonzero(counting(ok)).tolist(), key=lambda k: (float(effects[k]), -float(costs[k])))
    always = list(dict.fromkeys([pool.index(now), pool.index(top)]))
    picked = most_different(effects[pool], costs[pool], question.budget, effort.finalists, always)
    chosen = [candidates[pool[k]].choice for k in picked]
    rest = [candidates[k].choice for k in np.argsort(-effects, kind="stable") if candidates[k].choice not in chosen]
    chosen += rest[: effort.finalists - len(chosen)]
    head, tail = chosen[0], chosen[1:]
    return [head, *sorted(tail, key=lambda choice: (float(question.costs([choice])[0, 1]), choice))]


def play_fresh(question: Question, effort: Effort, player: Player, chosen: Sequence[Choice]) -> tuple[Stage, Fresh]:
    """Play the finalists against every option of the enemy, on seeds that nothing was chosen by."""
    options = enemy_options(question)
    futures = draw_futures(by_nature(question), effort.fresh_futures, question.seed + 2)
    trials = [
        Trial(f"{name} against {option.name}" if option.name else name, {**question.cells(choice), **option.cells})
        for name, choice in zip(letters(len(chosen)), chosen, strict=True)
        for option in options
    ]
    stage = Stage("finalists", tuple(trials), tuple(futures), effort.fresh_n, question.seed + _FRESH_SEED)
    values = player.play(stage)
    by_option = {name: rows.reshape(len(chosen), len(options), -1) for name, rows in values.items()}
    return stage, Fresh(question, tuple(chosen), tuple(options), tuple(futures), by_option)


def letters(n: int) -> list[str]:
    """Return the names of finalists: the status quo, then A, B, ..."""
    return [STATUS_QUO, *(chr(ord("A") + k) for k in range(n - 1))]


def judge(question: Question, effort: Effort, learned: Learned, stage: Stage, fresh: Fresh) -> Decision:
    """Return the decision from the fresh runs."""
    lands = {goal.name: land for goal in question.goals if (land := landscape(fresh, goal)) is not None}
    axes = _axes(question)
    fails = _failures(question, fresh, lands)
    has_futures = bool(axes) and fails.shape[0] > 1
    boxes = [tuple(find_boxes(axes, fails[:, k])) if has_futures else () for k in range(len(fresh.choices))]
    return Decision(
        question,
        effort,
        learned,
        fresh,
        tuple(letters(len(fresh.choices))),
        standing(fresh),
        tuple(enemy_answer(fresh, k) for k in range(len(fresh.choices))),
        tuple(robustness(question, fresh, lands, fresh.is_affordable)),
        tuple(boxes),
        fails.mean(axis=0),
        tuple(axes),
        lands,
        tuple(values_of_information(question, fresh, lands.get(question.effect.name), fresh.is_affordable)),
        stage,
    )


def _failures(question: Question, fresh: Fresh, lands: dict[str, Landscape]) -> np.ndarray:
    """Return in which futures each finalist fails, (futures, finalists): a threshold is missed.

    Without a threshold, it fails where its effect is below the mean of the status quo.
    """
    enough = sufficing(question, lands, fresh)
    if enough is not None:
        return ~enough
    name = question.effect.name
    values = lands[name].values if name in lands else fresh.means(name)[None, :]
    return ~question.effect.suffices(values, float(fresh.means(name)[0]))


def _axes(question: Question) -> list[Axis]:
    """Return the uncertainties over the expected futures, numbers as they are and names by number."""
    futures = expected_futures(question)
    axes: list[Axis] = []
    for one in question.uncertainties:
        cells = [future[one.name] for future in futures]
        numbers = [
            c if isinstance(c, float) else float([level.cell for level in one.factor.levels].index(c)) for c in cells
        ]
        axes.append(Axis(one.name, np.array(numbers), one.factor.is_ordered))
    return axes
