"""The model card: complete, escaped, free of outside resources, and equal to the JSON table."""

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from scenarios.cli import main
from scenarios.verification.card import statements
from scenarios.verification.card.page import HEADER, Origin, card_html, rows_digest, status_line
from scenarios.verification.rows import Judge, Row
from scenarios.verification.table import format_number
from scenarios.verification.topics import TOPICS

ARGUMENTS = ["verify", "attrition", "--blue", "4", "--red", "3", "--rate-blue", "0.2", "--replications", "200"]
VOID = {"meta", "br", "hr", "img", "link", "input"}
SUMMARIES = {topic.name: topic.summary for topic in TOPICS}
HOSTILE = '<script>alert("1")</script>&\'</td>'


class Page(HTMLParser):
    """Collects what a test asks for, and that every element is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.tables: list[list[list[str]]] = []
        self.data = ""
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        values = dict(attrs)
        self.links += [values[name] or "" for name in ("src", "href", "data", "action", "srcset") if name in values]
        self.ids += [values["id"] or ""] if "id" in values else []
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "script" in self.open:
            self.data += data
        elif "style" not in self.open:
            self.text += data
            if "td" in self.open or "th" in self.open:
                self.tables[-1][-1][-1] += data


def rows() -> list[Row]:
    judge = Judge("a check", HOSTILE)
    made = [
        judge.proportion("P", 480, 1000, 0.5),
        judge.exact("x, m", 1.0, 1.0, 0.0, HOSTILE),
        judge.information(HOSTILE, 0.2, 0.3, "limit"),
    ]
    return [replace(row, topic="salvo", dt_s=1.0) for row in made]


def origin(command: str = "chammo verify") -> Origin:
    return Origin(command, 1000, 7, {"chammo": "0.1.0", "engine": "abc"}, "2026-01-01 00:00 UTC", SUMMARIES, (2.0,))


def test_the_command_writes_a_card_with_the_rows_of_the_json_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "card.html"
    assert main([*ARGUMENTS, "--json", "--card", str(path)]) == 0
    table = json.loads(capsys.readouterr().out)["rows"]
    text = path.read_text(encoding="utf-8")
    page = Page(text)
    assert json.loads(page.data) == table
    shown = [line for found in page.tables for line in found[1:] if found[0] == list(HEADER)]
    assert len(shown) == len(table)
    for line, row in zip(shown, table, strict=True):
        assert line[:3] == [row["check"], row["parameters"], row["quantity"]]
        assert line[3] == format_number(row["estimate"])
        assert line[5] == format_number(row["oracle"])
        assert line[6] == ("-" if row["z"] is None else f"{row['z']:+.2f}")
        assert line[7:10] == [row["verdict"], str(row["replications"] or "-"), "1"]
        assert line[10] == "1"
    assert "chammo verify attrition --blue 4 --red 3 --rate-blue 0.2 --replications 200 --seed 1" in page.text
    assert str(tmp_path) not in text


def test_the_page_needs_nothing_from_outside() -> None:
    text = card_html(rows(), origin())
    page = Page(text)
    assert all(link.startswith(("#", "data:")) for link in page.links)
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert "http:" not in text
    assert "https:" not in text
    assert "url(" not in text
    assert "@import" not in text
    assert not {"link", "img", "iframe", "object", "base"} & set(page.tags)
    assert page.tags.count("script") == 1  # the rows as JSON


def test_everything_is_escaped() -> None:
    text = card_html(rows(), origin(HOSTILE))
    assert HOSTILE not in text
    page = Page(text)
    assert page.text.count(HOSTILE) >= 3
    assert json.loads(page.data)[0]["parameters"] == HOSTILE


def test_ids_are_unique_and_all_sections_are_there() -> None:
    page = Page(card_html(rows(), origin()))
    assert len(page.ids) == len(set(page.ids))
    wanted = {"use", "requirements", "assumptions", "capabilities", "limitations", "risks", "evidence", "verification"}
    assert wanted | {"step", "origin", "rows", "topic-salvo"} <= set(page.ids)
    assert page.tags.count("svg") == 2
    assert all(item.factor in page.text and item.reason in page.text for item in statements.EVIDENCE)


def test_the_status_line_claims_no_more_than_was_played() -> None:
    few = rows()
    assert status_line(few, origin()).startswith(
        "Verified against 2 exact results in 1 set-ups (not played: attrition,"
    )
    assert status_line(few, origin()).endswith("not accredited; not compared with real combat data.")
    failed = [*few, replace(Judge("a", "b").exact("x", 1.0, 2.0, 0.0, "no"), topic="salvo")]
    assert status_line(failed, origin()).startswith("NOT verified: 1 of 3 comparisons")
    assert 'class="status fail"' in card_html(failed, origin())


def test_the_digest_tells_rows_apart() -> None:
    few = rows()
    assert rows_digest(few) == rows_digest(rows())
    assert rows_digest(few) != rows_digest([replace(few[0], estimate=0.48000001), *few[1:]])


def test_a_table_of_nothing_still_makes_a_page() -> None:
    assert "0 pass" in Page(card_html([], origin())).text


def test_levels_of_evidence_stay_on_the_scale() -> None:
    assert all(0 <= item.level <= 4 for item in statements.EVIDENCE)
    known = {topic.name for topic in TOPICS}
    assert {name for requirement in statements.REQUIREMENTS for name in requirement.topics} == known


@pytest.mark.parametrize(("name", "message"), [("", "is a folder"), ("missing/card.html", "is missing")])
def test_a_place_that_cannot_be_written_is_refused_before_the_play(
    name: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*ARGUMENTS, "--card", str(tmp_path / name)]) == 2
    assert message in capsys.readouterr().err


def test_the_step_of_the_library_is_marked_even_when_it_is_not_in_the_table() -> None:
    assert "2 (library scenarios)" in Page(card_html(rows(), origin())).text
    text = Page(card_html(rows(), replace(origin(), library_steps_s=(4.0, 2.0)))).text
    assert "4 (library scenarios)" in text
    assert "use 2, 4 s" in text
