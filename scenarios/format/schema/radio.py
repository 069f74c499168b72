"""Radios and jammers: what a link budget needs."""

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
from scenarios.format.schema.types import Model, Name, Text


class LinkBudget(Model):
    """A radio as both transmitter and receiver. Free-space loss; noise -174 dBm/Hz plus the noise figure."""

    power_w: Watts
    gain_db: AntennaGain = Field(description="Of the antenna, used both ways [dBi].")
    frequency_mhz: Megahertz
    bandwidth_khz: BandwidthKhz = Field(default=25.0, description="Of the receiver (placeholder).")
    noise_figure_db: Losses = Field(default=6.0, description="Placeholder.")
    losses_db: Losses = Field(default=2.0, description="Of the link; they weaken a jammer alike (placeholder).")
    required_snr_db: Ratio = Field(
        default=10.0, description="Signal over noise and jamming that it needs (placeholder)."
    )


RANGE_ONLY = LinkBudget(power_w=10.0, gain_db=3.0, frequency_mhz=300.0)
"""What a radio that gives only its range is taken for under jamming (placeholder)."""


class LinkNumbers(Model):
    """What links units of a side: ``range_km`` or ``budget``, or both."""

    range_km: Range | None = Field(default=None, description="null: where the budget of two such radios closes.")
    satellite: Flag = Field(default=False, description="Needs no line of sight, and is not jammed.")
    latency_s: Latency = Field(
        default=0.0,
        description="Time that a message takes over one hop; of two different radios the slower counts. "
        "`rules.latency_factor` multiplies it.",
    )
    budget: LinkBudget | None = Field(
        default=None, description="null: 10 W, 3 dBi, 300 MHz, which matters under jamming only (placeholder)."
    )

    @model_validator(mode="after")
    def _has_range(self) -> Self:
        if self.range_km is None and self.budget is None:
            raise ValueError("the range is not given; give range_km or budget")
        return self


class Radio(LinkNumbers):
    """The link to the rest of the side; ``range_km`` or ``budget``, or both, or the ``link`` of the catalogue it is.

    ``radio: NAME`` is short for ``radio: {link: NAME}``.
    """

    link: Name | None = Field(default=None, description="Card that gives what is not given here (`catalogue.links`).")


class LinkCard(LinkNumbers):
    """A kind of radio or other link; give ``range_km`` or ``budget``, or both."""

    title: Text = Field(default="", description="What a person calls it.")
    source: Text = Field(default="placeholder", description="Open source of the numbers, or `placeholder`.")
    cost_musd: Cost = Field(default=0.0, description="Of one terminal, part of its platform's [million USD].")


class JammerFit(Model):
    """A jammer on a platform: noise against enemy radios and radars whose frequency lies in its band."""

    power_w: Watts
    gain_db: AntennaGain = Field(description="Of the antenna towards its victims [dBi].")
    low_mhz: Megahertz = Field(description="Lower edge of the band that it reaches.")
    high_mhz: Megahertz
    spread_mhz: BandwidthMhz | None = Field(
        default=None, description="Bandwidth its power is spread over; null: each victim takes in all of it."
    )
    range_km: Range | None = Field(default=None, description="Farthest victim; null is any in line of sight.")
    on_order: Flag = Field(default=False, description="Silent while its rules of engagement are hold.")

    @model_validator(mode="after")
    def _has_band(self) -> Self:
        if self.high_mhz < self.low_mhz:
            raise ValueError(f"high_mhz {self.high_mhz:g} is below low_mhz {self.low_mhz:g}; swap them")
        return self
