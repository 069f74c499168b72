"""Addresses of scripts and styles: they change with the content, and a browser that has them asks no more."""

import re
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.viz.browser import Page, Served
from viz.replay.assets import FOLDER, Assets, asset_routes


@pytest.fixture
def assets(tmp_path: Path) -> Assets:
    """A copy of the player that a test may edit."""
    shutil.copytree(FOLDER / "player", tmp_path / "assets" / "player")
    return Assets(tmp_path / "assets")


def answers(assets: Assets) -> Callable[[str], tuple[int, str, bytes]]:
    """Return a function of an address: status, Cache-Control and content."""
    app = Flask(__name__)
    app.register_blueprint(asset_routes(assets))

    def fetch(address: str) -> tuple[int, str, bytes]:
        with app.test_client().get(address) as answer:
            return answer.status_code, answer.headers.get("Cache-Control", ""), answer.data

    return fetch


def test_an_asset_is_kept_under_an_address_that_an_edit_changes(assets: Assets) -> None:
    fetch, before = answers(assets), assets.root()
    address = f"{before}/player/text.js"
    assert fetch(address)[1] == "public, max-age=31536000, immutable"
    with (assets.folder / "player" / "text.js").open("a") as file:
        file.write("// edited\n")
    after = assets.root()
    assert after != before
    _, keeping, content = fetch(f"{after}/player/text.js")
    assert "immutable" in keeping
    assert content.endswith(b"// edited\n")


def test_an_edit_that_no_page_has_seen_yet_is_not_kept_under_the_old_address(assets: Assets) -> None:
    fetch, before = answers(assets), assets.root()
    (assets.folder / "player" / "text.js").write_text("edited")
    assert fetch(f"{before}/player/text.js")[1:] == ("no-cache", b"edited")


def test_a_stale_address_answers_with_the_present_file_and_is_not_kept(assets: Assets) -> None:
    fetch, root = answers(assets), assets.root()
    status, keeping, content = fetch("/assets-0123456789abcdef/player/film.js")
    assert (status, keeping) == (200, "no-cache")
    assert content == (assets.folder / "player" / "film.js").read_bytes()
    assert fetch(f"{root}/player/none.js")[0] == 404
    assert fetch(f"{root}/../pyproject.toml")[0] == 404


def test_equal_contents_have_equal_addresses_and_names_count(assets: Assets, tmp_path: Path) -> None:
    copy = Assets(Path(shutil.copytree(assets.folder, tmp_path / "copy")))
    assert copy.root() == assets.root()
    (copy.folder / "player" / "gif.js").rename(copy.folder / "player" / "gif2.js")
    assert copy.root() != assets.root()


@pytest.mark.browser
def test_a_second_visit_asks_for_no_asset(page: Page, small: Path) -> None:
    asked: list[str] = []
    with Served([small]) as site:
        site.server.app = _noting(site.server.app, asked)
        page.open(f"{site.url}/?lang=en")
        first = [path for path in asked if re.match(r"/(assets|_dash-component)", path)]
        assert len(first) == len(set(first))
        assert {path.rsplit("/", 1)[1] for path in first if "/player/" in path} == {"all.css", "all.js"}
        asked.clear()
        page.open(f"{site.url}/?lang=en")
        page.driver.get("about:blank")
        assert "/boot.json" in asked
        assert [path for path in asked if re.match(r"/(assets|_dash-component)", path)] == []


def _noting(app: Callable[..., Iterable[bytes]], asked: list[str]) -> Callable[..., Iterable[bytes]]:
    def noting(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        asked.append(environ["PATH_INFO"])
        return app(environ, start)

    return noting
