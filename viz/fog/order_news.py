"""Orders worth a message: commanders repeat what is in force, and a group takes an order up unit by unit."""

from simcore.types import EventKind
from viz.fog.event_fog import Known
from viz.reading.events import EventRow
from viz.reading.run_folder import RunFolder


class OrderNews:
    """Follows the orders of a run in the order of time, and names those that change something.

    An order is a repeat if its unit carries out the same task under the same rules of engagement already, as on the
    page. Of the units of a group, the first to take up a change stands for all.
    """

    def __init__(self, run: RunFolder) -> None:
        self._side, self._group, self._name = run.side_of.tolist(), run.units["group"], run.units["name"]
        self._of_unit: dict[int, tuple[int, int]] = {}
        self._of_group: dict[tuple[int, str], tuple[int, int]] = {}

    def is_repeat(self, row: EventRow | Known) -> bool:
        """Return whether an event is an order without news. Other events are none."""
        if row.kind != EventKind.ORDER or row.unit < 0:
            return False
        order, key = (row.a, row.b), (self._side[row.unit], self.taker(row.unit))
        is_known = self._of_unit.get(row.unit) == order or self._of_group.get(key) == order
        if self._of_unit.get(row.unit) != order:
            self._of_group[key] = order
        self._of_unit[row.unit] = order
        return is_known

    def taker(self, unit: int) -> str:
        """Return the name of the group of a unit, or of the unit without one."""
        group = str(self._group[unit])
        return f"group {group}" if group else str(self._name[unit])
