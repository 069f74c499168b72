"""Operators: the kernels against a slow twin, the books of whole fights, and what a crew does to a fight."""

import copy
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore.compiling.jit import python_wrapper
from simcore.crews import CrewSpecR, CrewSpecW
from simcore.events import empty_log
from simcore.kernels.orders.approvals import assign_operators, decide_requests, may_grant, random_ticks
from simcore.kinds import Contacts, Crews, Moment, Mounts, Rules, Sides, Units
from simcore.params import MountSpecW, RuleR, RuleW, UnitSpecW
from simcore.rng import Stream, draw, stream_key
from simcore.simulation import Simulation
from simcore.state import ContactW, MountW, SideW, UnitR, UnitW
from simcore.types import Approval, Autonomy, EventKind, Level, Roe, Status
from tests.reference.approvals import Asker, Crew, Request
from tests.simcore.made_kinds import made
from tests.simcore.small_worlds import Document, document, same_state, skirmish, start
from tests.simcore.test_symmetry import exchange_sides

_decide = python_wrapper(decide_requests)
_take_up = python_wrapper(assign_operators)

N = 6
STAGES = {
    "none": Approval.NONE,
    "waiting": Approval.WAITING,
    "served": Approval.SERVED,
    "granted": Approval.GRANTED,
    "refused": Approval.REFUSED,
    "window": Approval.WINDOW,
}
CREW: Document = {"count": 2, "service_s": 20, "approval_timeout_s": 60, "approval_valid_s": 40}


@pytest.mark.small
@pytest.mark.parametrize(("mean", "n"), [(1, 10_000), (3, 40_000), (20, 40_000)])
def test_a_random_duration_has_the_mean_asked_for(mean: int, n: int) -> None:
    ln_stay = np.log1p(-1.0 / mean) if mean > 1 else -np.inf
    ticks = np.array([random_ticks(mean, float(ln_stay), (k + 0.5) / n) for k in range(n)])
    assert ticks.min() == 1
    assert ticks.mean() == pytest.approx(mean, rel=2e-3)
    for k in (1, mean, 2 * mean):
        assert np.mean(ticks > k) == pytest.approx((1.0 - 1.0 / mean) ** k, abs=1e-3)
    assert random_ticks(mean, 0.0, 0.9) == mean


@pytest.mark.small
def test_an_operator_asks_for_the_level_of_the_rules_unless_told_otherwise() -> None:
    for needed, roe, least in (
        (Level.NONE, Roe.TIGHT, Level.IDENTIFIED),
        (Level.NONE, Roe.FREE, Level.DETECTED),
        (Level.CLASSIFIED, Roe.TIGHT, Level.CLASSIFIED),
    ):
        for level in (Level.DETECTED, Level.CLASSIFIED, Level.IDENTIFIED):
            assert may_grant(level, needed, roe, 0.9, 0.2, 0.5) == (level >= least)
            assert may_grant(level, needed, roe, 0.9, 0.2, 0.1)
            assert not may_grant(level, needed, roe, 0.9, 0.2, 0.95)


def _draw(stream: int, tick: int, key: np.ndarray, i: int, j: int) -> float:
    with np.errstate(over="ignore"):
        of_purpose = np.uint64(stream_key(np.uint64(3), np.uint64(4), tick, stream))
        return float(draw(of_purpose, key[i], key[j]))


unit_states = st.fixed_dictionaries(
    {
        "stage": st.sampled_from(list(STAGES)),
        "asked": st.integers(80, 100),
        "until": st.integers(95, 110),
        "policy": st.sampled_from(["manual", "approve", "veto"]),
        "active": st.booleans() | st.just(True),
        "roe": st.sampled_from(list(Roe)),
        "linked": st.booleans() | st.just(True),
        "level": st.integers(0, 3),
        "sees": st.booleans(),
    }
)


