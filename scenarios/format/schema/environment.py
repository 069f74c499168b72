"""Daylight and weather."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from scenarios.format.schema.numbers import HourOfDay, Rain, SeaState, Share, Twilight, Visibility, Wind
from scenarios.format.schema.types import Model


class Environment(Model):
    """Daylight and weather at the start. They affect cameras, sonars, the speed of craft, and launches."""

    start_local_h: Annotated[HourOfDay, Field(lt=24)] = Field(default=12.0, description="Local time at the start.")
    sunrise_h: HourOfDay = Field(default=6.0, description="Local time, every day.")
    sunset_h: HourOfDay = 18.0
    twilight_min: Twilight = Field(default=30.0, description="Twilight before sunrise and after sunset.")
    night_light: Share = Field(default=0.0, description="Light at night as a share of daylight (moon, lamps).")
    visibility_km: Visibility | None = Field(
        default=None, description="Range at which the contrast of a black object falls to 0.02; null is unlimited."
    )
    rain_mm_per_h: Rain = 0.0
    sea_state: SeaState = Field(default=0, description="WMO code table 3700: 0 glassy to 9 phenomenal.")
    wind_mps: Wind | None = Field(default=None, description="null: the wind of a fully developed sea.")

    @model_validator(mode="after")
    def _has_day_and_night(self) -> Self:
        day_h = self.sunset_h - self.sunrise_h
        if day_h <= 0.0:
            raise ValueError(f"sunrise_h {self.sunrise_h:g} is not before sunset_h {self.sunset_h:g}; swap them")
        if 24.0 - day_h < self.twilight_min / 30.0:
            raise ValueError(
                f"the night of {24.0 - day_h:g} h is shorter than two twilights of {self.twilight_min:g} min; "
                "shorten twilight_min"
            )
        return self
