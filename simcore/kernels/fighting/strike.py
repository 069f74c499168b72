"""The strikes of a tick: salvoes that arrive, the causes of injuries, and the damage."""

from simcore.compiling.jit import kernel
from simcore.events import Log
from simcore.kernels.fighting.damage import commit_damage
from simcore.kernels.fighting.flight import land_salvoes
from simcore.kernels.medical.blows import note_blows
from simcore.kinds import Contacts, Messages, Moment, Mounts, People, Rules, Salvoes, Sides, Units, Zones
from simcore.scratch import Scratch
from simcore.state import WorldW
from simcore.types import I32


@kernel
def strike(
    now: Moment,
    units: Units,
    mounts: Mounts,
    zones: Zones,
    rules: Rules,
    contacts: Contacts,
    salvoes: Salvoes,
    sides: Sides,
    messages: Messages,
    world: I32,
    work: Scratch,
    log: Log,
    people: People,
) -> int:
    """Land the salvoes that are due and apply their damage. Returns the number of units hit."""
    n_hit = 0
    if world[WorldW.IN_FLIGHT] > 0:
        n_hit = land_salvoes(now, units, mounts, zones, rules, contacts, salvoes, sides, world, work, log)
        if n_hit > 0:
            if people.unit_whole.shape[1] > 0:
                note_blows(n_hit, work, people)
            commit_damage(now, n_hit, units, mounts, rules, contacts, sides, work, log, messages, world)
    return n_hit
