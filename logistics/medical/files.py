"""Forces of a plan from a user's table: one row for each formation, or for each of its phases."""

from collections.abc import Sequence
from pathlib import Path

from logistics.medical.factors import INTENSITIES, PlanFactors
from logistics.medical.planning import Formation
from logistics.tables.columns import Column, Row, raise_all, read_rows
from simcore.errors import InputError

MOST_PEOPLE, MOST_DAYS, MOST_RATE = 10_000_000, 366, 500.0
MOST_SPREAD = 20.0
"""Greatest standard deviation of the rate of a day, in means."""
_OWN = ("wia_per_1000_per_d", "wia_sd_per_1000_per_d")

COLUMNS = (
    Column("formation", "text"),
    Column("population", "count", low=1, high=MOST_PEOPLE),
    Column("intensity", "text", default=""),
    Column("wia_per_1000_per_d", default=0.0, high=MOST_RATE),
    Column("wia_sd_per_1000_per_d", default=0.0, high=MOST_RATE * MOST_SPREAD),
    Column("disease_per_1000_per_d", default=0.0, high=MOST_RATE),
    Column("first_day", "count", default=1, low=1, high=MOST_DAYS),
    Column("days", "count", default=0, low=1, high=MOST_DAYS),
)


def read_forces(file: Path, days: int, factors: PlanFactors) -> list[Formation]:
    """Return the formations of a CSV file; ``days`` where it gives none. Raises ``InputError`` with every fault."""
    rows = read_rows(file, COLUMNS)
    raise_all([fault for row in rows for fault in _faults(row)])
    found = [_formation(row, days, factors) for row in rows]
    problems: list[str] = []
    for k, (row, formation) in enumerate(zip(rows, found, strict=True)):
        if formation.last_day > MOST_DAYS:
            problems.append(f"{row.place}: ends on day {formation.last_day}; a plan has at most {MOST_DAYS} days")
        for other_row, other in zip(rows[:k], found[:k], strict=True):
            is_same = other.name == formation.name
            if is_same and other.first_day <= formation.last_day and formation.first_day <= other.last_day:
                where = other_row.place.rsplit(": ", 1)[-1]
                problems.append(
                    f"{row.place}: {formation.name} has days in common with {where}; give each phase its own first_day "
                    "and days, or each formation its own name"
                )
                break
    raise_all(problems)
    return found


def formation_of(name: str, population: int, intensity: str, days: int, factors: PlanFactors) -> Formation:
    """Return a formation of a named intensity on the first days. Raises ``InputError`` for numbers out of range."""
    if not 1 <= population <= MOST_PEOPLE:
        raise InputError(f"--population {population}: out of range; give 1 to {MOST_PEOPLE}")
    if intensity not in INTENSITIES:
        raise InputError(f"--intensity {intensity}: no such intensity; give {', '.join(INTENSITIES)}")
    rate = INTENSITIES[intensity]
    return Formation(name, population, rate.mean, rate.sd, factors["disease_per_1000_per_d"], 1, days)


def _faults(row: Row) -> Sequence[str]:
    """Return the contradictions of a row."""
    intensity = row.text("intensity")
    own = [name for name in _OWN if name in row.given]
    mean, sd = row.number("wia_per_1000_per_d"), row.number("wia_sd_per_1000_per_d")
    if intensity and own:
        return [f"{row.place}: intensity and {own[0]} together; give one of them"]
    if intensity and intensity not in INTENSITIES:
        return [f"{row.place}: intensity {intensity!r}: no such intensity; give {', '.join(INTENSITIES)}"]
    if not intensity and "wia_per_1000_per_d" not in row.given:
        return [f"{row.place}: no rate of wounded; give intensity or wia_per_1000_per_d"]
    if sd > MOST_SPREAD * mean:
        limit = f"at most {MOST_SPREAD * mean:g}" if mean > 0.0 else "0, or a mean above 0"
        return [f"{row.place}: wia_sd_per_1000_per_d {sd:g}: more than {MOST_SPREAD:g} means; give {limit}"]
    return []


def _formation(row: Row, days: int, factors: PlanFactors) -> Formation:
    intensity = INTENSITIES.get(row.text("intensity"))
    return Formation(
        name=row.text("formation"),
        population=row.count("population"),
        wounded_mean=row.number("wia_per_1000_per_d") if intensity is None else intensity.mean,
        wounded_sd=row.number("wia_sd_per_1000_per_d") if intensity is None else intensity.sd,
        disease=row.number("disease_per_1000_per_d")
        if "disease_per_1000_per_d" in row.given
        else factors["disease_per_1000_per_d"],
        first_day=row.count("first_day"),
        days=row.count("days") or days,
    )
