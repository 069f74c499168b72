"""Care that slows or stops the clocks of a casualty."""

from simcore.compiling.jit import kernel
from simcore.kernels.medical.clocks import run_clocks, stop_clocks
from simcore.kernels.medical.persons import settle_wounds
from simcore.kinds import Moment, People, Units
from simcore.medical import MedicalRuleR, PersonR


@kernel
def ease(p: int, at_s: float, trauma: float, bleed: float, people: People) -> None:
    """Slow the clocks of casualty ``p`` from a time [s] on to these rates, unless they are slower already."""
    run_clocks(p, at_s, people)
    people.real[PersonR.TRAUMA_RATE, p] = min(people.real[PersonR.TRAUMA_RATE, p], trauma)
    people.real[PersonR.BLEED_RATE, p] = min(people.real[PersonR.BLEED_RATE, p], bleed)


@kernel
def attend(p: int, at_s: float, people: People) -> None:
    """Let somebody attend to casualty ``p``, on the way or in a queue."""
    rules = people.rules_real
    ease(p, at_s, rules[MedicalRuleR.RIDE_TRAUMA], rules[MedicalRuleR.RIDE_BLEED], people)


@kernel
def shake(p: int, at_s: float, is_on: bool, people: People) -> None:
    """Begin or end the ride of casualty ``p`` without an attendant, which may hasten his clocks."""
    run_clocks(p, at_s, people)
    trauma, bleed = people.rules_real[MedicalRuleR.LONE_TRAUMA], people.rules_real[MedicalRuleR.LONE_BLEED]
    if is_on:
        people.real[PersonR.TRAUMA_RATE, p] *= trauma
        people.real[PersonR.BLEED_RATE, p] *= bleed
    else:
        people.real[PersonR.TRAUMA_RATE, p] /= trauma if trauma > 0.0 else 1.0
        people.real[PersonR.BLEED_RATE, p] /= bleed if bleed > 0.0 else 1.0


@kernel
def stabilise(now: Moment, p: int, at_s: float, units: Units, people: People) -> None:
    """Stop both clocks of casualty ``p`` at a time [s]; he may still die of his wounds."""
    run_clocks(p, at_s, people)
    stop_clocks(p, people)
    settle_wounds(now, p, at_s, units, people)


@kernel
def lacks_blood(p: int, people: People) -> int:
    """Return the units of blood that bring casualty ``p`` to the volume up to which blood is given."""
    full = people.rules_real[MedicalRuleR.FULL_BLOOD]
    volume = people.real[PersonR.BLOOD, p]
    n = 0
    while volume < full:
        volume += people.rules_real[MedicalRuleR.UNIT_BLOOD]
        n += 1
    return n
