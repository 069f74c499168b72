"""The post-mortem of a run: phases, rates, time lines and flows of casualties that are written by hand."""

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from logistics.medical.review import Review, review
from logistics.medical.review_report import draw_review, review_json, review_lines
from logistics.medical.timeline import Casualty, End, Phase, RunCasualties, trace_casualties
from simcore.care import Station
from simcore.errors import InputError
from simcore.medical import Death

SQUAD, AMBULANCE, POST, HOSPITAL, OTHER = range(5)
SIDES = ["blue", "blue", "blue", "blue", "red"]
NAMES = ["squad", "ambulance", "post", "hospital", "other"]
RESUSCITATION, SURGERY = int(Station.RESUSCITATION), int(Station.SURGERY)

Event = tuple[float, str, int, int, int]
"""Time [min], kind, unit, person, detail."""

SAVED: list[Event] = [
    (0, "hurt", SQUAD, 1, 20), (5, "aided", SQUAD, 1, 1), (30, "picked_up", AMBULANCE, 1, 1),
    (45, "handed_over", AMBULANCE, 1, 0), (45, "admitted", POST, 1, 1), (50, "treatment_begun", POST, 1, RESUSCITATION),
    (70, "treatment_ended", POST, 1, RESUSCITATION), (90, "picked_up", AMBULANCE, 1, 1),
    (110, "handed_over", AMBULANCE, 1, 0), (110, "admitted", HOSPITAL, 1, 1),
    (110, "treatment_begun", HOSPITAL, 1, RESUSCITATION), (130, "treatment_ended", HOSPITAL, 1, RESUSCITATION),
    (142, "treatment_begun", HOSPITAL, 1, SURGERY), (200, "treatment_ended", HOSPITAL, 1, SURGERY),
    (4000, "duty", SQUAD, 1, 0),
]  # fmt: skip
BLED: list[Event] = [
    (1, "hurt", SQUAD, 2, 30),
    (12, "aided", SQUAD, 2, 1),
    (40, "died", SQUAD, 2, int(Death.BEFORE_CARE)),
]
AT_ONCE: list[Event] = [(2, "hurt", SQUAD, 3, 60), (2, "died", SQUAD, 3, int(Death.AT_ONCE))]
AMBUSHED: list[Event] = [
    (3, "hurt", SQUAD, 4, 25), (6, "aided", SQUAD, 4, 2), (20, "picked_up", AMBULANCE, 4, 2),
    (31, "loss", AMBULANCE, -1, 0), (31, "hurt", SQUAD, 4, 60), (55, "died", SQUAD, 4, int(Death.BEFORE_CARE)),
]  # fmt: skip
IN_CARE: list[Event] = [
    (4, "hurt", SQUAD, 5, 40), (8, "aided", SQUAD, 5, 1), (48, "admitted", POST, 5, 1),
    (70, "died", SQUAD, 5, int(Death.IN_CARE)),
]  # fmt: skip
ILL: list[Event] = [(9, "fell_ill", SQUAD, 6, 6), (15, "aided", SQUAD, 6, 3)]


def traced(*lives: list[Event]) -> list[Casualty]:
    """Return the casualties of lives, in the order of all their events."""
    rows = sorted((event for life in lives for event in life), key=lambda event: event[0])
    time, kind, unit, person, detail = (np.array(column) for column in zip(*rows, strict=True))
    events: dict[str, Any] = {"time_s": 60.0 * time, "kind": kind, "unit": unit, "a": person, "b": detail}
    return trace_casualties(events, SIDES, 6000.0 * 60.0)


def reviewed(*lives: list[Event], side: str | None = None) -> Review:
    """Return the review of lives."""
    found = traced(*lives)
    return review(RunCasualties(Path("run"), 360_000.0, NAMES, ["blue", "red"], tuple(found), (POST, HOSPITAL)), side)


def minutes(one: Casualty) -> list[float]:
    return [one.minutes(phase) for phase in Phase]


