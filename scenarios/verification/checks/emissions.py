"""Emission control by order: intercepts before, during and after silence, and of a radar without a link."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from scenarios.loader import compile_document
from scenarios.verification.document import document, group, platform
from scenarios.verification.measures import unit_named
from scenarios.verification.options import option
from scenarios.verification.rows import Judge, Row
from scenarios.verification.runner import Document, Run, begin
from simcore.state import ContactW
from simcore.types import Emcon

_RADAR_KM = 20.0


@dataclass(frozen=True)
class Silence:
    """A receiver intercepts a radar until the order of silence reaches it, and again after it is lifted."""

    step_s: ClassVar[float] = 1.0

    silent_s: int = option(20, "time of the order of silence [s]", low=2, high=100_000)
    lifted_s: int = option(50, "time at which silence is lifted [s]", low=3, high=100_000)
    after_s: int = option(15, "listening time after that [s]", low=1, high=100_000)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        return [] if self.lifted_s > self.silent_s else ["--lifted-s: not after --silent-s; give a later time"]

    def rows(self, run: Run) -> list[Row]:
        """Listen second by second; there is no chance in it."""
        n_ticks = self.lifted_s + self.after_s
        compiled = compile_document(self.document(n_ticks))
        simulation = begin(compiled, run.seed, 0, 1, 1)
        names = ("linked", "cut-off")
        units = [unit_named(compiled, name) for name in names]
        ordered = {self.silent_s: Emcon.SILENT, self.lifted_s: Emcon.RADIATE}
        everywhere = np.ones(1, dtype=bool)
        heard = np.zeros((n_ticks, len(names)), dtype=bool)
        for tick in range(n_ticks):
            if tick in ordered:
                for name in names:
                    at = compiled.roster.groups.index(name)
                    simulation.orders.control_emissions(everywhere, at, ordered[tick])
            simulation.advance(1)
            heard[tick] = simulation.state.contacts.whole[0, ContactW.TICK, units] == tick
        # blue is side 0, so its contacts are the first columns
        judge = Judge("silence", f"from {self.silent_s} s to {self.lifted_s} s")
        quiet = np.flatnonzero(~heard[:, 0])
        first, last = (float(quiet[0]), float(quiet[-1])) if quiet.size else (-1.0, -1.0)
        counts = heard.sum(axis=0).astype(float)
        reason = "a count of whole seconds"
        return [
            judge.exact("looks that hear the radar", counts[0], self.silent_s + self.after_s, 0.0, reason),
            judge.exact("first quiet look, s", first, self.silent_s, 0.0, reason),
            judge.exact("last quiet look, s", last, self.lifted_s - 1, 0.0, reason),
            judge.exact("looks that hear a radar cut off", counts[1], n_ticks, 0.0, reason),
        ]

    def document(self, n_ticks: int) -> Document:
        """Return the scenario: a radar with a link, a radar without, and a receiver of the other side."""
        radar = {
            "model": "radar",
            "range_km": _RADAR_KM,
            "reference": {"range_km": _RADAR_KM, "p_detect": 0.5},
        }
        ear = {"model": "esm", "range_km": 4.0 * _RADAR_KM, "interval_s": 1.0, "needs_sight": False, "p_detect": 1.0}
        link = {"radio": {"range_km": 10.0, "satellite": True}}
        return document(
            "silence",
            dt_s=1.0,
            n_ticks=n_ticks,
            half_width_km=50.0,
            groups=[
                group("receiver", "blue", "receiver", (0.0, 0.0)),
                group("post", "red", "post", (0.0, 15.0)),
                group("linked", "red", "emitter", (0.0, 10.0)),
                group("cut-off", "red", "emitter", (0.0, -10.0)),
            ],
            platforms={
                "receiver": platform("land", sensors=["ear"]),
                "post": platform("land", command_post=True, **link),
                "emitter": platform("land", sensors=["radar"], **link),
            },
            sensors={"ear": {**ear, "range_factor": 2.0}, "radar": radar},
            time_keys={"plan_interval_s": 1.0, "comms_interval_s": 1.0},
        )
