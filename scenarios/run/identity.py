"""The identity of results: the entries of a manifest that say of what fight they are, and by which software."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from scenarios.compiler.compiled import Compiled
from scenarios.loader import derived
from scenarios.run.policies import PolicyChoice, build_logistics, build_policies, policy_entries
from scenarios.run.provenance import versions
from simcore.types import N_BELLIGERENTS


def identity(compiled: Compiled, choices: Sequence[PolicyChoice], seed: int, **which: object) -> dict[str, Any]:
    """Return the entries known before the first tick; ``which`` are those that tell results of a seed apart."""
    roster, words = compiled.roster, derived(compiled, "words", _words)
    return {
        "scenario": {"name": roster.scenario, "title": roster.title, "hash": compiled.scenario.hash, **words},
        "seed": seed,
        **which,
        "policies": policy_entries(choices, compiled),
        "versions": versions(),
        "started_utc": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _words(compiled: Compiled) -> dict[str, Any]:
    """Return the entries for readers: the title in Korean, the classification, the date; those that are given."""
    content = compiled.scenario.content
    words = {"title_ko": content.title_ko, "classification": content.classification, "start": content.time.start}
    return {key: text for key, text in words.items() if text}


def forces(compiled: Compiled) -> dict[str, Any]:
    """Return the entries on the sides, the units and the time step."""
    roster = compiled.roster
    return {
        "sides": list(roster.sides),
        "neutral_sides": list(roster.sides[N_BELLIGERENTS:]),
        "n_units": len(roster.units),
        "dt_s": roster.dt_s,
    }


def try_policies(choices: Sequence[PolicyChoice], compiled: Compiled, seed: int, replication: int) -> None:
    """Make all policies once, so that their errors are seen before a folder is made or a run begins."""
    build_policies(choices, compiled.briefings, seed, [replication])
    build_logistics(choices, compiled, seed, [replication])
