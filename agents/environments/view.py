"""The view of a side of a scenario: from its picture to an observation, from choices to its orders.

A ``SideView`` reads the side's briefing and, at a decision, its picture, and never the state. Rows of a picture
(replications) and rows of the tables may differ, so several simulations can fill the same tables:

    view = SideView(Schema(Sizes.of([briefing])), briefing)
    tables = view.look(picture)                       # observation, mask
    view.order(actions, tables, orders)               # actions (R, G) of integers
"""

import math

import numpy as np

from agents.doctrine.blocks.assessment import VALUE_OF_CLASS, VALUE_UNCLASSIFIED
from agents.doctrine.blocks.roles import Force, Role, appraise_force
from agents.environments.schema import CELLS_A_SIDE, STATIC_COLUMNS, TARGETS, Observation, Schema
from simcore.choice_loops import mark_choices, write_choices
from simcore.mission_loops import observe_mission
from simcore.observation_columns import (
    FAR,
    N_GROUP_COLUMNS,
    GlobalColumn,
    GroupCode,
    GroupPlace,
    GroupStatic,
    SlotCode,
    SlotPlace,
    Verb,
)
from simcore.observation_kinds import Area, GroupSlots, KeyPlaces, Mission, Seen, Slots
from simcore.observation_loops import observe_contacts, observe_groups
from simcore.orders import Orders
from simcore.picture import Picture
from simcore.policy import Briefing
from simcore.types import F64, I32, I64, NONE, Domain, ObjectiveKind, Roe, TargetClass, Task, ZoneKind

_WORTH = np.array([VALUE_OF_CLASS[c] for c in TargetClass] + [VALUE_UNCLASSIFIED])
_ATTACK_M = (3e3, 12e3)  # least and largest radius of an attack on a contact
_SEARCH_M = (2e3, 8e3)
_LN_THRESHOLD = -math.log(0.02)  # extinction times visibility (Koschmieder 1924)
_ALL_DOMAINS = sum(1 << domain for domain in Domain)
_GRID_M = 500.0
_GRID_SHARE = 1.0 / 30.0
_ABLE_ALWAYS = (Verb.CONTINUE, Verb.PLAN, Verb.HOLD, Verb.HOLD_FIRE, Verb.DOCTRINE)
_ABLE_TO_MOVE = (Verb.WITHDRAW, Verb.FLEE, Verb.ESCORT, Verb.GUARD, Verb.SCREEN, Verb.MOVE)


class Tables:
    """Observations, masks and the memory of the loops, for N rows.

    ``fresh`` replaces the arrays for the caller, so that they are not written again.
    """

    def __init__(self, schema: Schema, n: int) -> None:
        self.schema = schema
        self.n = n
        sizes = schema.sizes
        self.place: F64 = np.zeros((n, len(GroupPlace), sizes.groups))
        self.slots = Slots(
            np.zeros((n, len(SlotCode), sizes.contacts), dtype=np.int32), np.zeros((n, len(SlotPlace), sizes.contacts))
        )
        self.known: F64 = np.zeros((n, 2))  # progress of the mission, share of the own cost lost, both as known
        self.fresh()

    def fresh(self) -> None:
        """Allocate new arrays for observations and masks."""
        shape = (self.n, self.schema.sizes.groups, self.schema.action.n_choices)
        self.observation: Observation = {
            part.name: np.zeros((self.n, *part.shape), dtype=np.float32) for part in self.schema.observation.parts
        }
        self.mask: np.ndarray = np.zeros(shape, dtype=bool)


