"""``chammo maintenance fit`` and ``predict``, on files as users have them."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from logistics.commands.maintenance import MAINTENANCE
from simcore.errors import InputError
from tests.logistics.commands.conftest import Chammo, parser_of, run_examples
from tests.logistics.prognosis.engines import write_engines

LIVES = "unit,time_h,event\n" + "".join(f"u{k},{t},failure\n" for k, t in enumerate((50, 80, 90, 100, 105, 130)))


def test_the_page_on_logs_shows_the_output_of_its_commands(chammo: Chammo, tmp_path: Path, repository: Path) -> None:
    page = (repository / "docs" / "how-to" / "maintenance-logs.md").read_text(encoding="utf-8")
    printed: list[str] = []
    for block in re.findall(r"```sh\n(.*?)```", page, flags=re.DOTALL):
        printed += run_examples(block, chammo, tmp_path, skipped="FD001")
    tables = [text for text in re.findall(r"```text\n(.*?)```", page, flags=re.DOTALL) if text.startswith("  ")]
    assert len(tables) == len(printed) == 2
    for text, output in zip(tables, printed, strict=True):
        assert output.startswith(text)


def test_the_faults_shown_on_the_page_are_those_of_its_log(tmp_path: Path, repository: Path) -> None:
    page = (repository / "docs" / "how-to" / "maintenance-logs.md").read_text(encoding="utf-8")
    shown = next(t for t in re.findall(r"```text\n(.*?)```", page, flags=re.DOTALL) if t.startswith("lives.csv"))
    content = next(c for c in re.findall(r"^cat > lives.csv <<END\n(.*?)^END$", page, flags=re.DOTALL | re.MULTILINE))
    lines = content.splitlines()
    lines[3] = lines[3].replace("power", "pwer")
    lines[4] = lines[4].replace("560", "")
    lines[7] = lines[8] = "ugv-3,power,450,failure"
    path = tmp_path / "lives.csv"
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(InputError) as caught:
        MAINTENANCE.execute(parser_of(MAINTENANCE).parse_args(["fit", str(path)]))
    assert str(caught.value).replace(str(path), "lives.csv") == shown.strip()


def test_a_constant_hazard_is_said_to_gain_nothing_from_replacing_early(chammo: Chammo, tmp_path: Path) -> None:
    (tmp_path / "infant.csv").write_text(
        "unit,time_h,event\n" + "".join(f"u{k},{t},failure\n" for k, t in enumerate((1, 2, 9, 90, 700)))
    )
    assert "is not above 1: an old component fails no more often than a new one" in chammo(
        "maintenance", "fit", "infant.csv"
    )
    (tmp_path / "wear.csv").write_text(LIVES)
    assert "the hazard grows with age" in chammo("maintenance", "fit", "wear.csv")


def test_json_holds_the_fit_and_the_picture_is_svg(chammo: Chammo, tmp_path: Path) -> None:
    (tmp_path / "lives.csv").write_text(LIVES)
    document = json.loads(chammo("maintenance", "fit", "lives.csv", "--json", "--svg", "p.svg", "--out", "m.json"))
    law = document["components"]["whole"]["weibull"]
    assert law["n_failures"] == 6
    assert law["beta_95"][0] < law["beta"] < law["beta_95"][1]
    assert json.loads((tmp_path / "m.json").read_text()) == document
    assert ElementTree.parse(tmp_path / "p.svg").getroot().tag.endswith("svg")


def test_a_gamma_process_predicts_from_the_level_of_wear(chammo: Chammo, tmp_path: Path) -> None:
    rows = ["unit,time_h,event,wear_mm"]
    rows += [
        f"u{k},{t},{'censored' if t == 9 else ''},{t + 0.3 * ((t * 7 + k) % 3)}" for k in range(6) for t in range(10)
    ]
    (tmp_path / "wear.csv").write_text("\n".join(rows) + "\n")
    chammo("maintenance", "fit", "wear.csv", "--signal", "wear_mm", "--limit", "20", "--out", "m.json")
    (tmp_path / "now.csv").write_text("unit,time_h,wear_mm\nnew,5,1\nworn,5,19\ndead,5,21\n")
    printed = chammo("maintenance", "predict", "now.csv", "--model", "m.json", "--window", "8", "--json")
    new, worn, dead = json.loads(printed)["predictions"]
    assert new["law"] == "gamma process"
    assert new["remaining"] == pytest.approx(19.0, rel=0.1)  # wear of 1 mm an hour
    assert new["low"] < new["remaining"] < new["high"]
    assert worn["p_failure"] > 0.99 > 0.01 > new["p_failure"]
    assert (dead["remaining"], dead["p_failure"]) == (0.0, 1.0)


def test_a_learned_model_is_fitted_written_read_and_scored(chammo: Chammo, tmp_path: Path) -> None:
    pytest.importorskip("sklearn")
    train, test, truth = write_engines(tmp_path, n_train=12, n_test=8)
    facts = json.loads(
        chammo("maintenance", "fit", str(train), "--learned", "--cap", "60", "--out", "m.json", "--json")
    )
    assert facts["lives"] == 12
    scored = ("maintenance", "predict", str(test), "--model", "m.json", "--truth", str(truth))
    result = json.loads(chammo(*scored, "--json", "--svg", "p.svg"))
    assert len(result["predictions"]) == 8
    assert result["scores"][0]["n"] == 8
    assert ElementTree.parse(tmp_path / "p.svg").getroot().tag.endswith("svg")
    text = chammo(*scored)
    assert "RMSE uncapped" in text
    lines = truth.read_text().splitlines()
    assert [line.split()[-1] for line in text.splitlines()[1:9]] == lines


WRONG = {
    "signal alone": (["fit", "lives.csv", "--signal", "w"], "--signal and --limit belong together"),
    "learned without out": (["fit", "lives.csv", "--learned"], "--learned needs --out"),
    "level": (["fit", "lives.csv", "--level", "2"], "--level 2: give a coverage from 0.5 to 0.99"),
    "folder of the picture": (["fit", "lives.csv", "--svg", "none/p.svg"], "the folder none does not exist"),
    "open lives": (["fit", "open.csv"], "row 2: the life of unit 'a' ends without an event"),
    "missing model": (["predict", "open.csv", "--model", "m.json"], "m.json: the model is missing"),
    "no model": (["predict", "open.csv", "--model", "other.json"], "other.json: no model of chammo maintenance fit"),
    "nothing in service": (["predict", "lives.csv", "--model", "m.json"], "every life has ended by a failure"),
    "seeds": (["predict", "open.csv", "--train", "lives.csv", "--seeds", "1,1"], "--seeds 1,1: give different"),
    "no signals": (["predict", "open.csv", "--train", "lives.csv"], "no condition signal"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_arguments_and_files_exit_with_2_and_a_remedy(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lives.csv").write_text(LIVES)
    (tmp_path / "open.csv").write_text("unit,time_h\na,5\n")
    (tmp_path / "other.json").write_text("{}")
    arguments, message = WRONG[case]
    with pytest.raises(InputError) as caught:
        MAINTENANCE.execute(parser_of(MAINTENANCE).parse_args(arguments))
    assert message in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_law_for_another_component_or_unit_of_time_is_refused(chammo: Chammo, tmp_path: Path) -> None:
    (tmp_path / "lives.csv").write_text(LIVES)
    chammo("maintenance", "fit", "lives.csv", "--out", "m.json")
    (tmp_path / "now.csv").write_text("unit,component,time_h\na,power,5\n")
    with pytest.raises(InputError, match="no law for component 'power'"):
        chammo("maintenance", "predict", "now.csv", "--model", "m.json")
    (tmp_path / "now.csv").write_text("unit,time_cycles\na,5\n")
    with pytest.raises(InputError, match="time in cycles, but the model's in hours"):
        chammo("maintenance", "predict", "now.csv", "--model", "m.json")
    (tmp_path / "now.csv").write_text("unit,time_d\na,2\n")
    in_days = chammo("maintenance", "predict", "now.csv", "--model", "m.json")
    (tmp_path / "now.csv").write_text("unit,time_h\na,48\n")
    assert chammo("maintenance", "predict", "now.csv", "--model", "m.json") == in_days
