"""From a question file to a checked question: every level of every lever compiled before the first run."""

import math
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from scenarios.experiments.conditions import Conditions
from scenarios.experiments.factors import Factor, Level, cell_text, factor_of_entry
from scenarios.experiments.plan import BASELINE
from scenarios.experiments.points import Base, Point, cell, changed, read_base, with_columns
from scenarios.format.names import advice
from scenarios.format.paths import places, value_at
from scenarios.format.problems import Problem
from scenarios.format.question import QuestionDocument, read_question
from scenarios.format.schema import question as schema
from scenarios.format.schema.question import LeverEntry, PriceRange, UncertaintyEntry
from scenarios.format.yaml_text import Path as Place
from scenarios.measures.case import Measure
from scenarios.measures.preferences import better
from simcore.errors import InputError, ScenarioError
from staff_ai.procurement.effort import plan_effort
from staff_ai.procurement.prices import FREE, Price
from staff_ai.procurement.question import Goal, Lever, Question, Study, Titles, Uncertainty, level_of
from staff_ai.procurement.search import MOST_CONDUCTS, n_conducts

_GRID = 9
"""Levels of a range of a quantity."""
_MOST_WHOLE = 41
_MOST_OPTIONS = 12


def question_names() -> list[str]:
    """Return the names of the questions included in the package."""
    entries = files("staff_ai").joinpath("procurement", "questions").iterdir()
    return sorted(entry.name.removesuffix(".yaml") for entry in entries if entry.name.endswith(".yaml"))


def load_question(path_or_name: str, *, runs: int | None = None, seed: int | None = None) -> Question:
    """Return the question of a file, or of the library by its name; ``runs`` and ``seed`` replace those of the file.

    Raises
    ------
    ScenarioError, InputError
        With every problem found: unknown keys and paths, levels that make an invalid scenario or change nothing,
        prices of unknown levels, unknown measures.
    """
    document = _read(path_or_name)
    content = document.content
    problems: list[Problem] = []
    if not content.scenario and not any(one.path[:1] == ("scenario",) for one in document.problems):
        raise document.error([Problem(("scenario",), "it is empty; give a scenario file, or one of the library")])
    try:
        written = read_base(document.scenario)
    except (ScenarioError, InputError) as error:
        problems += [Problem(("scenario",), line) for line in str(error).splitlines()] if content.scenario else []
        raise document.error(problems) from None
    try:
        base = Base(written.source, replace(written.yaml, data=changed(written.document, content.baseline)))
    except (ScenarioError, InputError) as error:
        problems += [Problem(("baseline",), line) for line in str(error).splitlines()]
        raise document.error(problems) from None
    levers: list[Lever] = []
    at: dict[str, Place] = {}
    for i, _ in enumerate(document.origin["levers"]):
        place = document.place("levers", i)
        lever = _lever(content.levers[i], base, content.budget.years, place, problems)
        if lever is not None:
            levers.append(lever)
            _enter(lever.name, place, at, problems)
    uncertainties: list[Uncertainty] = []
    for i, _ in enumerate(document.origin["uncertainties"]):
        place = document.place("uncertainties", i)
        one = _uncertainty(content.uncertainties[i], base, place, problems)
        if one is not None:
            uncertainties.append(one)
            _enter(one.name, place, at, problems)
    _check_apart(base, levers, uncertainties, at, problems)
    measures = _check_levels(base, levers, uncertainties, at, problems)
    if measures is None and content.baseline and _is_sound(written):
        problems = [Problem(("baseline",), one.text) if one.path == ("scenario",) else one for one in problems]
    goals = _goals(document, measures, problems) if measures is not None else []
    if document.problems or problems:
        raise document.error(problems)
    question = Question(
        name=content.procurement,
        levers=tuple(levers),
        uncertainties=tuple(uncertainties),
        goals=tuple(goals),
        budget=content.budget.amount,
        unit=content.budget.unit,
        years=content.budget.years,
        confidence=content.budget.confidence,
        margin=content.margin,
        text=_titles(content.question),
        runs=content.runs if runs is None else runs,
        n_finalists=content.finalists,
        seed=content.seed if seed is None else seed,
        assumptions=tuple((_titles(one.text), one.source) for one in content.assumptions),
        base=base,
        baseline=content.baseline,
        source=document.source,
        file_text=document.text,
    )
    _check_whole(question, document, is_written=runs is None)
    return question


