"""Medical policies: their picture, their orders, those of the record, and the built-in policy."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simcore.care import FacilityMode, FacilityW, TransportW
from simcore.decision_loop import Chair, ChairOrder, run_decisions
from simcore.errors import RunError
from simcore.medical import PersonR, PersonW, Stage
from simcore.medical_chair import MedicalChair, RecordedMedical
from simcore.medical_policy import Go, MedicalOrders, MedicalPicture, NearestFirst, TransportOrder, brief_medical
from simcore.medical_view import CasualtyW, TransportView
from simcore.orders import Orders
from simcore.picture import Picture
from simcore.policy import Briefing
from simcore.simulation import Simulation
from simcore.state import GroupW
from simcore.types import Task
from tests.simcore.care_worlds import Document, ambulances, group, hurt, people_of, stage_of, world
from tests.simcore.small_worlds import compile_world, start


class Silent:
    """A commander without orders."""

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        self.groups = briefing.groups

    def decide(self, picture: Picture, orders: Orders) -> None:
        pass


class Wanderer(Silent):
    """A commander that orders all groups to a corner."""

    def decide(self, picture: Picture, orders: Orders) -> None:
        for g in self.groups:
            orders.issue(True, int(g), Task.MOVE, -25_000.0, -25_000.0)


def chair_of(content: Document, policy: Any) -> MedicalChair:
    """Return a medical policy of blue in its place."""
    compiled = compile_world(content)
    briefing = brief_medical(compiled.params, compiled.briefings[0])
    policy.reset(briefing, 0, np.zeros(0, dtype=np.uint64))
    return MedicalChair(policy, compiled.params, briefing, "policy of blue")


def play(
    content: Document,
    simulation: Simulation,
    chairs: Sequence[Chair],
    ticks: int,
    commander: type[Silent] = Silent,
    note: Callable[[int, Chair, list[ChairOrder]], None] | None = None,
) -> None:
    """Play on with policies of blue."""
    compiled = compile_world(content)
    commanders = [commander(), Silent()]
    for side, one in enumerate(commanders):
        one.reset(compiled.briefings[side], 0, np.zeros(1, dtype=np.uint64))
    run_decisions(
        simulation, commanders, chairs=chairs, decision_ticks=6, n_ticks=simulation.tick + ticks, on_logistics=note
    )


def two_squads(**keys: Any) -> Document:
    """Return squads 3 and 8 km from an ambulance and an aid post, with a hospital 10 km on the other side."""
    return world(
        [
            group("near", "squad", 3),
            group("far", "squad", 8),
            ambulances("ambulance", 0),
            group("aid", "aid-post", 0, 0.5),
            group("hospital", "hospital", -10),
        ],
        **keys,
    )


def test_the_policy_nearest_first_is_what_the_engine_does_by_itself() -> None:
    content = two_squads()
    ends = []
    for chairs in ([], [chair_of(content, NearestFirst())]):
        simulation = start(content)
        hurt(simulation, people_of(content, "near")[:2], triage=2)
        hurt(simulation, people_of(content, "far")[:3], needs_surgery=True)
        play(content, simulation, chairs, 900)
        ends.append(simulation.hash())
    assert ends[0] == ends[1]


def test_the_picture_holds_nothing_of_the_true_state_of_a_casualty() -> None:
    content = two_squads()
    simulation = start(content)
    people = people_of(content, "near")[:4]
    hurt(simulation, people, triage=2)
    simulation.advance(6)
    chair = chair_of(content, NearestFirst())
    before = [np.array(table) for table in chair.picture(simulation)[:-1]]
    state = simulation.state.people
    for row in (PersonR.SEVERITY, PersonR.BLOOD, PersonR.BLEED_PER_H, PersonR.TRAUMA_S, PersonR.WOUNDS_S):
        state.real[:, row, people] *= 0.5
    for row in (PersonW.TRUE_TRIAGE, PersonW.IS_SURVIVABLE, PersonW.NEEDS_SURGERY, PersonW.REGION, PersonW.TRIAGE):
        state.whole[:, row, people] += 1
    state.whole[:, PersonW.STAGE, people] = Stage.LEFT  # not reported yet
    after = chair.picture(simulation)[:-1]
    for first, second in zip(before, after, strict=True):
        assert np.array_equal(first, second, equal_nan=True)


def test_a_casualty_of_a_unit_without_a_link_is_neither_seen_nor_fetched_until_it_has_one() -> None:
    content = two_squads()
    content["injects"] = [{"at_s": 0, "kind": "link_outage", "who": ["near"], "duration_s": 1200}]
    simulation = start(content)
    (p, *_) = people_of(content, "near")
    simulation.advance(6)
    hurt(simulation, p)
    chair = chair_of(content, NearestFirst())
    simulation.advance(60)
    assert not chair.picture(simulation).casualty_whole[0, CasualtyW.WAITS].any()
    assert stage_of(simulation, p) == Stage.SCENE
    simulation.advance(300)
    assert simulation.state.people.real[0, PersonR.PICKED_S, p] > 1200.0


class Sends(NearestFirst):
    """A policy that sends the first transport for the last casualty that waits, to the last facility."""

    def decide(self, picture: MedicalPicture, orders: MedicalOrders) -> None:
        for r in range(len(picture.casualty_whole)):
            waits = np.flatnonzero(picture.casualty_whole[r, CasualtyW.WAITS])
            person = int(waits[-1]) if len(waits) else Go.NOBODY
            orders.send(r, 0, person, len(self.briefing.facility_unit) - 1)


def test_a_transport_goes_where_it_is_ordered_and_nowhere_else() -> None:
    content = two_squads()
    simulation = start(content)
    chair = chair_of(content, Sends())
    near, far = people_of(content, "near")[0], people_of(content, "far")[0]
    hurt(simulation, [near, far])
    own = sorted([near, far])
    last = own[-1]
    play(content, simulation, [chair], 500)
    real = simulation.state.people.real[0]
    assert real[PersonR.PICKED_S, last] >= 0.0
    unit_of = compile_world(content).params.medical.facilities.whole[0]
    reached = simulation.state.facilities.whole[0, FacilityW.ARRIVED]
    assert reached[-1] == 1  # straight to the last one
    assert unit_of[-1] >= 0
    assert reached.sum() == 1


def test_without_orders_an_ordered_transport_waits() -> None:
    class Waits(NearestFirst):
        def decide(self, picture: MedicalPicture, orders: MedicalOrders) -> None:
            orders.transports[:, TransportOrder.PERSON] = Go.NOBODY

    content = two_squads()
    simulation = start(content)
    (p, *_) = people_of(content, "near")
    hurt(simulation, p)
    play(content, simulation, [chair_of(content, Waits())], 300)
    assert stage_of(simulation, p) == Stage.SCENE


def test_recorded_orders_give_the_same_bits() -> None:
    content = two_squads()
    recorded: dict[int, list[ChairOrder]] = {}

    class Varied(Sends):
        def decide(self, picture: MedicalPicture, orders: MedicalOrders) -> None:
            super().decide(picture, orders)
            orders.modes[:, 0] = FacilityMode.MASS if picture.picture.tick % 120 < 60 else 0
            orders.priorities[:, ::3] = 2
            orders.transports[:, TransportOrder.TAKES] = 0b1110
            orders.transports[:, TransportOrder.BLOOD] = 1

    def note(tick: int, chair: Chair, given: list[ChairOrder]) -> None:
        recorded[tick] = given

    ends = []
    for k in range(2):
        simulation = start(content)
        hurt(simulation, people_of(content, "near")[:3])
        hurt(simulation, people_of(content, "far")[:3], triage=2, walks=True)
        params = compile_world(content).params
        chair: Chair = chair_of(content, Varied()) if k == 0 else RecordedMedical(params, 0, recorded)
        play(content, simulation, [chair], 600, note=note if k == 0 else None)
        ends.append(simulation.hash())
    assert ends[0] == ends[1]
    assert sum(len(given) for given in recorded.values()) > 10
    assert len(recorded[6]) < len(recorded[0])  # an order in force is not given again


def test_the_commander_does_not_order_transports_away() -> None:
    content = two_squads()
    simulation = start(content)
    play(content, simulation, [chair_of(content, NearestFirst())], 12, Wanderer)
    groups = compile_world(content).roster.groups
    task = simulation.state.groups.whole[0, GroupW.TASK]
    assert task[groups.index("ambulance")] == Task.EVACUATE
    assert task[groups.index("near")] == Task.MOVE


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda o: o.transports.__setitem__((0, TransportOrder.PERSON, 0), 9999), "goes for no own person"),
        (lambda o: o.transports.__setitem__((0, TransportOrder.FACILITY, 0), 9), "goes to no own facility"),
        (lambda o: o.transports.__setitem__((0, TransportOrder.TAKES, 0), 64), "no bits of Triage"),
        (lambda o: o.modes.__setitem__((0, 0), 9), "no bits of FacilityMode"),
        (lambda o: o.priorities.__setitem__((0, 0), -7), "a priority is none of"),
    ],
)
def test_orders_that_mean_nothing_are_refused(wrong: Callable[[MedicalOrders], None], message: str) -> None:
    class Wrong(NearestFirst):
        def decide(self, picture: MedicalPicture, orders: MedicalOrders) -> None:
            wrong(orders)

    content = two_squads()
    with pytest.raises(RunError, match=message):
        play(content, start(content), [chair_of(content, Wrong())], 6)


@pytest.mark.parametrize(("unmanned", "reached"), [("none", 0), ("light", 1), ("all", 2)])
def test_a_policy_limits_the_use_of_unmanned_transports(unmanned: Any, reached: int) -> None:
    content = world([group("squad", "squad", 2), ambulances("robot", 1, "robot", count=2), group("aid", "aid-post", 0)])
    simulation = start(content)
    people = people_of(content, "squad")
    hurt(simulation, people[0], triage=1)
    hurt(simulation, people[1], triage=3)
    play(content, simulation, [chair_of(content, NearestFirst(unmanned=unmanned))], 200)
    assert (simulation.state.people.real[0, PersonR.ROLE1_S, people] >= 0.0).sum() == reached


@pytest.mark.parametrize("forward", [False, True])
def test_a_policy_decides_whether_transports_give_their_blood(forward: bool) -> None:
    content = two_squads()
    content["catalogue"]["platforms"]["ambulance"]["evacuation"]["blood"] = 3
    simulation = start(content)
    (p, *_) = people_of(content, "near")
    hurt(simulation, p)
    simulation.state.people.real[0, PersonR.BLOOD, p] = 0.75
    chair = chair_of(content, NearestFirst(blood_forward=forward))
    while stage_of(simulation, p) != Stage.ABOARD:
        play(content, simulation, [chair], 6)
    assert simulation.state.people.whole[0, PersonW.BLOOD_GIVEN, p] == (2 if forward else 0)
    assert simulation.state.transports.whole[0, TransportW.BLOOD, 0] == (1 if forward else 3)


def test_the_picture_of_transports_follows_their_reports() -> None:
    content = two_squads()
    simulation = start(content)
    hurt(simulation, people_of(content, "near")[0])
    chair = chair_of(content, NearestFirst())
    simulation.advance(2)
    view = chair.picture(simulation).transport_whole[0, :, 0]
    assert (view[TransportView.LITTERS], view[TransportView.SEATS]) == (2, 2)
    simulation.advance(150)
    view = chair.picture(simulation).transport_whole[0, :, 0]
    assert view[TransportView.LITTERS] in (1, 2)
    assert view[TransportView.SERVES] == 1


def test_the_policy_of_the_page_on_evacuation_fetches_who_has_waited_longest() -> None:
    page = Path(__file__).parents[2] / "docs" / "explanation" / "evacuation.md"
    code = page.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    names: dict[str, Any] = {}
    exec(code, names)
    content = two_squads()
    simulation = start(content)
    chair = chair_of(content, names["Ferry"]())
    far, near = people_of(content, "far")[0], people_of(content, "near")[0]
    play(content, simulation, [chair], 6)
    hurt(simulation, far)
    simulation.advance(3)
    hurt(simulation, near)
    play(content, simulation, [chair], 600)
    picked = simulation.state.people.real[0, PersonR.PICKED_S]
    assert 0.0 < picked[far] < picked[near]


def test_reports_on_casualties_and_orders_to_transports_take_as_long_as_messages_do() -> None:
    content = two_squads()
    content["sides"][0]["staff"] = {"report_processing_s": 300, "order_preparation_s": 300}
    simulation = start(content)
    (p, *_) = people_of(content, "near")
    hurt(simulation, p)
    chair = chair_of(content, NearestFirst())
    simulation.advance(29)
    assert not chair.picture(simulation).casualty_whole[0, CasualtyW.WAITS].any()
    simulation.advance(571)
    way_s = (3000.0 - 50.0) / 10.0 + 120.0
    assert simulation.state.people.real[0, PersonR.PICKED_S, p] >= 600.0 + way_s