class SideView:
    """The view of the side of a briefing."""

    def __init__(self, schema: Schema, briefing: Briefing) -> None:
        self.schema = schema
        self.briefing = briefing
        sizes = schema.sizes
        force = appraise_force(briefing)
        slots = slot_order(briefing, force)[: sizes.groups]
        west, east, south, north = briefing.bounds_m
        half_m = 0.5 * max(east - west, north - south)
        self._frame = np.array([0.5 * (west + east), 0.5 * (south + north), half_m])
        # a coarser grid on a larger map: nearby points share their routes over the ground
        grid_m = max(_GRID_M, np.rint(half_m * _GRID_SHARE / _GRID_M) * _GRID_M)
        self._area = Area(np.array(briefing.bounds_m), float(half_m), float(grid_m))
        slot_of_group = np.full(len(briefing.groups), NONE, dtype=np.int32)
        slot_of_group[slots] = np.arange(len(slots))
        self.slots = tuple(briefing.group_names[k] for k in slots)
        self.places: I32 = briefing.groups[slots]  # of these groups in the orders
        self._slot_of_unit = np.ascontiguousarray(slot_of_group[briefing.group_of_unit])
        self._filled = np.zeros(sizes.groups, dtype=np.float32)
        self._filled[: len(slots)] = 1.0
        self._set_groups(force, slots, slot_of_group)
        self._set_zones()
        self._set_objectives()
        post = briefing.is_command_post != 0
        is_ward = (post | self._listed(ObjectiveKind.PROTECT)).astype(np.int32)
        wanted = self._zone_real[3] > 0.0
        self._key_places = KeyPlaces(is_ward, np.ascontiguousarray(self._zone_real[:2, wanted]), _WORTH)
        self._mission = Mission(
            np.array(briefing.domain, dtype=np.int32), np.array(briefing.cost, dtype=np.float64), self._members,
            self._objective_whole, self._objective_real, self._zone_whole, self._zone_real,
        )  # fmt: skip
        self._work = np.zeros((2, sizes.contacts))

    @property
    def half_extent_m(self) -> float:
        """Half the longer side of the map [m], the unit of lengths in observations."""
        return self._area.half_extent_m

    def _listed(self, *kinds: ObjectiveKind) -> np.ndarray:
        """Return the own units listed in objectives of these kinds, (own,) bool."""
        rows = np.isin(self.briefing.objective_kind, kinds)
        return np.asarray(self.briefing.objective_members[rows].any(axis=0))

    def _set_groups(self, force: Force, slots: list[int], slot_of_group: I32) -> None:
        b, sizes, (cx, cy, half_m) = self.briefing, self.schema.sizes, self._frame
        columns = self.schema.observation.part("groups").columns[N_GROUP_COLUMNS:]
        column_of = {name: place for place, (name, _) in enumerate(STATIC_COLUMNS)}
        static = np.zeros((sizes.groups, len(column_of)), dtype=np.float32)
        fixed = np.zeros((len(GroupStatic), sizes.groups))
        codes = np.zeros((len(GroupCode), sizes.groups), dtype=np.int32)
        codes[[GroupCode.PLACE, GroupCode.PLAN_TARGET, GroupCode.HOST]] = NONE
        protected, to_reach = self._listed(ObjectiveKind.PROTECT), self._listed(ObjectiveKind.REACH)
        total = max(float(b.cost.sum()), 1e-9)
        for g, k in enumerate(slots):
            units = np.flatnonzero(b.group_of_unit == k)
            reaches = int(np.bitwise_or.reduce(b.weapon_domains[units])) if len(units) else 0
            speed, weapon_m, sensor_m = force.speed_mps[k], force.weapon_m[k], force.sensor_m[k]
            is_post = bool(b.is_command_post[units].any())
            values: dict[str, float] = {
                f"role_{Role(int(force.role[k])).name.lower()}": 1.0,
                f"domain_{Domain(int(force.domain[k])).name.lower()}": 1.0,
                "size": math.log2(max(len(units), 1)) / 10.0,
                "speed": speed * 600.0 / half_m,
                "sensor": sensor_m / half_m,
                "weapon": weapon_m / half_m,
                "radio": float(b.radio_range_m[units].max(initial=0.0)) / half_m,
                "is_one_way": _share(b.is_one_way[units]),
                "is_interceptor": _share(b.is_interceptor[units]),
                "is_command_post": _share(b.is_command_post[units]),
                "is_protected": _share(protected[units]),
                "is_to_reach": _share(to_reach[units]),
                "has_host": float(b.host_group[k] >= 0),
                "is_host": float((b.host_group == k).any()),
                "cost": float(b.cost[units].sum()) / total,
                "start_x": (force.start_m[0, k] - cx) / half_m,
                "start_y": (force.start_m[1, k] - cy) / half_m,
                f"plan_{Task(int(b.task[k])).name.lower()}": 1.0,
                "plan_x": (force.plan_m[0, k] - cx) / half_m,
                "plan_y": (force.plan_m[1, k] - cy) / half_m,
                "plan_radius": b.task_radius_m[k] / half_m,
                f"roe_{Roe(int(b.roe[k])).name.lower()}": 1.0,
            }
            values |= {f"reaches_{d.name.lower()}": 1.0 for d in Domain if reaches >> d & 1}
            for name, value in values.items():
                if name not in column_of:
                    continue  # a task of supply
                place = column_of[name]
                static[g, place] = min(max(float(value), columns[place].low), columns[place].high)
            fixed[:, g] = (
                len(units), weapon_m, *force.start_m[:, k], *b.task_m[:, k], b.task_radius_m[k], b.task_speed[k],
                b.task_spacing_m[k], _between(weapon_m, _ATTACK_M), _between(0.5 * sensor_m, _SEARCH_M),
            )  # fmt: skip
            task = Task.ATTACK
            if len(units) and bool(b.is_one_way[units].all()):
                task = Task.STRIKE
            elif force.role[k] == Role.INTERCEPTOR:
                task = Task.INTERCEPT
            host = int(b.host_group[k])
            codes[:, g] = (
                b.groups[k], reaches, task, b.task[k],
                b.groups[int(b.task_target[k])] if b.task_target[k] >= 0 else NONE,
                b.roe[k], is_post or bool(protected[units].any()), is_post,
                slot_of_group[host] if host >= 0 else NONE,
                _able(speed, weapon_m, sensor_m, int(force.domain[k]), host >= 0),
                np.bitwise_or.reduce(1 << b.domain[units]),
            )  # fmt: skip
        self._static, self._group_slots = static, GroupSlots(fixed, codes)

    def _set_zones(self) -> None:
        b, most = self.briefing, self.schema.sizes.zones
        weight = np.zeros(len(b.zone_names))
        total = max(float(b.objective_weight.sum()), 1e-9)
        for zone, share in zip(b.objective_zone, b.objective_weight, strict=True):
            if zone >= 0:
                weight[zone] += share / total
        order = sorted(
            range(len(b.zone_names)),
            key=lambda z: (
                -weight[z],
                int(b.zone_kind[z]),
                *map(float, b.zone_centre_m[:, z]),
                float(b.zone_radius_m[z]),
            ),
        )[:most]
        self.zones = tuple(b.zone_names[z] for z in order)
        self._zone_slot = {z: place for place, z in enumerate(order)}
        self._zone_whole = np.ascontiguousarray(b.zone_kind[order][None].astype(np.int32))
        self._zone_real = np.vstack([b.zone_centre_m[:, order], b.zone_radius_m[order], weight[order]])
        self._zones_filled = np.zeros(most, dtype=np.float32)
        self._zones_filled[: len(order)] = 1.0
        is_goal = [int(b.zone_kind[z]) == ZoneKind.OBJECTIVE or weight[z] > 0.0 for z in order]
        # the goals are the leading zones, up to the first zone without meaning for the mission
        n_goals = min(is_goal.index(False) if False in is_goal else len(order), self.schema.sizes.goals)
        self._places_real = self._zone_real
        self._place_domains = np.ascontiguousarray(b.zone_domains[order[:n_goals]], dtype=np.int32)
        if self.schema.sizes.vocabulary == TARGETS:
            self._places_real = _cells(b.bounds_m)
            self._place_domains = np.full(self._places_real.shape[1], _ALL_DOMAINS, dtype=np.int32)

    def _set_objectives(self) -> None:
        b, most = self.briefing, self.schema.sizes.objectives
        total = max(float(b.objective_weight.sum()), 1e-9)

        def content(o: int) -> tuple[float, ...]:
            zone = self._zone_slot.get(int(b.objective_zone[o]), NONE)
            members = b.objective_members[o] != 0
            return -float(b.objective_weight[o]), int(b.objective_kind[o]), zone, float(b.cost[members].sum())

        order = sorted(range(len(b.objective_kind)), key=content)
        zones = [self._zone_slot.get(int(b.objective_zone[o]), NONE) for o in order]
        self._objective_whole = np.array([b.objective_kind[order], zones], dtype=np.int32).reshape(2, -1)
        self._objective_real = (b.objective_weight[order] / total).reshape(1, -1)
        self._members = np.ascontiguousarray(b.objective_members[order], dtype=np.int32)
        self._objectives_filled = np.zeros(most, dtype=np.float32)
        self._objectives_filled[: min(len(order), most)] = 1.0

    def look(self, picture: Picture, rows: I64 | None = None) -> Tables:
        """Return observations and masks of the replications ``rows`` of a picture, (n,); by default of all."""
        rows = np.arange(len(picture.replication)) if rows is None else rows
        tables = Tables(self.schema, len(rows))
        self.observe(picture, tables, rows, np.arange(tables.n))
        return tables

    def observe(self, picture: Picture, tables: Tables, rows: I64, places: I64) -> None:
        """Fill the rows ``places`` of the tables from the replications ``rows`` of a picture, (n,) each."""
        b, seen = self.briefing, tables.observation
        shown = Seen(
            picture.own_real, picture.own_whole, picture.contact_real, picture.contact_whole, picture.n_contacts
        )
        elapsed = picture.ticks * (b.dt_s / b.duration_s)
        observe_groups(
            shown, rows, places, self._slot_of_unit, self._group_slots, self._static, self._frame, seen["groups"],
            tables.place,
        )  # fmt: skip
        observe_contacts(
            shown, rows, places, self._key_places, self._group_slots, self._frame, self._work, seen["contacts"],
            seen["contacts_filled"], tables.slots, seen["groups"], tables.place,
        )  # fmt: skip
        observe_mission(
            shown, elapsed, conditions(picture.weather), rows, places, self._mission, self._frame,
            seen["objectives"], seen["zones"], seen["situation"], tables.known,
        )  # fmt: skip
        seen["situation"][places, GlobalColumn.DURATION] = min(b.duration_s / 86_400.0, 1.0)
        seen["situation"][places, GlobalColumn.EXTENT] = min(self._frame[2] / 1e5, FAR)
        seen["groups_filled"][places] = self._filled
        seen["objectives_filled"][places] = self._objectives_filled
        seen["zones_filled"][places] = self._zones_filled
        mark_choices(
            places, self.schema.action.table, self._place_domains, tables.place, tables.slots, self._group_slots,
            tables.mask,
        )  # fmt: skip

    def order(
        self,
        actions: np.ndarray,
        tables: Tables,
        orders: Orders,
        rows: I64 | None = None,
        places: I64 | None = None,
        illegal: I64 | None = None,
    ) -> I64:
        """Write the orders of ``actions`` (N, G), from the tables of the last ``observe``, and return ``illegal``.

        An illegal choice gives no order: the group carries on, and the choice is counted in ``illegal`` (N,).
        """
        rows = np.arange(tables.n) if rows is None else rows
        places = rows if places is None else places
        illegal = np.zeros(tables.n, dtype=np.int64) if illegal is None else illegal
        chosen = np.ascontiguousarray(actions, dtype=np.int64).reshape(tables.n, self.schema.sizes.groups)
        write_choices(
            chosen, rows, places, self.schema.action.table, tables.place, tables.slots, self._group_slots,
            self._places_real, self._area, tables.mask, orders.real, orders.whole, illegal,
        )  # fmt: skip
        return illegal