def _read(path_or_name: str) -> QuestionDocument:
    if not Path(path_or_name).exists() and path_or_name in question_names():
        found = files("staff_ai").joinpath("procurement", "questions", f"{path_or_name}.yaml")
        return read_question(path_or_name, found.read_text(encoding="utf-8"))
    if not Path(path_or_name).exists():
        hint = advice(Path(path_or_name).name.removesuffix(".yaml"), question_names())
        raise InputError(f"{path_or_name}: no such file or question of the library; {hint}")
    return read_question(path_or_name)


def _enter(name: str, place: Place, at: dict[str, Place], problems: list[Problem]) -> None:
    if name in at:
        problems.append(Problem((*place, "name"), f"{name} is given twice; give each its own name"))
    at.setdefault(name, place)


def _factor(entry: LeverEntry | UncertaintyEntry, base: Base, place: Place, problems: list[Problem]) -> Factor | None:
    """Return the factor of an entry; its problems are added."""
    if isinstance(entry.levels, dict):
        wrong: list[str] = []
        for name, settings in entry.levels.items():
            try:
                changed(base.document, settings)
            except InputError as error:
                wrong += [f"{name}: {line}" for line in str(error).splitlines()]
        problems += [Problem((*place, "levels"), text) for text in dict.fromkeys(wrong)]
        if wrong:
            return None
    try:
        return factor_of_entry(entry, base)
    except InputError as error:
        key = "path" if "given twice" not in str(error) else "levels"
        problems += [Problem((*place, key), line) for line in str(error).splitlines()]
        return None


def _lever(entry: LeverEntry, base: Base, years: float, place: Place, problems: list[Problem]) -> Lever | None:
    factor = _factor(entry, base, place, problems)
    if factor is None:
        return None
    now = _now(entry, factor, base)
    levels = _grid(factor, now)
    if now is None or now not in [level.cell for level in levels]:
        if now is None or now == "":
            text = "the scenario has no value here; give the level of the status quo"
        elif factor.has_range:
            text = f"{_shown(now)} of the status quo is outside {factor.low:g} to {factor.high:g}; widen the range"
        else:
            known = ", ".join(cell_text(level.cell) for level in levels)
            text = f"{_shown(now)} of the status quo is none of the levels ({known}); add it, or give one as now"
        problems.append(Problem((*place, "now"), text))
        return None
    index = [level.cell for level in levels].index(now)
    prices = _prices(entry, levels, index, years, place, problems)
    is_conduct = entry.decided == "conduct" or (entry.decided is None and entry.cost is None)
    return Lever(factor, levels, index, prices, is_conduct, entry.kind, _titles(entry.title), entry.source)


