"""Comparison of scenarios with the same luck: which is better, by how much, and how sure that is."""

from typing import Any

from scenarios.batch.engines import open_engine
from scenarios.experiments.compare import Comparison, ask, other_measures, play_until
from scenarios.experiments.compare import compare as compare_variants
from scenarios.experiments.compare_text import comparison_lines, sentence
from scenarios.experiments.conditions import Conditions
from scenarios.experiments.points import with_columns
from scenarios.experiments.session import Session
from scenarios.front.frames import to_frame
from scenarios.front.playing import check_replications, open_session
from scenarios.front.scenario import Scenario
from scenarios.measures.preferences import Better
from simcore.errors import InputError


class Answer:
    """The answer to a comparison. As a text it is a sentence, then the table behind it."""

    def __init__(self, comparison: Comparison, session: Session) -> None:
        self.comparison, self._session = comparison, session

    @property
    def sentence(self) -> str:
        """The answer with its uncertainty."""
        return sentence(self.comparison)

    def frame(self, library: str | None = None) -> Any:
        """Return a row for each variant and replication: the factors as columns, then the measures."""
        return to_frame(self._session.frame(), library)

    def __str__(self) -> str:
        return "\n".join(comparison_lines(self.comparison))

    __repr__ = __str__


def compare(
    baseline: Scenario,
    *others: Scenario,
    n: int = 200,
    measure: str | None = None,
    better: Better | None = None,
    margin: float | None = None,
    half_width: float | None = None,
    all_pairs: bool = False,
    seed: int = 1,
    threads: int | None = None,
    engine: str = "local",
    scheduler: str | None = None,
    quiet: bool = False,
) -> Answer:
    """Play scenarios with the same luck and compare each with the first, or all pairs; as ``chammo compare`` does.

    Parameters
    ----------
    n : replications of each; the most, if ``half_width`` is given.
    measure : the measure in question, by default the wins of the first side (``Scenario.measures`` lists them).
    better : ``more`` or ``less``, if the measure has no direction of its own.
    margin : difference that does not matter; smaller ones are shown to be equivalent.
    half_width : stop as soon as all differences are known to within this.
    engine, scheduler : as for ``Scenario.batch``.

    Raises
    ------
    InputError
        Without another scenario, for scenarios that are the same, for an unknown measure, with the nearest, and for a
        cluster that is not there.
    """
    if not others:
        raise InputError("compare: nothing to compare with; give two scenarios or more, such as a and a.vary({...})")
    check_replications(n, 2)
    points = with_columns(baseline.base, [scenario.point for scenario in (baseline, *others)])
    conditions = Conditions(baseline.base, points, seed=seed)
    with open_engine(engine, threads=threads, scheduler=scheduler) as player:
        session = open_session(conditions, "compare", player, quiet=quiet)
        question = ask(conditions, measure, better, margin)
        play_until(session, question, n, half_width, all_pairs=all_pairs)
    comparison = compare_variants(session, question, other_measures(conditions, question), all_pairs=all_pairs)
    return Answer(comparison, session)
