"""The games of a league: all pairs of policies on the same replications of the same seed, kept on disk if wanted.

A game is replication k of the seed: ``chammo run SCENARIO --policy ... --seed S --replication k`` plays it again. On
ranges, game k is on variant k of the split test, modulo the number of variants played.

The games of a pair are kept in a file named by a digest of all that determines them: scenario, seed, engine, both
policies with their parameters, and the sources of the scripted and trained commanders. So a file never holds games of
anything else, and an interrupted league goes on where it stopped, with more policies or games too.
"""

import ast
import hashlib
import json
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import agents.doctrine
import staff_ai
from agents.environments.opponents import choose_named
from agents.environments.reward import lead_and_win
from agents.environments.settings import Settings, settings_of
from scenarios.batch.folder import replace_table
from scenarios.batch.playing import largest_chunk
from scenarios.batch.replications import read_replications
from scenarios.compiler.scenario import Compiled
from scenarios.run.play import check_seed
from scenarios.run.policies import PolicyChoice
from scenarios.run.provenance import versions
from simcore.errors import InputError, RunError
from simcore.policy_registry import find_policy
from simcore.recording.files import write_error
from simcore.recording.tables import Column
from simcore.types import F64, N_BELLIGERENTS
from staff_ai.games.play import VARIANTS_PLAYED, play_worlds, together
from staff_ai.league.matrix import Cells, Matrix

COLUMNS = (
    Column("replication", "i64", "1", "replication number of the seed"),
    Column("lead", "f64", "1", "score of the first side less that of the second"),
    Column("win", "f64", "1", "1 if the first side won, 0 for a draw, -1 if the second won"),
)
GAMES = "games"
Pair = tuple[str, str]
Told = Callable[[int, int], None]


@dataclass(frozen=True)
class Fight:
    """A scenario of a league with its policies, checked."""

    settings: Settings
    n: int
    seed: int
    choices: tuple[Mapping[str, PolicyChoice], Mapping[str, PolicyChoice]]  # by policy, of the first and second side

    @property
    def name(self) -> str:
        """Name of the scenario."""
        return self.settings.base.roster.scenario

    @property
    def sides(self) -> tuple[str, str]:
        """Names of the two sides."""
        first, second = self.settings.base.roster.sides[:N_BELLIGERENTS]
        return first, second

    @property
    def n_variants(self) -> int:
        """Variants of ranges in play."""
        return min(self.settings.source.n_variants, VARIANTS_PLAYED)

    def variant(self, number: int) -> Compiled:
        """Return a variant, that of the games ``number``, ``number + n_variants`` and so on."""
        return self.settings.source.variant("test", number)

    def digest(self, pair: Pair) -> str:
        """Return the digest of all that determines the games of a pair."""
        known = versions()
        about = {
            "scenarios": [self.variant(k).scenario.hash for k in range(self.n_variants)],
            "seed": self.seed,
            "policies": [choices[name].as_json() for choices, name in zip(self.choices, pair, strict=True)],
            "versions": [known["chammo"], known["engine"]],
            "sources": [sources_of(choices[name].name) for choices, name in zip(self.choices, pair, strict=True)],
        }
        return hashlib.blake2b(json.dumps(about, sort_keys=True).encode(), digest_size=12).hexdigest()


def open_fight(scenario: Any, policies: Sequence[str], n: int, seed: int) -> Fight:
    """Return a scenario with its policies in both chairs. Raises ``InputError`` for mistakes, before any game."""
    if n < 2:
        raise InputError(f"-n {n}: below 2; give the number of games of a pair")
    check_seed(seed, n - 1, "-n")
    settings = settings_of(scenario, split="test")
    chosen: list[dict[str, PolicyChoice]] = []
    for side in range(N_BELLIGERENTS):
        chosen.append({name: choose_named(settings.base, side, name) for name in policies})
        for choice in chosen[-1].values():
            find_policy(choice.name, choice.parameters)
    return Fight(settings, n, seed, (chosen[0], chosen[1]))


def play_league(
    fight: Fight,
    pairs: Sequence[Pair],
    *,
    folder: Path | None = None,
    threads: int = 1,
    stored: bool = False,
    on_games: Told | None = None,
) -> Matrix:
    """Play pairs of policies, those in ``folder`` excepted, and return all their games.

    ``stored``: nothing is played; pairs with fewer games than ``fight.n`` come with those that there are. ``on_games``
    is called with the numbers of finished and wanted games.
    """
    kept = _Store(fight, folder)
    cells: Cells = {}
    missing: list[tuple[Pair, list[int]]] = []
    for pair in pairs:
        lead, win = kept.read(pair)
        if not stored:
            cells[pair] = lead[: fight.n], win[: fight.n]
            if len(lead) < fight.n:
                missing.append((pair, list(range(len(lead), fight.n))))
        elif len(lead) >= 2:
            cells[pair] = lead, win
    wanted = len(pairs) * fight.n
    done = wanted - sum(len(numbers) for _, numbers in missing)
    lock = threading.Lock()

    def work(block: Sequence[tuple[Pair, list[int]]]) -> None:
        nonlocal done
        for pair, played in zip((pair for pair, _ in block), _play(fight, block), strict=True):
            cells[pair] = kept.add(pair, cells[pair], played)
        with lock:
            done += sum(len(numbers) for _, numbers in block)
            if on_games is not None:
                on_games(done, wanted)

    if on_games is not None and not stored:
        on_games(done, wanted)
    blocks = _blocks(missing, largest_chunk(fight.settings.base.params), threads)
    with ThreadPoolExecutor(max(1, threads), thread_name_prefix="league") as pool:
        for future in [pool.submit(work, block) for block in blocks]:
            future.result()
    roster = fight.settings.base.roster
    return Matrix(
        fight.name, roster.title, fight.sides, fight.seed, {pair: cells[pair] for pair in pairs if pair in cells}
    )