def _shown(value: float | str) -> str:
    """Return a value for a message, cut where it is long."""
    text = cell_text(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def _titles(entry: schema.Titles) -> Titles:
    return Titles(" ".join(entry.en.split()), " ".join(entry.ko.split()))


def _now(entry: LeverEntry, factor: Factor, base: Base) -> float | str | None:
    if entry.now is not None:
        return cell(entry.now)
    document = base.document
    written = [value_at(document, place) for place in places(document, factor.path)]
    if all(value is not None for value in written):
        cells = {cell(value) for value in written}
        return cells.pop() if len(cells) == 1 else None
    return with_columns(base, [Point(""), Point("", {factor.path: ""})])[0].factors.get(factor.path)  # a default


def _grid(factor: Factor, now: float | str | None) -> tuple[Level, ...]:
    """Return the levels of a lever: those given, or values over its range, with that of the status quo."""
    if factor.levels:
        return factor.levels
    if factor.is_whole:
        n = int(factor.high) - int(factor.low) + 1
        numbers = {int(factor.low) + round(k * (n - 1) / (min(n, _MOST_WHOLE) - 1)) for k in range(min(n, _MOST_WHOLE))}
        values: set[float] = {float(number) for number in numbers}
    else:
        values = {float(factor.at(k / (_GRID - 1)).cell) for k in range(_GRID)}
    if isinstance(now, float) and factor.low <= now <= factor.high:
        values.add(now)
    return tuple(level_of(factor, value) for value in sorted(values))


def _prices(
    entry: LeverEntry, levels: Sequence[Level], now: int, years: float, place: Place, problems: list[Problem]
) -> tuple[Price, ...]:
    cost = entry.cost
    if cost is None:
        return ()
    if cost.each is not None:
        numbers = [level.cell for level in levels if isinstance(level.cell, float)]
        if len(numbers) < len(levels):
            problems.append(
                Problem((*place, "cost", "each"), "the levels are no numbers of units; give choice, a price by level")
            )
            return ()
        have = cost.have if cost.have is not None else numbers[now]
        return tuple(_price(cost.each, years).times(max(0.0, number - have)) for number in numbers)
    choice = cost.choice or {}
    known = [cell_text(level.cell) for level in levels]
    wrong = [name for name in choice if name not in known]
    problems += [Problem((*place, "cost", "choice", n), f"no such level; {advice(n, known)}") for n in wrong]
    missing = [name for k, name in enumerate(known) if name not in choice and k != now]
    if missing:
        problems.append(Problem((*place, "cost", "choice"), f"no price for {', '.join(missing)}; give one, or 0"))
    return tuple(_price(choice[name], years) if name in choice else FREE for name in known)


def _price(entry: PriceRange, years: float) -> Price:
    upkeep = years * entry.per_year
    low = entry.likely if entry.low is None else entry.low
    high = entry.likely if entry.high is None else entry.high
    return Price(low + upkeep, entry.likely + upkeep, high + upkeep)


def _uncertainty(entry: UncertaintyEntry, base: Base, place: Place, problems: list[Problem]) -> Uncertainty | None:
    factor = _factor(entry, base, place, problems)
    if factor is None:
        return None
    study = None if entry.study is None else Study(_titles(entry.study.title), entry.study.cost)
    title = _titles(entry.title)
    return Uncertainty(
        factor, entry.weights or (), entry.enemy_chooses, entry.kind, title, entry.unit, study, entry.source
    )


def _check_apart(
    base: Base, levers: Sequence[Lever], uncertainties: Sequence[Uncertainty], at: dict[str, Place],
    problems: list[Problem],
) -> None:  # fmt: skip
    """Add a problem for every value that two factors set: one would undo the other."""
    document = base.document
    owner: dict[Place, str] = {}
    for name, levels in _levels_by_factor(levers, uncertainties):
        mine = {place: path for level in levels for path in level.settings for place in places(document, path)}
        for place, path in mine.items():
            others = {other for taken, other in owner.items() if _is_within(place, taken) and other != name}
            problems += [
                Problem(at[name], f"{path} is set by {other} as well, and one would undo the other; let one set it")
                for other in sorted(others)
            ]
        owner |= dict.fromkeys(mine, name)


def _is_within(a: Place, b: Place) -> bool:
    n = min(len(a), len(b))
    return a[:n] == b[:n]


def _check_levels(
    base: Base, levers: Sequence[Lever], uncertainties: Sequence[Uncertainty],
    at: dict[str, Place], problems: list[Problem],
) -> dict[str, Measure] | None:  # fmt: skip
    """Compile the scenario with each level alone, and return its measures; None if it is invalid itself."""
    points = [Point(BASELINE)]
    owners: list[str] = [""]
    for name, levels in _levels_by_factor(levers, uncertainties):
        for k, level in enumerate(levels):
            points.append(Point(f"{name}#{k}", level.settings))
            owners.append(name)
    measures: dict[str, Measure] | None = None
    try:
        alone = Conditions(base, points[:1], may_repeat=True)
    except InputError as error:
        problems += [Problem(("scenario",), line.removeprefix(f"{BASELINE}: ")) for line in str(error).splitlines()]
        return None
    measures = dict(alone.measures)
    signatures: dict[str, set[Any]] = {}
    for point, owner in zip(points[1:], owners[1:], strict=True):
        try:
            found = Conditions(base, [point], may_repeat=True)
        except InputError as error:
            lines = [line.removeprefix(f"{point.name}: ") for line in str(error).splitlines()]
            problems += [Problem((*at[owner], "levels"), f"{_level_text(point)}: {line}") for line in lines]
            signatures.setdefault(owner, set()).update({1, 2})
            continue
        signatures.setdefault(owner, set()).add(found.signatures[0])
        measures.update(found.measures)
    problems += [
        Problem(at[owner], f"{owner}: all its levels make the same fight; vary another value")
        for owner, found in signatures.items()
        if len(found) == 1
    ]
    return measures


def _is_sound(base: Base) -> bool:
    """Return whether a scenario is valid as written."""
    try:
        Conditions(base, [Point(BASELINE)], may_repeat=True)
    except InputError:
        return False
    return True


def _level_text(point: Point) -> str:
    return ", ".join(f"{path}={value}" for path, value in point.settings.items()) or "as written"


def _levels_by_factor(
    levers: Sequence[Lever], uncertainties: Sequence[Uncertainty]
) -> list[tuple[str, Sequence[Level]]]:
    every: list[tuple[str, Sequence[Level]]] = [
        (lever.name, lever.levels if lever.factor.levels else (lever.levels[0], lever.levels[-1])) for lever in levers
    ]
    return every + [(one.name, one.factor.ends()) for one in uncertainties]


def _goals(document: QuestionDocument, measures: dict[str, Measure], problems: list[Problem]) -> list[Goal]:
    goals: list[Goal] = []
    for i, _ in enumerate(document.origin["measures"]):
        entry, place = document.content.measures[i], document.place("measures", i)
        measure = measures.get(entry.name)
        if measure is None:
            problems.append(Problem((*place, "name"), f"no such measure; {advice(entry.name, set(measures))}"))
            continue
        if measure.kind == "ratio":
            problems.append(
                Problem((*place, "name"), "a ratio of sums has no value in a single run; give another measure")
            )
            continue
        direction = entry.better or better(measure)
        if direction is None:
            problems.append(Problem((*place, "better"), f"{entry.name} has no usual direction; give more or less"))
            continue
        if entry.worth is not None and i > 0:
            problems.append(Problem((*place, "worth"), "the worth is that of the first measure; move it there"))
        if i > 0 and entry.name in [goal.name for goal in goals]:
            problems.append(Problem((*place, "name"), f"{entry.name} is given twice; keep one of them"))
        threshold = entry.at_least if entry.at_least is not None else entry.at_most
        side = "at_least" if entry.at_least is not None else "at_most" if entry.at_most is not None else None
        is_share = measure.is_share or measure.kind == "proportion"
        goals.append(Goal(entry.name, direction, threshold, side, _titles(entry.title), entry.worth, is_share))
    return goals


def _check_whole(question: Question, document: QuestionDocument, *, is_written: bool) -> None:
    """Raise the problems of the question as a whole; ``is_written``: its runs are those of the file."""
    problems: list[Problem] = []
    n = n_conducts(question)
    if n > MOST_CONDUCTS:
        problems.append(Problem(("levers",), f"conduct has {n:,} combinations, more than {MOST_CONDUCTS:,}; drop some"))
    options = math.prod(len(one.factor.levels) for one in question.uncertainties if one.enemy_chooses)
    if options > _MOST_OPTIONS:
        problems.append(
            Problem(("uncertainties",), f"the enemy chooses among {options} combinations, more than {_MOST_OPTIONS}; "
                    "give fewer levels that he chooses")
        )  # fmt: skip
    if not question.is_affordable([question.status_quo])[0]:
        spent, p = (
            float(question.costs([question.status_quo])[0, 1]),
            question.p_within_budget([question.status_quo])[0],
        )
        problems.append(
            Problem(("budget", "amount"), f"{question.budget:g} pays for the status quo ({spent:g}) with probability "
                    f"{p:.2f} and not {question.confidence:g}; raise it, or lower confidence")
        )  # fmt: skip
    if problems:
        raise document.error(problems)
    try:
        plan_effort(question)
    except InputError as error:
        if not is_written:
            raise
        text = str(error).removeprefix(f"{question.source}: ")
        key = "runs" if text.startswith("runs: ") else "levers"
        raise document.error([Problem((key,), text.removeprefix("runs: "))]) from None
