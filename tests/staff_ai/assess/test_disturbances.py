"""Disturbances of a picture: each does the thing it is named for and nothing else, the same each time."""

import numpy as np
import pytest

from scenarios.run.play import start_simulation
from simcore.orders import Orders, OrderW, empty_orders
from simcore.picture import Picture, SeenR, SeenW, take
from simcore.policy import Briefing
from simcore.types import Identity, TargetClass, Task, read_only
from staff_ai.assess.disturbances import (
    DELAY,
    DROPOUT,
    LEVELS,
    Disturbed,
    FakedTracks,
    LateContacts,
    LatePicture,
    LostOrders,
    MissedTracks,
    NoisyContacts,
    SensorDropout,
    keep_contacts,
)
from staff_ai.assess.twins import Twins
from tests.agents.environments.games import SHORT

R = 400
"""Replications, enough to see a share."""
BRIEFING = SHORT.briefings[0]


def picture(tick: int = 90, n_contacts: int = 3) -> Picture:
    """Return a picture with contacts at 1, 2, 3 ... km east."""
    numbers = list(range(R))
    blank = start_simulation(SHORT, 1, numbers).picture(0)
    real, whole = blank.contact_real.copy(), blank.contact_whole.copy()
    for k in range(n_contacts):
        real[:, SeenR.X, k], real[:, SeenR.ERROR_M, k] = 1e3 * (k + 1), 50.0
        whole[:, SeenW.SERIAL, k], whole[:, SeenW.LEVEL, k] = k + 1, 3
        whole[:, SeenW.IDENTITY, k], whole[:, SeenW.TARGET_CLASS, k] = Identity.HOSTILE, TargetClass.SMALL_BOAT
    return blank._replace(
        contact_real=read_only(real), contact_whole=read_only(whole), tick=tick, ticks=np.full(R, tick),
        n_contacts=read_only(np.full(R, n_contacts, dtype=np.int32)), replication=np.arange(R, dtype=np.uint64),
    )  # fmt: skip


class Witness:
    """A commander that keeps what it sees and orders all groups to hold."""

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        self.n_groups = len(briefing.group_names)
        self.seen: list[Picture] = []

    def decide(self, picture: Picture, orders: Orders) -> None:
        self.seen.append(picture)
        for group in range(self.n_groups):
            orders.issue(True, group, Task.HOLD, 0.0, 0.0)


def seen(change: Disturbed, *pictures: Picture) -> tuple[Picture, Orders]:
    """Return the last picture seen behind a disturbance, and the orders sent."""
    change.reset(BRIEFING, 0, np.arange(R, dtype=np.uint64))
    orders = empty_orders(R, len(BRIEFING.group_names))
    for one in pictures:
        orders.clear()
        change.decide(one, orders)
    witness = change.inner
    assert isinstance(witness, Witness)
    return witness.seen[-1], orders


def near(share: float, of: float) -> bool:
    return abs(share - of) < 4.0 * np.sqrt(of * (1.0 - of) / (3 * R)) + 1e-12


def test_contacts_are_kept_in_sequence_and_the_rest_of_the_table_is_blank() -> None:
    before = picture()
    is_kept = np.zeros(before.contact_whole[:, 0].shape, dtype=bool)
    is_kept[:, [0, 2, 5]] = True  # the sixth place holds no contact
    after = keep_contacts(before, is_kept)
    assert (after.n_contacts == 2).all()
    assert (after.contact_real[:, SeenR.X, :2] == [1e3, 3e3]).all()
    assert (after.contact_real[:, :, 2:] == 0.0).all()
    assert (after.contact_whole[:, SeenW.TARGET_CLASS, 2:] == -1).all()


@pytest.mark.parametrize("kind", [SensorDropout, MissedTracks])
@pytest.mark.parametrize("level", [0, 3, 5])
def test_the_share_of_missing_contacts_is_that_of_the_level(kind: type[Disturbed], level: int) -> None:
    found, _ = seen(kind(Witness(), level), picture())  # type: ignore[call-arg]
    assert near(1.0 - float(found.n_contacts.mean()) / 3.0, DROPOUT[level])


def test_a_missed_track_stays_missed_and_a_dropout_does_not() -> None:
    for kind, is_same in ((MissedTracks, True), (SensorDropout, False)):
        witness = Witness()
        seen(kind(witness, 3), picture(30), picture(45))
        first, second = (one.contact_whole[:, SeenW.SERIAL] for one in witness.seen)
        assert bool((first == second).all()) == is_same


def test_contacts_come_late_by_the_decisions_of_the_level() -> None:
    pictures = [picture(15 * k, n_contacts=k + 1) for k in range(5)]
    for level in range(1, 4):
        witness = Witness()
        seen(LateContacts(witness, level), *pictures)
        numbers = [int(one.n_contacts[0]) for one in witness.seen]
        assert numbers == ([0] * DELAY[level] + [1, 2, 3, 4, 5])[:5]


