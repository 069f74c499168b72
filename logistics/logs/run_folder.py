"""The lives of components in a run folder of a scenario with sustainment, as a log in hours of operation.

A life ends by a failure, or without one by a preventive renewal; the run's end, the loss of the unit among it, cuts off
those of components that work. Components of the same name on different platforms are told apart.
"""

from pathlib import Path

import numpy as np

from logistics.logs.log import LogEvent, MaintenanceLog
from logistics.tables.run_stores import HOUR_S, read_columns
from simcore.errors import InputError
from simcore.recording.manifest import read_manifest
from simcore.recording.run_schema import COMPONENTS, EVENTS, UNITS

_AT_START_H = 0.01  # ages at the start below this are rounding
_STRUCTURE = "structure"


def run_log(folder: Path, *, in_service: bool = False) -> MaintenanceLog:
    """Return the lives of the components of a run.

    Parameters
    ----------
    folder
        A run folder.
    in_service
        Only the components that work at the end, as open lives. Otherwise all lives, those at the end censored; a
        component that had an age at the start has lives from its first renewal on, because a life that is seen only
        from some age on would count as a long one. The notes of the log tell how many are left out.

    Raises
    ------
    InputError
        When the folder is no complete run, or nothing wears out in it.
    """
    read_manifest(folder)
    if not (folder / "components.parquet").is_file():
        raise InputError(f"{folder}: nothing wears out in this run; play a scenario with `--sustainment on`")
    units = read_columns(folder / "units.parquet", UNITS, ("name", "platform"))
    of_parts = ("unit", "name", "part", "operated_h", "hours", "condition")
    parts = read_columns(folder / "components.parquet", COMPONENTS, of_parts)
    events = read_columns(folder / "events.parquet", EVENTS, ("kind", "a", "b"))
    names = _names(units["platform"][parts["unit"]].tolist(), parts["name"].tolist())
    ends = _ends(events)
    rows: list[tuple[int, float, LogEvent]] = []
    left_out = 0
    for c in np.flatnonzero(parts["part"] != _STRUCTURE).tolist():
        lives = list(ends.get(c, []))
        if parts["condition"][c] != "failed":
            lives.append((float(parts["hours"][c]), LogEvent.NONE if in_service else LogEvent.CENSORED))
        if in_service:
            lives = lives[-1:] if parts["condition"][c] != "failed" else []
        else:
            known = sum(hours for hours, _ in lives)
            is_aged = known > float(parts["operated_h"][c]) + _AT_START_H + len(lives) / HOUR_S
            left_out += int(is_aged)
            lives = lives[int(is_aged) :]
        rows += [(c, hours, event) for hours, event in lives if hours > 0.0]
    if not rows:
        raise InputError(f"{folder}: no life of a component to learn from; play a longer run")
    notes = ()
    if left_out:
        notes = (f"{left_out} lives left out: they began before the run, so that they are seen from some age on only",)
    column = [c for c, _, _ in rows]
    return MaintenanceLog(
        file=folder,
        time_unit="h",
        unit=tuple(str(units["name"][parts["unit"][c]]) for c in column),
        component=tuple(names[c] for c in column),
        time=np.array([hours for _, hours, _ in rows]),
        event=np.array([int(event) for _, _, event in rows], dtype=np.int64),
        signal_names=(),
        signals=np.zeros((len(rows), 0)),
        row=np.arange(1, len(rows) + 1, dtype=np.int64),
        life=np.arange(len(rows), dtype=np.int64),
        notes=notes,
    )


def _ends(events: dict[str, np.ndarray]) -> dict[int, list[tuple[float, LogEvent]]]:
    """Return the ended lives of each component: hours of operation, and whether it failed."""
    failed: set[int] = set()
    ends: dict[int, list[tuple[float, LogEvent]]] = {}
    of_life = np.flatnonzero((events["kind"] == "failure") | (events["kind"] == "life_ended"))
    for k in of_life.tolist():
        c = int(events["b"][k])
        if events["kind"][k] == "failure":
            failed.add(c)
            continue
        event = LogEvent.FAILURE if c in failed else LogEvent.CENSORED
        failed.discard(c)
        ends.setdefault(c, []).append((float(events["a"][k]) / HOUR_S, event))
    return ends


def _names(platforms: list[str], names: list[str]) -> list[str]:
    """Return the name of each component, with its platform where several platforms have one of that name."""
    owners: dict[str, set[str]] = {}
    for platform, name in zip(platforms, names, strict=True):
        owners.setdefault(name, set()).add(platform)
    return [
        name if len(owners[name]) == 1 else f"{platform} {name}"
        for platform, name in zip(platforms, names, strict=True)
    ]
