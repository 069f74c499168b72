"""Many replications of a scenario, in memory."""

from typing import Any

from scenarios.experiments.session import Session
from scenarios.front.frames import to_frame
from scenarios.front.playing import check_replications
from scenarios.measures.estimates import MeasureEstimate, estimate_measures
from scenarios.measures.headline import headline_lines

_OF_EXPERIMENTS = ("point", "variant", "noise")


class Batch:
    """Replications of a scenario, from 0 without gaps. As a text it is the answer on one screen."""

    def __init__(self, name: str, session: Session) -> None:
        self.name, self._session = name, session

    def __len__(self) -> int:
        return self._session.count(0)

    def extend(self, n: int) -> "Batch":
        """Play up to ``n`` replications in all; those already played stay as they are."""
        check_replications(n)
        self._session.play([max(n, len(self))])
        return self

    def frame(self, library: str | None = None) -> Any:
        """Return a row for each replication and a column for each measure, in pandas or polars (see ``to_frame``).

        A measure without a value in a replication, such as the time of a contact that was never made, is NaN.
        """
        columns = self._session.frame()
        return to_frame({k: v for k, v in columns.items() if k not in _OF_EXPERIMENTS}, library)

    def estimates(self) -> dict[str, MeasureEstimate]:
        """Return the estimate of each measure with its 95 % interval."""
        measures = list(self._session.conditions.measures.values())
        return {
            e.name: e for e in estimate_measures(measures, {m.name: self._session.values(0, m.name) for m in measures})
        }

    def __str__(self) -> str:
        lines = headline_lines(list(self.estimates().values()), self._session.frame(), self._session.conditions.sides)
        return "\n".join([f"{self.name}: {len(self)} replications, seed {self._session.conditions.seed}", *lines])

    __repr__ = __str__
