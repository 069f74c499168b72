"""The situation at a decision, input to the building blocks of a doctrine: forces, contacts and the orders so far."""

from typing import NamedTuple

import numpy as np

from agents.doctrine.blocks.assessment import Contacts, Forces, assess_contacts, assess_forces, distance_m, is_within
from agents.doctrine.blocks.draft import Draft
from agents.doctrine.blocks.roles import Force, Role
from simcore.picture import Picture
from simcore.policy import Briefing
from simcore.types import F64, TargetClass

_OWN_WORTH = np.ones(len(Role))  # per unit, on the scale of the values of contacts
_OWN_WORTH[Role.MANOEUVRE], _OWN_WORTH[Role.BOAT] = 6.0, 5.0


class Situation(NamedTuple):
    """A side in R replications at a decision."""

    briefing: Briefing
    force: Force
    forces: Forces
    contacts: Contacts
    draft: Draft
    time_s: F64  # (R,)
    masks: dict[tuple[bool, float], np.ndarray]  # cached results of ``known``

    def known(self, *, is_land: bool, age_s: float) -> np.ndarray:
        """Return which contacts (R, c) are mobile on land, or afloat, and not older than ``age_s``."""
        if (is_land, age_s) in self.masks:
            return self.masks[is_land, age_s]
        contacts = self.contacts
        kind = contacts.is_ground & (contacts.target_class != TargetClass.STRUCTURE) if is_land else contacts.is_afloat
        mask = kind & (contacts.age_s <= age_s)
        self.masks[is_land, age_s] = mask
        return mask

    def enemy_worth(self, chosen: np.ndarray, x_m: F64 | float, y_m: F64 | float, radius_m: float) -> F64:
        """Return the worth of the ``chosen`` contacts within a radius of a point, (R,). Whole numbers."""
        near = chosen & is_within(self.contacts, x_m, y_m, radius_m)
        return np.where(near, self.contacts.value, 0.0).sum(axis=1)

    def own_worth(self, groups: list[int], x_m: F64 | float, y_m: F64 | float, radius_m: float) -> F64:
        """Return the worth of the groups within a radius of a point, on the same scale, (R,)."""
        forces = self.forces
        near = distance_m(x_m, y_m, forces.x_m[:, groups].T, forces.y_m[:, groups].T) <= radius_m
        full = self.force.size[groups] * _OWN_WORTH[self.force.role[groups]]
        worth = np.where(near, forces.strength[:, groups].T * full[:, None], 0.0)
        return np.add.accumulate(worth, axis=0)[-1]  # a sequential sum: the same bits for any R


def assess_situation(briefing: Briefing, force: Force, picture: Picture, standing: Draft) -> Situation:
    """Return the situation, with a draft that begins with the standing orders."""
    return Situation(
        briefing=briefing,
        force=force,
        forces=assess_forces(briefing, force, picture),
        contacts=assess_contacts(briefing, picture),
        draft=Draft(briefing, len(picture.replication), standing),
        time_s=np.asarray(picture.ticks * briefing.dt_s, dtype=np.float64),
        masks={},
    )