def _blocks(missing: Sequence[tuple[Pair, list[int]]], most: int, threads: int) -> list[list[tuple[Pair, list[int]]]]:
    """Return pairs that are played together: at most ``most`` games, and work for all threads."""
    total = sum(len(numbers) for _, numbers in missing)
    most = max(1, min(most, -(-total // max(1, threads))))
    blocks: list[list[tuple[Pair, list[int]]]] = []
    room = 0
    for pair, numbers in missing:
        if len(numbers) > room:
            blocks.append([])
            room = most
        blocks[-1].append((pair, numbers))
        room -= len(numbers)
    return blocks


def _play(fight: Fight, block: Sequence[tuple[Pair, list[int]]]) -> list[tuple[F64, F64]]:
    """Play the games of some pairs in a single simulation for each variant; return leads and wins by pair."""
    found = [(np.zeros(len(numbers)), np.zeros(len(numbers))) for _, numbers in block]
    for variant in range(fight.n_variants):
        rows = [(p, k, number) for p, (_, numbers) in enumerate(block) for k, number in enumerate(numbers)]
        rows = [row for row in rows if row[2] % fight.n_variants == variant]
        if not rows:
            continue
        commanders = {}
        for side, choices in enumerate(fight.choices):
            # a policy for each pair: in the games of several pairs it would meet the same replication more than once
            chosen = [choices[pair[side]] for pair, _ in block]
            made = [(one.label, find_policy(one.name, one.parameters)) for one in chosen]
            commanders[side] = together(made, np.array([p for p, _, _ in rows], dtype=np.int64))
        simulation = play_worlds(fight.variant(variant), commanders, fight.seed, [number for _, _, number in rows])
        lead, win = lead_and_win(simulation.state, 0)
        for (p, k, _), one, other in zip(rows, lead, win, strict=True):
            found[p][0][k], found[p][1][k] = one, other
    return found


class _Store:
    """The games of the pairs of a fight, in a folder or in memory."""

    def __init__(self, fight: Fight, folder: Path | None) -> None:
        self._fight = fight
        self._folder = None if folder is None else folder / GAMES
        if self._folder is not None:
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise write_error(self._folder, error) from None

    def _path(self, pair: Pair) -> Path | None:
        if self._folder is None:
            return None
        words = "-against-".join(re.sub(r"[^\w.]+", "-", name)[:40] for name in pair)
        return self._folder / f"{self._fight.name}-{words}-{self._fight.digest(pair)}.parquet"

    def read(self, pair: Pair) -> tuple[F64, F64]:
        """Return the leads and wins of the games so far."""
        path = self._path(pair)
        if path is None or not path.exists():
            return np.zeros(0), np.zeros(0)
        values = read_replications(path, COLUMNS)
        if not np.array_equal(values["replication"], np.arange(len(values["replication"]))):
            raise RunError(f"{path}: games are missing in between; delete this file, and its games are played again")
        return values["lead"], values["win"]

    def add(self, pair: Pair, before: tuple[F64, F64], more: tuple[F64, F64]) -> tuple[F64, F64]:
        """Add games to those read before, and return all."""
        lead, win = np.append(before[0], more[0]), np.append(before[1], more[1])
        path = self._path(pair)
        if path is not None:
            values = {"replication": np.arange(len(lead)), "lead": lead, "win": win}
            replace_table(path, COLUMNS, values, "games of other pairs are safe; run the same command again to resume")
        return lead, win


def sources_of(policy: str | None = None) -> str:
    """Return a digest of the sources that decide how a policy plays: of doctrines alone for a doctrine.

    Without a policy the sources are those of all. Comments and docstrings do not count. Policies in a file and trained
    commanders have digests of their own besides.
    """
    if policy in agents.doctrine.registered():
        return _digest_of(Path(agents.doctrine.__file__).parent)
    return _digest_of(Path(agents.__file__).parent, Path(staff_ai.__file__).parent)


@cache
def _digest_of(*folders: Path) -> str:
    """Return the digest of the sources in folders: their syntax trees without docstrings."""
    digest = hashlib.blake2b(digest_size=6)
    for path in sorted(path for folder in folders for path in folder.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
                node.body = node.body[1:]
        digest.update(ast.dump(tree).encode())
    return digest.hexdigest()