@pytest.mark.small
@settings(max_examples=300, deadline=None)
@given(
    units=st.lists(unit_states, min_size=N, max_size=N),
    operators=st.integers(0, 4),
    grant_level=st.integers(0, 3),
    p_grant=st.sampled_from([0.0, 0.5, 1.0]),
    is_fixed=st.booleans(),
    keys=st.permutations(range(1, N + 2)),
)
def test_a_tick_of_the_crew_equals_its_slow_twin(
    units: list[dict[str, Any]], operators: int, grant_level: int, p_grant: float, is_fixed: bool, keys: list[int]
) -> None:
    tick, target = 101, N
    key = np.array(keys, dtype=np.uint64)
    unit_whole = np.zeros((len(UnitSpecW), N + 1), dtype=np.int32)
    unit_whole[UnitSpecW.SIDE, target] = 1
    whole = np.zeros((len(UnitW), N + 1), dtype=np.int32)
    mounts, arms = np.zeros((len(MountSpecW), N), dtype=np.int32), np.zeros((len(MountW), N), dtype=np.int32)
    mounts[MountSpecW.UNIT] = np.arange(N)  # one on each unit
    contacts = np.zeros((len(ContactW), 2 * (N + 1)), dtype=np.int32)
    sides = np.zeros((len(SideW), 2), dtype=np.int32)
    rules, limits = np.ones(len(RuleR)), np.full(len(RuleW), 2, dtype=np.int32)
    crew_real, crew_whole = np.zeros((len(CrewSpecR), 2)), np.zeros((len(CrewSpecW), 2), dtype=np.int32)
    crew_whole[CrewSpecW.COUNT] = (operators, -1)
    for name, value in (("SERVICE", 7), ("MANUAL", 5), ("ASK_AGAIN", 6), ("TIMEOUT", 10), ("VALID", 8), ("VETO", 12)):
        crew_whole[CrewSpecW[f"{name}_TICKS"], 0] = value
    ln_stay = {name: 0.0 if is_fixed else float(np.log1p(-1.0 / mean)) for name, mean in (("S", 7), ("M", 5), ("A", 6))}
    crew_real[CrewSpecR.SERVICE_LN_STAY, 0] = ln_stay["S"]
    crew_real[CrewSpecR.MANUAL_LN_STAY, 0] = ln_stay["M"]
    crew_real[CrewSpecR.ASK_AGAIN_LN_STAY, 0] = ln_stay["A"]
    crew_real[CrewSpecR.P_GRANT, 0], crew_real[CrewSpecR.P_GRANT_BELOW_LEVEL, 0] = p_grant, 0.25
    crew_whole[CrewSpecW.GRANT_LEVEL, 0] = grant_level
    level = units[0]["level"]  # a contact is the side's: all units know it equally well
    contacts[ContactW.LEVEL, target] = level
    requests: dict[int, Request] = {}
    askers: dict[int, Asker] = {}
    for i, unit in enumerate(units):
        unit_whole[UnitSpecW.AUTONOMY, i] = Autonomy[unit["policy"].upper()]
        whole[UnitW.STATUS, i] = Status.ACTIVE if unit["active"] else Status.LOST
        whole[UnitW.ROE, i] = unit["roe"]
        whole[UnitW.LINKED, i] = unit["linked"]
        whole[UnitW.LOCAL, i] = target if unit["sees"] else -1
        arms[MountW.APPROVAL, i] = STAGES[unit["stage"]]
        arms[MountW.APPROVAL_TICK, i] = unit["until"]
        arms[MountW.PENDING, i] = -1 if unit["stage"] == "none" else target
        arms[MountW.PENDING_TICK, i] = arms[MountW.HEARD_TICK, i] = unit["asked"]
        requests[i] = Request(i, target, unit["asked"], unit["stage"], unit["until"])
        askers[i] = Asker(
            key=int(key[i]),
            policy=unit["policy"],
            can_fire=unit["active"] and unit["roe"] != Roe.HOLD,
            linked=bool(unit["linked"]),
            level=level if unit["linked"] else int(unit["sees"]),
            needed=Level.IDENTIFIED if unit["roe"] == Roe.TIGHT else Level.DETECTED,
        )

    def pause(request: Request) -> int:
        return random_ticks(6, ln_stay["A"], _draw(Stream.ASK_AGAIN, tick, key, request.unit, target))

    def service(request: Request, asker: Asker) -> int:
        u = _draw(Stream.SERVICE, tick, key, request.unit, target)
        return random_ticks(5, ln_stay["M"], u) if asker.policy == "manual" else random_ticks(7, ln_stay["S"], u)

    def judgement(request: Request) -> float:
        return _draw(Stream.GRANT, tick, key, request.unit, target)

    twin = Crew(operators, 10, 8, 12, grant_level, p_grant, 0.25, service, pause, judgement)
    twin.decide(tick, requests, askers)
    twin.take_up(tick, requests, askers)
    with np.errstate(over="ignore"):
        now = Moment(0, tick, np.uint64(3), np.uint64(4))
        of_units = made(Units, spec_whole=unit_whole, key=key, whole=whole)
        of_mounts = made(Mounts, spec_whole=mounts, whole=arms)
        crews, of_sides = Crews(crew_real, crew_whole), made(Sides, whole=sides)
        of_rules = Rules(rules, limits)
        _decide(now, of_units, of_mounts, crews, of_rules, made(Contacts, whole=contacts), of_sides, empty_log(1, 0))
        _take_up(now, of_units, of_mounts, crews, of_rules, of_sides)
    for i, request in requests.items():
        assert arms[MountW.APPROVAL, i] == STAGES[request.stage]
        if request.stage in ("served", "granted", "refused"):
            assert arms[MountW.APPROVAL_TICK, i] == request.until
    for tally, what in (
        (SideW.APPROVALS_GRANTED, "granted"),
        (SideW.APPROVALS_DENIED, "denied"),
        (SideW.APPROVALS_TIMED_OUT, "timed out"),
        (SideW.APPROVALS_WITHDRAWN, "withdrawn"),
        (SideW.APPROVAL_WAIT_TICKS, "waited"),
        (SideW.OPERATOR_BUSY_TICKS, "worked"),
    ):
        assert sides[tally, 0] == twin.books.get(what, 0)
        assert sides[tally, 1] == 0


