"""Reports of a batch, a comparison and a sweep: one file each, with the answer of the command, in two languages."""

from __future__ import annotations

import json
import re
import shutil
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from scenarios.batch.batch import run_batch
from scenarios.cli import main
from scenarios.format.yaml_text import write_yaml
from scenarios.loader import load
from scenarios.measures.estimates import MeasureEstimate
from scenarios.run.policies import choose_policies
from simcore.errors import InputError
from tests.simcore.small_worlds import skirmish
from tests.viz.browser import Page, missing_browser
from viz.commands.report import REPORT
from viz.paper.pictures import Interval, distributions, heat, intervals
from viz.reading.experiment_folder import ExperimentFolder
from viz.report.report import report_html, write_report
from viz.report.words import Words

TITLE = "Bridge <script>alert(1)</script> & ford"


@dataclass(frozen=True)
class Folders:
    batch: Path
    compare: Path
    sweep: Path

    def each(self) -> list[Path]:
        return [self.batch, self.compare, self.sweep]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    """Folders as the commands write them. Read only."""
    root = tmp_path_factory.mktemp("reports")
    scenario = root / "bridge.yaml"
    scenario.write_text(write_yaml(skirmish(title=TITLE, time={"dt_s": 5, "duration_s": 300})))
    compiled = load(scenario)
    choices = choose_policies(compiled.roster)
    run_batch(compiled, choices, n=12, folder=root / "b", threads=1, keep=("median", "best", "worst"))
    quiet = ["--threads", "1", "--quiet", "--measure", "blue_score", "--cost", "force_cost"]
    named = next(group["name"] for group in skirmish()["groups"] if group["side"] == "blue")
    variant = [f"groups.{named}.at_km=[-1, 2]", "sides.red.roe_limit=hold"]
    main(["compare", str(scenario), "--variant", variant[0], "--variant", "red at rest", variant[1], "-n", "8",
          "--margin", "0.1", "--out", str(root / "c"), *quiet])  # fmt: skip
    main(["sweep", str(scenario), "--factor", "seen:environment.visibility_km=1,2,4", "--factor",
          "sides.red.roe_limit=hold,free", "-n", "4", "--out", str(root / "s"), *quiet])  # fmt: skip
    return Folders(root / "b", root / "c", root / "s")


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("kind", ["batch", "compare", "sweep"])
def test_a_report_is_one_file_without_scripts_and_requests(folders: Folders, kind: str, lang: str) -> None:
    html = report_html(ExperimentFolder(getattr(folders, kind)), lang)
    assert "<script" not in html.lower()
    assert not re.search(r"(?<!xmlns=')https?://", html)
    assert "default-src 'none'" in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; ford" in html
    assert not re.search(r"report\.[a-z_.]+\b(?!html)", re.sub(r"<pre>.*?</pre>", "", html))  # a text that is missing
    pictures = re.findall(r"<svg.*?</svg>", html, re.DOTALL)
    assert len(pictures) >= 4
    for picture in pictures:
        ET.fromstring(picture)
        assert "nan" not in picture
    assert ("font-face" in html) == (lang == "ko")


def test_a_report_has_the_answer_that_the_command_gave(folders: Folders) -> None:
    for folder, key in ((folders.compare, "comparison"), (folders.sweep, "sweep")):
        manifest = json.loads((folder / "manifest.json").read_text())
        answer = (
            manifest[key]["answer"].replace("&", "&amp;").replace("<", "&lt;").replace("blue_score:", "Blue score:")
        )
        assert f"<p class=answer>{answer}</p>" in report_html(ExperimentFolder(folder), "en")
    batch = ExperimentFolder(folders.batch)
    gap = float(np.mean(batch.columns["blue_win"]) - np.mean(batch.columns["red_win"]))
    assert re.search(rf"class=answer>[^<]*{abs(gap):.0%}", report_html(batch, "en"))


def test_a_report_says_how_to_reproduce_it(folders: Folders) -> None:
    for folder in folders.each():
        source = ExperimentFolder(folder)
        html = report_html(source, "en")
        assert source.manifest["scenario"]["hash"] in html
        assert source.manifest["versions"]["engine"] in html
        assert f"chammo run --from {folder}" in html
        assert "placeholder" in html


@pytest.mark.parametrize(("lang", "words"), [("en", ["red_2 losses: gun", "objective 3 met"]), ("ko", [])])
def test_measures_of_a_batch_are_named_by_their_fields(lang: str, words: list[str]) -> None:
    """A name that joins side, measure and platform has several readings."""
    fields = {"unit": "1", "kind": "mean", "value": 1.0, "low": None, "high": None, "n": 1, "description": ""}
    of_side = MeasureEstimate("red_2_losses_gun", **fields, side="red_2", measure="losses_gun", key="losses_of",
                              platform="gun")  # fmt: skip
    of_objective = MeasureEstimate("objective_3_met", **fields, measure="objective_3_met", key="objective_met",
                                   objective=3)  # fmt: skip
    told = [Words(lang).estimate(estimate) for estimate in (of_side, of_objective)]
    assert "gun" in told[0]
    assert "3" in told[1]
    assert not any("{" in text or "_met" in text for text in told)
    assert told == words or lang == "ko"


