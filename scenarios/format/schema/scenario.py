"""The scenario file as a whole: time, rules, sides, zones, groups and objectives."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from scenarios.format.schema.cards import Catalogue
from scenarios.format.schema.command import Operators, PolicyChoice, Staff, SupplyChoice
from scenarios.format.schema.environment import Environment
from scenarios.format.schema.injects import Inject
from scenarios.format.schema.intelligence import Intelligence
from scenarios.format.schema.map import Map
from scenarios.format.schema.medical import Medical
from scenarios.format.schema.medical_cards import PeopleAboard
from scenarios.format.schema.mines import Minefield
from scenarios.format.schema.numbers import (
    ContactCount,
    Delay,
    Duration,
    DurationHours,
    Flag,
    Heading,
    HopCount,
    Interval,
    LatencyFactor,
    Metres,
    RadiusOrNone,
    SchemaVersion,
    Share,
    Speed,
    Step,
    UnitCount,
)
from scenarios.format.schema.objectives import Objective
from scenarios.format.schema.sustainment import Sustainment
from scenarios.format.schema.tasks import TaskOrder
from scenarios.format.schema.triggers import Trigger
from scenarios.format.schema.types import (
    AutonomyName,
    Banner,
    GeoPoint,
    LocalName,
    LostLinkName,
    Model,
    Moment,
    Name,
    PointKm,
    RoeName,
    Text,
)
from scenarios.format.schema.zones import Zone

SCHEMA_VERSION = 1


class Time(Model):
    """Step, length and intervals. Intervals are rounded to whole steps, at least one step."""

    start: Moment | None = Field(
        default=None,
        description="Date, time and zone of second 0, as 2026-11-30T19:00+09:00; null: times are counted from the "
        "start. It changes no result.",
    )
    dt_s: Step = Field(description="Time step.")
    duration_h: DurationHours | None = Field(default=None, description="Length of the run; or give duration_s.")
    duration_s: Duration | None = None
    decision_interval_s: Interval = Field(default=60.0, description="Time between decisions of the policies.")
    record_interval_s: Interval = Field(default=10.0, description="Time between recorded frames.")
    comms_interval_s: Interval = Field(default=10.0, description="Time between updates of the network.")
    plan_interval_s: Interval = Field(default=10.0, description="Time between a unit's own decisions.")
    fire_interval_s: Interval | None = Field(
        default=None, description="Time between target searches of a unit without a target; null = every tick."
    )
    score_interval_s: Interval = Field(default=10.0, description="Time between updates of the objectives.")

    @model_validator(mode="after")
    def _one_length(self) -> Self:
        if (self.duration_h is None) == (self.duration_s is None):
            raise ValueError("the length of the run is needed exactly once; give duration_h or duration_s")
        return self

    @property
    def length_s(self) -> float:
        """Length of the run [s]."""
        return self.duration_s if self.duration_s is not None else (self.duration_h or 0.0) * 3600.0


class Misidentification(Model):
    """Probability of a wrong identification by true identity of the contact. A single number sets all three."""

    hostile: Share = Field(default=0.0, description="Enemy unit identified as neutral.")
    neutral: Share = Field(default=0.0, description="Neutral unit identified as hostile.")
    decoy: Share = Field(default=0.0, description="Decoy identified as the platform it imitates.")


def _one_for_all(value: Any) -> Any:
    """Expand a single probability to all identities."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return dict.fromkeys(Misidentification.model_fields, value)
    return value


class Rules(Model):
    """Rules of the whole fight."""

    contact_hold_s: Interval = Field(default=600.0, description="Time without detections until a contact is dropped.")
    contact_growth_mps: Speed = Field(default=3.0, description="Growth of a contact's position error.")
    contact_refresh_s: Delay = Field(
        default=10.0,
        description="Scans that cannot improve a contact younger than this are skipped (0 = no scans are skipped).",
    )
    p_bda: Share = Field(default=0.7, description="Probability that a kill is known to the shooter's side at once.")
    p_misidentify: Annotated[Misidentification, BeforeValidator(_one_for_all)] = Field(
        default=Misidentification(),
        description="Probability that a contact is misidentified; drawn once for each contact of a side.",
    )
    stop_on_annihilation: Flag = Field(
        default=True,
        description="End the run when a side has no units left and the other can gain no more: no rounds in flight, "
        "its zones held and reached. The score decides the winner; a zone held then counts as held until the end.",
    )
    win_margin: Share = Field(default=0.1, description="Lead in score needed to win, whatever ended the run.")
    picture_contacts: ContactCount = Field(
        default=200, description="Most contacts in a side's picture: the newest it holds."
    )
    max_hops: HopCount = Field(default=8, description="Most radio hops between a unit and its command post.")
    latency_factor: LatencyFactor = Field(
        default=1.0, description="Factor on the latency of all links; 0: only the staff delays messages."
    )
    stagger: Flag = Field(default=True, description="Stagger the scans of sensors within their intervals.")
    layered_defence: Flag = Field(
        default=True,
        description="Rounds meet defences in order of decreasing range; false: in an order drawn per replication.",
    )


