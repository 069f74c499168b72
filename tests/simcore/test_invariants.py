"""What must hold after every tick of every scenario."""

from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from simcore.kernels.ground.terrain import raster_cell
from simcore.params import UNLIMITED, MountSpecW, Params, RuleR, UnitSpecR, UnitSpecW
from simcore.simulation import Simulation
from simcore.state import ContactW, MountW, ObjectiveR, SideR, SideW, State, UnitR, UnitW, WorldW
from simcore.types import Domain, EventKind, Level, Mobility, Returning, Status
from tests.simcore.small_worlds import CATALOGUE, Document, document, forces, skirmish, start

ON_HOST = (Status.ABOARD, Status.SERVICING)


def _factors(params: Params, state: State, r: int) -> np.ndarray:
    """Return the speed factor under each unit for its own mobility."""
    rows, columns = params.terrain.speed.shape[1:]
    mobility = params.units.whole[UnitSpecW.MOBILITY]
    place = state.units.real[r]
    cells = [
        raster_cell(params.rules_real, rows, columns, float(x), float(y))
        for x, y in zip(place[UnitR.X], place[UnitR.Y], strict=True)
    ]
    return np.array([params.terrain.speed[m, row, column] for m, (row, column) in zip(mobility, cells, strict=True)])


class Watch:
    """Checks one replication after each tick against the tick before."""

    def __init__(self, simulation: Simulation) -> None:
        self.simulation = simulation
        self.start_on_passable = [_factors(simulation.params, simulation.state, r) > 0 for r in self.worlds]
        self.remember()

    @property
    def worlds(self) -> range:
        return range(self.simulation.n_replications)

    def remember(self) -> None:
        state = self.simulation.state
        self.status = state.units.whole[:, UnitW.STATUS].copy()
        self.returning = state.units.whole[:, UnitW.RETURNING].copy()
        self.ammo = state.mounts.whole[:, MountW.AMMO].copy()
        self.endurance = state.units.real[:, UnitR.ENDURANCE_S].copy()
        self.strength = state.units.real[:, UnitR.STRENGTH].copy()
        self.damage = state.units.whole[:, UnitW.DAMAGE].copy()
        self.tallies = state.sides.whole.copy()

    def check(self) -> None:
        self.check_units()
        self.check_supplies()
        self.check_places()
        self.check_contacts_and_salvoes()
        self.check_tallies()
        self.remember()

    def check_units(self) -> None:
        state = self.simulation.state
        status = state.units.whole[:, UnitW.STATUS]
        strength = state.units.real[:, UnitR.STRENGTH]
        assert np.isfinite(
            state.units.real[:, [UnitR.X, UnitR.Y, UnitR.HX, UnitR.HY, UnitR.VX, UnitR.VY, UnitR.STRENGTH, UnitR.Z]]
        ).all()
        assert (strength >= 0.0).all()
        assert (strength <= 1.0).all()
        assert (strength <= self.strength).all()
        assert (state.units.whole[:, UnitW.DAMAGE] & self.damage == self.damage).all()
        assert (status[self.status == Status.LOST] == Status.LOST).all()
        assert (strength[status != Status.LOST] > 0.0).all()
        heading = np.hypot(state.units.real[:, UnitR.HX], state.units.real[:, UnitR.HY])
        assert np.abs(heading - 1.0).max() < 1e-9
        top = self.simulation.params.units.real[UnitSpecR.SPEED_MAX]
        speed = np.hypot(state.units.real[:, UnitR.VX], state.units.real[:, UnitR.VY])
        assert (speed <= top * (1 + 1e-9) + 1e-9).all()

    def check_supplies(self) -> None:
        params, state = self.simulation.params, self.simulation.state
        unit = params.mounts.whole[MountSpecW.UNIT]
        ammo = state.mounts.whole[:, MountW.AMMO]
        # a unit at home may turn to it, and be refuelled there, in one and the same tick
        returning = (self.returning != Returning.NO) | (state.units.whole[:, UnitW.RETURNING] != Returning.NO)
        served = (self.status == Status.SERVICING) | returning
        assert (ammo >= 0).all()
        assert (ammo <= params.mounts.whole[MountSpecW.AMMO0]).all()
        assert (ammo <= self.ammo)[~served[:, unit]].all()
        unlimited = params.mounts.whole[MountSpecW.AMMO0] >= UNLIMITED
        assert (ammo[:, unlimited] == UNLIMITED).all()
        endurance = state.units.real[:, UnitR.ENDURANCE_S]
        assert (endurance >= 0.0).all()
        assert (endurance <= params.units.real[UnitSpecR.ENDURANCE_S]).all()
        assert (endurance <= self.endurance)[~served].all()

    def check_places(self) -> None:
        params, state = self.simulation.params, self.simulation.state
        rules = params.rules_real
        x, y = state.units.real[:, UnitR.X], state.units.real[:, UnitR.Y]
        assert (x >= rules[RuleR.WEST]).all()
        assert (x <= rules[RuleR.EAST]).all()
        assert (y >= rules[RuleR.SOUTH]).all()
        assert (y <= rules[RuleR.NORTH]).all()
        moves = np.isin(params.units.whole[UnitSpecW.MOBILITY], (Mobility.FIXED, Mobility.AIR), invert=True)
        for r in self.worlds:
            active = state.units.whole[r, UnitW.STATUS] == Status.ACTIVE
            on_ground = moves & active & self.start_on_passable[r] & (params.units.whole[UnitSpecW.HOST] < 0)
            assert (_factors(params, state, r)[on_ground] > 0.0).all()
        host = state.units.whole[:, UnitW.HOST]
        on_host = np.isin(state.units.whole[:, UnitW.STATUS], ON_HOST)
        aboard, serviced = np.zeros_like(host), np.zeros_like(host)
        for r, i in zip(*np.nonzero(on_host), strict=True):
            assert state.units.whole[r, UnitW.STATUS, host[r, i]] in (Status.ACTIVE, *ON_HOST), (
                "aboard a host that is lost"
            )
            aboard[r, host[r, i]] += 1
            serviced[r, host[r, i]] += state.units.whole[r, UnitW.STATUS, i] == Status.SERVICING
        assert (aboard <= params.units.whole[UnitSpecW.CARRIES]).all()
        assert (serviced <= params.units.whole[UnitSpecW.SERVICE_SLOTS]).all()

    def check_contacts_and_salvoes(self) -> None:
        state = self.simulation.state
        contacts = state.contacts.whole
        assert (contacts[:, ContactW.COMMITTED] >= 0).all()
        assert contacts[:, ContactW.LEVEL].min() >= Level.NONE
        assert contacts[:, ContactW.LEVEL].max() <= Level.IDENTIFIED
        n = state.units.real.shape[2]
        side = self.simulation.params.units.whole[UnitSpecW.SIDE]
        for s in range(state.sides.whole.shape[2]):
            own = contacts[:, :, s * n : (s + 1) * n][:, :, side == s]
            assert (own[:, ContactW.LEVEL] == Level.NONE).all(), "a side tracks its own units"
        for r in self.worlds:
            held = contacts[r, ContactW.SERIAL][contacts[r, ContactW.LEVEL] > Level.NONE]
            holder = np.arange(contacts.shape[2])[contacts[r, ContactW.LEVEL] > Level.NONE] // n
            assert len({*zip(holder.tolist(), held.tolist(), strict=True)}) == len(held)
        in_flight = state.world[:, WorldW.IN_FLIGHT]
        assert (in_flight >= 0).all()
        assert (in_flight <= state.salvoes.whole.shape[2]).all()

    def check_tallies(self) -> None:
        params, state = self.simulation.params, self.simulation.state
        tallies = state.sides.whole
        assert (np.delete(tallies, SideW.FIRST_CONTACT_TICK, axis=1) >= 0).all()
        assert (tallies >= self.tallies)[:, [SideW.SHOTS, SideW.ROUNDS, SideW.HITS, SideW.KILLS, SideW.LOSSES]].all()
        lost = state.units.whole[:, UnitW.STATUS] == Status.LOST
        for s in range(tallies.shape[2]):
            own = params.units.whole[UnitSpecW.SIDE] == s
            assert tallies[:, SideW.LOSSES, s].tolist() == lost[:, own].sum(axis=1).tolist()
            enemy = 1 - s
            by_fire = tallies[:, SideW.KILLS, enemy] + tallies[:, SideW.CRASHES, s]
            assert (by_fire <= tallies[:, SideW.LOSSES, s]).all()
            if not params.units.whole[UnitSpecW.IS_ONE_WAY, own].any():
                assert by_fire.tolist() == tallies[:, SideW.LOSSES, s].tolist()
        assert (tallies[:, SideW.HITS] + tallies[:, SideW.WASTED_ROUNDS] <= tallies[:, SideW.ROUNDS]).all()
        assert (tallies[:, SideW.INTERCEPTED] <= tallies[:, SideW.INTERCEPT_SHOTS]).all()