def test_a_report_in_a_folder_that_does_not_exist_is_refused(folders: Folders, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"the folder .*missing does not exist"):
        write_report(folders.batch, tmp_path / "missing" / "report.html")


def test_a_changed_folder_is_refused_unless_asked_for(folders: Folders, tmp_path: Path) -> None:
    copy = tmp_path / "changed"
    shutil.copytree(folders.batch, copy)
    before = (copy / "replications.parquet").read_bytes()
    pq.write_table(pq.read_table(copy / "replications.parquet"), copy / "replications.parquet")  # other bytes
    with pytest.raises(InputError, match="--unverified"):
        write_report(copy)
    (copy / "replications.parquet").write_bytes(before)
    assert write_report(copy) == copy / "report.html"
    assert write_report(copy, lang="ko") == copy / "report.ko.html"
    assert write_report(copy)  # a report beside the results changes nothing
    for folder, words in (
        (
            tmp_path,
            "written by `chammo batch`, `chammo compare` or `chammo sweep`",
        ),
        (folders.batch / "runs", "holds no replications"),
    ):
        with pytest.raises(InputError, match=words):
            write_report(folder)
    with pytest.raises(InputError, match="give en or ko"):
        write_report(copy, lang="de")
    assert REPORT.summary


def test_points_and_whiskers_lie_where_their_values_are() -> None:
    picture = intervals(
        [Interval("a", 1.0, 0.0, 2.0), Interval("b", 3.0, 2.0, 4.0), Interval("c", None, None, None)], "x"
    )
    centres = [float(x) for x in re.findall(r"<circle cx='([\d.]+)'", picture)]
    whiskers = [(float(a), float(b)) for a, b in re.findall(r"<path d='M([\d.]+) [\d.]+H([\d.]+)M", picture)]
    assert len(centres) == len(whiskers) == 2
    per_unit = (centres[1] - centres[0]) / 2.0
    assert whiskers[0] == pytest.approx((centres[0] - per_unit, centres[0] + per_unit), abs=0.2)
    assert whiskers[1][0] == pytest.approx(whiskers[0][1], abs=0.2)  # both at 2


def test_a_histogram_of_whole_numbers_has_a_bar_for_each() -> None:
    picture = distributions([("losses", np.array([0.0, 1.0, 1.0, 3.0, np.nan]))], "losses")
    shares = re.findall(r"<title>[^:]*: ([\d.]+)%", picture)
    assert [float(share) for share in shares] == [25.0, 50.0, 25.0]
    widths = {float(width) for width in re.findall(r"<rect [^>]*width='([\d.]+)'", picture)}
    assert max(widths) - min(widths) < 0.2  # none is cut off at the ends of the axis


def test_a_heat_map_leaves_cells_without_a_value_empty() -> None:
    picture = heat(("a", ["1", "2"]), ("b", ["3", "4"]), np.array([[0.1, np.nan], [0.3, 0.9]]), "x")
    assert picture.count("<rect") == 3
    assert all(f">{text}</text>" in picture for text in ("0.100", "0.300", "0.900"))  # as many decimals in each


@pytest.mark.browser
def test_every_picture_of_a_report_shows_all_of_its_text_and_it_prints(folders: Folders, tmp_path: Path) -> None:
    if missing_browser():
        pytest.skip(missing_browser())
    page = Page(1000, 900)
    try:
        for folder in folders.each():
            for lang in ("en", "ko"):
                path = write_report(folder, tmp_path / f"{folder.name}-{lang}.html", lang)
                page.driver.get(path.as_uri())
                outside = page.js(
                    "return [...document.querySelectorAll('svg')].flatMap((svg) => {"
                    " const box = svg.getBoundingClientRect();"
                    " return [...svg.querySelectorAll('text')].filter((text) => {"
                    "  const t = text.getBoundingClientRect();"
                    "  return t.left < box.left - 1 || t.right > box.right + 1 || t.bottom > box.bottom + 1;"
                    " }).map((text) => text.textContent) })"
                )
                assert outside == []
                assert page.js("return document.documentElement.scrollWidth") <= 1000
                printed = page.driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})
                assert len(printed["data"]) > 10_000
        page.collect()
        assert page.console == []
        assert page.strangers() == []
    finally:
        page.close()
