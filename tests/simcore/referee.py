"""A referee: plays a scenario step by step with its policies and checks events and states against the rules."""

from collections import defaultdict
from itertools import pairwise
from typing import Any

import numpy as np
from shapely import Point, Polygon

from scenarios.run.play import start_simulation
from scenarios.run.policies import build_logistics, build_policies, choose_policies
from simcore.care import TransportSpecW
from simcore.decision_loop import run_decisions
from simcore.medical import Death, Health, MedicalUnitSpecW, PersonR, PersonW, Stage
from simcore.params import UNLIMITED, MountSpecW, RuleR, RuleW, SensorSpecR, SensorSpecW, UnitSpecR, UnitSpecW
from simcore.recording.map_document import rings_of
from simcore.simulation import Simulation
from simcore.state import ContactR, ContactW, MountW, SideW, State, UnitR, UnitW, WorldW
from simcore.surroundings import InjectW
from simcore.types import F64, NONE, EventKind, InjectKind, Level, LossCause, Mobility, SensorModel, Status, ZoneKind
from tests.simcore.event_bounds import too_many
from tests.simcore.random_scenarios import RandomScenario

ACTS = {
    EventKind.LAUNCH, EventKind.RECOVER, EventKind.EXHAUSTED, EventKind.SHOT, EventKind.INTERCEPT, EventKind.ORDER,
    EventKind.DENIED, EventKind.RETURN, EventKind.SOFT_KILL, EventKind.MINE_CLEARED, EventKind.SUPPLIED,
    EventKind.REINFORCED, EventKind.APPROVAL_ASKED, EventKind.APPROVAL_GRANTED, EventKind.FALSE_ENGAGEMENT,
    EventKind.EMCON, EventKind.ORDER_RECEIVED, EventKind.LINK_BACK, EventKind.MINE,
}  # fmt: skip
"""Events whose unit does something, and so is not lost."""

ON_HOST = (Status.ABOARD, Status.SERVICING)
SWEPT = (SensorModel.COOKIE_CUTTER, SensorModel.INVERSE_CUBE)


def _area(outline: F64) -> Any:
    """Return the area of a zone; rings inside others are holes."""
    area: Any = Polygon()
    for ring in rings_of(outline):
        area = area.symmetric_difference(Polygon(ring.T))
    return area