def watch(simulation: Simulation, n_ticks: int) -> None:
    """Advance tick by tick and check the invariants after each."""
    guard = Watch(simulation)
    for _ in range(n_ticks):
        simulation.advance(1)
        guard.check()


def test_the_invariants_hold_in_the_skirmish() -> None:
    simulation = start(skirmish(), seed=3, replications=range(4))
    watch(simulation, 300)
    assert simulation.state.sides.whole[:, SideW.LOSSES].sum() > 10
    assert simulation.state.sides.whole[:, SideW.RECOVERIES].sum() > 0
    assert simulation.state.sides.whole[:, SideW.INTERCEPTED].sum() > 0


def _place(platform: str) -> st.SearchStrategy[tuple[float, float]]:
    south, north = (-11.0, -3.0) if platform == "ship" else (-1.0, 11.0)
    return st.tuples(st.floats(-11, 11), st.floats(south, north)).map(lambda p: (round(p[0], 2), round(p[1], 2)))


@st.composite
def small_scenarios(draw: st.DrawFn) -> Document:
    """Return a random small scenario, both sides present."""
    groups: list[Document] = []
    for side in ("blue", "red"):
        for k in range(draw(st.integers(1, 4))):
            platform = draw(st.sampled_from(["post", "robot", "ship", "drone", "munition"]))
            verb = draw(
                st.sampled_from(["hold", "move", "search", "screen", "attack", "strike", "intercept", "withdraw"])
            )
            task: dict[str, Any] = {
                "verb": verb,
                "at_km": list(draw(_place(platform))),
                "radius_km": draw(st.sampled_from([1, 5, 12])),
                "speed": draw(st.sampled_from([0.0, 0.5, 1.0])),
                "spacing_m": draw(st.sampled_from([0, 1500])),
            }
            group = {
                "name": f"{side}-{k}",
                "side": side,
                "at_km": list(draw(_place(platform))),
                "units": [{"platform": platform, "count": draw(st.integers(1, 3))}],
                "formation": {"shape": "disc", "spacing_m": draw(st.sampled_from([0, 200]))},
                "heading_deg": draw(st.sampled_from([None, 0, 135])),
                "endurance_share": draw(st.sampled_from([0.05, 1.0])),
                "roe": draw(st.sampled_from(["free", "tight", "hold"])),
                "task": task,
            }
            groups.append(group)
    return document(groups, rules={"contact_hold_s": 60, "stop_on_annihilation": draw(st.booleans())})