class Side(Model):
    """A belligerent, or a neutral: uninvolved traffic. The first two belligerents fight each other."""

    name: Name
    title: Text = ""
    title_ko: LocalName = Field(default="", description="Title in Korean.")
    colour: Annotated[str, Field(pattern=r"^(|#[0-9a-fA-F]{6})$")] = Field(default="", description="As #rrggbb.")
    stance: Literal["belligerent", "neutral"] = Field(
        default="belligerent",
        description="neutral: its groups follow their tasks, hold their fire and do not search; it has no part in the "
        "outcome.",
    )
    identity: Literal["friend", "hostile", "neutral", "unknown"] | None = Field(
        default=None,
        description="Frame of its symbols; null: friend for the first side, hostile for the second, neutral for the "
        "others.",
    )
    policy: PolicyChoice = PolicyChoice()
    maintenance: PolicyChoice | None = Field(
        default=None,
        description="Maintenance policy, from the entry points `chammo.maintenance_policies`; null: run-to-failure.",
    )
    supply: SupplyChoice | None = Field(
        default=None, description="Policy of its carriers; null: they follow their tasks and its commander."
    )
    medical: PolicyChoice | None = Field(
        default=None,
        description="Policy of its evacuation, from the entry points `chammo.medical_policies`; null: nearest-first.",
    )
    roe_limit: RoeName = Field(
        default="free", description="Least restrictive rules of engagement allowed, whatever its policy orders."
    )
    operators: Operators | None = Field(
        default=None, description="Crew for approving engagements; null: approval is a fixed delay per unit."
    )
    staff: Staff = Field(default=Staff(), description="Delays of orders and reports at its command post.")


class UnitEntry(Model):
    """A number of units of a platform. Named `<group>-<k>`, or like the group if it has a single unit."""

    platform: Name
    count: UnitCount = 1
    name: Name | None = Field(
        default=None, description="Names these units `<name>-<k>`, or `<name>` for a single unit."
    )
    name_ko: LocalName = Field(default="", description="The same in Korean.")
    people: PeopleAboard | None = Field(default=None, description="People aboard each of them; null: as on the card.")


class Formation(Model):
    """Arrangement of the units of a group around its point, facing its heading (north if random)."""

    shape: Literal["line", "column", "wedge", "disc"] = "disc"
    spacing_m: Metres = 200.0


