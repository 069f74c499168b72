"""Intelligence of the sides for their briefings."""

from dataclasses import dataclass, field

import numpy as np

from scenarios.compiler.compiled import StaffDocument
from scenarios.compiler.expected_forces import ExpectedGroup, expected_forces, group_forces
from scenarios.compiler.staff_document import staff_content
from scenarios.format.plane import Plane
from scenarios.format.scenario import Packed
from scenarios.format.schema.intelligence import Intelligence as Section
from scenarios.format.schema.intelligence import ListedForce
from scenarios.format.schema.scenario import ScenarioFile
from scenarios.format.zone_shapes import zone_outline
from scenarios.terrain.rasters import Ground
from simcore.intelligence import EMISSIONS_UNKNOWN, NOTHING_KNOWN, Doctrine, ForeignForce, Intelligence
from simcore.types import F64, Domain, TargetClass, read_only


@dataclass(frozen=True)
class _Terrain:
    """Where units of a domain can be. Masks are made when needed."""

    ground: Ground
    masks: dict[int, np.ndarray] = field(default_factory=dict[int, np.ndarray])

    def has_room(self, domain: int, area_m: F64 | None) -> bool:
        """Return whether units of a domain can be anywhere in the bounding box of an area; None is the whole map."""
        if domain == Domain.AIR:
            return True
        if domain not in self.masks:
            self.masks[domain] = self.ground.mask(domain)
        mask = self.masks[domain]
        if area_m is None:
            return bool(mask.any())
        (south, north), (west, east) = self.ground.cell(
            np.array([area_m[0].min(), area_m[0].max()]), np.array([area_m[1].min(), area_m[1].max()])
        )
        return bool(mask[south : north + 1, west : east + 1].any())


def compile_intelligence(
    content: ScenarioFile, plane: Plane, ground: Ground
) -> tuple[tuple[Intelligence, ...], list[str]]:
    """Return the intelligence of each side of a resolved scenario, and warnings.

    It depends on true units of other sides only where the file states them: with the orders of battle ``exact`` and
    ``by_type``. Areas without ground for a platform do not hold for it, and units without any ground on the map are not
    expected; so the same section may go with variants of a map.
    """
    given = {entry.side: entry for entry in content.intelligence}
    terrain = _Terrain(ground)
    known: list[Intelligence] = []
    warnings: list[str] = []
    for side in content.sides:
        if side.stance == "neutral":
            known.append(NOTHING_KNOWN)
            continue
        intelligence, of_side = _of_side(given.get(side.name, Section(side=side.name)), content, plane, terrain)
        known.append(intelligence)
        warnings += of_side
    return tuple(known), warnings


def _of_side(entry: Section, content: ScenarioFile, plane: Plane, terrain: _Terrain) -> tuple[Intelligence, list[str]]:
    listed, warnings = _possible(entry, content, terrain)
    own = [group for group in content.groups if group.side == entry.side]
    taken = [name for group in own for name in (group.name, *(unit.name or group.name for unit in group.units))]
    groups = group_forces(listed, content, taken)
    section_m = _outlines(entry, content, plane)
    areas: list[tuple[F64, ...]] = []
    for force in listed:
        own_m = _outlines(force, content, plane)
        general_m = section_m if force.side is None and force.aboard is None else ()
        domain = _domain(force, content)
        areas.append(tuple(area for area in own_m or general_m if terrain.has_room(domain, area)))
        if own_m and not areas[-1]:
            text = f"no {_surface(domain)} in its areas, so it may start anywhere; give areas with {_surface(domain)}"
            warnings.append(f"intelligence.{entry.side}.forces.{force.platform}: {text}")
    total = sum(doctrine.weight for doctrine in entry.expected_doctrines)
    doctrines = tuple(
        Doctrine(doctrine.name, dict(doctrine.parameters), doctrine.weight / total)
        for doctrine in entry.expected_doctrines
    )
    cards = content.catalogue.platforms
    cost = sum(
        unit.count * cards[unit.platform].cost_musd for group in own if group.spoofed_by is None for unit in group.units
    )

    def has_room(platform: str, area_m: F64) -> bool:
        return terrain.has_room(int(Domain[cards[platform].domain.upper()]), area_m)

    document, areas = staff_content(entry, content, plane, listed, groups, areas, has_room)
    forces = tuple(
        _foreign(force, of_force, areas_m, entry.side, content)
        for force, of_force, areas_m in zip(listed, groups, areas, strict=True)
    )
    return Intelligence(entry.order_of_battle, forces, doctrines, cost, StaffDocument(Packed(document))), warnings


def _possible(entry: Section, content: ScenarioFile, terrain: _Terrain) -> tuple[list[ListedForce], list[str]]:
    """Return the expected forces that have ground on the map, and warnings about the others.

    If no enemy unit is left, the order of battle counts as unknown.
    """
    expected = expected_forces(entry, content)
    without = [force for force in entry.forces if not terrain.has_room(_domain(force, content), None)]
    warnings = [
        f"intelligence.{entry.side}.forces.{force.platform}: the map has no {_surface(_domain(force, content))}, "
        "so it is not expected; name another platform"
        for force in without
    ]
    lost = {(force.side, force.platform) for force in without}
    left = [force for force in expected if force not in without and (force.side, force.aboard) not in lost]
    if any(force.side is None and force.arrival_s is None for force in left):
        return left, warnings
    bare = entry.model_copy(update={"order_of_battle": "unknown", "forces": tuple(left)})
    return expected_forces(bare, content), warnings


def _domain(force: ListedForce, content: ScenarioFile) -> int:
    return int(Domain[content.catalogue.platforms[force.platform].domain.upper()])


def _surface(domain: int) -> str:
    return "land" if domain == Domain.LAND else "water"


def _outlines(source: Section | ListedForce, content: ScenarioFile, plane: Plane) -> tuple[F64, ...]:
    """Return the outlines (2, corners) of zones and areas [m]."""
    named = [zone for zone in content.zones if zone.name in source.zones]
    return tuple(zone_outline(shape, plane) for shape in (*named, *source.areas))


def _foreign(
    force: ListedForce, groups: tuple[ExpectedGroup, ...], areas_m: tuple[F64, ...], side: str, content: ScenarioFile
) -> ForeignForce:
    card = content.catalogue.platforms[force.platform]
    most = sum(group.size for group in groups)
    enemy = next(other.name for other in content.sides if other.stance == "belligerent" and other.name != side)
    return ForeignForce(
        side=force.side or enemy,
        platform=force.platform,
        domain=_domain(force, content),
        target_class=int(TargetClass[card.target_class.upper()]),
        cost_musd=card.cost_musd,
        least=min(force.least, most),
        most=most,
        areas_m=tuple(read_only(area) for area in areas_m),
        aboard=force.aboard or "",
        arrival_s=force.arrival_s or 0.0,
        groups=tuple(group.name for group in groups),
        silent=EMISSIONS_UNKNOWN if force.silent is None else force.silent,
    )
