"""Numbers of the scenario format: the bounds of each kind of quantity, with reasons.

Every number of a file has a lower and an upper bound, so that all inputs stay in the range of the engine. Bounds are
wide: they catch unit mistakes and typing errors but exclude no battle. The JSON Schema and the reference page include
the reasons.
"""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, Strict
from pydantic_core import core_schema


@dataclass(frozen=True)
class Bounds:
    """Inclusive bounds of a strict, finite number, and their reason.

    ``least`` is the smallest nonzero value if 0 means none: smaller values would be lost in rounding.
    """

    ge: float
    le: float
    why: str
    least: float | None = None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        schema: Any = handler(source)
        schema |= {"ge": self.ge, "le": self.le, "strict": True}
        if schema["type"] == "float":
            schema["allow_inf_nan"] = False
        if self.least is None:
            return schema
        return core_schema.no_info_after_validator_function(self._none_or_enough, schema)

    def __get_pydantic_json_schema__(self, schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Add the reason to the bounds."""
        return {**handler(schema), "$comment": self.why}

    def _none_or_enough(self, value: float) -> float:
        if self.least is not None and 0.0 < abs(value) < self.least:
            raise ValueError(f"{value:g} is next to nothing; give 0, or at least {self.least:g} ({self.why})")
        return value


Flag = Annotated[bool, Strict()]

# --- plain numbers
Share = Annotated[float, Bounds(0.0, 1.0, "a part of the whole, or a probability")]
PositiveShare = Annotated[float, Bounds(1e-6, 1.0, "a nonzero part of the whole")]
Factor = Annotated[float, Bounds(0.0, 1000.0, "up to a thousand times the ordinary value")]
PositiveFactor = Annotated[float, Bounds(0.001, 1000.0, "from a thousandth to a thousand times the ordinary value")]
LatencyFactor = Annotated[float, Bounds(0.0, 10.0, "up to a network ten times slower")]
Weight = Annotated[float, Bounds(1e-6, 1e6, "a weight a million times smaller does not count")]
Toughness = Annotated[float, Bounds(1e-3, 1e6, "in hits of damage 1; more than a million is indestructible")]
Damage = Annotated[float, Bounds(0.0, 1e6, "in hits of damage 1; up to a million", 1e-6)]
Cost = Annotated[float, Bounds(0.0, 1e6, "up to a trillion USD: no force costs more", 1e-9)]
FalseAlarm = Annotated[float, Bounds(1e-30, 0.9, "a probability; radars are set to 1e-12 to 1e-2")]
ReferenceProbability = Annotated[float, Bounds(1e-6, 0.999999, "a probability; nothing is detected for certain")]

# --- counts
Seed = Annotated[int, Bounds(0, 2**63 - 1, "63 bits")]
SchemaVersion = Annotated[int, Bounds(1, 1, "the version of the format")]
UnitCount = Annotated[int, Bounds(1, 200_000, "as many as fit into memory")]
SlotCount = Annotated[int, Bounds(1, 10_000, "no deck or workshop serves more at once")]
RoundCount = Annotated[int, Bounds(0, 1_000_000, "no magazine holds more; null is unlimited")]
SalvoSize = Annotated[int, Bounds(1, 10_000, "no launcher fires more in one shot")]
ChannelCount = Annotated[int, Bounds(1, 100_000, "more shots at once than rounds in flight is no limit")]
ShotCount = Annotated[int, Bounds(0, 1000, "no system fires more at one round")]
OperatorCount = Annotated[int, Bounds(0, 10_000, "no command post has room for more")]
MineCount = Annotated[int, Bounds(0, 100_000, "as many as fit into memory")]
ContactCount = Annotated[int, Bounds(1, 100_000, "as many as fit into memory")]
HopCount = Annotated[int, Bounds(1, 255, "no network relays over more")]
SeaState = Annotated[int, Bounds(0, 9, "WMO code table 3700")]
CrewCount = Annotated[int, Bounds(1, 10_000, "no workshop has room for more; null is a crew for every job")]
Priority = Annotated[int, Bounds(1, 9, "1 comes first, 9 last")]
OrderCount = Annotated[int, Bounds(1, 10_000, "as many as fit into memory")]

# --- supplies
Quantity = Annotated[float, Bounds(0.0, 1e9, "no depot holds more units of an item", 1e-6)]
PositiveQuantity = Annotated[float, Bounds(1e-6, 1e9, "no depot holds more units of an item")]
ReorderPoint = Annotated[float, Bounds(-1e6, 1e9, "negative: orders wait for backorders")]
DemandRate = Annotated[float, Bounds(0.0, 1e7, "no store issues more in a day", 1e-9)]
ItemMass = Annotated[float, Bounds(1e-6, 1e6, "from a milligram to a thousand tonnes")]
CargoMass = Annotated[float, Bounds(1e-3, 1e9, "from a gram to the largest ship")]

# --- times
Step = Annotated[
    float, Bounds(0.001, 3600.0, "nothing is timed finer than a millisecond; battles may be over in an hour")
]
Duration = Annotated[float, Bounds(0.001, 31_557_600.0, "up to a year: a run is a battle or a campaign")]
DurationHours = Annotated[float, Bounds(1e-6, 8766.0, "up to a year: a run is a battle or a campaign")]
Interval = Annotated[float, Bounds(0.001, 1e9, "from a millisecond to 30 years, effectively never")]
Delay = Annotated[float, Bounds(0.0, 1e9, "up to 30 years, effectively never")]
StaffTime = Annotated[float, Bounds(0.0, 36_000.0, "up to ten hours: older orders are overtaken by events")]
Latency = Annotated[float, Bounds(0.0, 600.0, "up to ten minutes per hop: slower is a courier, not a link")]
Minutes = Annotated[float, Bounds(0.0, 525_960.0, "up to a year")]
Twilight = Annotated[float, Bounds(0.0, 720.0, "up to half a day")]
EnduranceHours = Annotated[float, Bounds(1e-4, 100_000.0, "up to eleven years; null is unlimited")]
LeadHours = Annotated[float, Bounds(0.0, 87_660.0, "up to ten years")]
HourOfDay = Annotated[float, Bounds(0.0, 24.0, "hours of a day")]

# --- lengths
Place = Annotated[float, Bounds(-20_040.0, 20_040.0, "halfway around the Earth")]
Longitude = Annotated[float, Bounds(-180.0, 180.0, "once around the Earth")]
Latitude = Annotated[float, Bounds(-90.0, 90.0, "from pole to pole")]
Radius = Annotated[float, Bounds(0.001, 20_040.0, "from a metre to halfway around the Earth")]
RadiusOrNone = Annotated[float, Bounds(0.0, 20_040.0, "up to halfway around the Earth", 1e-6)]
Range = Annotated[float, Bounds(1e-6, 40_075.0, "from a millimetre to once around the Earth")]
RangeOrNone = Annotated[float, Bounds(0.0, 40_075.0, "up to once around the Earth", 1e-6)]
Visibility = Annotated[float, Bounds(0.001, 1000.0, "from fog to the clearest air; null is unlimited")]
FeatureSize = Annotated[float, Bounds(0.001, 20_040.0, "from a metre to halfway around the Earth")]
Height = Annotated[float, Bounds(-12_000.0, 2e6, "from the deepest trench to a low orbit", 1e-3)]
Elevation = Annotated[float, Bounds(0.0, 9000.0, "up to the highest mountain", 1e-3)]
GroundLevel = Annotated[float, Bounds(-12_000.0, 9000.0, "from the deepest trench to the highest mountain", 1e-3)]
Cell = Annotated[float, Bounds(0.1, 100_000.0, "from the finest survey to a raster without detail")]
Metres = Annotated[float, Bounds(0.0, 1e6, "up to a thousand kilometres", 1e-6)]
PositiveMetres = Annotated[float, Bounds(1e-3, 1e6, "from a millimetre to a thousand kilometres")]
Actuation = Annotated[float, Bounds(0.0, 10_000.0, "no mine reaches farther than ten kilometres", 1e-3)]
MetresPerKm = Annotated[float, Bounds(0.0, 1000.0, "an error as large as the range", 1e-6)]

# --- speeds and weather
Speed = Annotated[float, Bounds(0.0, 12_000.0, "up to escape velocity", 1e-3)]
PositiveSpeed = Annotated[float, Bounds(1e-3, 12_000.0, "from a millimetre per second to escape velocity")]
RoundSpeed = Annotated[float, Bounds(0.1, 299_792_458.0, "from a slow drift to the speed of light")]
Rain = Annotated[float, Bounds(0.0, 2000.0, "up to the heaviest rain on record", 1e-6)]
Wind = Annotated[float, Bounds(0.0, 150.0, "up to the strongest gust on record", 1e-6)]
SeaScale = Annotated[float, Bounds(0.0, 10.0, "sea states 0 to 9, and 10 for never")]
Heading = Annotated[float, Bounds(-360.0, 360.0, "a full turn")]
Angle = Annotated[float, Bounds(0.001, 360.0, "up to a full circle")]
PictureElement = Annotated[float, Bounds(1e-6, 1000.0, "from a space telescope to a single picture element")]
Cycles = Annotated[float, Bounds(0.001, 1000.0, "Johnson's criteria lie between 1 and 20")]

# --- signatures, signals and noise
CrossSection = Annotated[float, Bounds(1e-9, 1e9, "from an insect to a whole fleet side on")]
AntennaGain = Annotated[float, Bounds(-100.0, 100.0, "the largest dish on Earth has 80 dBi")]
SidelobeGain = Annotated[float, Bounds(-200.0, 0.0, "below the main beam")]
Losses = Annotated[float, Bounds(0.0, 200.0, "a system with greater losses does not work")]
Ratio = Annotated[float, Bounds(-200.0, 200.0, "20 orders of magnitude up or down")]
SoundLevel = Annotated[float, Bounds(-100.0, 320.0, "the loudest sound on record has 310 dB")]
TargetStrength = Annotated[float, Bounds(-200.0, 100.0, "from plankton to a sea floor")]
Sigma = Annotated[float, Bounds(0.01, 100.0, "a level uncertain by 100 dB is unknown")]
Spreading = Annotated[float, Bounds(0.0, 40.0, "spherical spreading has 20, with a dipole near the surface 40")]
Absorption = Annotated[float, Bounds(0.0, 10_000.0, "up to ultrasound of 10 MHz", 1e-12)]
Watts = Annotated[float, Bounds(1e-9, 1e9, "from a keyless lock to a gigawatt")]
Kilowatts = Annotated[float, Bounds(1e-9, 1e7, "up to ten gigawatts")]
Megahertz = Annotated[float, Bounds(1e-5, 1e9, "from 10 Hz through radio to light")]
Gigahertz = Annotated[float, Bounds(1e-4, 1e6, "from over-the-horizon radar to lasers")]
Kilohertz = Annotated[float, Bounds(1e-3, 10_000.0, "from 1 Hz to 10 MHz, the range of sonars")]
BandwidthKhz = Annotated[float, Bounds(1e-3, 1e9, "from 1 Hz to a terahertz")]
BandwidthMhz = Annotated[float, Bounds(1e-6, 1e6, "from 1 Hz to a terahertz")]
Kelvin = Annotated[float, Bounds(1.0, 100_000.0, "from liquid helium to a hot antenna")]
EarthFactor = Annotated[float, Bounds(0.01, 1e6, "refraction gives 4/3; a flat Earth has a key of its own")]
Density = Annotated[float, Bounds(1e-6, 1e6, "up to one mine per square metre")]

# --- wear and repair
WeibullShape = Annotated[float, Bounds(0.1, 50.0, "fitted lives have shapes from 0.5 to 10")]
LifeHours = Annotated[float, Bounds(1e-3, 1e9, "from seconds to a hundred thousand years, effectively never")]
AgeHours = Annotated[float, Bounds(0.0, 1e6, "up to a century of use", 1e-9)]
GammaShape = Annotated[float, Bounds(1e-6, 1e5, "increments per hour; more of them are a straight line")]
GammaScale = Annotated[float, Bounds(1e-9, 1e9, "the unit of wear is free")]
WearLimit = Annotated[float, Bounds(1e-9, 1e9, "the unit of wear is free")]
SignalError = Annotated[float, Bounds(0.0, 10.0, "a signal with more noise tells nothing", 1e-9)]
RateFactor = Annotated[float, Bounds(0.0, 1000.0, "up to a thousand times the ordinary wear", 1e-9)]
WorkHours = Annotated[float, Bounds(0.0, 87_660.0, "up to ten years", 1e-6)]
Variation = Annotated[float, Bounds(0.0, 10.0, "a standard deviation of ten times the mean", 1e-6)]

# --- people and their care
PeopleCount = Annotated[int, Bounds(0, 10_000, "no unit has more people aboard")]
PatientPlaces = Annotated[int, Bounds(0, 10_000, "no facility or transport has room for more")]
BloodUnits = Annotated[int, Bounds(0, 10_000, "no transport carries more")]
PatientLoad = Annotated[int, Bounds(1, 10_000, "no facility has a longer queue")]
Niss = Annotated[float, Bounds(1.0, 75.0, "the new injury severity score runs from 1 to 75")]
NissOrNever = Annotated[float, Bounds(1.0, 100.0, "the new injury severity score runs from 1 to 75; above: never")]
BleedingRate = Annotated[float, Bounds(0.0, 100.0, "an open aorta drains the body within a minute", 1e-9)]
BleedingGrowth = Annotated[float, Bounds(0.0, 1000.0, "per hour squared; no bleeding grows faster", 1e-9)]
BloodShare = Annotated[float, Bounds(0.01, 0.99, "a share of the blood volume")]
ClockScale = Annotated[float, Bounds(1e-3, 1e9, "minutes; the time to death at a severity of 1")]
ClockPower = Annotated[float, Bounds(0.0, 10.0, "no time falls faster with severity", 1e-9)]
TreatmentMinutes = Annotated[float, Bounds(0.0, 525_960.0, "up to a year", 1e-6)]
CareDays = Annotated[float, Bounds(0.0, 3660.0, "up to ten years", 1e-6)]
CareHours = Annotated[float, Bounds(1e-6, 87_660.0, "up to ten years")]
RatePerThousand = Annotated[float, Bounds(0.0, 1e6, "a thousand times a day for everybody", 1e-9)]