class Group(Model):
    """Units under common orders. Placed by ``at_km`` or ``at``, or aboard a host."""

    name: Name
    name_ko: LocalName = Field(default="", description="Name in Korean; its units are named after it.")
    side: Name
    units: tuple[UnitEntry, ...] = Field(min_length=1)
    at_km: PointKm | None = Field(default=None, description="East and north of the origin [km].")
    at: GeoPoint | None = None
    formation: Formation = Formation()
    keep_together: Flag = Field(
        default=False,
        description="On the way to their task all units go at the pace of the slowest; closing with a contact, "
        "escorting and withdrawing are at full speed.",
    )
    heading_deg: Heading | None = Field(
        default=None, description="Clockwise from north; null: drawn per unit and replication."
    )
    scatter_km: tuple[RadiusOrNone, RadiusOrNone] | None = Field(
        default=None,
        description="Half-widths east and north for a uniform draw of each start over its possible positions.",
    )
    scatter_radius_km: RadiusOrNone | None = Field(
        default=None, description="Radius for a uniform draw of each start over its possible positions."
    )
    host: Name | None = Field(
        default=None,
        description="Unit, or group of units, to start from and return to; if lost or full, another host of the side "
        "with the same platform.",
    )
    aboard: Flag = Field(default=False, description="Start aboard the host, in reserve if the host is.")
    reserve: Flag = Field(default=False, description="Not in the scenario at the start.")
    spoofed_by: Name | None = Field(
        default=None,
        description="Unit, or group of units, with a `spoofer` that shows these phantom units to the enemy.",
    )
    home_km: PointKm | None = Field(default=None, description="Home of units without a host; null: their start.")
    endurance_share: Share = Field(default=1.0, description="Fuel or battery at the start.")
    autonomy: AutonomyName | None = Field(default=None, description="null: as on the card.")
    approval_s: Delay | None = Field(default=None, description="null: as on the card.")
    lost_link: LostLinkName | None = Field(default=None, description="null: as on the card.")
    lost_link_s: Delay | None = Field(default=None, description="null: as on the card.")
    emcon: Literal["radiate", "silent"] = Field(
        default="radiate", description="Emission control at the start: silent keeps the radars off. Orders change it."
    )
    roe: RoeName = Field(
        default="tight",
        description="hold: never fire; tight: only at contacts identified as hostile; free: at contacts not believed "
        "to be neutral or decoys.",
    )
    task: TaskOrder = TaskOrder()

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if self.aboard and self.host is None:
            raise ValueError("aboard needs a host; name the unit or group that carries it")
        if self.aboard and self.reserve:
            raise ValueError("a group aboard enters with its host, even from reserve; leave out reserve")
        if self.spoofed_by is not None and (self.host is not None or self.reserve):
            raise ValueError("phantoms have no host and are not in reserve; leave out host and reserve")
        if self.spoofed_by is not None and (self.task.verb not in ("hold", "move") or self.task.route_km):
            raise ValueError("phantoms stand or go straight to a point; give the verb hold, or move without route_km")
        places = (self.at is not None) + (self.at_km is not None)
        if self.aboard and places:
            raise ValueError("a group that starts aboard stands where its host stands; leave out at_km and at")
        if not self.aboard and places != 1:
            raise ValueError("a group needs one place; give at_km or at (or host and aboard: true)")
        if self.scatter_km is not None and self.scatter_radius_km is not None:
            raise ValueError("the scatter is given twice; keep scatter_km or scatter_radius_km")
        return self


def unit_names(group: Group) -> list[tuple[str, int]]:
    """Return (unit name, entry) of the units of a group; entries are numbered in canonical order."""
    total = sum(entry.count for entry in group.units)
    names: list[tuple[str, int]] = []
    serial = 0
    for i, entry in enumerate(group.units):
        for k in range(entry.count):
            if entry.name is not None:
                names.append((entry.name if entry.count == 1 else f"{entry.name}-{k + 1}", i))
            else:
                serial += 1
                names.append((group.name if total == 1 else f"{group.name}-{serial}", i))
    return names


class ScenarioFile(Model):
    """A scenario. Keys end in their unit; omitted keys take the defaults shown."""

    schema_version: SchemaVersion
    name: Name
    title: Text = ""
    title_ko: LocalName = Field(default="", description="Title in Korean.")
    question: Text = Field(default="", description="The question behind the scenario.")
    question_ko: Text = Field(default="", description="The same in Korean.")
    description: Text = ""
    description_ko: Text = Field(default="", description="The same in Korean.")
    classification: Banner = Field(
        default="", description="Line above and below pages, pictures, reports and exports; empty: none."
    )
    time: Time
    map: Map
    environment: Environment | None = Field(default=None, description="null: a clear, calm day.")
    rules: Rules = Rules()
    sides: tuple[Side, ...] = Field(min_length=2, max_length=6, description="Two belligerents and up to 4 neutrals.")
    zones: tuple[Zone, ...] = ()
    groups: tuple[Group, ...] = Field(min_length=1)
    objectives: tuple[Objective, ...] = ()
    minefields: tuple[Minefield, ...] = ()
    injects: tuple[Inject, ...] = Field(default=(), description="Scripted events.")
    triggers: tuple[Trigger, ...] = Field(default=(), description="Tasks and events that wait for a condition.")
    intelligence: tuple[Intelligence, ...] = Field(
        default=(), description="Knowledge of the enemy before the fight, for each side. Not part of the fight itself."
    )
    sustainment: Sustainment | None = Field(
        default=None, description="null: supplies are without limit, nothing wears out or is repaired."
    )
    medical: Medical | None = Field(default=None, description="null: nobody is hurt.")
    catalogue: Catalogue = Catalogue()
