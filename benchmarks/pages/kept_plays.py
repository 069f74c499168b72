"""Plays of a page that are kept in a folder, so that a page that was broken off goes on where it was."""

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.run.provenance import versions

Arrays = dict[str, np.ndarray]


def kept(folder: Path | None, what: Mapping[str, Any], play: Callable[[], Arrays]) -> Arrays:
    """Return the arrays of a play by name: those kept in ``folder`` of the same play and engine, else played now.

    ``what`` says all that the play depends on but the engine, as plain data. None: nothing is kept.
    """
    if folder is None:
        return play()
    about = json.dumps({"engine": versions()["engine"], **what}, sort_keys=True, default=str)
    file = folder / f"{hashlib.blake2b(about.encode(), digest_size=8).hexdigest()}.npz"
    if file.is_file():
        with np.load(file, allow_pickle=False) as found:
            return {name: found[name] for name in found.files}
    arrays = play()
    folder.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(".partial.npz")
    np.savez(partial, allow_pickle=False, **arrays)
    partial.replace(file)
    return arrays
