"""Files of a terrain: their paths, and the check that they are unchanged."""

import hashlib
from importlib.resources import files
from pathlib import Path

from scenarios.format.names import advice
from scenarios.format.schema.map import CoastlineTerrain, RasterTerrain
from simcore.errors import InputError


class GroundError(InputError):
    """A map with invalid ground. The message starts with the key below ``map``."""


def region_names() -> list[str]:
    """Return the names of the coastlines included in the package."""
    entries = files("scenarios").joinpath("coastlines").iterdir()
    return sorted(entry.name.removesuffix(".geojson") for entry in entries if entry.name.endswith(".geojson"))


def region_bytes(name: str) -> bytes:
    """Return the GeoJSON of a named coastline. Raises ``GroundError`` for an unknown name."""
    if name not in region_names():
        raise GroundError(f"terrain.region: no coastline {name!r}; {advice(name, region_names())}")
    return files("scenarios").joinpath("coastlines", f"{name}.geojson").read_bytes()


def located(kind: RasterTerrain | CoastlineTerrain, base: Path) -> RasterTerrain | CoastlineTerrain:
    """Return the terrain with absolute paths and the digest of its files, checked against a given digest.

    Raises
    ------
    GroundError
        If a file is missing, cannot be read or does not match the digest.
    """
    paths = tuple(str((base / name).resolve()) for name in kind.files)
    digest = hashlib.blake2b(digest_size=16)
    if isinstance(kind, CoastlineTerrain) and kind.region is not None:
        digest.update(region_bytes(kind.region))
    for name, path in zip(kind.files, paths, strict=True):
        try:
            with open(path, "rb") as stream:
                while chunk := stream.read(1 << 20):
                    digest.update(chunk)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise GroundError(
                f"terrain.file: {name}: {reason}; give a path from the folder of the scenario file"
            ) from None
    computed = digest.hexdigest()
    if kind.digest not in (None, computed):
        raise GroundError(
            f"terrain.digest: the ground has changed since {kind.digest} was written; restore its files, or leave out "
            "digest"
        )
    file = paths if len(paths) > 1 else next(iter(paths), None)
    return kind.model_copy(update={"file": file, "digest": computed})
