"""Other engines in the same rounds: each in a separate process, driven over a pipe round by round.

The peers' code is in the folder ``benchmarks`` of the source, not in this package: they have their own dependencies
(Mesa, MAgent2, JaxMARL), perhaps another Python. They import nothing from Chammo; a peer with the same units receives
them as JSON from ``export_units``.
"""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scenarios.benchmark.cases import SEED
from scenarios.benchmark.worker_process import ONE_THREAD, WorkerError, WorkerProcess
from scenarios.compiler.scenario import Compiled
from simcore.params import (
    GroupSpecR,
    MountSpecR,
    MountSpecW,
    RuleR,
    RuleW,
    SensorSpecR,
    SensorSpecW,
    UnitSpecR,
    UnitSpecW,
)
from simcore.simulation import Simulation
from simcore.state import SensorW, UnitR
from simcore.types import N_TARGET_CLASSES


@dataclass(frozen=True)
class PeerSpec:
    """A peer to start: ``python -m module`` in the folder containing ``benchmarks``, with ``setup``."""

    name: str
    description: str
    module: str
    python: str
    setup: dict[str, Any] = field(repr=False)
    install: str = ""


class PeerError(Exception):
    """The peer cannot be measured; the message gives the reason."""


class Peer:
    """A running peer. Leave the context to end its process."""

    def __init__(self, spec: PeerSpec, folder: Path) -> None:
        self.spec = spec
        self.version = ""
        self.n_agents = 0
        environment = {**os.environ, **dict.fromkeys(ONE_THREAD, "1")}
        try:
            self._worker = WorkerProcess([spec.python, "-m", spec.module], folder, environment)
        except WorkerError as error:
            raise PeerError(str(error)) from error
        try:
            about = self._request(spec.setup)
        except BaseException:
            self.close()
            raise
        self.version, self.n_agents = str(about["version"]), int(about["n_agents"])

    def play(self, seconds: float) -> dict[str, Any]:
        """Return the result of a round of about ``seconds`` CPU-seconds."""
        return self._request({"seconds": seconds})

    def close(self) -> None:
        """End the process."""
        self._worker.close()

    def _request(self, message: dict[str, Any]) -> dict[str, Any]:
        try:
            return self._worker.ask(message)
        except WorkerError as error:
            is_missing = error.is_answer or "No module named" in str(error)
            raise PeerError(f"{error}{self.spec.install if is_missing else ''}") from error


def find_peers_folder() -> Path | None:
    """Return the folder containing ``benchmarks``: the checkout of this package, or the working folder; or None."""
    for folder in (Path(__file__).resolve().parents[2], Path.cwd()):
        if (folder / "benchmarks" / "peers" / "mesa_model.py").is_file():
            return folder
    return None


def start_peer(spec: PeerSpec) -> Peer:
    """Return a peer that has started.

    Raises
    ------
    PeerError
        When it cannot start, or its script is missing.
    """
    folder = find_peers_folder()
    if folder is None:
        raise PeerError("its script is missing: run chammo bench in a checkout of the source")
    return Peer(spec, folder)


def specify_peers(
    compiled: Compiled, mesa_python: str | None, magent2_python: str | None, jaxmarl_python: str | None = None
) -> Sequence[PeerSpec]:
    """Return the peers; those with the same units take the units of ``compiled``."""
    setup = export_units(compiled)
    mesa = mesa_python or sys.executable
    install_mesa = "; `pip install 'chammo[mesa]'`, or name another Python with --mesa-python"
    n = compiled.params.units.whole.shape[1]
    return (
        PeerSpec(
            "mesa",
            f"the same {n:,} units, move-sense-shoot only, Mesa's ContinuousSpace",
            "benchmarks.peers.mesa_model",
            mesa,
            {**setup, "space": "continuous"},
            install_mesa,
        ),
        PeerSpec(
            "mesa-kdtree",
            f"the same {n:,} units, Mesa with a SciPy k-d tree per step",
            "benchmarks.peers.mesa_model",
            mesa,
            {**setup, "space": "kdtree"},
            install_mesa,
        ),
        _specify_magent2("magent2", "raw engine", magent2_python, {}),
        PeerSpec(
            "smax",
            "JaxMARL's SMAX, 27m_vs_30m in 32 worlds at once on one core, with observations",
            "benchmarks.peers.smax",
            jaxmarl_python or sys.executable,
            {"map": "27m_vs_30m", "worlds": 32},
            "; `pip install jaxmarl` into some environment and name its Python with --jaxmarl-python",
        ),
    )


def specify_magent2_door(magent2_python: str | None) -> PeerSpec:
    """Return MAgent2 as learners use it: a PettingZoo ``ParallelEnv``."""
    return _specify_magent2("magent2-pettingzoo", "PettingZoo ParallelEnv", magent2_python, {"door": "pettingzoo"})


