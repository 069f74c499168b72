"""Radios and jammers: parameters of link budgets."""

from typing import Self

from pydantic import Field, model_validator

from scenarios.format.schema.numbers import (
    AntennaGain,
    BandwidthKhz,
    BandwidthMhz,
    Cost,
    Flag,
    Latency,
    Losses,
    Megahertz,
    Range,
    Ratio,
    Watts,
)
from scenarios.format.schema.types import LocalName, Model, Name, Text


class LinkBudget(Model):
    """A radio as both transmitter and receiver. Free-space loss; noise -174 dBm/Hz plus the noise figure."""

    power_w: Watts
    gain_db: AntennaGain = Field(description="Antenna gain, in both directions [dBi].")
    frequency_mhz: Megahertz
    bandwidth_khz: BandwidthKhz = Field(default=25.0, description="Bandwidth of the receiver (placeholder).")
    noise_figure_db: Losses = Field(default=6.0, description="Placeholder.")
    losses_db: Losses = Field(default=2.0, description="Losses of the link, also applied to jammers (placeholder).")
    required_snr_db: Ratio = Field(
        default=10.0, description="Required ratio of signal to noise and jamming (placeholder)."
    )


RANGE_ONLY = LinkBudget(power_w=10.0, gain_db=3.0, frequency_mhz=300.0)
"""The assumed budget, under jamming, of a radio with only a range (placeholder)."""


class LinkNumbers(Model):
    """The link between units of a side: ``range_km`` or ``budget``, or both."""

    range_km: Range | None = Field(
        default=None, description="null: the range at which the budget of two radios closes."
    )
    satellite: Flag = Field(default=False, description="Needs no line of sight and cannot be jammed.")
    latency_s: Latency = Field(
        default=0.0,
        description="Delay of a message per hop; of two different radios the slower counts. Multiplied by "
        "`rules.latency_factor`.",
    )
    budget: LinkBudget | None = Field(
        default=None, description="null: 10 W, 3 dBi, 300 MHz, relevant only under jamming (placeholder)."
    )

    @model_validator(mode="after")
    def _has_range(self) -> Self:
        if self.range_km is None and self.budget is None:
            raise ValueError("the range is not given; give range_km or budget")
        return self


class Radio(LinkNumbers):
    """The link to the rest of the side; ``range_km`` or ``budget``, or both, or a ``link`` of the catalogue.

    ``radio: NAME`` is short for ``radio: {link: NAME}``.
    """

    link: Name | None = Field(default=None, description="Card for values not given here (`catalogue.links`).")


class LinkCard(LinkNumbers):
    """A kind of radio or other link; give ``range_km`` or ``budget``, or both."""

    title: Text = Field(default="", description="Display name.")
    title_ko: LocalName = Field(default="", description="Display name in Korean.")
    source: Text = Field(default="placeholder", description="Open source of the numbers, or `placeholder`.")
    cost_musd: Cost = Field(
        default=0.0, description="Cost of a terminal, included in that of the platform [million USD]."
    )


class JammerFit(Model):
    """A jammer on a platform: noise against enemy radios and radars with a frequency in its band."""

    power_w: Watts
    gain_db: AntennaGain = Field(description="Antenna gain towards its victims [dBi].")
    low_mhz: Megahertz = Field(description="Lower edge of its band.")
    high_mhz: Megahertz
    spread_mhz: BandwidthMhz | None = Field(
        default=None, description="Bandwidth of its power; null: each victim receives all of it."
    )
    range_km: Range | None = Field(default=None, description="Distance to the farthest victim; null: line of sight.")
    on_order: Flag = Field(default=False, description="Silent under the rules of engagement hold.")

    @model_validator(mode="after")
    def _has_band(self) -> Self:
        if self.high_mhz < self.low_mhz:
            raise ValueError(f"high_mhz {self.high_mhz:g} is below low_mhz {self.low_mhz:g}; swap them")
        return self
