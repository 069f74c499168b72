"""A short fight that was recorded, and a batch of it, once complete and once interrupted. Read only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from scenarios.batch.batch import batch_columns, run_batch
from scenarios.batch.folder import PARTS
from scenarios.batch.replications import REPLICATIONS, read_replications
from scenarios.loader import load
from scenarios.run.play import run_scenario
from scenarios.run.policies import choose_policies
from simcore.recording.manifest import read_manifest, write_manifest
from simcore.recording.tables import write_table
from tests.viz.reading.corruption import copy

SCENARIO = """\
schema_version: 1
name: two-boats
title: Boats off a mined narrows
time: {dt_s: 2, duration_s: 240, decision_interval_s: 30, record_interval_s: 10}
map:
  origin: {longitude_deg: 126.0, latitude_deg: 37.0}
  west_km: -10
  east_km: 10
  south_km: -6
  north_km: 6
  cell_m: 500
  terrain:
    kind: flat
    surface: water
    features:
      - {kind: island, circle: {centre_km: [0, 4], radius_km: 1}, height_m: 40}
sides: [{name: blue}, {name: red}]
zones:
  - {name: narrows, kind: objective, polygon_km: [[-1, -2], [1, -2], [1, 2], [-1, 2]]}
  - {name: hospital-ship, kind: no_fire, circle: {centre_km: [4, 4], radius_km: 1}}
minefields:
  - name: narrows-mines
    side: red
    suspected: true
    polygon_km: [[-1, -5], [1, -5], [1, 1], [-1, 1]]
    count: 20
    mine: bottom-influence-mine
groups:
  - {name: blue-post, side: blue, at_km: [-9, 0], units: [{platform: command-ship}]}
  - {name: blue-boats, side: blue, at_km: [-3, 0], heading_deg: 90, roe: free,
     units: [{platform: usv-strike, count: 3}], task: {verb: attack, at_km: [2, 0], radius_km: 3}}
  - {name: blue-eye, side: blue, at_km: [-3, 1], heading_deg: 90, units: [{platform: uav-recon}],
     task: {verb: search, at_km: [2, 0], radius_km: 3}}
  - {name: red-post, side: red, at_km: [9, 0], units: [{platform: command-ship}]}
  - {name: red-boats, side: red, at_km: [2, 0], heading_deg: 270, roe: free,
     units: [{platform: usv-strike, count: 3}], task: {verb: attack, at_km: [-2, 0], radius_km: 3}}
objectives:
  - {side: blue, kind: hold, zone: narrows, goal: 0.5}
  - {side: red, kind: destroy, goal: 0.5}
"""
N = 6
"""Replications of the batch."""


@dataclass(frozen=True)
class Originals:
    """Folders as Chammo wrote them."""

    scenario: Path
    run: Path
    batch: Path
    begun: Path  # a batch that was stopped: two parts, of two replications each


@pytest.fixture(scope="session")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Originals:
    root = tmp_path_factory.mktemp("originals")
    scenario = root / "two-boats.yaml"
    scenario.write_text(SCENARIO)
    compiled = load(str(scenario))
    choices = choose_policies(compiled.roster, [])
    run_scenario(compiled, choices, folder=root / "run")
    run_batch(compiled, choices, n=N, folder=root / "batch", threads=1, keep_runs=1)
    begun = copy(root / "batch", root / "begun")
    manifest = {**read_manifest(begun, "batch"), "status": "running"}
    values = read_replications(begun / REPLICATIONS, batch_columns(compiled))
    (begun / PARTS).mkdir()
    for first in (0, 2):
        rows = np.arange(first, first + 2)
        part = {name: column[rows] for name, column in values.items()}
        write_table(begun / PARTS / f"{first:010d}-{first + 1:010d}.parquet", batch_columns(compiled), part)
    (begun / REPLICATIONS).unlink()
    write_manifest(begun, {key: one for key, one in manifest.items() if key not in ("digests", "files")})
    return Originals(scenario, root / "run", root / "batch", begun)
