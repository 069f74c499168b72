"""The experiment file: a question to a scenario, asked by variants or by a design of factors."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from scenarios.format.schema.numbers import Bounds, Flag, Seed
from scenarios.format.schema.types import Model, Name, Text

Number = Annotated[float, Bounds(-1e15, 1e15, "any number of a scenario")]
PositiveNumber = Annotated[float, Bounds(1e-12, 1e15, "above 0")]
Points = Annotated[int, Bounds(2, 100_000, "a design has at least two points")]
States = Annotated[int, Bounds(1, 1000, "more states of the noise than replications are never seen")]
Replications = Annotated[int, Bounds(2, 10_000_000, "an interval needs two")]
Runs = Annotated[int, Bounds(2, 1_000_000_000, "an experiment needs two")]
Settings = dict[str, Any]
"""Values by path."""

DesignName = Literal["full_factorial", "fractional_factorial", "latin_hypercube", "nearly_orthogonal", "sobol", "table"]


class VariantEntry(Model):
    """A variant: changes of the scenario, or another scenario."""

    name: Annotated[Text, Field(min_length=1, max_length=60)]
    set: Settings = Field(default_factory=dict[str, Any], description="Values by path, such as groups.NAME.count.")
    scenario: Text | None = Field(default=None, description="Another scenario file or library scenario to change.")


class FactorEntry(Model):
    """A factor: levels or a range of a value by its path, or named levels that set several values."""

    name: Name | None = Field(default=None, description="Name of its column; null: its path.")
    path: Text | None = Field(default=None, description="The value, such as groups.NAME.count.")
    levels: tuple[Any, ...] | dict[str, Settings] | None = Field(
        default=None, description="Values, or a mapping of names to values by path."
    )
    low: Number | None = Field(default=None, description="Least value of a range.")
    high: Number | None = Field(default=None, description="Greatest value of a range.")

    @model_validator(mode="after")
    def _levels_or_range(self) -> Self:
        has_range = self.low is not None or self.high is not None
        if has_range == (self.levels is not None):
            raise ValueError("a factor has levels or a range; give levels, or low and high")
        if has_range and (self.low is None or self.high is None or not self.low < self.high):
            raise ValueError("a range needs two ends; give low and a greater high")
        if isinstance(self.levels, dict) == (self.path is not None):
            raise ValueError(
                "named levels set values by path themselves, other levels need the path; give path, or name the levels"
            )
        if isinstance(self.levels, dict) and self.name is None:
            raise ValueError("a factor with named levels has no path to be named after; give its name")
        if self.levels is not None and len(self.levels) < 2:
            raise ValueError("a factor with a single level does not vary; give two levels or more")
        return self


class Noise(Model):
    """Factors that nobody decides, kept apart: every point of the design meets the same states of them."""

    factors: tuple[FactorEntry, ...] = Field(min_length=1)
    states: States = Field(default=8, description="Number of states, spread over the factors by a Latin hypercube.")


class Design(Model):
    """The points at which the factors are tried."""

    kind: DesignName = Field(
        default="nearly_orthogonal",
        description="full_factorial: all combinations of levels; fractional_factorial: two levels each, effects kept "
        "apart up to the resolution; latin_hypercube; nearly_orthogonal: a Latin hypercube of 17 to 257 points with "
        "hardly correlated columns; sobol: a sequence of a power of 2 of points; table: the rows of a CSV file.",
    )
    points: Points | None = Field(default=None, description="Number of points; null: as few as the design needs.")
    resolution: Literal[3, 4, 5] = Field(default=4, description="Of a fractional factorial design.")
    file: Text | None = Field(default=None, description="CSV file of a table, with a column for each factor.")

    @model_validator(mode="after")
    def _file_of_table(self) -> Self:
        if (self.kind == "table") != (self.file is not None):
            raise ValueError("`file` belongs to the design `table`; give both or neither")
        return self


class Budget(Model):
    """The effort that may be spent."""

    replications: Replications = Field(default=200, description="Most replications of a point.")
    runs: Runs | None = Field(default=None, description="Most replications in all; null: no limit.")
    half_width: PositiveNumber | None = Field(
        default=None, description="Stop as soon as the 95 % intervals of all differences are as narrow: value ± this."
    )


class ExperimentFile(Model):
    """An experiment. Omitted keys take the defaults shown."""

    experiment: Name = Field(description="Name of the experiment, and of its folder.")
    question: Text = ""
    scenario: Text = Field(description="Scenario file beside this file, or a library scenario.")
    seed: Seed = 1
    baseline: Settings = Field(default_factory=dict[str, Any], description="Values by path; the others as written.")
    variants: tuple[VariantEntry, ...] = Field(default=(), description="Compared with the baseline.")
    factors: tuple[FactorEntry, ...] = Field(default=(), description="Varied together by a design.")
    design: Design = Design()
    noise: Noise | None = None
    measure: Text | None = Field(default=None, description="The measure in question; null: wins of the first side.")
    better: Literal["more", "less"] | None = Field(default=None, description="null: as usual for the measure.")
    margin: PositiveNumber | None = Field(default=None, description="Largest difference that does not matter.")
    also: tuple[Text, ...] = Field(default=(), description="Further measures to show.")
    cost: Text | None = Field(default=None, description="Measure to be kept low, for the Pareto set.")
    all_pairs: Flag = Field(default=False, description="Compare variants with each other, not with the baseline alone.")
    budget: Budget = Budget()

    @model_validator(mode="after")
    def _variants_or_factors(self) -> Self:
        if bool(self.variants) == bool(self.factors):
            raise ValueError("an experiment varies something in one way; give variants or factors")
        return self
