"""Casualty statistics with the denominators of Holcomb: %KIA, %DOW and the case fatality rate.

Source: Holcomb, Stansbury, Champion, Wade and Bellamy (2006), Understanding combat casualty care statistics. The three
rates have different denominators; no sum of them means anything.
"""

import math
from dataclasses import dataclass

from logistics.reliability.intervals import proportion_interval
from simcore.errors import InputError


@dataclass(frozen=True)
class Rate:
    """A share ``of`` out of ``among`` persons; nan where there are none."""

    of: int
    among: int

    @property
    def value(self) -> float:
        """The share."""
        return self.of / self.among if self.among else math.nan

    def interval(self) -> tuple[float, float]:
        """Return its 95 % interval (Wilson)."""
        return proportion_interval(self.of, self.among)


@dataclass(frozen=True)
class CasualtyCounts:
    """Numbers of persons hit by the enemy.

    ``killed``: dead before a treatment facility (KIA); ``wounded``: all others who were hit (WIA); of these,
    ``died_of_wounds`` after they reached a treatment facility (DOW) and ``returned`` to duty within 72 hours.
    """

    killed: int
    wounded: int
    died_of_wounds: int
    returned: int

    def __post_init__(self) -> None:
        if min(self.killed, self.wounded, self.died_of_wounds, self.returned) < 0:
            raise InputError(f"{self}: a number below 0; give numbers of persons")
        if self.died_of_wounds + self.returned > self.wounded:
            raise InputError(
                f"{self.died_of_wounds} died of wounds and {self.returned} returned of {self.wounded} wounded: more "
                "than there are; both are parts of the wounded"
            )

    @property
    def killed_share(self) -> Rate:
        """%KIA: the killed among the killed and the wounded who did not return within 72 hours."""
        return Rate(self.killed, self.killed + self.wounded - self.returned)

    @property
    def died_of_wounds_share(self) -> Rate:
        """%DOW: those who died of wounds among the wounded who did not return within 72 hours."""
        return Rate(self.died_of_wounds, self.wounded - self.returned)

    @property
    def case_fatality(self) -> Rate:
        """Case fatality rate: all deaths among the killed and all wounded."""
        return Rate(self.killed + self.died_of_wounds, self.killed + self.wounded)
