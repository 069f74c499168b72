"""The command on a small fight: the answer first, a folder that resumes, the memo in two languages."""

import json
import re
import shutil
import xml.etree.ElementTree as ET
from argparse import ArgumentParser
from pathlib import Path

import numpy as np
import pytest

from scenarios.batch.again import find_replication
from simcore.errors import InputError
from simcore.recording.manifest import MANIFEST
from simcore.recording.tables import read_table
from staff_ai.commands import procure
from staff_ai.procurement.text import WIDTH
from tests.staff_ai.procurement.test_load import write
from tests.viz.browser import Page, missing_browser
from viz.report.report import write_report

EFFECT = "blue_force_left"


def run(*arguments: str) -> int:
    parser = ArgumentParser()
    procure.PROCURE.configure(parser)
    return procure.PROCURE.execute(parser.parse_args([*arguments, "--threads", "1", "--quiet"]))


@pytest.fixture(scope="module")
def question(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write(tmp_path_factory.mktemp("question"), question="Hold <b>fire</b> & save money?", runs=600,
                 measures=[{"name": EFFECT, "at_least": 0.88, "worth": 50}])  # fmt: skip


@pytest.fixture(scope="module")
def folder(question: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an answer. Read only."""
    out = tmp_path_factory.mktemp("procure") / "answer"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(procure, "_write_memo", lambda folder, lang: write_report(folder, lang=lang))
        assert run(question, "-o", str(out)) == 0
    return out


def test_the_answer_comes_first_on_80_columns(
    question: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(procure, "_write_memo", lambda folder, lang: write_report(folder, lang=lang))
    copy = tmp_path / "again"
    shutil.copytree(folder, copy)
    run(question, "-o", str(copy), "--no-replays")
    lines = capsys.readouterr().out.splitlines()
    told = lines[: next(k for k, line in enumerate(lines) if str(copy) in line)]
    assert max(len(line) for line in told) <= WIDTH
    first = next(k for k, line in enumerate(lines) if line.startswith(("Choose", "Keep", "No alternative")))
    assert first < next(k for k, line in enumerate(lines) if line.startswith("finalist"))
    assert any("probability" in line for line in lines[first : first + 8])


def test_the_status_quo_is_always_a_finalist_and_nothing_is_a_single_score(folder: Path) -> None:
    answer = json.loads((folder / "answer.json").read_text())
    assert answer["finalists"][0]["name"] == "status quo"
    assert answer["finalists"][0]["changes"] == {}
    assert set(answer["best_by"]) == {"expected", "regret", "tail", "satisficing", "enemy"}
    assert sum(one["p_best"] for one in answer["finalists"]) == pytest.approx(1.0)


def test_the_effects_are_the_means_of_the_rows_on_fresh_seeds(folder: Path) -> None:
    answer = json.loads((folder / "answer.json").read_text())
    rows = read_table(folder / "finalists" / "replications.parquet")
    explored = json.loads((folder / "explore" / MANIFEST).read_text())
    fresh = json.loads((folder / "finalists" / MANIFEST).read_text())
    assert explored["seed"] != fresh["seed"]
    for k, one in enumerate(answer["finalists"]):
        by_option = [float(rows[EFFECT][rows["point"] == 2 * k + o].mean()) for o in range(2)]
        assert one["effect"]["value"] == pytest.approx((2.0 * by_option[0] + by_option[1]) / 3.0)
        assert list(one["enemy"]["by_option"].values()) == pytest.approx(by_option)


def test_the_table_of_finalists_has_levers_and_uncertainties_as_columns(folder: Path) -> None:
    rows = read_table(folder / "finalists.parquet")
    assert {"finalist", "option", "future", "cost", "guns", "doctrine", "sight", "enemy", EFFECT} <= set(rows)
    assert set(rows["enemy"]) == {"hold", "assault"}
    assert rows["sight"].min() >= 1.0
    assert rows["sight"].max() <= 5.0


def test_the_runs_behind_a_finalist_are_kept_and_play_again(folder: Path) -> None:
    answer = json.loads((folder / "answer.json").read_text())
    for one in answer["finalists"]:
        assert [run["role"] for run in one["replays"]] == ["median", "best", "worst"]
        values = [run["value"] for run in one["replays"]]
        assert values[2] <= values[0] <= values[1]
        for run_kept in one["replays"]:
            measures = json.loads((Path(run_kept["folder"]) / "measures.json").read_text())["measures"]
            assert measures[EFFECT] == run_kept["value"]
    kept = answer["finalists"][-1]["replays"][0]
    words = kept["command"].split()
    found = find_replication(Path(words[3]), int(words[7]), words[5])
    assert found.row[EFFECT] == kept["value"]


def test_a_stopped_question_goes_on_to_the_same_answer(
    question: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(procure, "_write_memo", lambda folder, lang: write_report(folder, lang=lang))
    copy = tmp_path / "stopped"
    shutil.copytree(folder, copy)
    before = json.loads((copy / "answer.json").read_text())
    (copy / "answer.json").unlink()
    shutil.rmtree(copy / "finalists")
    manifest = json.loads((copy / MANIFEST).read_text())
    kept = (copy / "explore" / "replications.parquet").stat().st_mtime_ns
    (copy / MANIFEST).write_text(json.dumps({**manifest, "status": "running"}))
    run(question, "-o", str(copy), "--no-replays")
    after = json.loads((copy / "answer.json").read_text())
    for one in (before, after):
        for finalist in one["finalists"]:
            finalist.pop("replays")
    assert after == before
    assert (copy / "explore" / "replications.parquet").stat().st_mtime_ns == kept  # nothing was played twice


@pytest.mark.slow
def test_a_cluster_gives_the_same_answer_byte_for_byte(
    question: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(procure, "_write_memo", lambda folder, lang: write_report(folder, lang=lang))
    there = tmp_path / "cluster"
    assert run(question, "-o", str(there), "--engine", "dask", "--no-replays") == 0
    for table in ("finalists.parquet", "explore/replications.parquet", "finalists/replications.parquet"):
        assert (there / table).read_bytes() == (folder / table).read_bytes()
    here, found = (json.loads((one / "answer.json").read_text()) for one in (folder, there))
    for answer in (here, found):
        for finalist in answer["finalists"]:
            finalist.pop("replays")
    assert found == here


def test_a_folder_of_another_question_or_of_anything_else_is_refused(
    question: str, folder: Path, tmp_path: Path
) -> None:
    other = write(tmp_path, runs=600, budget={"amount": 7}, measures=[{"name": EFFECT, "at_least": 0.88, "worth": 50}])
    with pytest.raises(InputError, match="contains another question, which must not be mixed"):
        run(other, "-o", str(folder))
    with pytest.raises(InputError, match="contains runs 600, now 700, which must not be mixed"):
        run(question, "-o", str(folder), "--runs", "700")
    with pytest.raises(InputError, match="contains a compare, not an answer; choose another -o"):
        run(question, "-o", str(folder / "explore"))
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "note.txt").write_text("mine")
    with pytest.raises(InputError, match="exists and is not the folder of a question"):
        run(question, "-o", str(tmp_path / "notes"))


def test_a_question_can_be_checked_without_a_run(question: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(question, "--check") == 0
    out = capsys.readouterr().out
    assert "valid" in out
    assert "at most" in out


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_memo_is_one_file_without_scripts_and_requests(folder: Path, tmp_path: Path, lang: str) -> None:
    html = write_report(folder, tmp_path / "memo.html", lang).read_text(encoding="utf-8")
    assert "<script" not in html.lower()
    assert "<b>fire" not in html
    assert "Hold &lt;b&gt;fire&lt;/b&gt; &amp; save money?" in html
    assert not re.search(r"(?<!xmlns=')https?://", html)
    assert not re.search(r"report\.[a-z_.]+\b(?!html)", re.sub(r"<pre>.*?</pre>", "", html, flags=re.DOTALL))
    assert not re.search(r"\{[a-z_]+\}", re.sub(r"<style>.*?</style>|<pre>.*?</pre>", "", html, flags=re.DOTALL))
    pictures = re.findall(r"<svg.*?</svg>", html, re.DOTALL)
    assert len(pictures) >= 4
    for picture in pictures:
        ET.fromstring(picture)
        assert "nan" not in picture
    answer = json.loads((folder / "answer.json").read_text())
    best = next(one for one in answer["finalists"] if one["name"] == answer["recommended"])
    assert f"{best['effect']['value']:.3f}" in html
    assert "chammo replay" in html
    assert "font-face" in html or lang == "en"


def test_a_memo_of_a_changed_or_unfinished_answer_is_refused(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "changed"
    shutil.copytree(folder, copy)
    (copy / "answer.json").write_text((copy / "answer.json").read_text().replace('"p_best": 0', '"p_best": 1', 1))
    with pytest.raises(InputError, match="--unverified"):
        write_report(copy)
    manifest = json.loads((copy / MANIFEST).read_text())
    (copy / MANIFEST).write_text(json.dumps({**manifest, "status": "running"}))
    with pytest.raises(InputError, match="still being written"):
        write_report(copy)


@pytest.mark.browser
def test_every_picture_of_the_memo_shows_all_of_its_text_and_it_prints(folder: Path, tmp_path: Path) -> None:
    if missing_browser():
        pytest.skip(missing_browser())
    page = Page(1000, 900)
    try:
        for lang in ("en", "ko"):
            path = write_report(folder, tmp_path / f"memo-{lang}.html", lang)
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


def test_runs_are_independent_of_what_they_are_asked_for(folder: Path) -> None:
    """Replications of all alternatives share their luck: the same number meets the same future."""
    rows = read_table(folder / "finalists" / "replications.parquet")
    for point in np.unique(rows["point"]):
        mine = rows["point"] == point
        order = np.argsort(rows["replication"][mine])
        sight = rows["sight"][mine][order]
        first = rows["sight"][rows["point"] == 0][np.argsort(rows["replication"][rows["point"] == 0])]
        assert (sight == first).all()
