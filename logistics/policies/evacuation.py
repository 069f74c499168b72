"""Medical policies: severity first, and look-ahead that trades the risk on the way against time."""

from abc import ABC, abstractmethod
from typing import NamedTuple

import numpy as np

from simcore.care import Station, TransportStage
from simcore.medical import Triage
from simcore.medical_policy import (
    Go,
    MedicalBriefing,
    MedicalOrders,
    MedicalPicture,
    NearestFirst,
    Riders,
    TransportOrder,
)
from simcore.medical_view import CasualtyR, CasualtyW, FacilityView, TransportView
from simcore.picture import OwnR, OwnW, SeenR, SeenW
from simcore.types import F64, I64, Domain, Identity, Status

_LIGHT = 0.02  # worth of a lightly hurt person's return to duty, in lives


class Trips(NamedTuple):
    """The trips possible in a replication: idle transports, casualties who wait, facilities that take them."""

    transports: I64  # (t,)
    casualties: I64  # (c,), the worst first
    rides: np.ndarray  # (t, c) bool: the transport may take the casualty
    goes: np.ndarray  # (c, f) bool: the facility is of a higher role than he has been at, not lost and not full
    out_m: F64  # (t, c) from the transport to the casualty
    on_m: F64  # (c, f) from the casualty to the facility


class Dispatcher(NearestFirst, ABC):
    """The part that policies share: the trips that are possible, and the orders of those chosen."""

    def decide(self, picture: MedicalPicture, orders: MedicalOrders) -> None:
        """Choose the trips of each replication."""
        self.limit(orders)
        orders.transports[:, TransportOrder.PERSON] = Go.NOBODY  # a transport under way finishes its trip
        waits = (picture.casualty_whole[:, CasualtyW.WAITS] == 1) & (picture.casualty_whole[:, CasualtyW.TRANSPORT] < 0)
        for r in np.flatnonzero(waits.any(axis=1)).tolist():
            trips = self._trips(picture, r)
            if len(trips.transports) and len(trips.casualties):
                self.choose(picture, r, trips, orders)

    @abstractmethod
    def choose(self, picture: MedicalPicture, row: int, trips: Trips, orders: MedicalOrders) -> None:
        """Write the orders of a replication."""

    def _idle(self, picture: MedicalPicture, row: int) -> I64:
        view = picture.transport_whole[row]
        is_idle = (view[TransportView.STAGE] == TransportStage.IDLE) & (view[TransportView.SERVES] == 1)
        is_able = (view[TransportView.LINKED] == 1) & (view[TransportView.STATUS] < Status.RESERVE)
        return np.flatnonzero(is_idle & is_able)

    def _trips(self, picture: MedicalPicture, row: int) -> Trips:
        b = self.briefing
        real, whole = picture.casualty_real[row], picture.casualty_whole[row]
        transports = self._idle(picture, row)
        waits = np.flatnonzero((whole[CasualtyW.WAITS] == 1) & (whole[CasualtyW.TRANSPORT] < 0))
        order = np.lexsort((waits, -real[CasualtyR.ASKED_S, waits], whole[CasualtyW.TRIAGE, waits]))
        waits = waits[order]
        rides = self._rides(picture, row, transports, waits)
        base = picture.facility_whole[row]
        is_open = base[FacilityView.STATUS] < Status.RESERVE
        has_room = is_open & (base[FacilityView.IS_FULL] == 0)
        higher = b.facility_role[None, :] > whole[CasualtyW.ROLE, waits][:, None]
        goes: np.ndarray = higher & has_room[None, :]
        is_full = ~goes.any(axis=1)
        goes[is_full] = (higher & is_open[None, :])[is_full]
        at = real[: CasualtyR.Y + 1, waits]
        out = picture.transport_real[row][:, transports, None] - at[:, None, :]
        on = at[:, :, None] - picture.facility_real[row][:, None, :]
        return Trips(transports, waits, rides, goes, np.hypot(out[0], out[1]), np.hypot(on[0], on[1]))

    def _rides(self, picture: MedicalPicture, row: int, transports: I64, waits: I64) -> np.ndarray:
        b, whole = self.briefing, picture.casualty_whole[row]
        sits, triage = whole[CasualtyW.SITS, waits] == 1, whole[CasualtyW.TRIAGE, waits]
        rides = (b.litters[transports] > 0)[:, None] | ((b.seats[transports] > 0)[:, None] & sits[None, :])
        unmanned = b.is_unmanned[transports] == 1
        if self.unmanned == "none":
            rides &= ~unmanned[:, None]
        elif self.unmanned == "light":
            rides &= ~unmanned[:, None] | (triage == Triage.T3)[None, :]
        # the domains of vehicles and scenes: ground vehicles and boats keep to their own
        unit = whole[CasualtyW.UNIT, waits]
        domain = np.where(unit >= 0, b.briefing.domain[np.maximum(unit, 0)], -1)
        own = b.briefing.domain[b.transport_unit[transports]]
        is_far = (own[:, None] != domain[None, :]) & (domain >= 0)[None, :] & (domain != Domain.LAND)[None, :]
        return rides & ~(is_far & (own != Domain.AIR)[:, None])

    def room(self, transport: int) -> int:
        """Return the places for casualties aboard a transport."""
        return int(self.briefing.litters[transport] + self.briefing.seats[transport])

    def companions(self, picture: MedicalPicture, row: int, trips: Trips, c: int) -> I64:
        """Return the casualties at the same place as casualty ``c`` of the trips, in order, itself included."""
        real, whole = picture.casualty_real[row], picture.casualty_whole[row]
        waits = trips.casualties
        unit = whole[CasualtyW.UNIT, waits]
        same = unit == unit[c]
        if unit[c] < 0:
            same &= (real[CasualtyR.X, waits] == real[CasualtyR.X, waits[c]]) & (
                real[CasualtyR.Y, waits] == real[CasualtyR.Y, waits[c]]
            )
        return np.flatnonzero(same)