def guarded(policy: str, crew: Document | None, **keys: Any) -> Document:
    """Return the skirmish with both sides under one policy of approval."""
    content = skirmish(**keys)
    for group in content["groups"]:
        group["autonomy"] = policy
        group["approval_s"] = 10
    content["sides"] = [{"name": name, **({"operators": crew} if crew else {})} for name in ("blue", "red")]
    return content


def play(content: Document, ticks: int = 300, **keys: Any) -> Simulation:
    """Return the scenario played for a while."""
    simulation = start(content, seed=7, replications=range(4), **keys)
    simulation.advance(ticks)
    return simulation


@pytest.mark.parametrize("policy", ["manual", "approve", "veto"])
def test_the_books_balance(policy: str) -> None:
    simulation = start(guarded(policy, CREW), seed=7, replications=range(4), record_events=True)
    most_served = 0
    for _ in range(60):
        simulation.advance(5)
        stage = simulation.state.mounts.whole[:, MountW.APPROVAL]
        of_blue = (simulation.params.units.whole[UnitSpecW.SIDE] == 0)[simulation.params.mounts.whole[MountSpecW.UNIT]]
        for chosen in (of_blue, ~of_blue):
            most_served = max(most_served, int((stage[:, chosen] == Approval.SERVED).sum(axis=1).max()))
    assert most_served <= CREW["count"]
    events = simulation.events()
    tally = simulation.state.sides.whole
    columns = {
        SideW.APPROVALS_ASKED: EventKind.APPROVAL_ASKED,
        SideW.APPROVALS_GRANTED: EventKind.APPROVAL_GRANTED,
        SideW.APPROVALS_DENIED: EventKind.APPROVAL_DENIED,
        SideW.APPROVALS_TIMED_OUT: EventKind.APPROVAL_TIMEOUT,
        SideW.APPROVALS_WITHDRAWN: EventKind.APPROVAL_WITHDRAWN,
    }
    for column, kind in columns.items():
        assert tally[:, column].sum() == np.sum(events["kind"] == kind)
    assert tally[:, SideW.APPROVALS_ASKED].sum() > 0
    stage = simulation.state.mounts.whole[:, MountW.APPROVAL]
    is_open = (stage == Approval.WAITING) | (stage == Approval.SERVED)
    closed = list(columns)[1:]
    assert np.array_equal(
        tally[:, SideW.APPROVALS_ASKED].sum(axis=1), tally[:, closed].sum(axis=(1, 2)) + is_open.sum(axis=1)
    )


def test_requests_are_taken_up_in_the_order_in_which_they_were_made() -> None:
    simulation = start(guarded("approve", {**CREW, "count": 1}), seed=7, replications=range(8), record_events=True)
    simulation.advance(300)
    events = simulation.events()
    decided = events[np.isin(events["kind"], [EventKind.APPROVAL_GRANTED, EventKind.APPROVAL_DENIED])]
    n_pairs = 0
    for replication in range(8):
        for side in (0, 1):
            own = decided[(decided["replication"] == replication) & (decided["side"] == side)]
            taken_up = own["tick"] * 5 - own["b"]
            asked = taken_up - own["a"]
            assert np.all(np.diff(taken_up) > 0)  # one at a time
            assert np.all(np.diff(asked) >= 0)
            n_pairs += max(0, len(own) - 1)
    assert n_pairs >= 10


def test_without_operators_nobody_approves_and_nobody_objects() -> None:
    nobody = {**CREW, "count": 0}
    assert play(guarded("approve", nobody)).state.sides.whole[:, SideW.SHOTS].sum() == 0
    vetoed = play(guarded("veto", nobody)).state.sides.whole
    assert vetoed[:, SideW.SHOTS].sum() > 0
    assert vetoed[:, SideW.APPROVALS_DENIED].sum() == 0


