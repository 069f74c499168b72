"""Write run folders by the run-folder contract, of any size, without the engine.

Truth, reports and contacts are made so that a test can tell them apart on the bytes: reports stand still while a link
is dead, and contacts are never at the true position.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.viz.synthetic_extras import advice_table

PLATFORMS = (  # platform, domain, entity of the symbol code, z_m, sensor_m, weapon_m
    ("patrol-usv", "surface", "30", "120700", 0.0, 12_000.0, 8_000.0),
    ("scout-uav", "air", "01", "110300", 800.0, 15_000.0, 0.0),
    ("strike-uav", "air", "01", "110400", 300.0, 6_000.0, 2_000.0),
    ("hunter-uuv", "subsurface", "35", "110400", -40.0, 4_000.0, 1_500.0),
    ("scout-ugv", "land", "15", "140100", 2.0, 5_000.0, 2_500.0),
)


SIDES_DEFAULT = ("blue", "red")


def _table(columns: dict[str, Any]) -> pa.Table:
    return pa.table(columns)


@dataclass(frozen=True)
class Recipe:
    """What to write. ``n_units`` are shared among the sides; frames are ``interval_s`` apart."""

    n_units: int = 40
    n_frames: int = 121
    interval_s: float = 10.0
    sides: tuple[str, ...] = SIDES_DEFAULT
    half_width_m: float = 20_000.0
    seed: int = 1
    title: str = "Synthetic littoral defence"
    chunk_frames: int = 60
    name_suffix: str = ""
    advice: bool = False
    status: str = "complete"
    schema_version: int = 1


def write_run(folder: Path, recipe: Recipe) -> Path:
    """Write a whole run folder and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(recipe.seed)
    n, frames, half = recipe.n_units, recipe.n_frames, recipe.half_width_m
    side_of = np.arange(n) * len(recipe.sides) // n
    platform_of = np.arange(n) % len(PLATFORMS)
    _write_units(folder, recipe, side_of, platform_of)
    times = np.arange(frames) * recipe.interval_s
    velocity = rng.normal(0, 9, (1, n, 2)) + np.cumsum(rng.normal(0, 0.35, (frames, n, 2)), axis=0)
    velocity[:, :, 0] += np.where(side_of == 0, 3.0, -3.0)
    start = np.stack([np.where(side_of == 0, -0.5, 0.5) * half, np.zeros(n)], axis=1)
    start += rng.normal(0, [half * 0.18, half * 0.4], (n, 2))
    truth = np.clip(start + np.cumsum(velocity * recipe.interval_s, axis=0) * 0.4, -half * 0.97, half * 0.97)
    lost_frame = np.where(rng.random(n) < 0.35, rng.integers(frames // 4, frames + 1, n), frames + 1)
    lost_frame[[0, n // 2]] = frames + 1  # the command posts live
    frame_axis = np.arange(frames)[:, None]
    is_lost = frame_axis >= lost_frame
    cut_from = rng.integers(0, frames, n)
    is_cut = (frame_axis >= cut_from) & (frame_axis < cut_from + frames // 6) & (np.arange(n) % 4 == 3)
    linked = ~is_lost & ~is_cut
    report_frame = np.maximum.accumulate(np.where(linked, frame_axis, 0), axis=0)
    units = np.broadcast_to(np.arange(n), (frames, n))
    report = truth[report_frame, units]
    speed = np.hypot(velocity[..., 0], velocity[..., 1])
    heading = np.degrees(np.arctan2(velocity[..., 0], velocity[..., 1])) % 360
    strength = np.where(is_lost, 0.0, 1 - 0.5 * frame_axis / frames * (np.arange(n) % 3 == 0))
    trace = {
        "frame": np.repeat(np.arange(frames, dtype=np.int32), n),
        "time_s": np.repeat(times, n),
        "unit": np.tile(np.arange(n, dtype=np.int32), frames),
        "x_m": truth[..., 0],
        "y_m": truth[..., 1],
        "z_m": np.broadcast_to([PLATFORMS[p][4] for p in platform_of], (frames, n)),
        "heading_deg": heading,
        "speed_mps": np.where(is_lost, 0, speed),
        "status": np.where(is_lost, 4, 0).astype(np.uint8),
        "damage": np.where(is_lost, 16, 0).astype(np.uint8),
        "strength": strength,
        "endurance": np.broadcast_to(1 - 0.8 * frame_axis / frames, (frames, n)),
        "linked": linked.astype(np.uint8),
        "hops": np.where(linked, np.where(np.isin(np.arange(n), [0, n // 2]), 0, 1 + np.arange(n) % 3), -1),
        "task": np.broadcast_to((np.arange(n) % 11).astype(np.uint8), (frames, n)),
        "roe": np.broadcast_to((np.arange(n) % 3).astype(np.uint8), (frames, n)),
        "ammo": np.broadcast_to(np.maximum(0, 8 - frame_axis * 8 // frames), (frames, n)),
        "report_x_m": report[..., 0],
        "report_y_m": report[..., 1],
        "report_age_s": (frame_axis - report_frame) * recipe.interval_s,
        # a loss is reported when the link was alive at that moment
        "report_status": np.where(is_lost & linked[np.minimum(lost_frame, frames) - 1, np.arange(n)], 4, 0).astype(
            np.uint8
        ),
    }
    whole = {"frame": "i4", "unit": "i4", "ammo": "i4", "hops": "i2", "time_s": "f8"}
    arrays = {
        key: np.ascontiguousarray(
            value, dtype=whole.get(key, "u1" if np.asarray(value).dtype == np.uint8 else "f4")
        ).ravel()
        for key, value in trace.items()
    }
    pq.write_table(_table(arrays), folder / "trace.parquet", row_group_size=recipe.chunk_frames * n, compression="zstd")
    _write_contacts(folder, recipe, rng, truth, is_lost, side_of, times)
    n_events = _write_events(folder, recipe, rng, side_of, lost_frame, times, truth)
    _write_orders_and_series(folder, recipe, rng, side_of, is_lost, linked, strength, times)
    _write_map(folder, recipe, rng)
    if recipe.advice:
        pq.write_table(advice_table(times), folder / "advice.parquet")
    (folder / "scenario.resolved.yaml").write_text("name: synthetic\n", encoding="utf-8")
    (folder / "measures.json").write_text(json.dumps({"blue.loss_exchange": 1.2}), encoding="utf-8")
    manifest = {
        "schema_version": recipe.schema_version,
        "kind": "run",
        "status": recipe.status,
        "scenario": {"name": "synthetic", "title": recipe.title, "hash": "0" * 64},
        "seed": recipe.seed,
        "replication": 0,
        "policies": [{"side": s, "name": "hold", "parameters": {}} for s in recipe.sides],
        "versions": {"chammo": "0.1.0"},
        "started_utc": "2026-01-01T00:00:00Z",
        "wall_s": 1.0,
        "state_hash": "f" * 32,
        "n_ticks": frames * 2,
        "dt_s": recipe.interval_s / 2,
        "duration_s": float(times[-1]),
        "winner": recipe.sides[0],
        "reason": "time",
        "frame_interval_s": recipe.interval_s,
        "n_frames": frames,
        "n_units": n,
        "sides": list(recipe.sides),
        "origin": {"longitude_deg": 126.4, "latitude_deg": 37.6},
        "bounds_m": [-half, half, -half, half],
        "files": {"trace.parquet": frames * n, "events.parquet": n_events},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    return folder


def unit_name(recipe: Recipe, unit: int) -> str:
    """Return the name of a unit: side, platform and running number."""
    side = recipe.sides[unit * len(recipe.sides) // recipe.n_units]
    return f"{side}-{PLATFORMS[unit % len(PLATFORMS)][0]}-{unit + 1}{recipe.name_suffix}"


def _write_units(folder: Path, recipe: Recipe, side_of: np.ndarray, platform_of: np.ndarray) -> None:
    rows = []
    for unit, (side, p) in enumerate(zip(side_of, platform_of, strict=True)):
        platform, domain, symbol_set, entity, _, sensor_m, weapon_m = PLATFORMS[p]
        modifier = "2400" if symbol_set == "15" else "0000"
        identity = "36"[side % 2]
        rows.append(
            {
                "unit": unit,
                "name": unit_name(recipe, unit),
                "side": recipe.sides[side],
                "group": f"{recipe.sides[side]}-{platform}",
                "platform": platform,
                "title": platform.replace("-", " ").title(),
                "domain": domain,
                "sidc": f"100{identity}{symbol_set}0000{entity}{modifier}",
                "cost": 1.0,
                "speed_max_mps": 20.0,
                "sensor_range_m": sensor_m,
                "weapon_range_m": weapon_m,
                "radio_range_m": 25_000.0,
                "endurance_s": 36_000.0,
                "ammo0": 8,
            }
        )
    pq.write_table(pa.Table.from_pylist(rows), folder / "units.parquet")


def _write_contacts(folder, recipe, rng, truth, is_lost, side_of, times) -> None:
    half = recipe.half_width_m
    columns: dict[str, list[np.ndarray]] = {}
    for side in range(len(recipe.sides)):
        enemy = np.flatnonzero(side_of != side)
        held = (rng.random((len(times), len(enemy))) < 0.7) & ~is_lost[:, enemy]
        near = truth[:, enemy, 0] < half * 0.4 if side == 0 else truth[:, enemy, 0] > -half * 0.4
        frame, column = np.nonzero(held & near)
        unit = enemy[column]
        error = rng.uniform(100, 900, len(frame))
        angle = rng.uniform(0, 2 * np.pi, len(frame))
        level = 1 + unit % 3
        rows = {
            "frame": frame.astype(np.int32),
            "time_s": times[frame],
            "side": np.full(len(frame), side, np.int8),
            "serial": (column + 1).astype(np.int32),
            "unit": unit.astype(np.int32),
            "x_m": truth[frame, unit, 0] + error * 0.8 * np.cos(angle),
            "y_m": truth[frame, unit, 1] + error * 0.8 * np.sin(angle),
            "vx_mps": np.zeros(len(frame)),
            "vy_mps": np.zeros(len(frame)),
            "error_m": error,
            "age_s": (frame + unit) % 12 * 10.0,
            "level": level.astype(np.uint8),
            "domain": np.array([1, 3, 3, 2, 0], np.uint8)[unit % len(PLATFORMS)],
            "target_class": np.where(level > 1, 4, -1).astype(np.int8),
        }
        for key, value in rows.items():
            columns.setdefault(key, []).append(value)
    merged = {key: np.concatenate(value) for key, value in columns.items()}
    order = np.argsort(merged["frame"], kind="stable")
    keep = ("frame", "time_s", "side", "serial", "unit", "level", "domain", "target_class")
    table = _table({k: (v if k in keep else v.astype(np.float32))[order] for k, v in merged.items()})
    frames = merged["frame"][order]
    with pq.ParquetWriter(folder / "contacts.parquet", table.schema, compression="zstd") as writer:
        for first in range(0, len(times), recipe.chunk_frames):
            low, high = np.searchsorted(frames, [first, first + recipe.chunk_frames])
            writer.write_table(table.slice(low, high - low), row_group_size=max(1, high - low))


def _write_events(folder, recipe, rng, side_of, lost_frame, times, truth) -> int:
    rows: list[tuple[float, str, int, int, int, int, int]] = []
    end_s = float(times[-1])
    n = recipe.n_units
    for unit in range(n):
        side = int(side_of[unit])
        enemies = np.flatnonzero(side_of != side)
        foe = int(enemies[rng.integers(len(enemies))])
        rows.append((float(rng.uniform(0, end_s * 0.1)), "ORDER", side, unit, -1, unit % 11, 1))
        contact_s = float(rng.uniform(end_s * 0.1, end_s * 0.5))
        rows.append((contact_s, "CONTACT", side, unit, foe, 1, unit + 1))
        for shot in range(2):
            shot_s = float(rng.uniform(end_s * 0.2, end_s * 0.9))
            if shot_s > lost_frame[unit] * recipe.interval_s:
                continue
            rows.append((shot_s, "SHOT", side, unit, foe, 0, 2))
            rows.append((min(end_s, shot_s + 25), ("HIT", "MISS")[(unit + shot) % 2], side, unit, foe, 0, 1))
        if lost_frame[unit] <= recipe.n_frames - 1:
            loss_s = float(lost_frame[unit] * recipe.interval_s - 1)
            rows.append((loss_s, "DAMAGE", side, unit, foe, 16, 0))
            rows.append((loss_s, "LOSS", side, unit, foe, 0, 0))
        if unit % 4 == 3:
            rows.append((float(rng.uniform(0, end_s)), "LINK_LOST", side, unit, -1, 0, 0))
    rows.append((end_s, "END", -1, -1, -1, 0, 1))
    rows.sort(key=lambda row: row[0])
    time_s, kind, side, unit, other, a, b = zip(*rows, strict=True)
    table = _table(
        {
            "tick": (np.array(time_s) // (recipe.interval_s / 2)).astype(np.int32),
            "time_s": np.array(time_s),
            "kind": pa.array([name.lower() for name in kind]).dictionary_encode(),
            "side": np.array(side, np.int8),
            "unit": np.array(unit, np.int32),
            "other": np.array(other, np.int32),
            "a": np.array(a, np.int32),
            "b": np.array(b, np.int32),
        }
    )
    pq.write_table(table, folder / "events.parquet")
    return len(rows)


def _write_orders_and_series(folder, recipe, rng, side_of, is_lost, linked, strength, times) -> None:
    orders, series = [], []
    for step, time_s in enumerate(times[:: max(1, len(times) // 20)]):
        side = recipe.sides[step % len(recipe.sides)]
        platform = PLATFORMS[step % len(PLATFORMS)][0]
        orders.append(
            {
                "tick": step,
                "time_s": float(time_s),
                "side": side,
                "group": f"{side}-{platform}",
                "group_idx": step,
                "task": ("search", "move", "attack", "screen")[step % 4],
                "roe": ("tight", "free")[step % 2],
                "x_m": float(rng.uniform(-8000, 8000)),
                "y_m": float(rng.uniform(-8000, 8000)),
                "radius_m": 3000.0,
                "speed": 1.0,
                "spacing_m": 500.0,
                "target_group": -1,
            }
        )
    pq.write_table(pa.Table.from_pylist(orders), folder / "orders.parquet")
    for side, name in enumerate(recipe.sides):
        own = side_of == side
        for frame, time_s in enumerate(times):
            lost = int(is_lost[frame, own].sum())
            series.append(
                {
                    "time_s": float(time_s),
                    "side": name,
                    "active": int(own.sum()) - lost,
                    "lost": lost,
                    "strength": float(strength[frame, own].mean()),
                    "linked_share": float(linked[frame, own].mean()),
                    "contacts": frame % 7,
                    "shots": frame,
                    "score": frame / len(times),
                }
            )
    pq.write_table(pa.Table.from_pylist(series), folder / "series.parquet")


def _write_map(folder: Path, recipe: Recipe, rng: np.random.Generator) -> None:
    half = recipe.half_width_m
    size, cell_m = 160, 2 * half / 160
    axis = (np.arange(size) + 0.5) / size
    x, y = np.meshgrid(axis, axis)
    coast = 0.62 + 0.1 * np.sin(5 * y) + 0.05 * np.sin(17 * y + 1)
    relief = np.clip((x - coast) * 900, -60, None) + 60 * np.sin(9 * x) * np.sin(7 * y) * (x > coast)
    relief += rng.normal(0, 4, (size, size))
    surface = np.where(x < coast, 0, 1 + (relief > 120) + 2 * ((relief > 60) & (relief < 100))).astype(np.uint8)
    np.savez_compressed(
        folder / "terrain.npz",
        elevation_m=np.where(surface == 0, 0, np.maximum(relief, 1)).astype(np.float32),
        surface=surface,
        west_m=-half,
        south_m=-half,
        cell_m=cell_m,
    )
    ring = [(np.cos(a), np.sin(a)) for a in np.linspace(0, 2 * np.pi, 24, endpoint=False)]
    zones = [
        {"name": "harbour", "kind": "objective", "side": recipe.sides[0],
         "polygon_m": [[-half * 0.5 + 4000 * c, 4000 * s] for c, s in ring]},
        {"name": "hospital", "kind": "no_fire", "side": None,
         "polygon_m": [[half * 0.6 + 2000 * c, half * 0.5 + 2000 * s] for c, s in ring]},
    ]  # fmt: skip
    if len(recipe.sides) > 1:
        zones.append(
            {"name": "secret-landing", "kind": "objective", "side": recipe.sides[1],
             "polygon_m": [[half * 0.3 + 3000 * c, -half * 0.5 + 3000 * s] for c, s in ring]}
        )  # fmt: skip
    document = {
        "zones": zones,
        "bounds_m": [-half, half, -half, half],
        "origin": {"longitude_deg": 126.4, "latitude_deg": 37.6},
    }
    (folder / "map.json").write_text(json.dumps(document), encoding="utf-8")


def _of(side: str, measure: str) -> dict[str, Any]:
    """Return the fields of an estimate that say what it is of."""
    name = f"{side}_{measure}"
    return {"name": name, "side": side, "measure": measure, "key": measure, "platform": "", "objective": 0}


def write_batch(folder: Path, n: int = 200, run_inside: Recipe | None = None) -> Path:
    """Write a batch folder with ``n`` replications; put one run folder inside when a recipe is given."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(4)
    winner = rng.choice(3, n, p=[0.55, 0.3, 0.15])
    pq.write_table(
        _table(
            {
                "replication": np.arange(n, dtype=np.int32),
                "winner": pa.array([("blue", "red", None)[k] for k in winner], pa.string()),
                "duration_s": rng.normal(5400, 600, n),
                "blue_losses": rng.poisson(6, n),
                "red_losses": rng.poisson(9, n),
                "blue_score": rng.beta(5, 3, n),
            }
        ),
        folder / "replications.parquet",
    )
    manifest = {
        "schema_version": 1, "kind": "batch", "status": "complete", "seed": 7, "n_replications": n,
        "scenario": {"name": "joint-littoral-defence", "title": "Joint littoral defence", "hash": "0" * 64},
        "sides": ["blue", "red"],
        "estimates": [_of(*fields) for fields in (("blue", "losses"), ("red", "losses"), ("blue", "score"))],
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    if run_inside is not None:
        write_run(folder / "runs" / "replication-3", run_inside)
        path = folder / "runs" / "replication-3" / "manifest.json"
        inner = json.loads(path.read_text(encoding="utf-8"))
        inner["replication"] = 3
        path.write_text(json.dumps(inner), encoding="utf-8")
    return folder
