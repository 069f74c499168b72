"""A run that the engine wrote opens in the viewer: the contract between the two holds."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from viz.replay import wire
from viz.replay.library import Library
from viz.replay.server import create_app

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("real") / "patrols"
    command = [sys.executable, "-c", "import sys; from scenarios.cli import main; sys.exit(main())"]
    done = subprocess.run(
        [*command, "run", "two-patrols", "--out", str(folder)], capture_output=True, text=True, timeout=900, check=False
    )
    assert done.returncode == 0, done.stderr
    return folder


def test_every_view_of_a_real_run_is_served(real: Path) -> None:
    library = Library([real])
    client = create_app(library).server.test_client()
    run = library.run("patrols")
    for view in ("truth", "blue", "red"):
        tables = ("meta", "events", "orders", "series", "boards", "requests")
        paths = [*(f"{name}.json" for name in tables), "overview.bin"]
        for path in [*paths, *(f"chunk/{k}.bin" for k in range(len(run.trace.chunks)))]:
            assert client.get(f"/replay/patrols/{view}/{path}").status_code == 200, (view, path)
    assert client.get("/replay/patrols/terrain-light.png").status_code == 200
    kinds = set(client.get("/replay/patrols/truth/events.json").get_json()["kind"])
    assert {"CONTACT", "SHOT", "END"} <= kinds


def test_blue_learns_no_name_and_no_position_of_red(real: Path) -> None:
    library = Library([real])
    view = library.view("patrols", "blue")
    client = create_app(library).server.test_client()
    texts = [client.get(f"/replay/patrols/blue/{name}.json").text for name in ("meta", "events", "orders", "series")]
    units = pq.read_table(real / "units.parquet").to_pylist()
    red = [unit for unit in units if unit["side"] == "red"]
    assert not [unit["name"] for unit in red if any(unit["name"] in text for text in texts)]
    trace = pq.read_table(real / "trace.parquet")
    is_red = np.isin(trace["unit"].to_numpy(), [unit["unit"] for unit in red])
    moving = is_red & (trace["speed_mps"].to_numpy() > 0)  # a good sensor may place exactly what stands still
    true_places = set(zip(*(trace[name].to_numpy()[moving].tolist() for name in ("x_m", "y_m")), strict=True))
    sent: set[tuple[float, float]] = set()
    for k in range(len(view.run.trace.chunks)):
        _, arrays = wire.decode(view.chunk(k))
        sent |= set(zip(arrays["c_x"].tolist(), arrays["c_y"].tolist(), strict=True))
    assert len(sent) > 100
    assert sent & true_places == set()
