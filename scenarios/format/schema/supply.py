"""Supply in the scenario file: items, stores, sources, routes; and the tanks, cargo and towing gear of platforms."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from scenarios.format.schema.numbers import (
    CargoMass,
    DemandRate,
    ItemMass,
    LeadHours,
    Metres,
    Minutes,
    OrderCount,
    PositiveMetres,
    PositiveQuantity,
    PositiveShare,
    PositiveSpeed,
    Priority,
    Quantity,
    ReorderPoint,
    Share,
    SlotCount,
)
from scenarios.format.schema.types import LocalName, Model, Name, PointKm, Text

Law = Literal["exponential", "fixed"]


class TankFit(Model):
    """The tank of a platform. Its fuel comes from stores where the scenario counts that item."""

    fuel: Name = Field(description="Item of its fuel in `sustainment.items`; without such an item it is free.")
    capacity: PositiveQuantity = Field(description="Fuel of a full tank, in units of the item: for endurance_h.")


class CargoFit(Model):
    """The cargo space of a platform: it carries items of `sustainment` by the task resupply."""

    capacity_kg: CargoMass
    load_min: Minutes = Field(default=10.0, description="Time to load at a store.")
    unload_min: Minutes = Field(default=10.0, description="Time to unload, or to refuel and rearm a group.")
    min_load: PositiveShare = Field(
        default=0.5, description="Least load with which it leaves, as a share of its capacity or of the need if less."
    )
    reach_m: PositiveMetres = Field(default=100.0, description="Distance for loading and unloading.")


class TowFit(Model):
    """The towing gear of a platform: it recovers units that cannot move by the task tow."""

    speed_mps: PositiveSpeed = Field(description="Greatest speed with a unit in tow.")
    hook_min: Minutes = Field(default=15.0, description="Time to take a unit in tow.")
    reach_m: PositiveMetres = Field(default=100.0, description="Distance for hooking up and for the destination.")


class Item(Model):
    """A sort of supplies. Quantities are in its unit: litres, rounds, pieces."""

    kind: Literal["fuel", "rounds", "parts", "general"] = Field(
        description="fuel for tanks, rounds for magazines, parts for repairs, or general. Only fuel is divisible."
    )
    title: Text = Field(default="", description="Display name, with its unit.")
    title_ko: LocalName = Field(default="", description="Display name in Korean.")
    weapon: Name | None = Field(default=None, description="For rounds: the weapon that fires them.")
    mass_kg: ItemMass = Field(default=1.0, description="Mass of a unit, for cargo.")

    @model_validator(mode="after")
    def _fits_kind(self) -> Self:
        if (self.kind == "rounds") != (self.weapon is not None):
            raise ValueError("`weapon` belongs to the kind rounds; give both or neither")
        return self


class Source(Model):
    """The source of a store: orders to it arrive after a lead time, without a carrier."""

    unit: Name | None = Field(
        default=None, description="Unit with a store of the item; null: outside the scenario, never empty."
    )
    lead_time_h: LeadHours = Field(description="Mean time from dispatch to arrival.")
    lead_law: Law = "fixed"
    orders_at_most: OrderCount = Field(
        default=64, description="Most shipments under way at once; a further order is put off until one arrives."
    )


class Shelf(Model):
    """The stock of an item in a store."""

    capacity: PositiveQuantity
    start: Quantity | None = Field(default=None, description="Stock at the start; null: full.")
    order_up_to: Quantity | None = Field(
        default=None, description="Level S to which orders and carriers fill it; null: its capacity."
    )
    reorder_at: ReorderPoint | None = Field(
        default=None,
        description="Reorder point s of stock on hand and on order less backorders; null: S - 1, or S / 2 for "
        "fuel and without a source.",
    )
    source: Source | None = Field(default=None, description="null: filled by carriers alone.")
    demand_per_day: DemandRate = Field(default=0.0, description="Mean demand by consumers outside the scenario.")
    demand_law: Literal["poisson", "steady"] = Field(
        default="poisson", description="poisson: random, in whole units; steady: the same at all times."
    )
    unmet: Literal["backorder", "lost"] = Field(
        default="backorder", description="What becomes of demand without stock: it waits, or it is lost."
    )
    priority: Priority = Field(default=5, description="Of its orders at its source; 1 comes first.")

    @property
    def level(self) -> float:
        """Order-up-to level S."""
        return self.capacity if self.order_up_to is None else self.order_up_to

    def point(self, kind: str) -> float:
        """Return the reorder point s of an item of a kind."""
        if self.reorder_at is not None:
            return self.reorder_at
        if kind == "fuel":
            return 0.5 * self.level
        return self.level // 2.0 if self.source is None else self.level - 1.0


class Store(Model):
    """The stores of a unit, or of each unit of a group."""

    at: Name = Field(description="Unit or group: a depot, post, ship or vehicle.")
    items: dict[Name, Shelf] = Field(min_length=1, description="Stock by item.")
    docks: SlotCount = Field(default=1, description="Carriers that load or unload at once; others wait.")
    serves_m: Metres = Field(
        default=500.0, description="Units without a host whose home is this near are refuelled and rearmed from it."
    )


class SupplyRoute(Model):
    """A route for carriers between two units with stores, in both directions."""

    between: tuple[Name, Name]
    via_km: tuple[PointKm, ...] = Field(min_length=1, max_length=200, description="Points on the way.")


Priorities = dict[Name, Priority]


class Supply(Model):
    """Keys of supply in the section `sustainment`."""

    items: dict[Name, Item] = Field(default_factory=dict, description="Supplies that are counted; others are free.")
    stores: tuple[Store, ...] = ()
    routes: tuple[SupplyRoute, ...] = Field(default=(), description="null: straight, or round impassable ground.")
    priorities: Annotated[Priorities, Field(description="By group, for refuelling and rearming; 5 by default.")] = (
        Field(default_factory=dict)
    )
    launch_share: Share = Field(
        default=0.5, description="Least share of a tank with which a unit leaves a host or home whose fuel is short."
    )
