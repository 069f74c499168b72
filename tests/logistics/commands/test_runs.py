"""fit, predict and policy take run folders."""

import json
from pathlib import Path

import pytest

from tests.logistics.commands.conftest import Chammo
from tests.logistics.logs.test_run_folder import play
from tests.simcore.machine_worlds import machines


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Return a run of twenty machines with lives of Weibull shape 3 and scale 50 h: some 500 failures."""
    component = {"weibull": {"shape": 3, "scale_h": 50}, "repair": 2}
    return play(machines(component, crews=None, n=20, hours=1200), tmp_path / "run")


def test_the_laws_of_a_run_are_found_and_used(chammo: Chammo, run: Path) -> None:
    law = json.loads(chammo("maintenance", "fit", str(run), "--out", "laws.json", "--json", "--quiet"))
    weibull = law["components"]["power"]["weibull"]
    assert abs(weibull["beta"] - 3.0) < 4.0 * weibull["beta_se"]
    assert abs(weibull["eta"] - 50.0) < 4.0 * weibull["eta_se"]
    lives = json.loads(chammo("maintenance", "predict", str(run), "--model", "laws.json", "--json", "--quiet"))
    assert len(lives["components"] if "components" in lives else lives["predictions"]) >= 15
    costs = ("--preventive", "1", "--failure", "5", "--json")
    of_run = json.loads(chammo("maintenance", "policy", str(run), *costs))
    of_file = json.loads(chammo("maintenance", "policy", "laws.json", *costs))
    assert of_run == of_file
