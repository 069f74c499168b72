"""The question file of a procurement: levers with their costs, uncertainties, measures, and a budget."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from scenarios.format.schema.experiment import FactorEntry, Number, PositiveNumber, Settings
from scenarios.format.schema.numbers import Bounds, Flag, Seed, Weight
from scenarios.format.schema.types import Model, Name, Text

Money = Annotated[float, Bounds(0.0, 1e9, "in the unit of the budget")]
Years = Annotated[float, Bounds(0.0, 100.0, "no system serves longer")]
RunCount = Annotated[int, Bounds(400, 100_000_000, "a design, a search and fresh runs need that many")]
FinalistCount = Annotated[int, Bounds(1, 12, "more do not fit into a memo")]

LeverKind = Literal[
    "force", "upgrade", "doctrine", "settings", "roe", "autonomy", "crew", "maintenance", "spares"
]  # fmt: skip
UncertaintyKind = Literal["enemy_force", "enemy_doctrine", "warning", "jamming", "weather", "own", "other"]


class PriceRange(Model):
    """A price with its range. A single number is a price without one."""

    likely: Money
    low: Money | None = Field(default=None, description="null: likely.")
    high: Money | None = Field(default=None, description="null: likely.")
    per_year: Money = Field(default=0.0, description="Upkeep a year, over the years of the budget.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        low = self.likely if self.low is None else self.low
        high = self.likely if self.high is None else self.high
        if not low <= self.likely <= high:
            raise ValueError(f"low {low:g}, likely {self.likely:g}, high {high:g} are not in this order; sort them")
        return self


class Titles(Model):
    """A text in two languages. A single text is English."""

    en: Text = ""
    ko: Text = Field(default="", description="Korean; empty: as in English.")


def _english(value: Any) -> Any:
    return {"en": value} if isinstance(value, str) else value


Title = Annotated[Titles, BeforeValidator(_english)]


def _single(value: Any) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return {"likely": value} if is_number else value


Price = Annotated[PriceRange, BeforeValidator(_single)]


class LeverCost(Model):
    """The cost of a lever: of each unit beyond those in service, or of each choice."""

    each: Price | None = Field(default=None, description="Of each unit beyond `have`.")
    have: Number | None = Field(default=None, description="Units in service, free; null: those of the status quo.")
    choice: dict[str, Price] | None = Field(default=None, description="By level; the status quo is free unless given.")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.each is None) == (self.choice is None):
            raise ValueError("a cost is that of each unit or of each choice; give each, or choice")
        if self.choice is not None and self.have is not None:
            raise ValueError("units in service belong to the cost of each unit; leave out have")
        return self


class LeverEntry(FactorEntry):
    """A decision: a factor that the buyer or the commander chooses."""

    title: Title = Field(default=Titles(), description="Name in the memo; empty: its name.")
    kind: LeverKind = "force"
    decided: Literal["purchase", "conduct"] | None = Field(
        default=None,
        description="purchase: part of the mix that is bought; conduct: chosen anew for each mix. null: purchase with "
        "a cost, conduct without.",
    )
    now: Any = Field(default=None, description="Level of the status quo; null: the value in the scenario.")
    cost: LeverCost | None = None
    source: Text = Field(default="placeholder", description="Open source of the cost, or `placeholder`.")

    @model_validator(mode="after")
    def _cost_is_bought(self) -> Self:
        if self.decided == "conduct" and self.cost is not None:
            raise ValueError("conduct has no cost; leave out cost, or give `decided: purchase`")
        if isinstance(self.levels, dict) and self.now is None:
            raise ValueError("named levels have no value in the scenario; give the level of the status quo as now")
        return self


class Study(Model):
    """A test or study that would tell an uncertain value before the purchase."""

    title: Title
    cost: Money = Field(default=0.0, description="In the unit of the budget.")


class UncertaintyEntry(FactorEntry):
    """A value that nobody knows, or that the enemy chooses."""

    title: Title = Field(default=Titles(), description="Name in the memo; empty: its name.")
    kind: UncertaintyKind = "other"
    unit: Text = Field(default="", description="Unit of its values, for words such as `warning < 20 min`.")
    weights: tuple[Weight, ...] | None = Field(default=None, description="Of the levels; null: all alike.")
    enemy_chooses: Flag = Field(
        default=False, description="The enemy chooses among the levels, after the choice of the buyer."
    )
    study: Study | None = None
    source: Text = Field(default="placeholder", description="Source of the range or weights, or `placeholder`.")

    @model_validator(mode="after")
    def _weights_of_levels(self) -> Self:
        if self.weights is not None and (self.levels is None or len(self.weights) != len(self.levels)):
            n = 0 if self.levels is None else len(self.levels)
            raise ValueError(f"{len(self.weights)} weights for {n} levels; give one for each level")
        if self.enemy_chooses and self.levels is None:
            raise ValueError("the enemy chooses among levels; give levels in place of a range")
        return self


class MeasureEntry(Model):
    """A measure of effectiveness; the first of a question is the one to be raised, others are watched or required."""

    name: Text
    title: Title = Field(default=Titles(), description="Name in the memo; empty: that of the measure.")
    better: Literal["more", "less"] | None = Field(default=None, description="null: as usual for the measure.")
    at_least: Number | None = Field(default=None, description="Threshold: less does not suffice.")
    at_most: Number | None = Field(default=None, description="Threshold: more does not suffice.")
    worth: PositiveNumber | None = Field(
        default=None, description="Worth of one unit of the first measure, in the unit of the budget; for studies."
    )

    @model_validator(mode="after")
    def _one_threshold(self) -> Self:
        if self.at_least is not None and self.at_most is not None:
            raise ValueError("a threshold has one side; give at_least or at_most")
        return self


class BudgetEntry(Model):
    """The money: what may be spent over all years."""

    amount: Annotated[float, Bounds(1e-9, 1e9, "above 0, in its unit")]
    unit: Annotated[Text, Field(max_length=20)] = "MUSD"
    years: Years = Field(default=10.0, description="Years of upkeep in the cost.")
    confidence: Annotated[float, Bounds(0.0, 1.0, "0 to 1")] = Field(
        default=0.8, description="Least probability that the cost of an alternative stays within the amount."
    )


class AssumptionEntry(Model):
    """An assumption for the memo, with its source or `placeholder`."""

    text: Title
    source: Text = "placeholder"


class QuestionFile(Model):
    """A procurement question. Omitted keys take the defaults shown."""

    procurement: Name = Field(description="Name of the question.")
    question: Title = Titles()
    scenario: Text = Field(description="Scenario file beside this file, or a library scenario.")
    baseline: Settings = Field(
        default_factory=dict[str, Any], description="Values of the scenario by path, for every alternative."
    )
    levers: tuple[LeverEntry, ...] = Field(min_length=1)
    uncertainties: tuple[UncertaintyEntry, ...] = ()
    measures: tuple[MeasureEntry, ...] = Field(min_length=1)
    budget: BudgetEntry
    margin: PositiveNumber | None = Field(
        default=None, description="Largest difference of the first measure that does not matter: the cheaper one wins."
    )
    assumptions: tuple[AssumptionEntry, ...] = ()
    runs: RunCount = Field(default=12_000, description="Replications to be spent in all.")
    finalists: FinalistCount = Field(default=6, description="Most alternatives played on fresh seeds.")
    seed: Seed = 1