def test_a_crew_that_denies_everything_stops_all_fire_but_that_of_autonomous_units() -> None:
    strict = {**CREW, "count": 50, "service_s": 5, "service_law": "fixed", "p_grant": 0.0}
    for policy in ("approve", "veto"):
        assert play(guarded(policy, strict)).state.sides.whole[:, SideW.SHOTS].sum() == 0
    free = guarded("autonomous", strict)
    plain = guarded("autonomous", None)
    assert same_state(play(free), play(plain))


def duel(crew: Document, policy: str = "approve") -> Document:
    """Return two blue guns in sight of two red targets that cannot shoot back."""
    content = document(
        [
            {"name": "blue", "side": "blue", "units": [{"platform": "robot", "count": 2}], "at_km": [-1, 4]},
            {"name": "red", "side": "red", "units": [{"platform": "post"}], "at_km": [0, 4]},
        ]
    )
    content["time"] = {"dt_s": 1, "duration_s": 300}
    content["groups"][0] |= {"autonomy": policy, "roe": "free"}
    content["sides"][0]["operators"] = crew
    content["catalogue"]["weapons"]["cannon"]["p_hit"] = 0.0
    return content


@pytest.mark.parametrize(("count", "waits"), [(1, [0, 20]), (2, [0, 0])])
def test_a_grant_comes_after_the_queue_and_the_service(count: int, waits: list[int]) -> None:
    crew = {**CREW, "count": count, "service_law": "fixed"}
    simulation = start(duel(crew), seed=7, replications=[0], record_events=True)
    simulation.advance(60)
    events = simulation.events()
    asked = events[events["kind"] == EventKind.APPROVAL_ASKED][:2]
    granted = events[events["kind"] == EventKind.APPROVAL_GRANTED][:2]
    assert asked["tick"][0] == asked["tick"][1]
    assert granted["a"].tolist() == waits
    assert granted["b"].tolist() == [20, 20]
    for row in granted:
        shots = events[(events["kind"] == EventKind.SHOT) & (events["unit"] == row["unit"])]
        assert shots["tick"][0] == row["tick"] == asked["tick"][0] + row["a"] + 20


def test_a_grant_ends_and_has_to_be_asked_for_again() -> None:
    crew = {**CREW, "count": 2, "service_law": "fixed", "approval_valid_s": 25}
    simulation = start(duel(crew), seed=7, replications=[0], record_events=True)
    simulation.advance(200)
    events = simulation.events()
    unit = events["unit"][events["kind"] == EventKind.APPROVAL_ASKED][0]
    own = events[events["unit"] == unit]
    granted = own["tick"][own["kind"] == EventKind.APPROVAL_GRANTED]
    shots = own["tick"][own["kind"] == EventKind.SHOT]
    assert len(granted) >= 3
    assert all(any(tick <= shot < tick + 25 for tick in granted) for shot in shots)


def test_a_manual_shot_is_asked_for_each_time() -> None:
    content = duel({**CREW, "count": 2, "service_law": "fixed"}, "manual")
    content["groups"][0]["task"] = {"verb": "attack", "at_km": [-1, 4]}
    simulation = start(content, seed=7, replications=[0], record_events=True)
    simulation.advance(120)
    events = simulation.events()
    unit = events["unit"][events["kind"] == EventKind.APPROVAL_ASKED][0]
    own = events[events["unit"] == unit]
    assert np.sum(own["kind"] == EventKind.SHOT) == np.sum(own["kind"] == EventKind.APPROVAL_GRANTED) >= 3


def test_a_crew_knows_no_first_side() -> None:
    straight, exchanged = guarded("approve", CREW), exchange_sides(guarded("approve", CREW))
    a, b = play(straight), play(exchanged)
    for row in (SideW.APPROVALS_ASKED, SideW.APPROVALS_GRANTED, SideW.APPROVAL_WAIT_TICKS, SideW.SHOTS):
        assert np.array_equal(a.state.sides.whole[:, row], b.state.sides.whole[:, row, ::-1])
    assert np.array_equal(a.state.units.real[:, UnitR.STRENGTH], b.state.units.real[:, UnitR.STRENGTH])


def test_the_order_of_groups_in_the_file_does_not_matter() -> None:
    content = guarded("approve", {**CREW, "count": 1})
    turned = copy.deepcopy(content)
    turned["groups"].reverse()
    assert same_state(play(content), play(turned))