def _cells(bounds_m: tuple[float, float, float, float]) -> F64:
    """Return the cells of the map as places, (4, C): centre, radius 0 and weight 0; from the south-west, rows first."""
    west, east, south, north = bounds_m
    shares = (np.arange(CELLS_A_SIDE) + 0.5) / CELLS_A_SIDE
    x, y = np.meshgrid(west + shares * (east - west), south + shares * (north - south))
    return np.vstack([x.ravel(), y.ravel(), np.zeros((2, CELLS_A_SIDE**2))])


def slot_order(briefing: Briefing, force: Force) -> list[int]:
    """Return the groups in the order of their slots: mobile groups first, by role and by composition.

    The order is independent of names, so slots mean the same when groups are renamed.
    """
    return sorted(
        range(len(briefing.groups)),
        key=lambda k: (bool(force.speed_mps[k] == 0.0), -int(force.role[k]), force.rank[k]),
    )


def conditions(weather: F64) -> F64:
    """Return light, visibility, rain, sea state and wind (R, 5), in the units of the columns of the situation."""
    haze = np.maximum(weather[:, 1], 1e-9)
    scaled = np.column_stack(
        [weather[:, 0], _LN_THRESHOLD / haze / 30e3, weather[:, 2] * 500.0, weather[:, 3] / 9.0, weather[:, 4] / 30.0]
    )
    return np.ascontiguousarray(scaled)


def _share(values: np.ndarray) -> float:
    return float(np.mean(values != 0)) if len(values) else 0.0


def _between(value: float, limits: tuple[float, float]) -> float:
    return min(max(float(value), limits[0]), limits[1])


def _able(speed: float, weapon_m: float, sensor_m: float, domain: int, has_host: bool) -> int:
    """Return the bits of the verbs within the capability of a group."""
    verbs: list[Verb] = [*_ABLE_ALWAYS]
    if speed > 0.0:
        verbs += _ABLE_TO_MOVE
        if sensor_m > 0.0:
            verbs.append(Verb.SEARCH)
        if domain == Domain.AIR and weapon_m == 0.0:
            verbs.append(Verb.RELAY)
        if has_host:
            verbs.append(Verb.RECOVER)
    if weapon_m > 0.0:
        verbs.append(Verb.ENGAGE)
    return sum(1 << verb for verb in verbs)
