"""Scripts of the player joined into one file run as they do one by one."""

from pathlib import Path

import pytest

from tests.viz.browser import Page, Served
from viz.replay.assets import FOLDER, STYLES, Assets
from viz.replay.joined import join_scripts

SCRIPTS = {path.name: path.read_text(encoding="utf-8") for path in (FOLDER / "player").glob("*.js")}


def test_every_script_and_style_of_the_player_is_joined() -> None:
    assets = Assets()
    scripts = (assets.content("player/all.js") or b"").decode()
    assert all(f'modules["{name}"] = ' in scripts for name in SCRIPTS)
    styles = (assets.content("player/all.css") or b"").decode()
    assert sorted(STYLES) == sorted(path.stem for path in (FOLDER / "player").glob("*.css"))
    assert all(path.read_text(encoding="utf-8") in styles for path in (FOLDER / "player").glob("*.css"))


def test_a_script_comes_after_those_that_it_imports() -> None:
    joined = join_scripts(
        {
            "a.js": 'import { b as B } from "./b.js";\nimport { c } from "./c.js";\nexport const a = B + c();\n',
            "b.js": 'import { c, C } from "./c.js";\nexport const b = c() + C.of;\nconst c2 = 1;\n',
            "c.js": "export function c() {\n  return 1;\n}\nexport class C {\n  static of = 2;\n}\nconst c2 = 2;\n",
        }
    )
    places = [joined.index(f"// {name}.js") for name in "cba"]
    assert places == sorted(places)
    assert 'const { b: B } = modules["b.js"];' in joined
    assert "export" not in joined
    assert "import" not in joined


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("export default 1;", "only named imports and exports"),
        ("export let now = 1;", "only named imports and exports"),
        ('import * as b from "./b.js";', "only named imports and exports"),
        ('import "./b.js";', "only named imports and exports"),
        ("const here = import.meta.url;", "only named imports and exports"),
        ('import { none } from "./b.js";', "imports none from b.js, which does not export it"),
        ('import { b } from "./none.js";', "imports none.js, which is no script"),
        ('import { b } from "./b.js";\nexport const d = 1;', "in a circle"),
    ],
)
def test_other_forms_are_refused(source: str, reason: str) -> None:
    other = 'import { d } from "./a.js";\n' if "export const d" in source else ""
    with pytest.raises(ValueError, match=reason):
        join_scripts({"a.js": source + "\n", "b.js": other + "export const b = 1;\n"})


@pytest.mark.browser
def test_joined_scripts_export_the_same_as_single_ones(page: Page, small: Path) -> None:
    with Served([small]) as site:
        page.open(f"{site.url}/?lang=en")
        assert page.driver.execute_async_script(DIFFERENT, Assets().root(), sorted(set(SCRIPTS) - {"main.js"})) == []


DIFFERENT = """
const [root, names, done] = arguments;
const shown = (module) => Object.keys(module).sort().map((key) => `${key} ${String(module[key])}`).join("\\n");
(async () => {
  const different = [];
  for (const name of names) {
    const [single, joined] = [await import(`${root}/player/${name}`), await chammo.load(name.replace(".js", ""))];
    if (!joined || !shown(single) || shown(single) !== shown(joined)) different.push(name);
  }
  return different;
})().then(done, (error) => done([String(error)]));
"""
