"""The engine: simulates the world tick by tick, for many replications at once."""

from pathlib import Path

from simcore.compiling.cache import prepare_cache

__version__ = "0.1.0"

prepare_cache(Path(__file__).parent)