class SeverityFirst(Dispatcher):
    """The policy ``severity-first``: the worst casualty gets the nearest transport, and T1 goes to surgery if in time.

    Parameters
    ----------
    unmanned : casualties for whom unmanned transports are used: none, light (T3) or all; None: by the scenario.
    blood_forward : whether transports with an attendant give the blood that they carry; None: by the scenario.
    straight_to_surgery : whether T1 is brought to the nearest facility with an operating table, past nearer ones, if he
        is expected there in time.
    surgery_within_min : time from the request of evacuation until he is expected there at the latest; who would come
        later stops at the nearest facility. The hour of the NATO time lines 10-1-2.
    """

    def __init__(
        self,
        unmanned: Riders | None = None,
        blood_forward: bool | None = None,
        straight_to_surgery: bool = True,
        surgery_within_min: float = 60.0,
    ) -> None:
        super().__init__(unmanned, blood_forward)
        if not surgery_within_min >= 0.0:
            raise ValueError(f"surgery_within_min {surgery_within_min:g} is below 0; give a number from 0 up")
        self.straight_to_surgery = bool(straight_to_surgery)
        self.surgery_within_min = float(surgery_within_min)

    def choose(self, picture: MedicalPicture, row: int, trips: Trips, orders: MedicalOrders) -> None:
        """Give the worst the nearest transport, then the next."""
        b = self.briefing
        has_table = b.facility_places[:, Station.SURGERY] > 0
        is_free = np.ones(len(trips.transports), dtype=np.bool_)
        is_open = np.ones(len(trips.casualties), dtype=np.bool_)
        for c, p in enumerate(trips.casualties):
            able = is_free & trips.rides[:, c]
            if not is_open[c] or not able.any() or not trips.goes[c].any():
                continue
            k = int(np.argmin(np.where(able, trips.out_m[:, c] / b.speed_mps[trips.transports], np.inf)))
            goes = trips.goes[c]
            is_urgent = picture.casualty_whole[row, CasualtyW.TRIAGE, p] == Triage.T1
            q = int(trips.transports[k])
            if self.straight_to_surgery and is_urgent:
                way_s = (trips.out_m[k, c] + trips.on_m[c]) / b.speed_mps[q] + b.stop_s[q]
                waited_s = picture.casualty_real[row, CasualtyR.ASKED_S, p]
                in_time = goes & has_table & (waited_s + way_s <= 60.0 * self.surgery_within_min)
                goes = in_time if in_time.any() else goes
            facility = int(np.argmin(np.where(goes, trips.on_m[c], np.inf)))
            orders.send(row, q, int(p), facility)
            is_free[k] = False
            is_open[self.companions(picture, row, trips, c)[: self.room(q)]] = False
            is_open[c] = False


