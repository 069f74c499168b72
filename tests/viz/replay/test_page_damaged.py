"""A damaged table of sustainment or of casualties, in a real browser."""

import shutil
from pathlib import Path

import pytest

from tests.viz.browser import Page, Served

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("run", "table", "tab", "view"),
    [
        ("sustained", "stores.parquet", "sustainment", "blue"),
        ("wounded", "people.parquet", "medical", "truth"),
    ],
)
def test_a_damaged_table_is_told_and_leaves_the_rest(
    page: Page, request: pytest.FixtureRequest, tmp_path: Path, run: str, table: str, tab: str, view: str
) -> None:
    folder = Path(shutil.copytree(request.getfixturevalue(run), tmp_path / "damaged"))
    (folder / table).write_bytes(b"PAR1 no table PAR1")
    with Served([folder]) as served:
        page.open(f"{served.url}/?lang=en#view={view}&t=3000")
        page.wait(lambda: table in page.text("#message"), "no message")
        page.click("#tab-events")
        page.wait(lambda: page.texts("#event-list .log-row"), "no events")
        assert not page.find(f"#tab-{tab}").is_displayed()
    page.collect()
    refused = [line for line in page.console if f"{tab}.json" in line and "422" in line]
    assert page.console == refused
    page.console.clear()