@settings(
    max_examples=15, phases=set(Phase) - {Phase.shrink, Phase.explain}
)  # shrinking compiles scenarios for minutes
@given(small_scenarios(), st.integers(0, 2**62))
def test_the_invariants_hold_in_any_small_scenario(content: Document, seed: int) -> None:
    watch(start(content, seed=seed, replications=[0, 1]), 60)


def _flying_host(endurance_h: float) -> Document:
    groups = [
        *forces("blue", 1.0)[:1],
        {"name": "red-carrier", "side": "red", "at_km": [8, 4], "units": [{"platform": "carrier"}]},
        {
            "name": "red-robots",
            "side": "red",
            "host": "red-carrier",
            "aboard": True,
            "units": [{"platform": "robot", "count": 2}],
        },
    ]
    content = document(groups, rules={"stop_on_annihilation": False})
    carrier = {
        "domain": "air",
        "target_class": "aircraft",
        "speed_max_mps": 0,
        "idle_burn": 1.0,
        "reserve_share": 0.0,
        "endurance_h": endurance_h,
        "host": {"carries": 4},
    }
    content["catalogue"] = {**CATALOGUE, "platforms": {**CATALOGUE["platforms"], "carrier": carrier}}
    return content


def test_what_a_crashing_host_carries_is_lost_with_it() -> None:
    watch(start(_flying_host(0.05)), 60)


def test_a_start_that_is_scattered_over_the_edge_stays_in_the_field() -> None:
    edge = {"name": "red-edge", "side": "red", "at_km": [11.5, 8], "units": [{"platform": "robot", "count": 8}]}
    content = document([*forces("blue", 1.0)[:1], {**edge, "scatter_km": [3, 3]}])
    watch(start(content, replications=range(3)), 5)


def test_a_unit_that_stands_still_at_an_obstacle_covers_no_distance() -> None:
    stuck = {
        "name": "red-stuck",
        "side": "red",
        "at_km": [0, -1.75],
        "units": [{"platform": "robot"}],
        "task": {"verb": "move", "at_km": [0, -11]},
    }
    simulation = start(document([*forces("blue", 1.0)[:1], stuck], rules={"stop_on_annihilation": False}))
    simulation.advance(60)
    before = simulation.state.sides.real[0, SideR.DISTANCE_M].copy()
    place = simulation.state.units.real[0, [UnitR.X, UnitR.Y]].copy()
    simulation.advance(20)
    assert (simulation.state.units.real[0, [UnitR.X, UnitR.Y]] == place).all()
    assert (simulation.state.sides.real[0, SideR.DISTANCE_M] == before).all()


