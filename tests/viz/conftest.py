"""Run folders to show, written once, and a browser that must stay on this machine and keep its console clean."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.viz import hilly as hilly_run
from tests.viz import skirmish as short_fight
from tests.viz import sustained as sustained_run
from tests.viz import wounded as wounded_run
from tests.viz.browser import Page, Served, missing_browser
from tests.viz.korean import korean_fight
from tests.viz.recorded import record
from tests.viz.synthetic import Recipe, write_batch, write_run

SMALL = Recipe(advice=True)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of 40 units and 20 minutes. Read only."""
    return write_run(tmp_path_factory.mktemp("runs") / "small", SMALL)


@pytest.fixture
def run_copy(small: Path, tmp_path: Path) -> Path:
    """The small run as a copy that a test may change."""
    return Path(shutil.copytree(small, tmp_path / "run"))


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders for the browser tests by name: two runs to compare and a batch with one run inside."""
    root = tmp_path_factory.mktemp("shelf")
    return {
        "first": write_run(root / "first", SMALL),
        "second": write_run(root / "second", replace(SMALL, seed=2, advice=False)),
        "study": write_batch(root / "study", run_inside=Recipe(n_units=12, n_frames=31)),
    }


def require_browser() -> None:
    """Skip where no browser can run; fail where one must."""
    reason = missing_browser()
    if reason and os.environ.get("CHAMMO_CI") == "1":
        pytest.fail(f"CHAMMO_CI=1 demands the browser tests: {reason}")
    if reason:
        pytest.skip(reason)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Page]:
    require_browser()
    page = Page()
    yield page
    page.close()


@pytest.fixture(scope="session")
def site(shelf: dict[str, Path]) -> Iterator[str]:
    """Address of a server that has one run, the batch and its run."""
    with Served([shelf["first"], shelf["study"]]) as served:
        yield served.url


@pytest.fixture(scope="session")
def pair_site(shelf: dict[str, Path]) -> Iterator[str]:
    """Address of a server that has two runs."""
    with Served([shelf["first"], shelf["second"]]) as served:
        yield served.url


@pytest.fixture
def page(chromium: Page) -> Iterator[Page]:
    """The browser, with the gate on: no request leaves this machine, and nothing is logged to the console."""
    chromium.resize(1280, 720)
    chromium.driver.get("about:blank")
    chromium.collect()
    chromium.console.clear()
    chromium.requests.clear()
    yield chromium
    chromium.forget()  # units of length or marks that one test leaves would meet the next
    assert chromium.strangers() == []
    assert chromium.console == []


@pytest.fixture(scope="session")
def sustained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recorded run with wear, repair and supply. Read only."""
    return record(sustained_run.DOCUMENT, tmp_path_factory.mktemp("sustained") / "sustained")


@pytest.fixture(scope="session")
def wounded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recorded run with casualties, transports and a facility. Read only."""
    return record(wounded_run.DOCUMENT, tmp_path_factory.mktemp("wounded") / "wounded")


@pytest.fixture(scope="session")
def skirmish(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recorded fight with objectives, losses and a winner."""
    return record(short_fight.DOCUMENT, tmp_path_factory.mktemp("skirmish") / "skirmish")


@pytest.fixture(scope="session")
def hills(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recorded run over hills and water. Read only."""
    return record(hilly_run.DOCUMENT, tmp_path_factory.mktemp("hills") / "hills")


@pytest.fixture(scope="session")
def hills_site(hills: Path) -> Iterator[str]:
    with Served([hills]) as served:
        yield served.url


@pytest.fixture(scope="session")
def korean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same fight with Korean names, a date and a classification."""
    return record(korean_fight(), tmp_path_factory.mktemp("korean") / "korean")


@pytest.fixture(scope="session")
def fight(skirmish: Path) -> Iterator[str]:
    with Served([skirmish]) as served:
        yield served.url


@pytest.fixture(scope="session")
def skirmish_2(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same fight with other random numbers."""
    return record(short_fight.DOCUMENT, tmp_path_factory.mktemp("skirmish") / "skirmish-2", seed=2)