class Referee:
    """Checks one replication, frame by frame; ``problems`` lists each broken rule once."""

    def __init__(self, scenario: RandomScenario, simulation: Simulation) -> None:
        self.scenario, self.simulation = scenario, simulation
        self.params = simulation.params
        self.problems: dict[str, str] = {}
        self.lost_at: dict[int, int] = {}
        self.aboard = {i: int(s) in ON_HOST for i, s in enumerate(self.params.units.whole[UnitSpecW.STATUS0])}
        self.track: list[np.ndarray] = []  # places (2, n) after each tick
        self.seen_status: list[np.ndarray] = []
        self.shots: dict[int, int] = defaultdict(int)
        self.is_late = int(self.params.rules_whole[RuleW.STATUS_SLOTS]) > 0
        self.counts: dict[tuple[int, int], int] = defaultdict(int)
        self.weights: dict[tuple[int, int, str], int] = defaultdict(int)
        self.before: State | None = None
        roster = scenario.compiled.roster
        self.no_fire = [
            (int(side), _area(outline))
            for kind, side, outline in zip(roster.zone_kind, roster.zone_side, roster.zone_polygon_m, strict=True)
            if kind == int(ZoneKind.NO_FIRE)
        ]
        injects = self.params.injects
        self.refilled_at = set(injects[InjectW.TICK, injects[InjectW.KIND] == int(InjectKind.SUPPLY)].tolist())

    def wrong(self, rule: str, detail: str) -> None:
        self.problems.setdefault(rule, f"{self.scenario.document['name']}: {detail}")

    def frame(self, tick: int) -> None:
        """Check the state before ``tick`` and the events since the last frame."""
        state = self.simulation.state
        events = self.simulation.events()
        self.track.append(state.units.real[0, [UnitR.X, UnitR.Y]].copy())
        self.seen_status.append(state.units.whole[0, UnitW.STATUS].copy())
        self.check_state(state, tick)
        if self.before is not None:
            self.check_change(self.before, state, events, tick)
        self.check_events(state, events, tick)
        self.before = self.copy(state)

    @staticmethod
    def copy(state: State) -> State:
        from simcore.simulation import copy_state

        return copy_state(state, np.array([0]))

    # --- states

    def check_state(self, state: State, tick: int) -> None:
        real, whole = state.units.real[0], state.units.whole[0]
        rules, units = self.params.rules_real, self.params.units
        if not np.isfinite(
            real[[UnitR.X, UnitR.Y, UnitR.HX, UnitR.HY, UnitR.VX, UnitR.VY, UnitR.STRENGTH, UnitR.Z]]
        ).all():
            self.wrong("state is finite", f"tick {tick}")
        is_out = (real[UnitR.X] < rules[RuleR.WEST]) | (real[UnitR.X] > rules[RuleR.EAST])
        is_out |= (real[UnitR.Y] < rules[RuleR.SOUTH]) | (real[UnitR.Y] > rules[RuleR.NORTH])
        if is_out.any():
            self.wrong("units stay on the map", f"tick {tick}: {self.names(is_out)}")
        speed = np.sqrt(real[UnitR.VX] ** 2 + real[UnitR.VY] ** 2)
        is_fast = speed > units.real[UnitSpecR.SPEED_MAX] * (1 + 1e-9) + 1e-9
        if is_fast.any():
            self.wrong("nobody is faster than its card says", f"tick {tick}: {self.names(is_fast)}")
        lost = whole[UnitW.STATUS] == Status.LOST
        if ((real[UnitR.STRENGTH] < 0) | (real[UnitR.STRENGTH] > 1)).any() or (real[UnitR.STRENGTH][~lost] <= 0).any():
            self.wrong("strength lies between 0 and 1, above 0 for the living", f"tick {tick}")
        ammo = state.mounts.whole[0, MountW.AMMO]
        if (ammo < 0).any() or (ammo > self.params.mounts.whole[MountSpecW.AMMO0]).any():
            self.wrong("ammunition lies between 0 and the magazine", f"tick {tick}")
        endurance = real[UnitR.ENDURANCE_S]
        if (endurance < 0).any() or (endurance > units.real[UnitSpecR.ENDURANCE_S]).any():
            self.wrong("fuel lies between 0 and the tank", f"tick {tick}")
        self.check_hosts(whole, real, tick)
        self.check_ground(whole, real, tick)
        self.check_people(state, whole, tick)
        if state.world[0, WorldW.OVERFLOW]:
            self.wrong("no table overflows", f"tick {tick}")

    def check_hosts(self, whole: np.ndarray, real: np.ndarray, tick: int) -> None:
        host = self.params.units.whole[UnitSpecW.HOST]
        current = whole[UnitW.HOST] if hasattr(UnitW, "HOST") else host
        on_host = np.isin(whole[UnitW.STATUS], ON_HOST)
        if not on_host.any():
            return
        if (current[on_host] < 0).any():
            self.wrong("who is aboard has a host", f"tick {tick}")
            return
        bad = on_host & (whole[UnitW.STATUS][current] == Status.LOST)
        if bad.any():
            self.wrong("nobody is aboard a host that is lost", f"tick {tick}: {self.names(bad)}")
        content = self.scenario.compiled.scenario.content
        cards = content.catalogue.platforms
        load = np.bincount(current[on_host], minlength=len(host))
        served = np.bincount(current[whole[UnitW.STATUS] == Status.SERVICING], minlength=len(host))
        for h in np.flatnonzero(load):
            card = cards[self.scenario.compiled.roster.unit_platform[h]]
            if card.host is None or load[h] > card.host.carries:
                self.wrong("a host carries no more than its card says", f"tick {tick}: {self.name(h)} {load[h]}")
            elif served[h] > card.host.service_slots:
                self.wrong("a host serves no more at once than its card says", f"tick {tick}: {self.name(h)}")
        apart = on_host & (
            np.abs(real[UnitR.X] - real[UnitR.X][current]) + np.abs(real[UnitR.Y] - real[UnitR.Y][current]) > 1e3
        )
        if apart.any() and tick > 0:
            self.wrong("who is aboard is where its host is", f"tick {tick}: {self.names(apart)}")

    def check_people(self, state: State, units: np.ndarray, tick: int) -> None:
        """Check that each person is in one place, alive or dead, and that transports carry no more than they can."""
        medical = self.params.medical
        if medical.people.shape[1] == 0:
            return
        real, whole = state.people.real[0], state.people.whole[0]
        health, stage, place, hurt = (
            whole[row] for row in (PersonW.HEALTH, PersonW.STAGE, PersonW.PLACE, PersonW.WOUNDS)
        )
        if ((health != Health.FIT) & (hurt == 0)).any() or ((stage == Stage.NONE) != (hurt == 0)).any():
            self.wrong("a casualty has been hurt", f"tick {tick}")
        if ((health == Health.DEAD) != (whole[PersonW.DEATH] != Death.NONE)).any():
            self.wrong("who is dead has a death", f"tick {tick}")
        is_done = (health == Health.DEAD) | (stage == Stage.LEFT) | (stage == Stage.RETURNED)
        if ((real[PersonR.END_S] >= 0.0) != is_done).any():
            self.wrong("a case that has ended has an end", f"tick {tick}")
        blood, niss = real[PersonR.BLOOD], real[PersonR.SEVERITY]
        if (blood <= 0.0).any() or (blood > 1.0).any() or (niss[hurt > 0] < 1.0).any() or (niss > 75.0).any():
            self.wrong("blood is a share, and severities run from 1 to 75", f"tick {tick}")
        gone = np.isin(units[UnitW.STATUS], (Status.LOST, Status.EXPENDED))
        if tick > 0 and gone[place[place >= 0]].any():
            self.wrong("nobody is with a unit that is gone", f"tick {tick}")
        is_aboard = (health == Health.HURT) & (stage == Stage.ABOARD)
        carrier = medical.units.whole[MedicalUnitSpecW.TRANSPORT][place[is_aboard]]
        if (carrier < 0).any():
            self.wrong("who is aboard is aboard a transport", f"tick {tick}")
        else:
            room = medical.transports.whole[TransportSpecW.LITTERS] + medical.transports.whole[TransportSpecW.SEATS]
            if (np.bincount(carrier, minlength=len(room)) > room).any():
                self.wrong("a transport carries no more than it has places", f"tick {tick}")

    def check_ground(self, whole: np.ndarray, real: np.ndarray, tick: int) -> None:
        mobility = self.params.units.whole[UnitSpecW.MOBILITY]
        moves = ~np.isin(mobility, (Mobility.FIXED, Mobility.AIR)) & (whole[UnitW.STATUS] == Status.ACTIVE)
        moves &= self.params.units.whole[UnitSpecW.SPOOFER] < 0
        if not moves.any():
            return
        ground = self.scenario.compiled.ground
        rows, columns = ground.terrain.surface.shape
        column = np.clip(((real[UnitR.X] - ground.west_m) / ground.cell_m).astype(int), 0, columns - 1)
        row = np.clip(((real[UnitR.Y] - ground.south_m) / ground.cell_m).astype(int), 0, rows - 1)
        stuck = moves & (ground.terrain.speed[mobility, row, column] <= 0.0)
        if stuck.any():
            self.wrong("units stand where they can be", f"tick {tick}: {self.names(stuck)}")

    # --- changes

    def check_change(self, before: State, state: State, events: np.ndarray, tick: int) -> None:
        was, now = before.units.whole[0, UnitW.STATUS], state.units.whole[0, UnitW.STATUS]
        lost = was == Status.LOST
        if (now[lost] != Status.LOST).any():
            self.wrong("who is lost stays lost", f"tick {tick}")
        stronger = state.units.real[0, UnitR.STRENGTH] > before.units.real[0, UnitR.STRENGTH]
        repaired = np.zeros(len(stronger), dtype=bool)
        repaired[events["unit"][events["kind"] == int(EventKind.WORK_ENDED)]] = True
        if (stronger & ~repaired).any():
            self.wrong("strength grows by repairs alone", f"tick {tick}")
        place = state.units.real[0, [UnitR.X, UnitR.Y]]
        if (place[:, lost] != before.units.real[0][[UnitR.X, UnitR.Y]][:, lost]).any():
            self.wrong("what is lost does not move", f"tick {tick}")
        fired = np.zeros(self.params.mounts.whole.shape[1], dtype=np.int64)
        shots = events[events["kind"] == EventKind.SHOT]
        np.add.at(fired, shots["a"], shots["b"])
        change = state.mounts.whole[0, MountW.AMMO].astype(np.int64) - before.mounts.whole[0, MountW.AMMO]
        limited = (self.params.mounts.whole[MountSpecW.AMMO0] < UNLIMITED) & (
            self.params.mounts.whole[MountSpecW.DOMAINS] != 0
        )
        limited &= self.params.mounts.whole[MountSpecW.CHANNELS] == 0
        unit = self.params.mounts.whole[MountSpecW.UNIT]
        refilled = np.isin(was, ON_HOST) | np.isin(now, ON_HOST)
        refilled |= state.units.whole[0, UnitW.READY_TICK] != before.units.whole[0, UnitW.READY_TICK]
        if tick - 1 in self.refilled_at:
            refilled[:] = True
        wrong = limited & (change != -fired) & ~refilled[unit]
        if wrong.any():
            m = int(np.flatnonzero(wrong)[0])
            self.wrong(
                "ammunition falls by the rounds fired", f"tick {tick}: {self.name(unit[m])} {change[m]} for {fired[m]}"
            )

    # --- events

    def check_events(self, state: State, events: np.ndarray, tick: int) -> None:
        side = self.params.units.whole[UnitSpecW.SIDE]
        for problem in too_many(self.params, state.salvoes.whole.shape[2], events):
            self.wrong("a tick has no more events of a kind than the log keeps room for", problem)
        for event in events:
            kind, unit, at = int(event["kind"]), int(event["unit"]), int(event["tick"])
            self.counts[kind, int(event["side"])] += 1
            for weight in ("a", "b"):
                self.weights[kind, int(event["side"]), weight] += int(event[weight])
            if kind in ACTS and unit in self.lost_at and self.lost_at[unit] < at:
                self.wrong("who is lost acts no more", f"tick {at}: {EventKind(kind).name} by {self.name(unit)}")
            if kind in (EventKind.LAUNCH, EventKind.RECOVER):
                if self.aboard[unit] != (kind == EventKind.LAUNCH):
                    self.wrong("launch and landing alternate", f"tick {at}: {self.name(unit)}")
                self.aboard[unit] = kind == EventKind.RECOVER
                host = int(event["other"])
                if host in self.lost_at and self.lost_at[host] < at:
                    self.wrong("a lost host launches and lands nobody", f"tick {at}: {self.name(host)}")
            elif kind in (EventKind.LOSS, EventKind.EXPENDED):
                if unit in self.lost_at:
                    self.wrong("nobody is lost twice", f"tick {at}: {self.name(unit)}")
                self.lost_at[unit] = at
                if kind == EventKind.LOSS and int(event["a"]) == LossCause.FIRE and int(event["other"]) < 0:
                    self.wrong("a loss by fire has a shooter", f"tick {at}: {self.name(unit)}")
            elif kind == EventKind.SHOT:
                self.check_shot(state, event, at)
            elif kind == EventKind.CONTACT:
                self.check_contact(event, at)
            if kind in (EventKind.SHOT, EventKind.CONTACT) and side[unit] == side[int(event["other"])]:
                self.wrong("nobody fires at or tracks its own side", f"tick {at}: {self.name(unit)}")

    def check_shot(self, state: State, event: np.ndarray, at: int) -> None:
        unit, other = int(event["unit"]), int(event["other"])
        if self.before is None or self.params.zones.whole.shape[1] == 0 or self.is_late:
            return
        side = int(self.params.units.whole[UnitSpecW.SIDE, unit])
        places = [self.believed(s, side, unit, other, at + k) for k, s in enumerate((self.before, state))]
        inside = [self.in_no_fire(side, x, y) for x, y in places if x == x]
        if len(inside) == 2 and all(inside):
            self.wrong("nothing fires into a no-fire zone", f"tick {at}: {self.name(unit)} at {self.name(other)}")

    def believed(self, state: State, side: int, unit: int, other: int, tick: int) -> tuple[float, float]:
        """Return where the shooter took its target to be, NaN when it held none."""
        dt = float(self.params.rules_real[RuleR.DT_S])
        whole, real = state.units.whole[0], state.units.real[0]
        if whole[UnitW.LINKED, unit] == 0:
            if whole[UnitW.LOCAL, unit] != other:
                return np.nan, np.nan
            age = (tick - whole[UnitW.LOCAL_TICK, unit]) * dt
            return tuple(
                float(real[p, unit] + real[v, unit] * age)
                for p, v in ((UnitR.LOCAL_X, UnitR.LOCAL_VX), (UnitR.LOCAL_Y, UnitR.LOCAL_VY))
            )  # type: ignore[return-value]
        c = side * whole.shape[1] + other
        if state.contacts.whole[0, ContactW.LEVEL, c] == Level.NONE:
            return np.nan, np.nan
        age = (tick - state.contacts.whole[0, ContactW.TICK, c]) * dt
        real = state.contacts.real[0]
        return tuple(
            float(real[p, c] + real[v, c] * age) for p, v in ((ContactR.X, ContactR.VX), (ContactR.Y, ContactR.VY))
        )  # type: ignore[return-value]

    def in_no_fire(self, side: int, x: float, y: float) -> bool:
        """Return whether a place and its surroundings of 300 m lie in a no-fire zone that never opens or closes."""
        if any(one["kind"] == "zone" for one in self.scenario.document["injects"]):
            return False
        return any(
            zone_side in (NONE, side) and area.contains(Point(x, y).buffer(300.0)) for zone_side, area in self.no_fire
        )

    def check_contact(self, event: np.ndarray, at: int) -> None:
        """A contact lies within the reach of some sensor of its finder at the closest approach since its last look."""
        unit, other = int(event["unit"]), int(event["other"])
        sensors = self.params.sensors
        own = np.flatnonzero(sensors.whole[SensorSpecW.UNIT] == unit)
        if self.is_late or self.params.units.whole[UnitSpecW.SPOOFER, other] >= 0 or len(own) == 0:
            return
        if self.before is not None and self.before.units.whole[0, UnitW.LINKED, unit] == 0:
            return  # it tells what it saw while it had no link
        factor = float(self.params.units.real[UnitSpecR.SIGNATURE, other])
        for q in own:
            ticks = int(sensors.whole[SensorSpecW.PERIOD, q])
            reach = float(sensors.real[SensorSpecR.RANGE_M, q])
            if int(sensors.whole[SensorSpecW.MODEL, q]) in SWEPT:
                reach *= max(factor, 1.0)
            else:
                ticks = 0
            if self.closest_m(unit, other, at, ticks) <= reach * (1.0 + 1e-9) + 1e-6:
                return
        self.wrong(
            "contacts lie within the reach of the closest approach",
            f"tick {at}: {self.name(unit)} on {self.name(other)} at {self.closest_m(unit, other, at, 0):.0f} m",
        )

    def closest_m(self, a: int, b: int, tick: int, ticks: int) -> float:
        """Return the least distance of two units [m] in the ``ticks`` up to the end of ``tick``, straight in each."""
        last = min(tick + 1, len(self.track) - 1)
        gap = np.array([self.track[k][:, a] - self.track[k][:, b] for k in range(max(last - ticks, 0), last + 1)])
        least = float(np.sqrt((gap**2).sum(axis=1)).min())
        for start, end in pairwise(gap):
            step = end - start
            length = float(step @ step)
            share = min(max(float(-(start @ step)) / length, 0.0), 1.0) if length > 0.0 else 0.0
            least = min(least, float(np.sqrt(((start + share * step) ** 2).sum())))
        return least

    def finish(self) -> None:
        """Compare the tallies with the events."""
        sides = self.simulation.state.sides.whole[0]
        pairs = [
            (SideW.SHOTS, EventKind.SHOT, ""), (SideW.ROUNDS, EventKind.SHOT, "b"), (SideW.HITS, EventKind.HIT, "b"),
            (SideW.DETECTIONS, EventKind.CONTACT, ""), (SideW.INTERCEPT_SHOTS, EventKind.INTERCEPT, "a"),
            (SideW.INTERCEPTED, EventKind.INTERCEPT, "b"), (SideW.LAUNCHES, EventKind.LAUNCH, ""),
            (SideW.RECOVERIES, EventKind.RECOVER, ""),
        ]  # fmt: skip
        for tally, kind, weight in pairs:
            for s in range(sides.shape[1]):
                counted = self.weights[kind, s, weight] if weight else self.counts[kind, s]
                if counted != sides[tally, s]:
                    self.wrong(f"tally {tally.name} counts its events", f"side {s}: {sides[tally, s]} for {counted}")

    def name(self, unit: Any) -> str:
        return self.scenario.compiled.roster.units[int(unit)]

    def names(self, mask: np.ndarray) -> str:
        return ", ".join(self.name(i) for i in np.flatnonzero(mask)[:3])


def judge(scenario: RandomScenario, seed: int) -> dict[str, str]:
    """Play replication 0 of a scenario with its own policies and return the rules that it breaks."""
    compiled = scenario.compiled
    choices = choose_policies(compiled.roster)
    policies = build_policies(choices, compiled.briefings, seed, [0])
    simulation = start_simulation(compiled, seed, [0], record_events=True)
    referee = Referee(scenario, simulation)
    run_decisions(
        simulation,
        policies,
        chairs=build_logistics(choices, compiled, seed, [0]),
        decision_ticks=compiled.roster.decision_ticks,
        n_ticks=int(compiled.params.rules_whole[RuleW.N_TICKS]),
        frame_ticks=1,
        on_frame=referee.frame,
    )
    referee.finish()
    return referee.problems