class LookAhead(Dispatcher):
    """The policy ``look-ahead``: of all trips, those that save the most lives, with the risk on the way against time.

    A trip is worth the lives that it is expected to save: the chance of each casualty aboard to live until a facility,
    by the usual time to death of his triage, times the chance to get through, less his chance without this trip; less
    the worth of the transport and of its crew times the chance of losing it. The hazard on the way comes from the
    known contacts within their reach and from the places where own units were lost lately.

    Parameters
    ----------
    unmanned : casualties for whom unmanned transports are used: none, light (T3) or all; None: by the scenario.
    blood_forward : whether transports with an attendant give the blood that they carry; None: by the scenario.
    hazard_per_h : hazard of a loss per hour within reach of a contact.
    reach_km : distance within which a contact is a hazard.
    memory_h : time after which the loss of a unit counts half as much as a hazard of its place.
    transport_lives : worth of a transport, in lives that it will still save.
    wait_min : time to the next chance of a trip, against which a trip now is weighed.
    """

    def __init__(
        self,
        unmanned: Riders | None = None,
        blood_forward: bool | None = None,
        hazard_per_h: float = 2.0,
        reach_km: float = 3.0,
        memory_h: float = 1.0,
        transport_lives: float = 1.0,
        wait_min: float = 60.0,
    ) -> None:
        super().__init__(unmanned, blood_forward)
        for name, value in (("reach_km", reach_km), ("memory_h", memory_h), ("wait_min", wait_min)):
            if not 0.0 < value < float("inf"):
                raise ValueError(f"{name} {value:g} is not above 0; give a larger number")
        if hazard_per_h < 0.0 or transport_lives < 0.0:
            raise ValueError("hazard_per_h and transport_lives are numbers from 0 up")
        self.hazard_per_h, self.reach_km, self.memory_h = hazard_per_h, reach_km, memory_h
        self.transport_lives, self.wait_min = transport_lives, wait_min

    def reset(self, briefing: MedicalBriefing, seed: int, replication: np.ndarray) -> None:
        """Find the rates of dying."""
        super().reset(briefing, seed, replication)
        with np.errstate(divide="ignore"):
            self._dying_per_s: F64 = np.where(np.isfinite(briefing.life_s), 1.0 / briefing.life_s, 0.0)

    def choose(self, picture: MedicalPicture, row: int, trips: Trips, orders: MedicalOrders) -> None:
        """Take the best trip, again and again, until no further one saves lives."""
        places, weights = self._hazards(picture, row)
        at = picture.casualty_real[row, : CasualtyR.Y + 1][:, trips.casualties]
        base = picture.facility_real[row]
        start = picture.transport_real[row][:, trips.transports]
        near = self._exposure_m(start[:, :, None], at[:, None, :], places, weights)  # (t, c)
        far = self._exposure_m(at[:, :, None], base[:, None, :], places, weights)  # (c, f)
        is_free = np.ones(len(trips.transports), dtype=np.bool_)
        is_open = np.ones(len(trips.casualties), dtype=np.bool_)
        companions = [self.companions(picture, row, trips, c) for c in range(len(trips.casualties))]
        sizes = np.array([len(some) for some in companions])
        values = [self._values(picture, row, trips, k, near, far, sizes) for k in range(len(trips.transports))]
        while is_free.any() and is_open.any():
            best, chosen = 0.0, (-1, -1, -1)
            for k in np.flatnonzero(is_free):
                value = np.where(is_open[:, None], values[k], -np.inf)
                c, f = np.unravel_index(int(np.argmax(value)), value.shape)
                if value[c, f] > best:
                    best, chosen = float(value[c, f]), (int(k), int(c), int(f))
            k, c, f = chosen
            if k < 0:
                return
            q = int(trips.transports[k])
            orders.send(row, q, int(trips.casualties[c]), f)
            is_free[k] = False
            is_open[companions[c][: self.room(q)]] = False
            is_open[c] = False

    def _values(
        self, picture: MedicalPicture, row: int, trips: Trips, k: int, near: F64, far: F64, companions: I64
    ) -> F64:
        """Return the worth of the trips of a transport, in lives, by casualty and facility (c, f); -inf: impossible.

        ``companions`` (c,) are the numbers of those at the place of each casualty, itself included.
        """
        b = self.briefing
        q = int(trips.transports[k])
        speed, waits = max(float(b.speed_mps[q]), 0.1), trips.casualties
        rate = self._dying_per_s[picture.casualty_whole[row, CasualtyW.TRIAGE, waits]]
        there_s = trips.out_m[k] / speed + 0.5 * b.stop_s[q]
        ride_s = trips.on_m / speed + 0.5 * b.stop_s[q]
        hazard = self.hazard_per_h / 3600.0 / speed
        out, ride = hazard * near[k], hazard * far
        alive = np.exp(-rate[:, None] * (there_s[:, None] + b.ride_rate[q] * ride_s))
        later = np.exp(-rate[:, None] * (60.0 * self.wait_min + there_s[:, None] + ride_s))
        through = np.exp(-(out[:, None] + ride))
        fatal = b.fatal_share  # the others live without care, and are only put at risk
        gain = fatal * (alive * through - later) + (1.0 - fatal) * (through - 1.0) + _LIGHT * through
        riders = np.minimum(companions, self.room(q))
        worth = self.transport_lives + float(b.crew[q])
        back = np.exp(-(2.0 * out[:, None] + 2.0 * ride))
        value = gain * np.maximum(riders, 1)[:, None] - worth * (1.0 - back)
        return np.where(trips.rides[k][:, None] & trips.goes, value, -np.inf)

    def _hazards(self, picture: MedicalPicture, row: int) -> tuple[F64, F64]:
        """Return the places (2, n) of known hazards and their weights (n,)."""
        seen = picture.picture
        n = int(seen.n_contacts[row])
        whole, real = seen.contact_whole[row, :, :n], seen.contact_real[row, :, :n]
        is_foe = whole[SeenW.IDENTITY] <= Identity.HOSTILE
        foes = real[[SeenR.X, SeenR.Y]][:, is_foe]
        lost = seen.own_whole[row, OwnW.STATUS] == Status.LOST
        age_h = seen.own_real[row, OwnR.AGE_S, lost] / 3600.0
        wrecks = seen.own_real[row, OwnR.X : OwnR.Y + 1][:, lost]
        weights = np.concatenate([np.ones(foes.shape[1]), 0.5 ** (age_h / self.memory_h)])
        return np.concatenate([foes, wrecks], axis=1), weights

    def _exposure_m(self, start: F64, end: F64, places: F64, weights: F64) -> F64:
        """Return the weighted length of straight ways within reach of the hazards [m], by broadcasting (2, ...)."""
        start, end = np.broadcast_arrays(start, end)
        total = np.zeros(start.shape[1:])
        dx, dy = end[0] - start[0], end[1] - start[1]
        length = np.hypot(dx, dy)
        safe = np.maximum(length, 1e-9)
        reach = 1000.0 * self.reach_km
        for (x, y), weight in zip(places.T, weights, strict=True):
            along = ((x - start[0]) * dx + (y - start[1]) * dy) / safe
            off_sq = (x - start[0]) ** 2 + (y - start[1]) ** 2 - along**2
            half = np.sqrt(np.maximum(reach**2 - off_sq, 0.0))
            inside = np.minimum(along + half, length) - np.maximum(along - half, 0.0)
            total += weight * np.maximum(inside, 0.0)
        return total
