"""Planning factors: rates, shares and times of a medical plan, each with its source.

A factor without a published source is a ``placeholder``: a round number in the right order, to be replaced.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from logistics.medical.stays import Triangular
from logistics.tables.columns import Column, nearest_name, raise_all, read_rows
from simcore.errors import InputError

PLACEHOLDER = "placeholder"
_KOTWAL = "Kotwal 2016, after the mandate of one hour"
_SIMEDIS = "SIMEDIS-Ukraine 2025"
_BEEKLEY = "Beekley 2009: 22 % of evacuated casualties transfused, 1.4 units of red cells each of all"
_RATES = "published daily rates of combat units; the gamma law of the day's rate is an assumption"


@dataclass(frozen=True)
class Factor:
    """A planning factor: its value, unit, source, and the range of sensible values."""

    name: str
    value: float
    unit: str
    source: str
    low: float = 0.0
    high: float = 1.0


def _share(name: str, value: float, source: str = PLACEHOLDER) -> Factor:
    return Factor(name, value, "1", source)


_STAYS: dict[str, tuple[str, float, float, float, str]] = {
    "role1": ("min", 10, 20, 30, _SIMEDIS),
    "evacuation": ("min", 15, 30, 45, _SIMEDIS),
    "resuscitation": ("min", 25, 45, 70, _SIMEDIS),
    "surgery": ("min", 41, 95, 210, _SIMEDIS),
    "intensive": ("min", 360, 1440, 2160, _SIMEDIS),
    "role2_ward": ("h", 12, 24, 72, PLACEHOLDER),
    "stress_rest": ("h", 24, 72, 120, PLACEHOLDER),
    "evacuation_role3": ("min", 60, 120, 240, PLACEHOLDER),
    "role3_intensive": ("d", 1, 3, 7, PLACEHOLDER),
    "role3_ward": ("d", 3, 7, 15, PLACEHOLDER),
}
"""Times by name: unit, least, most frequent and greatest value, source."""
_HOURS = {"min": 1.0 / 60.0, "h": 1.0, "d": 24.0}
_ENDS = ("low", "mode", "high")
_LONGEST_H = 2400.0


def _times() -> list[Factor]:
    return [
        Factor(f"{name}_{end}_{unit}", value, unit, source, high=_LONGEST_H / _HOURS[unit])
        for name, (unit, *values, source) in _STAYS.items()
        for end, value in zip(_ENDS, values, strict=True)
    ]


FACTORS: tuple[Factor, ...] = (
    Factor("fighting_h_per_d", 8.0, "h", PLACEHOLDER, low=0.5, high=24.0),
    Factor("disease_per_1000_per_d", 1.0, "1/d", PLACEHOLDER, high=200.0),
    _share("stress_per_wounded", 0.2),
    _share("killed_share", 0.099, _KOTWAL),
    _share("died_of_wounds_share", 0.043, _KOTWAL),
    _share("returned_share", 0.473, "Kotwal 2016: follows from %KIA, %DOW and case fatality"),
    _share("t1_share", 0.25),
    _share("t2_share", 0.25),
    _share("t1_surgery_share", 0.65, _SIMEDIS),
    _share("t2_surgery_share", 0.3),
    _share("t2_to_role3_share", 0.7),
    _share("role3_surgery_share", 0.5),
    _share("disease_to_role2_share", 0.2),
    _share("disease_to_role3_share", 0.05),
    _share("transfused_share", 0.22, _BEEKLEY),
    Factor("units_per_transfused", 6.36, "units", _BEEKLEY, low=1.0, high=100.0),
    Factor("patients_per_trip", 2.0, "patients", PLACEHOLDER, low=1.0, high=200.0),
    Factor("load_min", 10.0, "min", PLACEHOLDER, high=1e4),
    *_times(),
)
_NAMES = [factor.name for factor in FACTORS]


@dataclass(frozen=True)
class Intensity:
    """Wounded per 1000 persons and day: mean and standard deviation of the rate of a day."""

    mean: float
    sd: float
    source: str


INTENSITIES: dict[str, Intensity] = {
    "light": Intensity(0.4, 0.8, PLACEHOLDER),
    "combat": Intensity(1.77, 3.56, _RATES),
    "heavy": Intensity(5.0, 7.5, PLACEHOLDER),
}

COLUMNS = (Column("name", "text"), Column("value", low=-math.inf), Column("source", "text", default=""))


class PlanFactors:
    """The factors of a plan: those of the table, with the values of the user. All problems are raised at once."""

    def __init__(self, given: Mapping[str, float] | None = None) -> None:
        self.given = dict(given or {})
        self._values = {factor.name: factor.value for factor in FACTORS} | self.given
        problems = [_unknown(name) for name in self.given if name not in _NAMES]
        problems += [
            f"{factor.name} {self[factor.name]:g}: out of range; give {factor.low:g} to {factor.high:g}"
            for factor in FACTORS
            if not factor.low <= self[factor.name] <= factor.high
        ]
        raise_all(problems or self._contradictions())

    def __getitem__(self, name: str) -> float:
        return self._values[name]

    def source(self, factor: Factor) -> str:
        """Return the source of the value in use."""
        return "given" if factor.name in self.given else factor.source

    def stay(self, name: str) -> Triangular:
        """Return a length of stay in hours."""
        unit = _STAYS[name][0]
        return Triangular(*(self[f"{name}_{end}_{unit}"] * _HOURS[unit] for end in _ENDS))

    @property
    def t3_share(self) -> float:
        """Share of the wounded with light wounds."""
        return 1.0 - self["t1_share"] - self["t2_share"]

    @property
    def killed_per_wounded(self) -> float:
        """Killed for each wounded, from %KIA, whose denominator leaves out those who return within 72 hours."""
        share = self["killed_share"]
        return share / (1.0 - share) * (1.0 - self["returned_share"])

    @property
    def died_per_wounded(self) -> float:
        """Died of wounds for each wounded, from %DOW, whose denominator leaves out those who return within 72 hours."""
        return self["died_of_wounds_share"] * (1.0 - self["returned_share"])

    def _contradictions(self) -> list[str]:
        problems: list[str] = []
        if self["killed_share"] >= 1.0:
            problems.append("killed_share 1: nobody would be wounded; give a share below 1")
        if self.t3_share < 0.0:
            problems.append(
                f"t1_share + t2_share is {1.0 - self.t3_share:g}: above 1; give shares that sum to at most 1"
            )
        elif self["returned_share"] > self.t3_share + 1e-9:
            problems.append(
                f"returned_share {self['returned_share']:g}: more than the share of T3, {self.t3_share:g}; give less, "
                "or lower t1_share and t2_share: T1 and T2 do not return within 72 hours"
            )
        if self["disease_to_role3_share"] > self["disease_to_role2_share"]:
            problems.append("disease_to_role3_share: more than disease_to_role2_share; Role 3 is reached by Role 2")
        for name in _STAYS:
            try:
                self.stay(name)
            except InputError as error:
                problems.append(f"{name}: {error}")
        return problems


def read_setting(text: str) -> tuple[str, float]:
    """Return name and value of ``NAME=VALUE``."""
    name, mark, value = text.partition("=")
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not mark or not math.isfinite(number):
        raise InputError(f"{text}: not understood; write NAME=VALUE, for example killed_share=0.16")
    return name.strip(), number


def read_factors(file: Path) -> dict[str, float]:
    """Return factors of a CSV file with the columns name and value. Raises ``InputError`` with every fault."""
    rows = read_rows(file, COLUMNS)
    names = [row.text("name") for row in rows]
    problems = [
        f"{row.place}: {name} a second time; keep one of the rows"
        for k, (row, name) in enumerate(zip(rows, names, strict=True))
        if name in names[:k]
    ]
    problems += [f"{row.place}: {_unknown(row.text('name'))}" for row in rows if row.text("name") not in _NAMES]
    raise_all(problems)
    return {row.text("name"): row.number("value") for row in rows}


def factor_rows(factors: PlanFactors) -> Sequence[tuple[str, str, str, str]]:
    """Return name, value, unit and source of every factor."""
    return [(factor.name, f"{factors[factor.name]:g}", factor.unit, factors.source(factor)) for factor in FACTORS]


def _unknown(name: str) -> str:
    return f"unknown factor {name!r}; {nearest_name(name, _NAMES, '`--show-factors` lists all')}"
