"""Cards of the catalogue: the capabilities of platforms, sensors and weapons."""

from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field

from scenarios.format.schema.medical_cards import EvacuationFit, FacilityFit, PeopleAboard
from scenarios.format.schema.numbers import (
    Actuation,
    ChannelCount,
    Cost,
    CrossSection,
    Damage,
    Delay,
    EnduranceHours,
    Factor,
    Flag,
    Height,
    Interval,
    Metres,
    Minutes,
    PositiveMetres,
    PositiveShare,
    PositiveSpeed,
    Range,
    RangeOrNone,
    RoundCount,
    RoundSpeed,
    SalvoSize,
    SeaScale,
    Share,
    ShotCount,
    SlotCount,
    SoundLevel,
    Speed,
    TargetStrength,
    Toughness,
    UnitCount,
    Wind,
)
from scenarios.format.schema.radio import JammerFit, LinkCard, Radio
from scenarios.format.schema.sensors import DeceivedName, SensorCard
from scenarios.format.schema.supply import CargoFit, TankFit, TowFit
from scenarios.format.schema.sustainment import Component
from scenarios.format.schema.types import (
    AutonomyName,
    DomainName,
    LocalName,
    LostLinkName,
    MobilityName,
    Model,
    Name,
    TargetClassName,
    Text,
)


class Interceptor(Model):
    """The part of a weapon that stops incoming rounds."""

    p_intercept: Share = Field(description="Probability that one shot stops one round.")
    range_km: Range
    channels: ChannelCount = Field(default=1, description="Shots per reload interval.")
    shots_per_threat: ShotCount = Field(default=1, description="Shots at each round; 0 is shoot, look, shoot.")
    speed_mps: RoundSpeed | None = Field(
        default=None,
        description="Speed of the shots; limits how often there is time to look and shoot; null: no limit.",
    )
    range_min_km: RangeOrNone = Field(default=0.0, description="Least range of an interception.")
    assess_s: Delay = Field(default=0.0, description="Assessment time between two shots at the same round.")
    reaction_s: Delay = Field(default=0.0, description="Time from the launch of a round to the first shot at it.")


class SoftKill(Model):
    """The part of a weapon that diverts incoming rounds: decoys or a jammer. A launch costs one round."""

    p_guided: Share = Field(description="Probability that a guided round misses while a launch is in effect.")
    p_unguided: Share = Field(default=0.0, description="The same for an unguided round.")
    range_km: Range = Field(description="Radius of the protected area; range of its layer.")
    lasts_s: Delay = Field(default=0.0, description="Duration of the effect of a launch; 0 is one time step.")
    before_hard_kill: Flag = Field(default=False, description="Acts before the shots of the same layer.")