def test_a_late_picture_has_late_reports_of_own_units_too() -> None:
    first, second = picture(0), picture(15)
    moved = second.own_real.copy()
    moved[:, 0] += 1e3
    found, _ = seen(LatePicture(Witness(), 1), first, second._replace(own_real=read_only(moved)))
    np.testing.assert_array_equal(found.own_real, first.own_real)
    assert found.tick == 15


def test_the_share_of_lost_orders_is_that_of_the_level() -> None:
    for level in range(LEVELS):
        _, orders = seen(LostOrders(Witness(), level), picture())
        assert near(1.0 - float(orders.whole[:, OrderW.ISSUED].mean()), DROPOUT[level])


def test_noise_is_as_large_as_the_error_of_the_contact() -> None:
    found, _ = seen(NoisyContacts(Witness()), picture())
    gap = (found.contact_real - picture().contact_real)[:, : SeenR.Y + 1, :3]
    # the standard error of a standard deviation of n normal values is sigma / sqrt(2 n)
    assert abs(float(gap.std()) - 50.0) < 4.0 * 50.0 / np.sqrt(2.0 * gap.size)
    assert (found.contact_real[:, SeenR.ERROR_M] == picture().contact_real[:, SeenR.ERROR_M]).all()


def test_ghosts_lie_on_the_map_and_come_after_a_tenth_of_the_game() -> None:
    early, _ = seen(FakedTracks(Witness(), 2), picture(0))
    assert (early.n_contacts == 3).all()
    found, _ = seen(FakedTracks(Witness(), 2), picture())
    west, east, south, north = BRIEFING.bounds_m
    x, y = found.contact_real[:, SeenR.X, 3:5], found.contact_real[:, SeenR.Y, 3:5]
    assert (found.n_contacts == 5).all()
    assert ((x > west) & (x < east) & (y > south) & (y < north)).all()
    assert (found.contact_whole[:, SeenW.IDENTITY, 3:5] == Identity.HOSTILE).all()


def test_a_duplicate_lies_two_errors_beside_its_contact() -> None:
    found, _ = seen(FakedTracks(Witness(), 1, "duplicate"), picture())
    assert (found.n_contacts == 4).all()
    gap = np.hypot(found.contact_real[:, 0, 3] - found.contact_real[:, 0, 0], found.contact_real[:, 1, 3])
    np.testing.assert_allclose(gap, 100.0)
    none, _ = seen(FakedTracks(Witness(), 1, "duplicate"), picture(n_contacts=0))
    assert (none.n_contacts == 0).all()


def test_a_spoofed_contact_is_shown_as_neutral() -> None:
    found, _ = seen(FakedTracks(Witness(), 1, "spoofed"), picture())
    assert (found.contact_whole[:, SeenW.IDENTITY, :3] == [Identity.NEUTRAL, Identity.HOSTILE, Identity.HOSTILE]).all()


def test_the_same_replication_is_disturbed_alike_in_any_company() -> None:
    all_rows, _ = seen(SensorDropout(Witness(), 3), picture())
    some = SensorDropout(Witness(), 3)
    some.reset(BRIEFING, 0, np.array([7, 3], dtype=np.uint64))
    whole = picture()
    few = take(whole, np.array([7, 3]), SHORT.roster.dt_s)
    assert some.see(few).n_contacts.tolist() == all_rows.n_contacts[[7, 3]].tolist()


def test_twins_count_the_orders_that_a_change_alters() -> None:
    class Follows(Witness):
        """Sends its first group after the first contact."""

        def decide(self, picture: Picture, orders: Orders) -> None:
            super().decide(picture, orders)
            orders.issue(picture.n_contacts > 0, 0, Task.ATTACK, picture.contact_real[:, 0, 0], 0.0)

    class Blind(Disturbed):
        """No contact at all."""

        def see(self, picture: Picture) -> Picture:
            return keep_contacts(picture, np.zeros(picture.contact_whole[:, 0].shape, dtype=bool))

    twins = Twins(Follows, Blind)
    twins.reset(BRIEFING, 0, np.arange(R, dtype=np.uint64))
    twins.decide(picture(), empty_orders(R, len(BRIEFING.group_names)))
    np.testing.assert_allclose(twins.shares, 1.0 / len(BRIEFING.group_names))
    assert (twins.parted, twins.decisions) == (R, R)
    same = Twins(Follows)
    same.reset(BRIEFING, 0, np.arange(R, dtype=np.uint64))
    same.decide(picture(), empty_orders(R, len(BRIEFING.group_names)))
    assert same.parted == 0
