"""Tracks: the contacts that a side ever held, and the fate of each."""

from enum import IntEnum

import numpy as np

from simcore.picture import Picture, SeenR, SeenW
from simcore.types import F64, I64


class TrackR(IntEnum):
    """Columns of tracks, real: as last seen in the picture."""

    X = 0  # [m]
    Y = 1
    VX = 2
    VY = 3
    ERROR_M = 4  # one-sigma
    TIME_S = 5  # of the last detection; the columns above hold at SHOWN_S
    SHOWN_S = 6  # of the last picture that shows it
    FIRST_S = 7  # of the first detection
    LOOKED_S = 8  # of its last use as evidence of a doctrine


class TrackW(IntEnum):
    """Columns of tracks, whole."""

    SERIAL = 0
    LEVEL = 1
    DOMAIN = 2
    TARGET_CLASS = 3  # -1 until classified
    IDENTITY = 4
    FATE = 5  # Fate
    COMMITTED = 6  # own rounds believed to have been fired at it
    FOLLOWS = 7  # 1: a lost unit found again, not a unit found for the first time


class Fate(IntEnum):
    """The fate of a track."""

    HELD = 0
    LOST = 1  # no longer detected: the unit is still somewhere
    GONE = 2  # dropped from the picture before its time: destroyed, expended or recovered
    FOUND = 3  # lost, and believed to be the unit of a later track


_MOST = 1024  # tracks kept
REACH = 0.7
"""Way that a lost unit may have made when it is found again, as a share of that at its highest speed."""


class Tracks:
    """The tracks of a side in a replication, by serial."""

    def __init__(self) -> None:
        self.real: F64 = np.zeros((len(TrackR), 0))
        self.whole: I64 = np.zeros((len(TrackW), 0), dtype=np.int64)

    def update(self, picture: Picture, row: int, time_s: float, hold_s: float, speed_m_s: F64) -> None:
        """Follow the contacts of a picture. ``speed_m_s`` (domains,) are the highest speeds of foreign units."""
        n = int(picture.n_contacts[row])
        seen, code = picture.contact_real[row, :, :n], picture.contact_whole[row, :, :n]
        serial = code[SeenW.SERIAL].astype(np.int64)
        known = self.whole[TrackW.SERIAL]
        self._settle_missing(serial, time_s, hold_s, is_full=n == picture.contact_real.shape[2])
        fresh = np.flatnonzero(~np.isin(serial, known))
        if len(fresh) > 0:
            real = np.zeros((len(TrackR), len(fresh)))
            real[TrackR.FIRST_S] = time_s - seen[SeenR.AGE_S, fresh]
            real[TrackR.LOOKED_S] = -np.inf
            whole = np.zeros((len(TrackW), len(fresh)), dtype=np.int64)
            whole[TrackW.SERIAL] = serial[fresh]
            self.real, self.whole = np.hstack([self.real, real]), np.hstack([self.whole, whole])
            known = self.whole[TrackW.SERIAL]
        order = np.argsort(known, kind="stable")
        place = order[np.searchsorted(known[order], serial)]
        for column, source in (
            (TrackR.X, SeenR.X),
            (TrackR.Y, SeenR.Y),
            (TrackR.VX, SeenR.VX),
            (TrackR.VY, SeenR.VY),
            (TrackR.ERROR_M, SeenR.ERROR_M),
        ):
            self.real[column, place] = seen[source]
        self.real[TrackR.TIME_S, place] = time_s - seen[SeenR.AGE_S]
        self.real[TrackR.SHOWN_S, place] = time_s
        for column, source in (
            (TrackW.LEVEL, SeenW.LEVEL),
            (TrackW.DOMAIN, SeenW.DOMAIN),
            (TrackW.TARGET_CLASS, SeenW.TARGET_CLASS),
            (TrackW.IDENTITY, SeenW.IDENTITY),
        ):
            self.whole[column, place] = code[source]
        self.whole[TrackW.FATE, place] = Fate.HELD
        self.whole[TrackW.COMMITTED, place] = np.maximum(self.whole[TrackW.COMMITTED, place], code[SeenW.COMMITTED])
        if len(fresh) > 0:
            self._match(place[fresh], time_s, speed_m_s)
        if self.whole.shape[1] > _MOST:
            keep = np.sort(np.argsort(self.real[TrackR.SHOWN_S], kind="stable")[-_MOST:])
            self.real, self.whole = self.real[:, keep], self.whole[:, keep]

    def _settle_missing(self, serial: I64, time_s: float, hold_s: float, *, is_full: bool) -> None:
        """Settle the fates of held tracks that are missing in the picture."""
        missing = (self.whole[TrackW.FATE] == Fate.HELD) & ~np.isin(self.whole[TrackW.SERIAL], serial)
        if is_full and len(serial) > 0:  # pushed out of a full table by newer contacts
            missing &= self.whole[TrackW.SERIAL] >= serial[0]
        too_early = time_s - self.real[TrackR.TIME_S] <= hold_s
        self.whole[TrackW.FATE] = np.where(missing, np.where(too_early, Fate.GONE, Fate.LOST), self.whole[TrackW.FATE])

    def _match(self, fresh: I64, time_s: float, speed_m_s: F64) -> None:
        """Match new tracks with the lost track that each may continue: the nearest possible."""
        for k in fresh:
            lost = np.flatnonzero(
                (self.whole[TrackW.FATE] == Fate.LOST)
                & (self.whole[TrackW.DOMAIN] == self.whole[TrackW.DOMAIN, k])
                & (self.real[TrackR.TIME_S] < self.real[TrackR.FIRST_S, k] + 1e-9)
            )
            if len(lost) == 0:
                continue
            classes, own = self.whole[TrackW.TARGET_CLASS, lost], self.whole[TrackW.TARGET_CLASS, k]
            lost = lost[(classes < 0) | (own < 0) | (classes == own)]
            if len(lost) == 0:
                continue
            gone_s = time_s - self.real[TrackR.SHOWN_S, lost]
            dx = self.real[TrackR.X, lost] + self.real[TrackR.VX, lost] * gone_s - self.real[TrackR.X, k]
            dy = self.real[TrackR.Y, lost] + self.real[TrackR.VY, lost] * gone_s - self.real[TrackR.Y, k]
            reach = 3.0 * (self.real[TrackR.ERROR_M, lost] + self.real[TrackR.ERROR_M, k])
            reach += REACH * speed_m_s[self.whole[TrackW.DOMAIN, k]] * gone_s
            share = np.hypot(dx, dy) / np.maximum(reach, 1.0)
            best = int(np.argmin(share))
            if share[best] <= 1.0:
                self.whole[TrackW.FATE, lost[best]] = Fate.FOUND
                self.whole[TrackW.FOLLOWS, k] = 1
