"""The log of the own casualties that a side keeps: the times of each change, between two of its pictures."""

from dataclasses import dataclass

import numpy as np

from simcore.care import Station
from simcore.medical import Health, Stage, Triage
from simcore.medical_picture import CareTables
from simcore.medical_view import CasualtyR, CasualtyW
from simcore.types import F64, I32


@dataclass(eq=False)
class CasualtyLog:
    """Own people, (people,) each; times [s] of the present case, negative: not yet.

    A change is taken to come halfway between the last picture without it and the first with it.
    """

    health: I32  # in the last picture
    place: I32  # (3, people) stage, station and unit in the last picture
    since_s: F64  # since when he is there
    hurt_s: F64  # first shown as hurt
    asked_s: F64  # request of a transport
    judged_s: F64  # first shown with a triage
    picked_s: F64
    care_s: F64  # first shown at a facility
    treated_s: F64  # first shown in treatment, or after one
    attended: I32  # 1 when the transport that took him last has an attendant
    time_s: float = -1.0  # of the last picture
    before_s: float = -1.0  # of the picture before that

    @staticmethod
    def empty(n: int) -> "CasualtyLog":
        """Return the log of ``n`` people of whom nothing is known."""
        hurt, asked, judged, picked, care, treated, since = (np.full(n, -1.0) for _ in range(7))
        none, place = np.zeros(n, dtype=np.int32), np.zeros((3, n), dtype=np.int32)
        return CasualtyLog(none, place, since, hurt, asked, judged, picked, care, treated, none.copy())

    def follow(self, known: CareTables, is_own: np.ndarray, has_attendant: I32, time_s: float) -> None:
        """Enter a picture. ``has_attendant`` (own units,): 1 for transports with one."""
        real, whole = known.casualty_real[:, is_own], known.casualty_whole[:, is_own]
        health, stage, unit = whole[CasualtyW.HEALTH], whole[CasualtyW.STAGE], whole[CasualtyW.UNIT]
        is_case = health != Health.FIT
        is_new = is_case & (self.health == Health.FIT)
        for times in (self.hurt_s, self.asked_s, self.judged_s, self.picked_s, self.care_s, self.treated_s):
            times[is_new | (stage == Stage.NONE)] = -1.0
        place = np.stack([stage, whole[CasualtyW.STATION], unit])
        moved = (place != self.place).any(axis=0) | is_new
        at_s = time_s if self.time_s < 0.0 else 0.5 * (self.time_s + time_s)
        self.since_s[moved] = at_s
        self.hurt_s[is_new & (health == Health.HURT)] = at_s
        asks = np.isfinite(real[CasualtyR.ASKED_S]) & (self.asked_s < 0.0)
        self.asked_s[asks] = time_s - real[CasualtyR.ASKED_S, asks]
        for times, begins in (
            (self.judged_s, is_case & (whole[CasualtyW.TRIAGE] > Triage.NONE)),
            (self.picked_s, is_case & (stage >= Stage.ABOARD)),
            (self.care_s, is_case & (stage >= Stage.QUEUE)),
            (self.treated_s, is_case & ((stage >= Stage.STATION) | (whole[CasualtyW.STATION] > Station.RESUSCITATION))),
        ):
            times[begins & (times < 0.0)] = at_s
        rides = is_case & (stage == Stage.ABOARD) & (unit >= 0) & moved
        self.attended[rides] = has_attendant[unit[rides]]
        self.health, self.place, self.before_s, self.time_s = health.copy(), place, self.time_s, time_s
