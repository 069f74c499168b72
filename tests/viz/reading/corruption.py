"""Damage to run and batch folders, of every kind that a disk, a copy or a person does: one kind a seed."""

from __future__ import annotations

import io
import json
import os
import random  # noqa: TID251 - it chooses damage, and decides nothing in a run
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from simcore.recording.files import digest
from simcore.recording.manifest import write_manifest

_ODD_VALUES: list[Any] = [
    None, True, "", "x", "\x1b[31m", -1, 0, 1, 7.5, -1e308, 1e308, 1e400, 10**30, 10**400, [], {}, [1, "a"], [[0, 0]],
    {"a": 1}, [None], ["blue", "blue"], [1e9, -1e9, 3, 4],
]  # fmt: skip
_SIZES = ("n_units", "n_frames", "frame_interval_s", "bounds_m", "origin", "sides", "seed", "replication", "policies")


def corrupt(folder: Path, seed: int) -> str:
    """Damage a folder in place and return the kind of damage in words. Half of the damage has digests that fit."""
    rng = random.Random(seed)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    path = rng.choice(files)
    damages = [*_OF_BYTES]
    if path.suffix == ".parquet":
        damages += [*_OF_TABLES] * 2
    if path.suffix == ".json":
        damages += [*_OF_JSON] * 3
    if path.suffix == ".npz":
        damages += [*_OF_TERRAIN] * 3
    damage = rng.choice(damages)
    try:
        damage(path, rng)
    except (pa.ArrowException, ValueError, OverflowError):  # a damage that cannot be done to this file
        damage = _flip_bits
        damage(path, rng)
    is_sealed = rng.random() < 0.5 and _seal(folder, path)
    return f"{seed}: {path.relative_to(folder)} {damage.__name__.strip('_')}{' sealed' if is_sealed else ''}"


def _seal(folder: Path, path: Path) -> bool:
    """Write digests that fit the damage, as if the folder had been written so. False where that cannot be done."""
    manifest_path = folder / "manifest.json"
    if not manifest_path.is_file():
        return False
    try:
        manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
        if path.is_file() and path.name in manifest.get("digests", {}):
            manifest["digests"][path.name] = digest(path)
            if path.suffix == ".parquet":
                manifest["files"][path.name] = pq.ParquetFile(path).metadata.num_rows
        write_manifest(folder, manifest)
    except Exception:  # the manifest itself is the damage
        return False
    return True


def _flip_bits(path: Path, rng: random.Random) -> None:
    data = bytearray(path.read_bytes())
    for _ in range(rng.choice((1, 1, 1, 8))):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    path.write_bytes(data)


def _flip_bits_of_the_footer(path: Path, rng: random.Random) -> None:
    data = bytearray(path.read_bytes())
    data[rng.randrange(max(0, len(data) - 3000), len(data))] ^= 1 << rng.randrange(8)
    path.write_bytes(data)


def _cut(path: Path, rng: random.Random) -> None:
    os.truncate(path, rng.randrange(path.stat().st_size))


def _zero(path: Path, rng: random.Random) -> None:
    data = bytearray(path.read_bytes())
    start = rng.randrange(len(data))
    stop = min(len(data), start + rng.randrange(1, 400))
    data[start:stop] = bytes(stop - start)
    path.write_bytes(data)


def _insert(path: Path, rng: random.Random) -> None:
    data = path.read_bytes()
    at = rng.randrange(len(data))
    path.write_bytes(data[:at] + rng.randbytes(rng.randrange(1, 50)) + data[at:])


def _empty(path: Path, _: random.Random) -> None:
    path.write_bytes(b"")


def _remove(path: Path, _: random.Random) -> None:
    path.unlink()


def _make_folder(path: Path, _: random.Random) -> None:
    path.unlink()
    path.mkdir()


def _make_link(path: Path, rng: random.Random) -> None:
    path.unlink()
    path.symlink_to(rng.choice((Path("/nowhere/at/all"), Path(path.name), Path("/dev/zero"), Path("manifest.json"))))


def _rewrite(path: Path, table: pa.Table, rng: random.Random) -> None:
    pq.write_table(table, path, row_group_size=rng.choice((60, 480, 1_000_000)), write_page_checksum=True)


def _pick(table: pa.Table, rng: random.Random) -> int:
    return rng.randrange(table.num_columns)


def _drop_column(path: Path, rng: random.Random) -> None:
    table = pq.read_table(path)
    _rewrite(path, table.remove_column(_pick(table, rng)), rng)


def _rename_column(path: Path, rng: random.Random) -> None:
    table = pq.read_table(path)
    names, at = table.column_names, _pick(table, rng)
    names[at] = rng.choice((names[at].upper(), "", rng.choice(names)))
    _rewrite(path, table.rename_columns(names), rng)


def _double_column(path: Path, rng: random.Random) -> None:
    table = pq.read_table(path)
    at = _pick(table, rng)
    _rewrite(path, table.append_column(table.field(at), table.column(at)), rng)


def _retype_column(path: Path, rng: random.Random) -> None:
    table = pq.read_table(path)
    at, n = _pick(table, rng), table.num_rows
    values = rng.choice(
        (
            pa.array(["7"] * n),
            pa.array([b"\xff\xfe"] * n, pa.binary()),
            pa.array([[1, 2]] * n, pa.list_(pa.int64())),
            pa.array([{"a": 1}] * n, pa.struct([("a", pa.int64())])),
            pa.array([True] * n, pa.bool_()),
            pa.array(np.arange(n) + 0.5),
            pa.array(np.arange(n) * 2**40, pa.int64()),
            pa.array(np.arange(n), pa.timestamp("s")),
            pa.nulls(n),
            pa.array(["x"] * n).dictionary_encode(),
        )
    )
    _rewrite(path, table.set_column(at, table.column_names[at], values), rng)


