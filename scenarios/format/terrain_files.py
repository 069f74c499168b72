"""Files behind a terrain: where they are, and that they are still the same."""

import hashlib
from importlib.resources import files
from pathlib import Path

from scenarios.format.names import advice
from scenarios.format.schema.map import CoastlineTerrain, RasterTerrain
from simcore.errors import InputError


class GroundError(InputError):
    """A map whose ground cannot be made. The text begins with the key below ``map``."""


def region_names() -> list[str]:
    """Return the names of the coastlines that come with the package."""
    entries = files("scenarios").joinpath("coastlines").iterdir()
    return sorted(entry.name.removesuffix(".geojson") for entry in entries if entry.name.endswith(".geojson"))


def region_bytes(name: str) -> bytes:
    """Return the GeoJSON of a named coastline. Raises ``GroundError`` when there is none of that name."""
    if name not in region_names():
        raise GroundError(f"terrain.region: no coastline {name!r}; {advice(name, region_names())}")
    return files("scenarios").joinpath("coastlines", f"{name}.geojson").read_bytes()


def located(kind: RasterTerrain | CoastlineTerrain, base: Path) -> RasterTerrain | CoastlineTerrain:
    """Return the terrain with absolute paths and the digest of its files, which it checks when there is one.

    Raises
    ------
    GroundError
        For a file that is missing, cannot be read, or is not the one that the digest was made of.
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
    found = digest.hexdigest()
    if kind.digest not in (None, found):
        raise GroundError(
            f"terrain.digest: the ground has changed since {kind.digest} was written; restore its files, or leave out "
            "digest"
        )
    file = paths if len(paths) > 1 else next(iter(paths), None)
    return kind.model_copy(update={"file": file, "digest": found})
