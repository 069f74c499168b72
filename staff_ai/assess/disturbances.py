"""Disturbances between a commander and its force: what it sees is thinned, delayed or faked, and orders get lost.

They act on the picture and on the orders, never on the engine: they are the same for any scenario and commander. Draws
are a function of purpose, replication, tick and track.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from simcore.orders import Orders, OrderW
from simcore.picture import Picture, SeenR, SeenW
from simcore.policy import Briefing, Policy
from simcore.rng import uniforms
from simcore.types import F64, I32, NONE, Emcon, Identity, Level, TargetClass, read_only
from staff_ai.games.play import Make, close_policies

LEVELS = 6
"""Levels of severity, 0 to 5; 0 is undisturbed."""
DROPOUT = (0.0, 0.1, 0.2, 0.35, 0.5, 0.7)
"""Share of the contacts missing from each picture, of tracks never seen, and of orders lost, by level."""
DELAY = (0, 1, 2, 4, 8, 16)
"""Age of the picture in decision intervals, by level."""
_STREAM = 70_001  # of the draws; one for each purpose
GHOST_SERIAL = 900_000
"""Serials of faked tracks start here."""


class Disturbed:
    """A commander behind a disturbance: subclasses change ``see`` or ``send``."""

    stream = _STREAM

    def __init__(self, inner: Policy) -> None:
        self.inner = inner
        self.reads_clocks = bool(getattr(inner, "reads_clocks", False))

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        """Prepare for replications."""
        self.briefing, self.seed = briefing, seed
        self._row = {int(number): k for k, number in enumerate(replication)}
        self.n_rows = len(replication)
        self._latest = -1
        self.inner.reset(briefing, seed, replication)

    @property
    def replications(self) -> list[int]:
        """Replications of the reset, in its sequence."""
        return list(self._row)

    def decide(self, picture: Picture, orders: Orders) -> None:
        """Let the commander decide on the disturbed picture, and disturb its orders."""
        self.inner.decide(self.see(picture), orders)
        self.send(picture, orders)

    def close(self) -> None:
        """End the commander."""
        close_policies([self.inner])

    def see(self, picture: Picture) -> Picture:
        """Return the picture as the commander sees it."""
        return picture

    def send(self, picture: Picture, orders: Orders) -> None:
        """Change the orders on their way."""

    def rows(self, picture: Picture) -> np.ndarray:
        """Return the places of the replications of a picture among those of the reset, (R,)."""
        return np.array([self._row[int(number)] for number in picture.replication], dtype=np.int64)

    def going_on(self, picture: Picture) -> np.ndarray:
        """Return which games go on, (R,) bool: the pictures of those that are over stay at an earlier tick."""
        self._latest = max(self._latest, int(picture.ticks.max()))
        return picture.ticks == self._latest

    def draws(self, picture: Picture, n: int, tick: int | None = None) -> F64:
        """Return (R, n) uniform numbers for the tick of the picture, or for all ticks alike with ``tick``."""
        now = int(picture.ticks.max()) if tick is None else tick
        return uniforms(self.seed, picture.replication, now, self.stream, n)


class SensorDropout(Disturbed):
    """A share of the contacts is missing from each picture."""

    stream = _STREAM + 1

    def __init__(self, inner: Policy, level: int) -> None:
        super().__init__(inner)
        self._share = DROPOUT[level]

    def see(self, picture: Picture) -> Picture:
        """Return the picture without the contacts that are missing."""
        return keep_contacts(picture, self.draws(picture, picture.contact_whole.shape[2]) >= self._share)


class MissedTracks(Disturbed):
    """A share of the tracks is never seen, as if the probability of detection were lower."""

    stream = _STREAM + 2

    def __init__(self, inner: Policy, level: int) -> None:
        super().__init__(inner)
        self._share = DROPOUT[level]

    def see(self, picture: Picture) -> Picture:
        """Return the picture without the missed tracks."""
        serial = picture.contact_whole[:, SeenW.SERIAL]
        by_serial = self.draws(picture, 1024, tick=0)
        return keep_contacts(picture, np.take_along_axis(by_serial, serial.astype(np.int64) % 1024, 1) >= self._share)


class LateContacts(Disturbed):
    """Contacts are those of some decisions ago."""

    def __init__(self, inner: Policy, level: int) -> None:
        super().__init__(inner)
        self._delay = DELAY[level]

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        """Prepare for replications."""
        super().reset(briefing, seed, replication)
        self._past: list[tuple[np.ndarray, ...]] = []
        self._tick = NONE

    def see(self, picture: Picture) -> Picture:
        """Return the picture with late contacts; nothing is seen before the first arrive."""
        late = self.late((picture.contact_real, picture.contact_whole, picture.n_contacts), picture)
        if late is None:
            return keep_contacts(picture, np.zeros(picture.contact_whole[:, 0].shape, dtype=bool))
        real, whole, n = map(read_only, late)
        return picture._replace(contact_real=real, contact_whole=whole, n_contacts=n)

    def late(self, now: tuple[np.ndarray, ...], picture: Picture) -> tuple[np.ndarray, ...] | None:
        """Keep the tables of now, and return those of the delay ago; None before the first."""
        rows, tick = self.rows(picture), int(picture.ticks.max())
        if tick < self._tick:
            return now  # games that are over
        if tick > self._tick:
            self._past.append(tuple(np.zeros((self.n_rows, *table.shape[1:]), table.dtype) for table in now))
            self._past = self._past[-(self._delay + 1) :]
            self._tick = tick
        for kept, table in zip(self._past[-1], now, strict=True):
            kept[rows] = table
        return tuple(table[rows] for table in self._past[0]) if len(self._past) > self._delay else None


class LatePicture(LateContacts):
    """The whole picture is that of some decisions ago: reports of own units and contacts alike."""

    def see(self, picture: Picture) -> Picture:
        """Return the late picture; before the first arrives, own units as they were at the start, and no contact."""
        now = (
            picture.contact_real, picture.contact_whole, picture.n_contacts, picture.own_real, picture.own_whole,
        )  # fmt: skip
        late = self.late(now, picture)
        if late is None:
            first = self._past[0]
            rows = self.rows(picture)
            blank = keep_contacts(picture, np.zeros(picture.contact_whole[:, 0].shape, dtype=bool))
            return blank._replace(own_real=read_only(first[3][rows]), own_whole=read_only(first[4][rows]))
        real, whole, n, own_real, own_whole = map(read_only, late)
        return picture._replace(
            contact_real=real, contact_whole=whole, n_contacts=n, own_real=own_real, own_whole=own_whole
        )


class LostOrders(Disturbed):
    """A share of the orders never reaches its group."""

    stream = _STREAM + 3

    def __init__(self, inner: Policy, level: int) -> None:
        super().__init__(inner)
        self._share = DROPOUT[level]

    def send(self, picture: Picture, orders: Orders) -> None:
        """Delete the orders that are lost."""
        is_lost = self.draws(picture, orders.whole.shape[2]) < self._share
        orders.whole[:, OrderW.ISSUED][is_lost] = 0
        orders.whole[:, OrderW.TARGET][is_lost] = NONE
        orders.whole[:, OrderW.EMCON][is_lost] = int(Emcon.NO_CHANGE)


class NoisyContacts(Disturbed):
    """Contacts are moved by a normal error of their own size, anew in each picture."""

    stream = _STREAM + 4

    def __init__(self, inner: Policy, sigmas: float = 1.0) -> None:
        super().__init__(inner)
        self._sigmas = sigmas

    def see(self, picture: Picture) -> Picture:
        """Return the picture with moved contacts."""
        room = picture.contact_whole.shape[2]
        one, other = np.split(self.draws(picture, 2 * room), 2, axis=1)
        size = self._sigmas * np.sqrt(-2.0 * np.log(one)) * picture.contact_real[:, SeenR.ERROR_M]  # Box and Muller
        real = picture.contact_real.copy()
        real[:, SeenR.X] += size * np.cos(2.0 * np.pi * other)
        real[:, SeenR.Y] += size * np.sin(2.0 * np.pi * other)
        return picture._replace(contact_real=read_only(real))


class Ghost(NamedTuple):
    """A track of nothing: it seems to move, and is renewed at its place."""

    x_m: float
    y_m: float
    target_class: int = TargetClass.SHIP
    identity: int = Identity.HOSTILE
    vx_mps: float = 0.0
    vy_mps: float = 0.0
    error_m: float = 100.0
    number: int = 1  # tracks side by side


class FakedTracks(Disturbed):
    """Faked tracks join the picture from a share of the game on.

    Parameters
    ----------
    n : number of tracks.
    kind : ``ghost`` (anywhere on the map, identified as hostile), ``duplicate`` (of a contact, two errors beside it),
        or ``spoofed`` (a contact is shown as neutral).
    ghost : a ghost of its own, the same in all replications, instead of those.
    """

    stream = _STREAM + 5
    SINCE = 0.1  # share of the game

    def __init__(self, inner: Policy, n: int = 1, kind: str = "ghost", ghost: Ghost | None = None) -> None:
        super().__init__(inner)
        self._n, self._kind, self._ghost = n, kind, ghost

    def see(self, picture: Picture) -> Picture:
        """Return the picture with the faked tracks."""
        if not self._is_on(picture):
            return picture
        if self._ghost is not None:
            return add_ghost(picture, self._ghost)
        if self._kind == "ghost":
            return self._ghosts(picture)
        return self._duplicates(picture) if self._kind == "duplicate" else self._spoofed(picture)

    def _is_on(self, picture: Picture) -> bool:
        return float(picture.ticks.max()) * self.briefing.dt_s >= self.SINCE * self.briefing.duration_s

    def _places_m(self, picture: Picture) -> list[F64]:
        west, east, south, north = self.briefing.bounds_m
        u = self.draws(picture, 2 * self._n, tick=0).T
        return [
            np.stack([west + u[2 * k] * (east - west), south + u[2 * k + 1] * (north - south)]) for k in range(self._n)
        ]

    def _ghosts(self, picture: Picture) -> Picture:
        for k, (x, y) in enumerate(self._places_m(picture)):
            picture = add_contact(picture, x, y, GHOST_SERIAL + k, Ghost(0.0, 0.0))
        return picture

    def _duplicates(self, picture: Picture) -> Picture:
        for k in range(self._n):
            some = np.minimum(k, np.maximum(picture.n_contacts - 1 - k, 0))
            rows = np.arange(len(picture.replication))
            real, whole = picture.contact_real[rows, :, some].copy(), picture.contact_whole[rows, :, some].copy()
            angle = 2.0 * np.pi * self.draws(picture, 1, tick=0)[:, 0]
            real[:, SeenR.X] += 2.0 * real[:, SeenR.ERROR_M] * np.cos(angle)
            real[:, SeenR.Y] += 2.0 * real[:, SeenR.ERROR_M] * np.sin(angle)
            whole[:, SeenW.SERIAL] = GHOST_SERIAL + k
            whole[:, SeenW.COMMITTED] = 0
            picture = append_contact(picture, picture.n_contacts > 0, real, whole)
        return picture

    def _spoofed(self, picture: Picture) -> Picture:
        whole = picture.contact_whole.copy()
        slots = np.arange(whole.shape[2])
        is_some = (slots < self._n) & (slots < picture.n_contacts[:, None])
        whole[:, SeenW.IDENTITY][is_some] = int(Identity.NEUTRAL)
        whole[:, SeenW.LEVEL][is_some] = int(Level.IDENTIFIED)
        return picture._replace(contact_whole=read_only(whole))


def keep_contacts(picture: Picture, is_kept: np.ndarray) -> Picture:
    """Return the picture with some of its contacts, (R, slots) bool, in the same sequence."""
    room = picture.contact_whole.shape[2]
    is_kept = is_kept & (np.arange(room) < picture.n_contacts[:, None])
    order = np.argsort(~is_kept, axis=1, kind="stable")[:, None]
    n: I32 = is_kept.sum(axis=1).astype(np.int32)
    is_blank = np.arange(room) >= n[:, None]
    real = np.take_along_axis(picture.contact_real, order, 2)
    whole = np.take_along_axis(picture.contact_whole, order, 2)
    real[np.broadcast_to(is_blank[:, None], real.shape)] = 0.0
    whole[np.broadcast_to(is_blank[:, None], whole.shape)] = 0
    whole[:, SeenW.TARGET_CLASS][is_blank] = NONE
    return picture._replace(contact_real=read_only(real), contact_whole=read_only(whole), n_contacts=read_only(n))


def add_ghost(picture: Picture, ghost: Ghost) -> Picture:
    """Return the picture with a ghost in each replication."""
    n = len(picture.replication)
    for k in range(ghost.number):
        x_m = ghost.x_m + 2.0 * k * ghost.error_m
        picture = add_contact(picture, np.full(n, x_m), np.full(n, ghost.y_m), GHOST_SERIAL + k, ghost)
    return picture


def add_contact(picture: Picture, x_m: F64, y_m: F64, serial: int, like: Ghost) -> Picture:
    """Return the picture with a track of the kind of a ghost at a place (R,) in each replication."""
    n = len(picture.replication)
    real = np.zeros((n, len(SeenR)))
    real[:, SeenR.X], real[:, SeenR.Y], real[:, SeenR.ERROR_M] = x_m, y_m, like.error_m
    real[:, SeenR.VX], real[:, SeenR.VY] = like.vx_mps, like.vy_mps
    whole = np.zeros((n, len(SeenW)), dtype=np.int32)
    whole[:, SeenW.SERIAL], whole[:, SeenW.LEVEL] = serial, int(Level.IDENTIFIED)
    whole[:, SeenW.DOMAIN], whole[:, SeenW.TARGET_CLASS] = domain_of(like.target_class), like.target_class
    whole[:, SeenW.IDENTITY] = like.identity
    return append_contact(picture, np.ones(n, dtype=bool), real, whole)


def append_contact(picture: Picture, where: np.ndarray, real: F64, whole: I32) -> Picture:
    """Return the picture with a contact more where ``where`` (R,); in a full table it takes the last place."""
    room = picture.contact_whole.shape[2]
    rows = np.flatnonzero(where)
    all_real, all_whole, n = picture.contact_real.copy(), picture.contact_whole.copy(), picture.n_contacts.copy()
    place = np.minimum(n[rows], room - 1)
    all_real[rows, :, place], all_whole[rows, :, place] = real[rows], whole[rows]
    n[rows] = np.minimum(n[rows] + 1, room)
    return picture._replace(
        contact_real=read_only(all_real), contact_whole=read_only(all_whole), n_contacts=read_only(n)
    )


def domain_of(target_class: int) -> int:
    """Return the usual domain of a class of targets."""
    land = (TargetClass.PERSONNEL, TargetClass.LIGHT_VEHICLE, TargetClass.ARMOUR, TargetClass.STRUCTURE)
    if target_class in land:
        return 0
    if target_class in (TargetClass.SMALL_BOAT, TargetClass.SHIP):
        return 1
    return 2 if target_class == TargetClass.SUBMARINE else 3


def disturbing(make: Make, kind: Callable[..., Disturbed], *values: Any, **keywords: Any) -> Make:
    """Return a maker of commanders behind a disturbance."""
    return lambda: kind(make(), *values, **keywords)
