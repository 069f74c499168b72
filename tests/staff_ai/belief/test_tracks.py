"""The fates of contacts, and the evidence in searches."""

import numpy as np

from simcore.params import RuleR
from simcore.picture import OwnW, Picture, SeenR, SeenW
from simcore.types import Level
from staff_ai.belief.evidence import FLOOR, doctrine_posterior
from staff_ai.belief.tracker import BeliefTracker
from staff_ai.belief.tracks import Fate, Tracks, TrackW
from tests.staff_ai.belief.watched_games import copied, games_of, staff_of, tracker_after, watched

HOLD_S = 600.0


def _shows(*contacts: tuple[int, float, float], age_s: float = 0.0) -> Picture:
    """Return a picture with contacts (serial, x, y)."""
    picture = copied(watched().pictures[0])
    picture.n_contacts[:] = len(contacts)
    for k, (serial, x, y) in enumerate(contacts):
        picture.contact_real[:, [SeenR.X, SeenR.Y], k] = x, y
        picture.contact_real[:, SeenR.ERROR_M, k] = 100.0
        picture.contact_real[:, SeenR.AGE_S, k] = age_s
        picture.contact_whole[:, SeenW.SERIAL, k] = serial
        picture.contact_whole[:, SeenW.LEVEL, k] = Level.DETECTED
        picture.contact_whole[:, SeenW.DOMAIN, k] = 1
        picture.contact_whole[:, SeenW.TARGET_CLASS, k] = -1
    return picture


def _fates(*shown: tuple[float, Picture]) -> dict[int, int]:
    tracks = Tracks()
    for time_s, picture in shown:
        tracks.update(picture, 0, time_s, HOLD_S, np.full(4, 15.0))
    return dict(zip(tracks.whole[TrackW.SERIAL].tolist(), tracks.whole[TrackW.FATE].tolist(), strict=True))


def test_a_contact_that_ages_out_is_lost_and_one_that_vanishes_before_is_gone() -> None:
    first = _shows((1, 0.0, 0.0), (2, 5e3, 0.0))
    assert _fates((0.0, first), (60.0, _shows((2, 5e3, 0.0)))) == {1: Fate.GONE, 2: Fate.HELD}
    old = _shows((1, 0.0, 0.0), (2, 5e3, 0.0), age_s=560.0)
    assert _fates((600.0, old), (660.0, _shows((2, 5e3, 0.0)))) == {1: Fate.LOST, 2: Fate.HELD}


def test_a_new_contact_near_a_lost_one_is_the_same_unit() -> None:
    old = _shows((1, 0.0, 0.0), age_s=590.0)
    gone = _shows()
    near, far = _shows((2, 500.0, 0.0)), _shows((2, 25e3, 0.0))
    assert _fates((600.0, old), (660.0, gone), (720.0, near)) == {1: Fate.FOUND, 2: Fate.HELD}
    assert _fates((600.0, old), (660.0, gone), (720.0, far)) == {1: Fate.LOST, 2: Fate.HELD}


def test_a_contact_pushed_out_of_a_full_table_is_still_held() -> None:
    room = watched().pictures[0].contact_real.shape[2]
    full = [(k, 1e3 * k, 0.0) for k in range(1, room + 1)]
    fates = _fates((0.0, _shows(*full)), (60.0, _shows(*full[1:], (room + 1, 0.0, 5e3))))
    assert set(fates.values()) == {Fate.HELD}


def test_the_hold_time_of_the_rules_decides() -> None:
    assert float(staff_of().params.rules_real[RuleR.CONTACT_HOLD_S]) > 0.0


def test_without_evidence_the_posterior_is_the_prior_and_it_never_falls_below_the_floor() -> None:
    prior = np.array([0.5, 0.3, 0.2])
    assert np.allclose(doctrine_posterior(prior, np.zeros(3), 0.0), prior)
    posterior = doctrine_posterior(prior, np.array([0.0, -1e3, -1e3]), 9.0)
    assert np.isclose(posterior.sum(), 1.0)
    assert np.allclose(posterior[1:], FLOOR * prior[1:])


def test_an_attack_seen_is_evidence_for_the_doctrines_that_attack() -> None:
    tracker = tracker_after(watched())
    doctrines = [doctrine.name for doctrine in staff_of().intelligence.doctrines]
    weights = dict(zip(doctrines, tracker.doctrine_weights(0), strict=True))
    prior = {doctrine.name: doctrine.weight for doctrine in staff_of().intelligence.doctrines}
    assert weights["hold"] < prior["hold"]
    assert weights["assault"] > prior["assault"]


def test_a_search_lowers_the_chance_of_places_in_range_alone_and_blind_units_search_nothing() -> None:
    game = watched()
    row = tracker_after(game).row(0)
    assert (row.missed <= 0.0).all()
    assert row.missed.min() < -0.5
    blind = BeliefTracker(staff_of(), games_of())
    for shown in game.pictures:
        picture = copied(shown)
        picture.own_whole[:, OwnW.DAMAGE] = 2  # sensors out of action
        blind.observe(picture)
    assert (blind.row(0).missed == 0.0).all()
