"""A small fight and small policies for the tests of runs and batches, and a command line to drive them."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

SCENARIO = """\
schema_version: 1
name: skirmish
title: A small skirmish
time: {dt_s: 2, duration_s: 160, decision_interval_s: 20, record_interval_s: 2}
map:
  origin: {longitude_deg: 10.0, latitude_deg: 50.0}
  west_km: -6
  east_km: 6
  south_km: -6
  north_km: 6
rules: {win_margin: 0.05}
sides:
  - {name: blue, policy: {name: patrol, parameters: {reach_km: 1.5}}}
  - {name: red, policy: {name: wait}}
zones:
  - {name: ford, circle: {centre_km: [0, 0], radius_km: 1}}
groups:
  - {name: blue-post, side: blue, at_km: [-4, 0], units: [{platform: post}]}
  - {name: blue-cars, side: blue, at_km: [-1.2, 0], roe: free, units: [{platform: car, count: 4}]}
  - {name: red-post, side: red, at_km: [4, 0], units: [{platform: post}]}
  - {name: red-cars, side: red, at_km: [1.2, 0], roe: free, units: [{platform: car, count: 3}]}
objectives:
  - {side: blue, kind: destroy, goal: 0.8}
  - {side: blue, kind: hold, zone: ford, goal: 0.5}
  - {side: red, kind: destroy, goal: 0.8}
catalogue:
  sensors:
    eye: {model: cookie_cutter, range_km: 3, p_detect: 0.5, interval_s: 4}
  weapons:
    gun: {domains: [land], range_max_km: 2, reload_s: 6, p_hit: 0.25, p_kill: 0.3, damage: 0.4}
  platforms:
    post: {title: Command post, domain: land, target_class: structure, speed_max_mps: 0, command_post: true,
           cost_musd: 5, sensors: [eye]}
    car: {title: Armed car, domain: land, target_class: light_vehicle, speed_max_mps: 10, cost_musd: 2,
          radio: {range_km: 20}, sensors: [eye], weapons: [{weapon: gun, rounds: 40}]}
"""

_POLICIES = '''
import numpy as np

from simcore.types import Roe, Task


class Wait:
    """Never orders."""

    def reset(self, briefing, seed, replication):
        pass

    def decide(self, picture, orders):
        pass


class Patrol:
    """Sends every group to a point that moves with time and with what is seen."""

    def __init__(self, reach_km: float = 1.0, slow_s: float = 0.0) -> None:
        if reach_km < 0:
            raise ValueError("reach_km is below 0")
        self.reach_m = 1000.0 * reach_km
        self.slow_s = slow_s

    def reset(self, briefing, seed, replication):
        self.groups = briefing.groups

    def decide(self, picture, orders):
        if self.slow_s:
            import time
            time.sleep(self.slow_s)
        if self.reach_m == 0:
            raise ZeroDivisionError("no reach")
        everywhere = np.ones(picture.replication.shape[0], dtype=bool)
        for group in self.groups:
            y_m = self.reach_m / 3.0 * (1.0 + picture.n_contacts)
            orders.issue(everywhere, group, Task.MOVE, self.reach_m - picture.time_s, y_m, roe=Roe.FREE)
'''

_ENTRY_POINTS = """\
[chammo.policies]
wait = skirmish_policies:Wait
patrol = skirmish_policies:Patrol
broken = no_such_module:Nothing
"""


def write_plugin(folder: Path) -> Path:
    """Write a package with policies as a stranger would install it; ``folder`` goes on the path."""
    (folder / "skirmish_policies.py").write_text(textwrap.dedent(_POLICIES))
    metadata = folder / "skirmish_policies-1.0.dist-info"
    metadata.mkdir(exist_ok=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: skirmish-policies\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(_ENTRY_POINTS)
    return folder


def chammo_process(*arguments: object, plugin: Path, cwd: Path) -> "subprocess.Popen[str]":
    """Start ``chammo`` in a process of its own."""
    path = os.pathsep.join([str(plugin), os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(
        [sys.executable, "-m", "scenarios.cli", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_listen_to_interrupts if os.name != "nt" else None,
    )


def _listen_to_interrupts() -> None:
    """Undo what a shell does to processes in the background, which ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
