"""Cards of the catalogue: what a kind of platform, sensor or weapon can do."""

from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field

from scenarios.schema_radio import JammerFit, Radio
from scenarios.schema_sensors import SensorCard
from scenarios.schema_types import (
    AutonomyName,
    Count,
    DomainName,
    Flag,
    LostLinkName,
    MobilityName,
    Model,
    Name,
    NonNegative,
    Number,
    Positive,
    Share,
    TargetClassName,
    Text,
    Whole,
)


class Interceptor(Model):
    """The part of a weapon that stops incoming rounds."""

    p_intercept: Share = Field(description="Probability that one shot stops one round.")
    range_km: Positive
    channels: Count = Field(default=1, description="Shots per reload interval.")
    shots_per_threat: Whole = Field(default=1, description="Shots at each round; 0 is shoot, look, shoot.")
    speed_mps: Positive | None = Field(
        default=None,
        description="Speed of the shots: bounds how often there is time to look and shoot; null: no bound.",
    )
    range_min_km: NonNegative = Field(default=0.0, description="Nearest meeting with a round.")
    assess_s: NonNegative = Field(default=0.0, description="Time to look between two shots at the same round.")
    reaction_s: NonNegative = Field(default=0.0, description="From the launch of a round to the first shot at it.")


class SoftKill(Model):
    """The part of a weapon that leads incoming rounds astray: decoys or a jammer. A launch costs one round."""

    p_guided: Share = Field(description="Probability that one guided round misses while a launch works.")
    p_unguided: Share = Field(default=0.0, description="The same for an unguided round.")
    range_km: Positive = Field(description="What stands so near is protected; reach of its layer.")
    lasts_s: NonNegative = Field(default=0.0, description="How long one launch works; 0 is one time step.")
    before_hard_kill: Flag = Field(default=False, description="Acts before the shots of the same layer.")


