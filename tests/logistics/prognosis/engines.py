"""Small synthetic C-MAPSS text: engines that wear at their own rates, with noisy sensors and regimes of operation."""

from pathlib import Path

import numpy as np

N_SENSORS = 21
_INFORMATIVE = 5
REGIMES = np.array([[0.0, 0.0, 100.0], [20.0, 0.7, 100.0], [42.0, 0.84, 60.0]])


def write_engines(
    folder: Path, *, n_train: int = 40, n_test: int = 60, n_regimes: int = 1, seed: int = 1
) -> tuple[Path, Path, Path]:
    """Write train, test and true remaining lives, and return their paths."""
    generator = np.random.default_rng(seed)
    train = [_engine(generator, n_regimes) for _ in range(n_train)]
    test = [_engine(generator, n_regimes) for _ in range(n_test)]
    cuts = [int(generator.integers(12, len(engine) - 2)) for engine in test]
    paths = folder / "train.txt", folder / "test.txt", folder / "rul.txt"
    paths[0].write_text(_text(train))
    paths[1].write_text(_text([engine[:cut] for engine, cut in zip(test, cuts, strict=True)]))
    paths[2].write_text("".join(f"{len(engine) - cut}\n" for engine, cut in zip(test, cuts, strict=True)))
    return paths


def _engine(generator: np.random.Generator, n_regimes: int) -> np.ndarray:
    life = int(generator.integers(60, 140))
    share = np.arange(1, life + 1) / life
    wear = share**2 + 0.05 * generator.random()
    regime = generator.integers(n_regimes, size=life)
    settings = REGIMES[regime] + generator.normal(0.0, 0.002, (life, 3)) * np.array([1.0, 0.1, 0.0])
    sensors = np.full((life, N_SENSORS), 7.0)  # constant, but for the first ones
    for k in range(_INFORMATIVE):
        gain = (1.0 + 0.2 * k) * (-1.0) ** k
        sensors[:, k] = 500.0 + 100.0 * k + 40.0 * regime + gain * wear + generator.normal(0.0, 0.15, life)
    return np.hstack([settings, sensors])


def _text(engines: list[np.ndarray]) -> str:
    lines: list[str] = []
    for unit, rows in enumerate(engines, start=1):
        for cycle, row in enumerate(rows, start=1):
            lines.append(f"{unit} {cycle} " + " ".join(f"{value:.4f}" for value in row) + " ")
    return "\n".join(lines) + "\n"