def _specify_magent2(name: str, way: str, python: str | None, setup: dict[str, Any]) -> PeerSpec:
    return PeerSpec(
        name,
        f"{way}, battle_v4 on a map of 112 x 112, with observations",
        "benchmarks.peers.magent2",
        python or sys.executable,
        {"map_size": 112, **setup},
        "; `pip install magent2` into some environment and name its Python with --magent2-python",
    )


def export_units(compiled: Compiled) -> dict[str, Any]:
    """Return the units of a scenario for a model limited to movement, sensing and shooting."""
    params = compiled.params
    units, groups, rules = params.units, params.groups, params.rules_real
    mounts = [_mount(compiled, m) for m in range(params.mounts.whole.shape[1])]
    state = Simulation(params, seed=SEED).state
    start, turns = state.units.real[0], state.sensors.whole[0, SensorW.NEXT_TICK]
    sensors = [_sensor(compiled, q, int(turns[q])) for q in range(params.sensors.whole.shape[1])]
    rows: list[dict[str, Any]] = []
    for i in range(units.whole.shape[1]):
        whole, real = units.whole[:, i], units.real[:, i]
        group = groups.real[:, int(whole[UnitSpecW.GROUP])]
        first, mount = int(whole[UnitSpecW.SENSOR_FIRST]), int(whole[UnitSpecW.MOUNT_FIRST])
        offset_x, offset_y = float(real[UnitSpecR.OFFSET_X]), float(real[UnitSpecR.OFFSET_Y])
        rows.append(
            {
                "side": int(whole[UnitSpecW.SIDE]),
                "domain": int(whole[UnitSpecW.DOMAIN]),
                "target_class": int(whole[UnitSpecW.TARGET_CLASS]),
                "rcs_m2": float(real[UnitSpecR.RCS_M2]),
                "signature": float(real[UnitSpecR.SIGNATURE]),
                "toughness": float(real[UnitSpecR.TOUGHNESS]),
                "x_m": float(start[UnitR.X, i]),
                "y_m": float(start[UnitR.Y, i]),
                "hx": float(start[UnitR.HX, i]),
                "hy": float(start[UnitR.HY, i]),
                "speed_mps": float(real[UnitSpecR.SPEED_CRUISE]),
                "turn_cos": float(real[UnitSpecR.TURN_COS]),
                "turn_sin": float(real[UnitSpecR.TURN_SIN]),
                "task_m": [
                    float(group[GroupSpecR.X]) + offset_x,
                    float(group[GroupSpecR.Y]) + offset_y,
                    float(group[GroupSpecR.RADIUS]),
                ],
                "sensors": sensors[first : first + int(whole[UnitSpecW.SENSOR_COUNT])],
                "mounts": [m for m in mounts[mount : mount + int(whole[UnitSpecW.MOUNT_COUNT])] if m["domains"]],
            }
        )
    return {
        "dt_s": float(rules[RuleR.DT_S]),
        "n_ticks": int(params.rules_whole[RuleW.N_TICKS]),
        "hold_s": min(float(rules[RuleR.CONTACT_HOLD_S]), 1e9),
        "bounds_m": [float(rules[edge]) for edge in (RuleR.WEST, RuleR.EAST, RuleR.SOUTH, RuleR.NORTH)],
        "units": rows,
    }


def _sensor(compiled: Compiled, q: int, turn: int) -> dict[str, Any]:
    real, whole = compiled.params.sensors.real[:, q], compiled.params.sensors.whole[:, q]
    return {
        "model": int(whole[SensorSpecW.MODEL]),
        "range_m": float(real[SensorSpecR.RANGE_M]),
        "period": int(whole[SensorSpecW.PERIOD]),
        "phase": turn % int(whole[SensorSpecW.PERIOD]),
        "domains": int(whole[SensorSpecW.DOMAINS]),
        "p_detect": float(real[SensorSpecR.P_DETECT]),
        "law": float(real[SensorSpecR.LAW]),
        "ln_pfa": float(real[SensorSpecR.LN_PFA]),
    }


def _mount(compiled: Compiled, m: int) -> dict[str, Any]:
    real, whole = compiled.params.mounts.real[:, m], compiled.params.mounts.whole[:, m]
    return {
        "range_m": float(real[MountSpecR.RANGE_MAX_M]),
        "range_min_m": float(real[MountSpecR.RANGE_MIN_M]),
        "domains": int(whole[MountSpecW.DOMAINS]),
        "salvo": int(whole[MountSpecW.SALVO]),
        "reload": int(whole[MountSpecW.RELOAD]),
        "ammo": int(whole[MountSpecW.AMMO0]),
        "p_hit": [float(p) for p in real[MountSpecR.P_HIT : MountSpecR.P_HIT + N_TARGET_CLASSES]],
        "falloff": float(real[MountSpecR.RANGE_FALLOFF]),
        "damage": float(real[MountSpecR.DAMAGE]),
        "p_kill": float(real[MountSpecR.P_KILL]),
    }
