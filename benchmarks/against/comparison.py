"""The comparison of two trees: which files both play, how much of them, and rounds in turns.

Every round starts two fresh processes, so that the interval covers the differences between processes (memory layout)
as well as those between moments. Within a round each case is played by both trees, one right after the other; the
order alternates.
"""

import math
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.against.pairing import Measured, Ratio, paired_ratio
from benchmarks.against.trees import Player, Tree, TreeError

GENERATED = (100, 1000, 10_000)
MOST_REPLICATIONS = 64
GAMES = ("batch", "rollouts-30min", "rollouts")
"""Games with policies, as in ``batch:NAME`` of a scenario: see ``worker.Worker.play``."""

GAME_REPLICATIONS = 16
DEMO = "joint-littoral-defence"

SAME, OLDER, NEWER, OWN = "same", "older", "newer", "own"
"""Origin of the file of a case: the trees have the same text; both play the older or the newer; each plays its own."""

Start = Callable[[Tree], Player]


@dataclass
class Case(Measured):
    """A scenario that both trees play, and the speeds in each round [unit-steps per CPU-second]."""

    name: str
    files: tuple[str, str] = ("", "")  # (new, old)
    origin: str = ""
    units: int = 0
    step: int = 1
    replications: int = 1
    ticks: int | None = None  # of each run; None plays to the end
    run_unit_steps: tuple[int, int] = (0, 0)  # of a run, (new, old)
    games: str = ""  # a kind of GAMES; without, the tasks of the file alone

    def as_json(self) -> dict[str, Any]:
        """Return the case with its ratio."""
        ratio = self.ratio
        return {**asdict(self), "ratio": None if ratio is None else asdict(ratio)}


class Comparison:
    """Fills ``cases`` round by round, so that an interruption keeps all measurements so far."""

    def __init__(
        self, new: Tree, old: Tree, folder: Path, say: Callable[[str], None], start: Start | None = None
    ) -> None:
        self.new, self.old = new, old
        self.cases: list[Case] = []
        self._folder = folder  # for generated files
        self._say = say
        self._start: Start = start or Player

    def case_names(self) -> list[str]:
        """Return the names of all cases: the scenarios of both libraries, and generated scenarios."""
        both = [name for name in self.new.library() if name in self.old.library()]
        games = [f"{kind}:{DEMO}" for kind in GAMES if DEMO in both]
        return both + [f"generated-{n}" for n in GENERATED] + games

    def measure(self, names: Sequence[str], rounds: int, seconds: float) -> None:
        """Prepare the cases of ``names`` and play the rounds, about ``seconds`` CPU-seconds of each tree and case."""
        with self._pair() as (new, old):
            for name in names:
                self._say(f"{name}: loading")
                games, _, _ = name.rpartition(":")
                case = Case(name, games=games)
                self.cases.append(case)
                try:
                    self._prepare(case, new, old, seconds)
                except TreeError as error:
                    case.problem = str(error)
        for k in range(rounds):
            with self._pair() as (new, old):
                for place, case in enumerate(self.cases):
                    if not case.problem:
                        self._play(case, new, old, is_new_first=(k + place) % 2 == 0)
            latest = [case.new[-1] / case.old[-1] for case in self.cases if case.new]
            if latest:
                self._say(f"round {k + 1} of {rounds}: ratios from {min(latest):.2f} to {max(latest):.2f}")

    def _pair(self) -> "_Pair":
        return _Pair(self._start, self.new, self.old)

    def _prepare(self, case: Case, new: Player, old: Player, seconds: float) -> None:
        if case.games and case.games not in GAMES:
            raise TreeError(f"no games {case.games}: choose from {', '.join(GAMES)}")
        self._choose_file(case, new, old)
        if case.games:
            case.replications = MOST_REPLICATIONS if case.games.startswith("rollouts") else GAME_REPLICATIONS
            return
        sized = [
            player.request("size", file=file, step=case.step, seconds=max(seconds, 0.001))
            for player, file in zip((new, old), case.files, strict=True)
        ]
        case.run_unit_steps = (sized[0]["unit_steps"], sized[1]["unit_steps"])
        if all(size["is_whole"] for size in sized):
            cost_s = max(size["cpu_s"] for size in sized)
            case.replications = max(1, min(MOST_REPLICATIONS, round(seconds / max(cost_s, 1e-4))))
        else:
            case.ticks = min(size["ticks"] for size in sized)

    def _choose_file(self, case: Case, new: Player, old: Player) -> None:
        """Find files that both read, with the same number of units at the start, and load them."""
        problems: list[str] = []
        for origin, files in self._candidates(case.name.rpartition(":")[2], new, old, problems):
            try:
                loaded = [player.request("load", file=file) for player, file in zip((new, old), files, strict=True)]
            except TreeError as error:
                problems.append(str(error))
                continue
            if loaded[0]["units"] != loaded[1]["units"]:
                problems.append(f"{loaded[0]['units']} units in the newer tree, {loaded[1]['units']} in the older")
                continue
            case.files, case.origin = files, origin
            case.units, case.step = loaded[1]["units"], loaded[1]["step"]
            return
        raise TreeError("; ".join(dict.fromkeys(problems)))

    def _candidates(
        self, name: str, new: Player, old: Player, problems: list[str]
    ) -> list[tuple[str, tuple[str, str]]]:
        head, _, size = name.rpartition("-")
        made: list[str] = []
        if head == "generated" and size.isdecimal():
            for label, player in (("new", new), ("old", old)):
                file = str(self._folder / f"{name}-{label}.yaml")
                try:
                    player.request("generate", units=int(size), file=file)
                except TreeError as error:
                    problems.append(str(error))
                    return []
                made.append(file)
        else:
            for tree in (self.new, self.old):
                if name not in tree.library():
                    raise TreeError(f"{tree.name} has no scenario {name}")
                made.append(str(tree.library()[name]))
        newer, older = made
        if Path(newer).read_bytes() == Path(older).read_bytes():
            return [(SAME, (older, older))]
        return [(OLDER, (older, older)), (NEWER, (newer, newer)), (OWN, (newer, older))]

    def _play(self, case: Case, new: Player, old: Player, *, is_new_first: bool) -> None:
        sides = [(new, case.files[0], case.new), (old, case.files[1], case.old)]
        rates: list[tuple[list[float], float]] = []
        try:
            for player, file, _ in sides:
                player.request("load", file=file)
            for player, file, found in sides if is_new_first else sides[::-1]:
                done = player.request(
                    "play",
                    file=file,
                    step=case.step,
                    replications=case.replications,
                    ticks=case.ticks,
                    games=case.games,
                )
                rates.append((found, done["unit_steps"] / max(done["cpu_s"], 1e-9)))
        except TreeError as error:
            case.problem = str(error)
            return
        for found, rate in rates:
            found.append(rate)