def _change_values(path: Path, rng: random.Random) -> None:
    table = pq.read_table(path)
    at = _pick(table, rng)
    kind, values = table.field(at).type, table.column(at).to_pylist()
    if pa.types.is_floating(kind):
        odd: Any = rng.choice((float("nan"), float("inf"), -float("inf"), 1e30, -1e30, None))
    elif pa.types.is_integer(kind):
        bits = kind.bit_width
        signed = pa.types.is_signed_integer(kind)
        odd = rng.choice(
            (2 ** (bits - signed) - 1, -(2 ** (bits - 1)) if signed else 99, 99, -7 if signed else 98, None)
        )
    else:
        odd = rng.choice((None, "", "red", "no such thing", "\x1b[2J" * 1000))
    rows = range(len(values)) if rng.random() < 0.3 else rng.sample(range(len(values)), min(3, len(values)))
    for row in rows:
        values[row] = odd
    _rewrite(path, table.set_column(at, table.field(at), pa.array(values, kind)), rng)


def _change_rows(path: Path, rng: random.Random) -> None:
    table = pq.read_table(path)
    n = table.num_rows
    rows = list(range(n))
    change = rng.randrange(4)
    if change == 0:
        rng.shuffle(rows)
    elif change == 1:
        rows = rows[: rng.randrange(n + 1)]
    elif change == 2:
        rows += rows[:5]
    else:
        rows = []
    _rewrite(path, table.take(pa.array(rows, pa.int64())), rng)


def _nest(path: Path, rng: random.Random) -> None:
    depth = rng.choice((40, 900, 20_000, 200_000))
    deep = "[" * depth + "]" * depth
    document = json.loads(path.read_text(encoding="utf-8"))
    key = rng.choice([*document, "new"])
    inside = json.dumps({**document, key: "DEEP"}).replace('"DEEP"', deep)
    path.write_text(rng.choice((deep, inside)))


def _change_json(path: Path, rng: random.Random) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    for _ in range(rng.choice((1, 1, 3))):
        place: Any = document
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not keys:
                break
            key = rng.choice(keys)
            if isinstance(place[key], dict | list) and place[key] and rng.random() < 0.8:
                place = place[key]
                continue
            if rng.random() < 0.25:
                del place[key]
            else:
                place[key] = rng.choice(_ODD_VALUES)
            break
    path.write_text(json.dumps(document))


def _change_sizes(path: Path, rng: random.Random) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    known = [key for key in _SIZES if key in document] or list(document)
    document[rng.choice(known)] = rng.choice([*_ODD_VALUES, 10**6, 10**9, 10**12, 1e-300])
    path.write_text(json.dumps(document))


def _change_terrain(path: Path, rng: random.Random) -> None:
    with np.load(path) as data:
        arrays: dict[str, Any] = dict(data)
    name = rng.choice(sorted(arrays))
    n = arrays["surface"].shape
    odd: list[Any] = [
        np.nan,
        np.inf,
        0.0,
        -1.0,
        1e300,
        np.array("text"),
        np.zeros(0),
        np.full(n, 300),
        np.full(n, np.nan),
    ]
    arrays[name] = rng.choice([*odd, np.zeros((2, 3, 4)), np.array([{}], dtype=object)])
    np.savez_compressed(path, **arrays)


def _drop_terrain(path: Path, rng: random.Random) -> None:
    with np.load(path) as data:
        arrays = dict(data)
    del arrays[rng.choice(sorted(arrays))]
    np.savez_compressed(path, **arrays)


def _blow_terrain_up(path: Path, rng: random.Random) -> None:
    """Write a header that promises a raster of a terabyte."""
    import zipfile

    header = io.BytesIO()
    shape = rng.choice(((10**6, 10**6), (2**31, 2**31), (-1, 5), ()))
    np.lib.format.write_array_header_1_0(header, {"descr": "<f4", "fortran_order": False, "shape": shape})
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()}
    members[rng.choice(("elevation_m.npy", "surface.npy"))] = header.getvalue() + bytes(1000)
    with zipfile.ZipFile(path, "w") as new:
        for name, data in members.items():
            new.writestr(name, data)


_Damage = Callable[[Path, random.Random], None]
_OF_BYTES: tuple[_Damage, ...] = (
    _flip_bits,
    _flip_bits,
    _cut,
    _zero,
    _insert,
    _empty,
    _remove,
    _make_folder,
    _make_link,
)
_OF_TABLES: tuple[_Damage, ...] = (
    *(_drop_column, _rename_column, _double_column, _retype_column, _change_values, _change_values, _change_rows),
    _flip_bits_of_the_footer,
)
_OF_JSON: tuple[_Damage, ...] = (_nest, _change_json, _change_json, _change_sizes)
_OF_TERRAIN: tuple[_Damage, ...] = (_change_terrain, _drop_terrain, _blow_terrain_up)


def copy(folder: Path, to: Path) -> Path:
    """Return a copy of a folder that may be damaged; what stood there before is removed."""
    if to.exists() or to.is_symlink():
        shutil.rmtree(to)
    return Path(shutil.copytree(folder, to))