def by_class(value: Any) -> Any:
    """Expand a single number to all target classes."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return dict.fromkeys(get_args(TargetClassName), value)
    return value


HitTable = Annotated[dict[TargetClassName, Share], BeforeValidator(by_class)]
MetresByClass = Annotated[dict[TargetClassName, Actuation], BeforeValidator(by_class)]


class MineNumbers(Model):
    """The effect of a mine on units of its target domains."""

    domains: tuple[DomainName, ...] = Field(min_length=1, description="Domains of the endangered units.")
    actuation_m: MetresByClass = Field(
        description="Distance within which a passage sets a mine off, by target class or one number; missing is 0."
    )
    p_actuation: Share = Field(default=1.0, description="Probability that such a passage sets it off.")
    p_hit: HitTable = Field(
        default_factory=lambda: by_class(1.0),
        description="Probability that an exploding mine hits, by target class or one number; missing is 0.",
    )
    damage: Damage = Field(default=1.0, description="Strength taken from a target of toughness 1.")
    p_kill: Share = Field(default=0.0, description="Probability that a hit is catastrophic.")
    p_component: Share = Field(default=0.0, description="Probability that another hit disables a component.")


class MineCard(MineNumbers):
    """A kind of mine for minefields."""

    title: Text = Field(default="", description="Display name.")
    title_ko: LocalName = Field(default="", description="Display name in Korean.")
    source: Text = Field(default="placeholder", description="Open source of the numbers, or `placeholder`.")
    cost_musd: Cost = Field(default=0.0, description="Cost of a mine [million USD].")


class WeaponCard(Model):
    """A weapon as mounted on a platform. ``domains: []`` makes a pure interceptor or soft kill."""

    title: Text = ""
    title_ko: LocalName = ""
    source: Text = Field(default="placeholder", description="Open source of the numbers, or `placeholder`.")
    cost_musd: Cost = Field(default=0.0, description="Cost of a round, in addition to the platform [million USD].")
    domains: tuple[DomainName, ...] = Field(default=(), description="Domains of possible targets.")
    range_max_km: RangeOrNone = 0.0
    range_min_km: RangeOrNone = 0.0
    round_speed_mps: RoundSpeed | None = Field(
        default=None, description="Speed of the round; null: it hits in the same tick."
    )
    rounds_per_shot: SalvoSize = 1
    reload_s: Delay = Field(default=10.0, description="Time between shots.")
    p_hit: HitTable = Field(
        default={}, description="Hit probability at zero range, by target class or one number; missing is 0."
    )
    range_falloff: Share = Field(
        default=1.0, description="Hit probability at full range as a share of that at zero range."
    )
    damage: Damage = Field(default=1.0, description="Strength taken by a hit on a target of toughness 1.")
    p_kill: Share = Field(default=0.0, description="Probability that a hit is catastrophic.")
    p_component: Share = Field(default=0.0, description="Probability that another hit disables a component.")
    seeker_basket_m: PositiveMetres | None = Field(
        default=None, description="Search radius of the seeker; null is direct fire."
    )
    contact_age_max_s: Interval | None = Field(default=60.0, description="Greatest contact age to fire at; null: any.")
    contact_error_max_m: PositiveMetres | None = Field(
        default=None, description="Greatest contact error to fire at; null: any."
    )
    choice: Literal["nearest", "random", "valuable", "spread"] = "spread"
    needs_sight: Flag = True
    stoppable: Flag = Field(default=False, description="Its rounds can be intercepted.")
    commit_cap: RoundCount = Field(default=0, description="Rounds a side commits to a contact at a time; 0: no limit.")
    guided: Flag | None = Field(
        default=None, description="Soft kill treats its rounds as guided; null: if it has a seeker."
    )
    fire: Literal["aimed", "area"] = Field(
        default="aimed", description="aimed: rounds hit only their target; area: they hit units near the impact."
    )
    lethal_radius_m: PositiveMetres | None = Field(default=None, description="For area fire: radius for p_hit.")
    cep_m: Metres | None = Field(
        default=None,
        description="For area fire: radius around the aim point with half of the impacts (circular normal).",
    )
    damage_function: Literal["cookie_cutter", "carleton"] = Field(
        default="cookie_cutter", description="For area fire: p_hit within the lethal radius R, or p_hit exp(-r^2/R^2)."
    )
    injury: Literal["fragment", "bullet", "blast", "burn"] | None = Field(
        default=None,
        description="Cause of the injuries in the section `medical`; null: fragment for area fire, blast for guided "
        "rounds, otherwise bullet.",
    )
    interceptor: Interceptor | None = None
    soft_kill: SoftKill | None = None


class SensorFit(Model):
    """A sensor on a platform."""

    sensor: Name
    height_m: Height | None = Field(default=None, description="Replaces the height of the card.")


class WeaponFit(Model):
    """A weapon on a platform."""

    weapon: Name
    rounds: RoundCount | None = Field(description="Rounds at the start; null is unlimited.")


class HostFit(Model):
    """The capacity of a platform as a host."""

    carries: UnitCount = Field(description="Greatest number of units aboard.")
    service_slots: SlotCount = Field(default=1, description="Units refuelled and rearmed at once; others wait.")


class MineClearing(Model):
    """The ability of a platform to clear the mines of other sides in its swath while moving.

    A random search of duration t clears ``1 - exp(-p W v t / A)`` of the mines in an area A.
    """

    width_m: PositiveMetres = Field(description="Width W of the swath, centred on the platform.")
    p_clear: Share = Field(default=1.0, description="Probability that a passage finds and clears a mine.")
    speed_max_mps: PositiveSpeed | None = Field(
        default=None, description="Greatest speed for clearing; null: any speed."
    )


class DecoyFit(Model):
    """The deception by a decoy: until identified, it shows the signatures of another platform."""

    imitates: Name = Field(description="Platform with the signatures, target class and cost shown to the enemy.")
    radiates: Flag = Field(default=False, description="Emits like the radars of that platform, as seen by receivers.")


class Spoofer(Model):
    """A transmitter that shows phantoms to enemy sensors: the groups `spoofed_by` it."""

    range_km: Range = Field(description="Greatest distance to a deceived sensor, in line of sight.")
    p_show: Share = Field(default=1.0, description="Probability per scan that the sensor shows a phantom.")
    sensors: tuple[DeceivedName, ...] = Field(default=("radar",), min_length=1, description="Deceived sensor models.")


class Acoustics(Model):
    """The underwater acoustic signature of a platform; levels at 1 m, in the band of the listening sonars."""

    source_level_db: SoundLevel = Field(description="Radiated noise at cruise speed [dB re 1 uPa].")
    source_level_rest_db: SoundLevel = Field(
        description="Radiated noise at rest; the noise of motion grows with the sixth power of speed."
    )
    target_strength_db: TargetStrength = Field(description="Echo strength for active sonar.")


class Seakeeping(Model):
    """Speed loss in a seaway: full speed up to one sea state, decreasing to zero at another."""

    full_speed_sea_state: SeaScale
    stop_sea_state: SeaScale


class LaunchLimits(Model):
    """Weather limits for launches from a host."""

    sea_state_max: Annotated[SeaScale, Field(le=9)] | None = Field(
        default=None, description="Highest sea state for a launch; null is any."
    )
    wind_max_mps: Wind | None = Field(default=None, description="Strongest wind for a launch; null is any.")


def _radio(value: Any) -> Any:
    """Expand a bare name to a radio; the numbers of its card were filled in on reading the file."""
    return {"link": value} if isinstance(value, str) else value


def _sensor_fit(value: Any) -> Any:
    """Expand a bare name to a fit."""
    return {"sensor": value} if isinstance(value, str) else value


def _real_and_friendly(code: str) -> str:
    """Refuse symbol codes for exercise or simulation, which draw hostiles as fakers in a friendly frame."""
    if code and code[2] != "0":
        contexts = {"1": "exercise", "2": "simulation"}
        context = contexts.get(code[2], "no context of today")
        raise ValueError(
            f"the third digit {code[2]} ({context}) is not 0 (reality), so that hostiles would be drawn as friends; "
            "give 0. Digits 1, 2 and 5 to 20 are free"
        )
    if code and code[3] not in "34":
        raise ValueError(
            f"the fourth digit {code[3]} is not 3 (friend) or, for civil traffic, 4 (neutral); give 3: the side "
            "decides whose symbol it is. Digits 1, 2 and 5 to 20 are free"
        )
    return code


class PlatformCard(Model):
    """A kind of unit."""

    title: Text = Field(default="", description="Display name.")
    title_ko: LocalName = Field(default="", description="Display name in Korean.")
    source: Text = Field(default="placeholder", description="Open source of the numbers, or `placeholder`.")
    domain: DomainName
    target_class: TargetClassName
    mobility: MobilityName | None = Field(
        default=None, description="null: wheeled, water or air by domain; fixed at speed 0."
    )
    sidc: Annotated[str, Field(pattern=r"^(|[0-9]{20})$"), AfterValidator(_real_and_friendly)] = Field(
        default="",
        description="20-digit symbol code (MIL-STD-2525D, APP-6D) for reality (third digit 0), friendly (fourth digit "
        "3; for civil traffic 4, neutral): the frame follows from the side. The other digits are free.",
    )
    cost_musd: Cost = Field(default=1.0, description="Weight in exchange ratios and objectives [million USD].")
    speed_max_mps: Speed
    speed_cruise_mps: Speed | None = Field(default=None, description="null: 0.7 of the maximum.")
    turn_radius_m: Metres = Field(default=0.0, description="At cruise speed; 0: turns on the spot.")
    hovers: Flag = Field(default=True, description="Can stand still while active, unlike a fixed wing.")
    endurance_h: EnduranceHours | None = Field(default=None, description="At cruise speed; null is unlimited.")
    idle_burn: Share = Field(default=0.2, description="Consumption at rest as a share of that at cruise.")
    reserve_share: Share = Field(default=0.15, description="Share of the endurance reserved for the return.")
    height_m: Height = Field(
        default=2.0, description="Height of body and antenna above ground or sea; negative is depth."
    )
    radio: Annotated[Radio | None, BeforeValidator(_radio)] = Field(
        default=None, description="null: reaches the whole map."
    )
    rcs_m2: CrossSection = Field(default=1.0, description="Radar cross-section.")
    signature: Factor = Field(default=1.0, description="Factor on the range of other sensors against it.")
    critical_dimension_m: PositiveMetres | None = Field(
        default=None, description="Dimension a camera must resolve; null: by target class."
    )
    contrast: PositiveShare = Field(
        default=1.0, description="Contrast against the background at close range; 1 is black on white."
    )
    acoustics: Acoustics | None = Field(default=None, description="null: by target class.")
    seakeeping: Seakeeping | None = Field(default=None, description="null: the sea does not slow it.")
    launch_limits: LaunchLimits = LaunchLimits()
    toughness: Toughness = Field(default=1.0, description="Hits of damage 1 that exhaust its strength.")
    standoff_km: RangeOrNone | None = Field(
        default=None,
        description="Distance at which an attacker stops closing; null: 0.8 of weapon range, 0 if one-way.",
    )
    command_post: Flag = False
    one_way: Flag = Field(default=False, description="A munition: firing expends the unit.")
    autonomy: AutonomyName = "autonomous"
    approval_s: Delay = Field(default=0.0, description="Time from proposal to fire under approve and veto.")
    lost_link: LostLinkName = "continue"
    lost_link_s: Delay = Field(default=60.0, description="Time without a link before the lost-link behaviour starts.")
    host: HostFit | None = None
    mine_clearing: MineClearing | None = None
    spoofer: Spoofer | None = Field(default=None, description="null: no phantoms.")
    decoy: DecoyFit | None = Field(default=None, description="null: not a decoy.")
    turnaround_min: Minutes = Field(default=10.0, description="Refuelling and rearming on a host.")
    tank: TankFit | None = Field(default=None, description="null: its fuel comes without stores.")
    cargo: CargoFit | None = Field(default=None, description="null: carries no supplies.")
    towing: TowFit | None = Field(default=None, description="null: cannot tow.")
    people: PeopleAboard | None = Field(
        default=None,
        description="People aboard where the scenario has the section `medical`: a number of crew, or in full; null: "
        "nobody.",
    )
    facility: FacilityFit | None = Field(default=None, description="null: no medical facility.")
    evacuation: EvacuationFit | None = Field(default=None, description="null: no places for casualties.")
    protected: Flag = Field(
        default=False,
        description="Under the protection of the laws of war where the scenario has the section `medical`: once "
        "identified it is not fired at, and fire at it is counted.",
    )
    sensors: tuple[Annotated[SensorFit, BeforeValidator(_sensor_fit)], ...] = ()
    weapons: tuple[WeaponFit, ...] = ()
    jammers: tuple[JammerFit, ...] = Field(default=(), max_length=2, description="Against enemy radios and radars.")
    wear: dict[Name, Component] | None = Field(
        default=None,
        description="Components that wear out where the scenario has sustainment; null: by target class; {}: none.",
    )


class Catalogue(Model):
    """Cards by name. The cards of a scenario extend the built-in catalogue and replace cards of the same name."""

    platforms: dict[Name, PlatformCard] = Field(default_factory=dict)
    sensors: dict[Name, SensorCard] = Field(default_factory=dict)
    weapons: dict[Name, WeaponCard] = Field(default_factory=dict)
    links: dict[Name, LinkCard] = Field(default_factory=dict)
    mines: dict[Name, MineCard] = Field(default_factory=dict)
