"""The time that advice takes: belief, first standing, and full advice.

    python -m benchmarks.advice [SCENARIO@TIME] [--rollouts 600] [--minutes 30] [--threads 2] [--side NAME]

By default an hour into the demo, 600 rollouts of 30 minutes; ``--minutes 0`` plays to the end of the fight. Printed are
the times passed and the CPU times of all threads: of 64 worlds drawn from the belief (the least of five), until the
first standing, and of the advice. A smaller advice comes first, so that code, prior games and grounds are at hand, as
they are after the first advice of a fight; routes found for it are not kept. On a machine with other work the CPU time
is the better measure: on a free one the time passed is no longer than that.
"""

import argparse
import time

from scenarios.run.progress import prepare_engine
from staff_ai.advice.advice import Advice
from staff_ai.advice.staff import N_WORLDS, Habits, Staff
from staff_ai.belief.worlds import draw_worlds
from staff_ai.explanation.moment import open_moment, watch
from staff_ai.wargame.game import Budget

SEED = 5
_REPEATS = 5


class Watch:
    """Time passed and CPU time since it was made."""

    def __init__(self) -> None:
        self._passed, self._used = time.perf_counter(), time.process_time()

    def text(self) -> str:
        """Return both times."""
        return f"{time.perf_counter() - self._passed:.2f} s ({time.process_time() - self._used:.2f} CPU-s)"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("moment", nargs="?", default="joint-littoral-defence@1h", metavar="SCENARIO@TIME")
    parser.add_argument("--side", help="side to advise (default: the first)")
    parser.add_argument("--rollouts", type=int, default=600)
    parser.add_argument("--minutes", type=float, default=30.0, help="of a rollout; 0: to the end of the fight")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    prepare_engine(quiet=True)
    moment = open_moment(options.moment, options.side)
    habits = Habits(horizon_s=60.0 * options.minutes if options.minutes > 0.0 else None)

    def new_staff() -> Staff:
        return Staff(moment.briefing, habits=habits, threads=options.threads, ground=moment.compiled.ground)

    staff = new_staff()
    picture = watch(moment, staff)
    staff.advise(picture, 0, seed=SEED, number=9, budget=Budget(60), incumbent=moment.incumbent)
    assert staff.tracker is not None
    drawn: list[float] = []
    for number in range(_REPEATS):
        began = time.process_time()
        draw_worlds(staff.tracker, picture, 0, N_WORLDS, seed=SEED, number=number)
        drawn.append(time.process_time() - began)
    print(f"belief: {N_WORLDS} worlds in {1e3 * min(drawn):.0f} ms of CPU time")
    clean = new_staff()  # with a router of its own
    clean.tracker = staff.tracker
    watch_ = Watch()
    heard: list[str] = []

    def listen(advice: Advice) -> None:
        assert advice.standing is not None
        if not heard:
            kind = "a look ahead" if advice.standing.is_near else "the first round"
            heard.append(f"first standing: {kind}, after {watch_.text()}")

    advice = clean.advise(
        picture, 0, seed=SEED, number=1, budget=Budget(options.rollouts), incumbent=moment.incumbent, on_advice=listen
    )
    total = watch_.text()
    assert advice.standing is not None
    assert advice.recommended is not None
    print(heard[0])
    rounds = ", ".join(f"{one.n_courses} x {one.n_draws}" for one in advice.standing.rounds)
    print(f"advice: {advice.standing.n_rollouts} rollouts in {total} with {options.threads} threads: {rounds}")
    print(f"{advice.verdict}: {advice.recommended.name} (digest {advice.digest})")


if __name__ == "__main__":
    main()