def test_the_time_of_a_casualty_is_divided_among_the_phases_without_a_gap() -> None:
    (one,) = traced(SAVED)
    # unaided, waiting, on the way, queue, treated, held
    assert minutes(one) == [5, 25, 35, 5 + 12, 20 + 20 + 58, 20 + 3800]
    assert sum(minutes(one)) == 4000
    assert [span.begin_s for span in one.spans[1:]] == [span.end_s for span in one.spans[:-1]]
    assert (one.end, one.aid_s, one.facility_s, one.surgery_s) == (End.RETURNED, 300, 45 * 60, 142 * 60)


def test_casualties_aboard_a_lost_transport_wait_again() -> None:
    (one,) = traced(AMBUSHED)
    assert minutes(one) == [3, 14 + 24, 11, 0, 0, 0]
    assert (one.last_phase, one.lost_transports, one.niss) == (Phase.WAITING, 1, 75)


def test_a_person_hurt_again_after_his_return_is_a_new_casualty() -> None:
    found = traced([*SAVED, (4100, "hurt", SQUAD, 1, 9)])
    assert [one.end for one in found] == [End.RETURNED, End.OPEN]
    assert found[1].niss == 9
    assert sum(minutes(found[1])) == 6000 - 4100


def test_the_rates_have_their_denominators_and_the_ill_are_in_none() -> None:
    counts = reviewed(SAVED, BLED, AT_ONCE, AMBUSHED, IN_CARE, ILL).counts
    assert (counts.killed, counts.wounded, counts.died_of_wounds, counts.returned) == (3, 2, 1, 1)
    assert counts.killed_share.value == pytest.approx(3 / (3 + 2 - 1))
    assert counts.died_of_wounds_share.value == pytest.approx(1 / (2 - 1))
    assert counts.case_fatality.value == pytest.approx(4 / 5)


def test_deaths_are_counted_in_the_phase_in_which_they_come() -> None:
    found = reviewed(SAVED, BLED, AT_ONCE, AMBUSHED, IN_CARE)
    assert {row.phase: row.deaths for row in found.phases if row.deaths} == {Phase.WAITING: 2, Phase.QUEUEING: 1}
    assert found.at_once == 1
    assert [one.person for one in found.dead] == [2, 4, 5]
    assert {row.phase: row.longest for row in found.phases if row.longest} == {Phase.WAITING: 3}


def test_time_lines_count_the_dead_as_late() -> None:
    aid, facility, surgery = reviewed(SAVED, BLED, AT_ONCE, AMBUSHED, IN_CARE).time_lines
    assert (aid.in_time.of, aid.in_time.among) == (3, 4)  # one after 11 minutes
    assert (facility.in_time.of, facility.in_time.among) == (2, 4)
    assert sorted(facility.minutes.tolist()) == [44, 45]
    assert (surgery.in_time.of, surgery.in_time.among) == (0, 1)


def test_the_flow_of_a_facility_is_balanced() -> None:
    post, hospital = reviewed(SAVED, BLED, IN_CARE).facilities
    assert (post.arrived, post.sent_on, post.died, post.ended, post.present) == (2, 1, 1, 0, 0)
    assert (post.treatments, post.longest_queue) == (1, 2)
    assert post.wait_min == pytest.approx(5 + 22)  # of the single treatment: he who died in the queue waited, too
    assert (hospital.arrived, hospital.treatments, hospital.ended) == (1, 2, 1)
    assert hospital.wait_min == pytest.approx((0 + 12) / 2)  # the first treatment began at once


def test_the_report_lists_each_who_died_and_the_picture_has_a_bar_for_each_phase() -> None:
    found = reviewed(SAVED, BLED, AMBUSHED, IN_CARE)
    text = "\n".join(review_lines(found, every=False))
    assert "squad #2" in text
    assert "transport lost" in text
    assert review_json(found)["dead"][1]["minutes"]["on the way"] == 11
    root = ElementTree.fromstring(draw_review(found, every=False))
    bars = [part for part in root.iter() if part.tag.endswith("rect") and part.find("{*}title") is not None]
    assert len(bars) == sum(len(one.spans) for one in found.dead)


def test_a_side_that_is_unknown_or_unhurt_is_refused() -> None:
    with pytest.raises(InputError, match="--side green: no such side; give blue, red"):
        reviewed(BLED, side="green")
    with pytest.raises(InputError, match="--side red: nobody of this side is hurt"):
        reviewed(BLED, side="red")
