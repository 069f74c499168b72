"""A recorded run of a scenario document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scenarios.loader import compile_document
from scenarios.run.play import run_scenario
from scenarios.run.policies import choose_policies


def record(document: dict[str, Any], folder: Path, seed: int = 1) -> Path:
    """Record the run and return its folder."""
    compiled = compile_document(document)
    run_scenario(compiled, choose_policies(compiled.roster), seed=seed, folder=folder)
    return folder