class _Pair:
    """A fresh process in each tree; ended together."""

    def __init__(self, start: Start, new: Tree, old: Tree) -> None:
        self._start, self._trees = start, (new, old)
        self._stack = ExitStack()

    def __enter__(self) -> tuple[Player, Player]:
        with ExitStack() as stack:
            new, old = (stack.enter_context(self._start(tree)) for tree in self._trees)
            self._stack = stack.pop_all()
        return new, old

    def __exit__(self, *_: object) -> None:
        self._stack.close()


def growth(cases: Sequence[Case]) -> tuple[Ratio, Ratio] | None:
    """Return the cost of a unit-step with the most generated units to that with the fewest, (new, old).

    None when either was not measured in the same rounds.
    """
    found = {case.name: case for case in cases if case.new and not case.problem}
    few, many = found.get(f"generated-{GENERATED[0]}"), found.get(f"generated-{GENERATED[-1]}")
    if few is None or many is None:
        return None
    return paired_ratio(few.new, many.new), paired_ratio(few.old, many.old)


def report_lines(cases: Sequence[Case], new: str, old: str, floor: float | None) -> list[str]:
    """Return the table of a comparison of the trees ``new`` and ``old``."""
    rounds = max((len(case.new) for case in cases), default=0)
    lines = [
        f"{new} against {old}: unit-steps per CPU-second, one thread, medians of {rounds} rounds",
        f"{'case':<38}{'units':>7}{'runs x ticks':>15}{'file':>8}{'old M/s':>9}{'new M/s':>9}"
        f"{'new/old':>9}  95 % interval",
    ]
    for case in cases:
        ratio = case.ratio
        if ratio is None:
            lines.append(f"{case.name:<38}not compared: {case.problem or 'no round ended'}")
            continue
        new_speed, old_speed = case.middles
        runs = f"{case.replications} x {'all' if case.ticks is None else f'{case.ticks:,}'}"
        verdict = "" if floor is None or not ratio.is_below(floor) else f"  BELOW {floor:g}"
        lines.append(
            f"{case.name:<38}{case.units:>7,}{runs:>15}{case.origin:>8}{old_speed / 1e6:>9.2f}"
            f"{new_speed / 1e6:>9.2f}{ratio.median:>9.2f}  {ratio.low:.2f} - {ratio.high:.2f}{verdict}"
        )
    measured = [case.ratio.median for case in cases if case.ratio is not None]
    if measured:
        mean = math.exp(math.fsum(math.log(value) for value in measured) / len(measured))
        lines.append(f"{'geometric mean':<38}{'':>48}{mean:>9.2f}")
    grown = growth(cases)
    if grown is not None:
        newer, older = (f"{ratio.median:.2f} ({ratio.low:.2f} - {ratio.high:.2f})" for ratio in grown)
        lines.append(f"cost of a unit-step, {GENERATED[-1]:,} units against {GENERATED[0]}: old {older}, new {newer}")
    lines += [
        f"file: {SAME} in both trees; {OLDER} or {NEWER}: both play that of this tree;",
        f"  {OWN}: each plays its own, with the same number of units",
        "batch:, rollouts-30min:, rollouts: games with the policies of the scenario; the others without policies",
        "unit-step: a live unit taken through a tick, counted by either engine; the fights of two engines may differ",
    ]
    return lines
