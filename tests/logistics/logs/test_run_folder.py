"""A run folder is a log: its lives are those of the events, told apart by platform, and cut off by services."""

from pathlib import Path

import numpy as np
import pytest

from logistics.logs.log import LogEvent
from logistics.logs.reading import read_log
from scenarios.loader import compile_document
from scenarios.run.play import run_scenario
from scenarios.run.policies import choose_policies
from simcore.errors import InputError
from simcore.recording.table_reader import TableReader
from tests.simcore.machine_worlds import machines
from tests.simcore.small_worlds import Document


def play(content: Document, folder: Path, maintenance: str = "run-to-failure") -> Path:
    """Play a document into a folder."""
    compiled = compile_document(content)
    choices = choose_policies(compiled.roster, logistics={"maintenance": [f"blue={maintenance}"]})
    run_scenario(compiled, choices, folder=folder)
    return folder


def parts(folder: Path) -> dict[str, np.ndarray]:
    """Return the components of a run at its end."""
    with TableReader(folder / "components.parquet") as table:
        return table.read()


def test_the_lives_of_a_run_sum_to_its_hours_of_operation(tmp_path: Path) -> None:
    component = {"weibull": {"shape": 2, "scale_h": 60}, "repair": 5}
    folder = play(machines(component, crews=None, n=10, hours=500), tmp_path / "run")
    log, table = read_log(folder), parts(folder)
    assert log.time.sum() == pytest.approx(table["operated_h"].sum(), abs=0.01 * len(log.time))
    assert np.count_nonzero(log.event == LogEvent.FAILURE) == table["failures"].sum()
    assert log.components() == ("power",)
    assert log.time_unit == "h"
    open_lives = read_log(folder, is_training=False)
    assert len(open_lives.time) == np.count_nonzero(table["condition"] != "failed")
    assert (open_lives.event == LogEvent.NONE).all()


def test_services_cut_lives_off_at_their_age(tmp_path: Path) -> None:
    component = {"weibull": {"shape": 3, "scale_h": 100}, "repair": 5, "service": 1}
    folder = play(machines(component, crews=None, n=10, hours=500), tmp_path / "run", "age-replacement:age_h=50")
    log, table = read_log(folder), parts(folder)
    serviced = (log.event == LogEvent.CENSORED) & (np.abs(log.time - 50.0) < 1e-3)
    assert np.count_nonzero(serviced) == table["services"].sum() > 0
    assert log.time.max() < 50.0 + 1e-3


def test_lives_seen_from_some_age_on_are_left_out_and_noted(tmp_path: Path) -> None:
    component = {"weibull": {"shape": 2, "scale_h": 40}, "initial_age_h": 40, "repair": 5}
    folder = play(machines(component, crews=None, n=10, hours=300), tmp_path / "run")
    log, table = read_log(folder), parts(folder)
    assert log.notes == (
        "10 lives left out: they began before the run, so that they are seen from some age on only",
    )  # fmt: skip
    assert np.count_nonzero(log.event == LogEvent.FAILURE) == table["failures"].sum() - (table["failures"] > 0).sum()


def test_a_run_without_sustainment_is_refused(tmp_path: Path) -> None:
    content = machines({"weibull": {"scale_h": 60}}, hours=5)
    del content["sustainment"]
    compiled = compile_document(content)
    run_scenario(compiled, choose_policies(compiled.roster), folder=tmp_path / "run")
    with pytest.raises(InputError, match="nothing wears out in this run"):
        read_log(tmp_path / "run")


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="chammo run"):
        read_log(tmp_path)
