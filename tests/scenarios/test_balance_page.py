"""The page of the library's scenarios takes rows and sections of single scenarios, new ones and measured again."""

from benchmarks.pages.balance import PAGE, section, with_row, with_section


def test_a_row_replaces_its_own_or_finds_its_place_among_the_names() -> None:
    table = "| scenario | wins |\n| --- | --- |\n| `air` | 1 |\n| `two` | 2 |"
    page = f"# Page\n\n{table}\n\nText.\n\n{table}\n"
    changed = with_row(page, "two", "| `two` | 3 |", "| `two` | 4 |")
    assert changed == page.replace("| `two` | 2 |", "| `two` | 3 |", 1).replace("| `two` | 2 |", "| `two` | 4 |")
    added = with_row(page, "convoy", "| `convoy` | 5 |", "| `convoy` | 6 |").split("\n\n")
    assert [line.split("`")[1] for line in added[1].splitlines()[2:]] == ["air", "convoy", "two"]
    assert "| `convoy` | 6 |" in added[3]


def test_a_section_that_is_taken_out_comes_back_to_its_place() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name in ("air-base-drone-salvo", "two-channels", "undersea-search"):
        part = section(name)
        assert page.count(part) == 1
        assert with_section(page.replace(part, ""), name) == page
        assert with_section(page.replace(part, part.replace(".", "!")), name) == page
