"""A medical plan as lines of text, plain data and a picture."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from logistics.drawing.chart import Line, line_chart
from logistics.medical.demand import Demand
from logistics.medical.factors import FACTORS, factor_rows
from logistics.medical.planning import NeedEstimate, Plan
from logistics.tables.aligned import aligned, digits, per_cent

_DRAWN = {"role2_intensive": "Role 2 intensive", "role2_ward": "Role 2 ward", "role3_intensive": "Role 3 intensive",
          "role3_ward": "Role 3 ward"}  # fmt: skip


def plan_lines(plan: Plan, level: float, places: Mapping[str, int]) -> list[str]:
    """Return a plan as text. ``level``: probability of intervals and of enough; ``places``: numbers at hand by need."""
    share = f"{100.0 * level:g} %"
    lines = [f"{plan.people:,} people, {plan.days} days; intervals and numbers at {share}", ""]
    rows = [
        (row.name, digits(row.demand.mean), digits(row.demand.sd, 3), *_interval(row.demand.interval(level)))
        for row in plan.casualties
    ]
    lines += aligned(("casualties", "mean", "sd", "from", "to"), rows)
    lines += ["", *_rate_lines(plan), "", *_day_lines(plan, level), ""]
    lines += aligned(
        ("needs on the busiest day", "day", "mean", share, "wait, min"), [_need(n, level) for n in plan.needs]
    )
    lines.append(
        "  wait: mean at the fullest moment of a mean day, with the number in front of it; - where stays are long"
    )
    if places:
        lines += ["", *_places_lines(plan, places)]
    return lines


def _interval(ends: tuple[int, int]) -> tuple[str, str]:
    return f"{ends[0]:,}", f"{ends[1]:,}"


def _rate_lines(plan: Plan) -> list[str]:
    killed, died = plan.casualty("killed").mean, plan.casualty("died_of_wounds").mean
    wounded, returned = plan.casualty("wounded").mean, plan.casualty("returned").mean
    rates = (
        ("%KIA", killed, killed + wounded - returned, "killed / (killed + wounded not back within 72 h)"),
        ("%DOW", died, wounded - returned, "died of wounds / wounded not back within 72 h"),
        ("CFR", killed + died, killed + wounded, "all deaths / (killed + wounded)"),
    )
    rows = [(name, per_cent(of / among if among > 0.0 else math.nan), words) for name, of, among, words in rates]
    return [*_with_words(("rate", "value", "of"), rows), "  their denominators differ: never add them"]


def _day_lines(plan: Plan, level: float) -> list[str]:
    busiest = max(range(plan.days), key=lambda day: plan.wounded_by_day[day].mean)
    wounded, blood = plan.wounded_by_day[busiest], plan.blood_by_day[busiest]
    rows = [
        (f"wounded on day {busiest + 1}", digits(wounded.mean), digits(wounded.sd, 3), f"{wounded.quantile(level):,}"),
        (f"units of blood on day {busiest + 1}", digits(blood.mean), digits(blood.sd, 3), f"{blood.quantile(level):,}"),
        ("units of blood in all", digits(plan.blood.mean), digits(plan.blood.sd, 3), f"{plan.blood.quantile(level):,}"),
    ]
    return aligned(("supply", "mean", "sd", f"{100.0 * level:g} %"), rows)


def _need(estimate: NeedEstimate, level: float) -> tuple[str, ...]:
    number = estimate.demand.quantile(level)
    wait = estimate.wait_h(number) if number else math.nan
    return (
        estimate.need.name,
        str(estimate.busiest + 1),
        digits(estimate.demand.mean, 3),
        f"{number:,}",
        _minutes(wait),
    )


def _minutes(hours: float) -> str:
    if math.isnan(hours):
        return "-"
    return "grows" if math.isinf(hours) else f"{60.0 * hours:,.1f}"


def _places_lines(plan: Plan, places: Mapping[str, int]) -> list[str]:
    rows: list[tuple[str, ...]] = []
    for estimate in plan.needs:
        number = places.get(estimate.need.key)
        if number is None:
            continue
        short = [law.above(number) for law in estimate.by_day]
        wait = estimate.wait_h(number) if number else math.inf
        rows.append((
            estimate.need.name, f"{number:,}", per_cent(short[estimate.busiest]), digits(sum(short), 3),
            _minutes(wait),
        ))  # fmt: skip
    return [
        *aligned(("places at hand", "number", "too few then", "days too few", "wait, min"), rows),
        "  too few then: probability on the busiest day; days too few: expected number; grows: the queue has no end",
    ]


def factor_lines(plan: Plan) -> list[str]:
    """Return the factors of a plan with their sources as text."""
    return _with_words(("factor", "value", "unit", "source"), factor_rows(plan.factors))


def _with_words(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a table whose last column stands to the left, as its first."""
    width = max(len(row[-1]) for row in (header, *rows))
    first, *others = ([*row[:-1], row[-1].ljust(width)] for row in (header, *rows))
    return aligned(first, others)


def plan_json(plan: Plan, level: float, places: Mapping[str, int]) -> dict[str, Any]:
    """Return a plan as plain data; numbers of persons, places and units, waits as those of a need."""
    needs: list[dict[str, Any]] = []
    for estimate in plan.needs:
        number = estimate.demand.quantile(level)
        entry: dict[str, Any] = {
            "key": estimate.need.key,
            "name": estimate.need.name,
            "day": estimate.busiest + 1,
            "mean": estimate.demand.mean,
            "number": number,
            "mean_time_h": estimate.service_h,
            "wait_h": estimate.wait_h(number) if number else None,
            "by_day": [{"mean": law.mean, "number": law.quantile(level)} for law in estimate.by_day],
        }
        if estimate.need.key in places:
            at_hand = places[estimate.need.key]
            entry |= {
                "at_hand": at_hand,
                "p_too_few": estimate.demand.above(at_hand),
                "days_too_few": sum(law.above(at_hand) for law in estimate.by_day),
            }
        needs.append(entry)
    return {
        "schema_version": 1,
        "days": plan.days,
        "level": level,
        "formations": [
            {
                "formation": f.name,
                "population": f.population,
                "first_day": f.first_day,
                "days": f.days,
                "wia_per_1000_per_d": f.wounded_mean,
                "wia_sd_per_1000_per_d": f.wounded_sd,
                "disease_per_1000_per_d": f.disease,
            }
            for f in plan.formations
        ],
        "casualties": [_law(row.demand, level, key=row.key, name=row.name.strip()) for row in plan.casualties],
        "blood": _law(plan.blood, level, unit="units"),
        "by_day": [
            {"day": day + 1, "wounded": _law(wounded, level), "blood": _law(blood, level)}
            for day, (wounded, blood) in enumerate(zip(plan.wounded_by_day, plan.blood_by_day, strict=True))
        ],
        "needs": needs,
        "factors": {factor.name: plan.factors[factor.name] for factor in FACTORS},
    }


def draw_plan(plan: Plan, level: float) -> str:
    """Return the beds that are enough on each day as SVG."""
    days = [float(day + 1) for day in range(plan.days)]
    lines = [
        Line(_DRAWN[estimate.need.key], days, [float(law.quantile(level)) for law in estimate.by_day], is_stepped=True)
        for estimate in plan.needs
        if estimate.need.key in _DRAWN
    ]
    return line_chart(f"Beds that are enough with a probability of {100.0 * level:g} %", "day", "beds", lines)


def _law(law: Demand, level: float, **about: str) -> dict[str, Any]:
    low, high = law.interval(level)
    return {**about, "mean": law.mean, "sd": law.sd, "low": low, "high": high, "number": law.quantile(level)}