def _hit_table(value: Any) -> Any:
    """Spread one probability over all target classes."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return dict.fromkeys(get_args(TargetClassName), value)
    return value


HitTable = Annotated[dict[TargetClassName, Share], BeforeValidator(_hit_table)]


class WeaponCard(Model):
    """A weapon as mounted on a platform. ``domains: []`` makes a pure interceptor or soft kill."""

    title: Text = ""
    source: Text = Field(default="placeholder", description="Open source of the numbers, or `placeholder`.")
    domains: tuple[DomainName, ...] = Field(default=(), description="Domains of the targets it can engage.")
    range_max_km: NonNegative = 0.0
    range_min_km: NonNegative = 0.0
    round_speed_mps: Positive | None = Field(
        default=None, description="Speed of the round; null hits in the same tick."
    )
    rounds_per_shot: Count = 1
    reload_s: NonNegative = Field(default=10.0, description="Time between shots.")
    p_hit: HitTable = Field(default={}, description="At zero range by target class, or one number; missing is 0.")
    range_falloff: Share = Field(
        default=1.0, description="Hit probability at full range as a share of that at zero range."
    )
    damage: NonNegative = Field(default=1.0, description="Strength taken by a hit on a target of toughness 1.")
    p_kill: Share = Field(default=0.0, description="Probability that a hit is catastrophic.")
    p_component: Share = Field(default=0.0, description="Probability that another hit puts a component out.")
    seeker_basket_m: Positive | None = Field(
        default=None, description="Radius the seeker searches; null is direct fire."
    )
    contact_age_max_s: Positive | None = Field(default=60.0, description="Oldest contact it fires at; null is any.")
    contact_error_max_m: Positive | None = Field(
        default=None, description="Largest contact error it fires at; null is any."
    )
    choice: Literal["nearest", "random", "valuable", "spread"] = "spread"
    needs_sight: Flag = True
    stoppable: Flag = Field(default=False, description="Its rounds can be intercepted.")
    commit_cap: Whole = Field(default=0, description="Rounds a side commits to one contact at a time; 0 is no limit.")
    guided: Flag | None = Field(
        default=None, description="Its rounds can be led astray as guided ones; null: when it has a seeker."
    )
    fire: Literal["aimed", "area"] = Field(
        default="aimed", description="aimed: rounds hit the target or nothing; area: what stands where they fall."
    )
    lethal_radius_m: Positive | None = Field(default=None, description="For area fire: where p_hit applies.")
    cep_m: NonNegative | None = Field(
        default=None, description="For area fire: half of the rounds fall so near the aim point (circular normal)."
    )
    damage_function: Literal["cookie_cutter", "carleton"] = Field(
        default="cookie_cutter", description="For area fire: p_hit within the lethal radius R, or p_hit exp(-r^2/R^2)."
    )
    interceptor: Interceptor | None = None
    soft_kill: SoftKill | None = None


class SensorFit(Model):
    """A sensor on a platform."""

    sensor: Name
    height_m: Number | None = Field(default=None, description="Replaces the height of the card.")


class WeaponFit(Model):
    """A weapon on a platform."""

    weapon: Name
    rounds: Whole | None = Field(description="Rounds at the start; null is unlimited.")


class HostFit(Model):
    """What makes a platform a host of others."""

    carries: Count = Field(description="Units it can have aboard.")
    service_slots: Count = Field(default=1, description="Units it can refuel and rearm at once.")


class MineClearing(Model):
    """What makes a platform clear the mines of other sides in the swath it sweeps while it moves.

    Searching at random for a time t it clears ``1 - exp(-p W v t / A)`` of the mines in an area A.
    """

    width_m: Positive = Field(description="Width W of the swath, centred on the platform.")
    p_clear: Share = Field(default=1.0, description="Probability that a passage finds and clears a mine.")
    speed_max_mps: Positive | None = Field(default=None, description="Clears nothing when faster; null: at any speed.")


class DecoyFit(Model):
    """What makes a platform a decoy: what it shows, until it is identified, is what another platform would show."""

    imitates: Name = Field(description="Platform whose signatures, target class and price the enemy sees.")
    radiates: Flag = Field(default=False, description="It sends like the radars of that platform, for receivers.")


class Spoofer(Model):
    """A transmitter that makes sensors of the enemy see what is not there: the groups that are `spoofed_by` it."""

    range_km: Positive = Field(description="Farthest sensor that it deceives, in line of sight.")
    p_show: Share = Field(default=1.0, description="Probability per look that the sensor shows a phantom.")
    sensors: tuple[Literal["radar", "esm"], ...] = Field(
        default=("radar",), min_length=1, description="Models of sensors that it deceives."
    )


class Acoustics(Model):
    """What a platform sounds like under water; levels at 1 m, in the band of the sonars that listen."""

    source_level_db: Number = Field(description="Radiated noise at cruise speed [dB re 1 uPa].")
    source_level_rest_db: Number = Field(description="Radiated noise at rest; speed adds by its sixth power.")
    target_strength_db: Number = Field(description="Echo of active sonar.")


class Seakeeping(Model):
    """How the sea slows a craft: full speed up to one sea state, then less and less, none from another."""

    full_speed_sea_state: Annotated[NonNegative, Field(le=10)]
    stop_sea_state: Annotated[NonNegative, Field(le=10)]


class LaunchLimits(Model):
    """In which weather a platform stays on its host."""

    sea_state_max: Annotated[NonNegative, Field(le=9)] | None = Field(
        default=None, description="Highest sea state for a launch; null is any."
    )
    wind_max_mps: NonNegative | None = Field(default=None, description="Strongest wind for a launch; null is any.")


def _sensor_fit(value: Any) -> Any:
    """Let a bare name stand for a fit."""
    return {"sensor": value} if isinstance(value, str) else value


class PlatformCard(Model):
    """A kind of unit."""

    title: Text = Field(default="", description="What a person calls it.")
    source: Text = Field(default="placeholder", description="Open source of the numbers, or `placeholder`.")
    domain: DomainName
    target_class: TargetClassName
    mobility: MobilityName | None = Field(
        default=None, description="null: wheeled, water or air by domain; fixed at speed 0."
    )
    sidc: Annotated[str, Field(pattern=r"^(|\d{20})$")] = Field(
        default="", description="20-digit symbol code, friendly."
    )
    cost_musd: NonNegative = Field(default=1.0, description="Weight in exchange ratios and objectives [million USD].")
    speed_max_mps: NonNegative
    speed_cruise_mps: NonNegative | None = Field(default=None, description="null: 0.7 of the maximum.")
    turn_radius_m: NonNegative = Field(default=0.0, description="At cruise speed; 0 turns on the spot.")
    hovers: Flag = Field(default=True, description="Can stand still while active; a fixed wing cannot.")
    endurance_h: Positive | None = Field(default=None, description="At cruise speed; null is unlimited.")
    idle_burn: Share = Field(default=0.2, description="Consumption at rest as a share of that at cruise.")
    reserve_share: Share = Field(default=0.15, description="Share of the endurance kept for the way home.")
    height_m: Number = Field(default=2.0, description="Of body and antenna above ground or sea; negative is depth.")
    radio: Radio | None = Field(default=None, description="null: reaches the whole map.")
    rcs_m2: Positive = Field(default=1.0, description="Radar cross-section.")
    signature: NonNegative = Field(default=1.0, description="Factor on the range of other sensors against it.")
    critical_dimension_m: Positive | None = Field(
        default=None, description="What a camera must resolve of it; null: by target class."
    )
    contrast: Annotated[Share, Field(gt=0)] = Field(
        default=1.0, description="Against the background, close by; 1 is black on white."
    )
    acoustics: Acoustics | None = Field(default=None, description="null: by target class.")
    seakeeping: Seakeeping | None = Field(default=None, description="null: the sea does not slow it.")
    launch_limits: LaunchLimits = LaunchLimits()
    toughness: Positive = Field(default=1.0, description="Hits of damage 1 that use up its strength.")
    standoff_km: NonNegative | None = Field(
        default=None, description="Where an attacker stops; null: 0.8 of weapon range."
    )
    command_post: Flag = False
    one_way: Flag = Field(default=False, description="A munition: firing uses the unit up.")
    autonomy: AutonomyName = "autonomous"
    approval_s: NonNegative = Field(default=0.0, description="From proposal to fire under approve and veto.")
    lost_link: LostLinkName = "continue"
    lost_link_s: NonNegative = Field(default=60.0, description="Patience before the lost-link behaviour.")
    host: HostFit | None = None
    mine_clearing: MineClearing | None = None
    spoofer: Spoofer | None = Field(default=None, description="null: it shows no phantoms.")
    decoy: DecoyFit | None = Field(default=None, description="null: it is what it looks like.")
    turnaround_min: NonNegative = Field(default=10.0, description="Refuelling and rearming on a host.")
    sensors: tuple[Annotated[SensorFit, BeforeValidator(_sensor_fit)], ...] = ()
    weapons: tuple[WeaponFit, ...] = ()
    jammers: tuple[JammerFit, ...] = Field(default=(), max_length=2, description="Of enemy radios and radars.")


class Catalogue(Model):
    """Cards by name. In a scenario they add to the built-in catalogue and replace cards of the same name."""

    platforms: dict[Name, PlatformCard] = Field(default_factory=dict)
    sensors: dict[Name, SensorCard] = Field(default_factory=dict)
    weapons: dict[Name, WeaponCard] = Field(default_factory=dict)