def test_events_agree_with_tallies_and_none_is_lost() -> None:
    simulation = start(skirmish(), seed=8, replications=range(3), record_events=True)
    simulation.advance(300)
    events = simulation.events()
    pairs = [
        (SideW.SHOTS, EventKind.SHOT, None),
        (SideW.ROUNDS, EventKind.SHOT, "b"),
        (SideW.HITS, EventKind.HIT, "b"),
        (SideW.DETECTIONS, EventKind.CONTACT, None),
        (SideW.INTERCEPT_SHOTS, EventKind.INTERCEPT, "a"),
        (SideW.INTERCEPTED, EventKind.INTERCEPT, "b"),
        (SideW.LAUNCHES, EventKind.LAUNCH, None),
        (SideW.RECOVERIES, EventKind.RECOVER, None),
    ]
    for tally, kind, weight in pairs:
        for s in (0, 1):
            rows = events[(events["kind"] == kind) & (events["side"] == s)]
            counted = len(rows) if weight is None else int(rows[weight].sum())
            assert counted == simulation.state.sides.whole[:, tally, s].sum(), tally.name


def test_no_event_is_lost_when_many_interceptors_engage_many_salvoes() -> None:
    gun = {"domains": ["land"], "range_max_km": 30, "p_hit": 1.0, "stoppable": True, "needs_sight": False}
    gun |= {"round_speed_mps": 100000, "damage": 0.0}
    guard = {"interceptor": {"p_intercept": 0.0, "range_km": 30, "channels": 1000, "shots_per_threat": 1}}
    base = {"domain": "land", "target_class": "light_vehicle", "speed_max_mps": 0}
    sight = {"model": "cookie_cutter", "range_km": 30, "interval_s": 5, "needs_sight": False, "identify_km": 30}
    count = 100
    groups = [
        {"name": "b", "side": "blue", "at_km": [-5, 5], "units": [{"platform": "shooter", "count": count}]},
        {"name": "r", "side": "red", "at_km": [5, 5], "units": [{"platform": "defender", "count": count}]},
    ]
    for entry in groups:
        entry |= {"roe": "free", "formation": {"spacing_m": 0.0}}
    content = document(groups, rules={"stop_on_annihilation": False})
    content["catalogue"] = {
        "sensors": {"sight": sight},
        "weapons": {"gun": gun, "guard": guard},
        "platforms": {
            "shooter": {**base, "sensors": ["sight"], "weapons": [{"weapon": "gun", "rounds": 1}]},
            "defender": {**base, "weapons": [{"weapon": "guard", "rounds": 1000}]},
        },
    }
    simulation = start(content, record_events=True)
    simulation.advance(4)
    events = simulation.events()
    engaged = events[events["kind"] == EventKind.INTERCEPT]
    shots = simulation.state.sides.whole[0, SideW.INTERCEPT_SHOTS, 1]
    assert shots == count * count
    assert engaged["a"].sum() == shots


def test_a_unit_enters_the_fortieth_zone_as_well_as_the_first() -> None:
    zones = [{"name": f"zone-{k}", "circle": {"centre_km": [-9, 4], "radius_km": 1}} for k in range(40)]
    objectives = [
        {"name": f"reach-{k}", "side": "blue", "kind": "reach", "zone": f"zone-{k}", "groups": ["blue-post"]}
        for k in (0, 20, 31, 32, 39)
    ]
    content = document(forces("blue", 1.0)[:1] + forces("red", -1.0)[:1], zones=zones, objectives=objectives)
    simulation = start(content)
    simulation.advance(10)
    assert simulation.state.objectives.real[0, ObjectiveR.PROGRESS].tolist() == [1.0] * 5


def test_a_unit_is_in_one_zone_and_not_in_another() -> None:
    zones = [{"name": f"zone-{k}", "circle": {"centre_km": [-9 + 3 * (k > 32), 4], "radius_km": 1}} for k in range(40)]
    objectives = [
        {"name": f"reach-{k:02d}", "side": "blue", "kind": "reach", "zone": f"zone-{k}", "groups": ["blue-post"]}
        for k in (1, 35)
    ]
    content = document(forces("blue", 1.0)[:1] + forces("red", -1.0)[:1], zones=zones, objectives=objectives)
    simulation = start(content)
    simulation.advance(10)
    assert simulation.state.objectives.real[0, ObjectiveR.PROGRESS].tolist() == [1.0, 0.0]


@pytest.mark.small
def test_the_invariants_hold_in_a_tiny_run() -> None:
    simulation = start(skirmish(), seed=3, replications=[0])
    watch(simulation, 12)
    assert (simulation.params.units.whole[UnitSpecW.DOMAIN] == Domain.AIR).any()
