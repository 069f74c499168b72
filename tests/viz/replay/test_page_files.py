"""What is shipped with the page: vendored files are what they say, nothing points outside, no text is missing."""

import hashlib
import json
import re
import struct
import zlib
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from fontTools.ttLib import TTFont

from scenarios.measures.compute import measure_key
from scenarios.measures.table import MEASURES
from simcore.event_kinds import EVENT_KINDS, FAMILIES
from simcore.types import (
    Damage,
    Domain,
    EventKind,
    Identity,
    Level,
    Returning,
    Roe,
    Status,
    TargetClass,
    Task,
)  # fmt: skip
from simcore.upkeep import Part
from viz.paper.texts import LANGUAGES, texts
from viz.reading.terrain_image import encode_png, shade
from viz.replay.codes import CODES, page_codes
from viz.replay.review import CATEGORIES

VIZ = Path(str(files("viz")))
ASSETS = VIZ / "assets"
PLAYER = sorted((ASSETS / "player").iterdir())


def test_vendored_files_are_listed_with_their_digest() -> None:
    listed = dict(
        re.findall(r"^\| `([^`]+)` \|.*`([0-9a-f]{64})` \|$", (ASSETS / "vendor" / "THIRD_PARTY.md").read_text(), re.M)
    )
    present = {
        str(path.relative_to(ASSETS / "vendor")): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (ASSETS / "vendor").rglob("*")
        if path.is_file() and path.name not in ("THIRD_PARTY.md", "LICENSE")
    }
    assert listed == present
    assert all((ASSETS / "vendor" / name).with_name("LICENSE").is_file() for name in present)


@pytest.mark.parametrize("path", PLAYER, ids=lambda path: path.name)
def test_player_file_is_short_and_points_nowhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    assert not re.search(r"(?<!xmlns=\")https?://", text)
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text)


def test_languages_have_the_same_keys() -> None:
    keys = {lang: set(texts(lang)) for lang in LANGUAGES}
    assert keys["en"] == keys["ko"]
    for lang in LANGUAGES:
        raw = json.loads((VIZ / "locales" / f"{lang}.json").read_text(encoding="utf-8"))
        assert all(isinstance(text, str) and text.strip() for text in raw.values())
    for key in keys["en"]:
        placeholders = [set(re.findall(r"\{(\w+)\}", texts(lang)[key])) for lang in LANGUAGES]
        assert placeholders[0] == placeholders[1], key


def test_every_text_that_the_page_asks_for_exists() -> None:
    asked: set[str] = set()
    for path in [*PLAYER, *sorted((VIZ / "replay").glob("*.py"))]:
        source = path.read_text(encoding="utf-8")
        asked |= set(re.findall(r"""\b(?:t|translate|icon|text)\(\s*["']([a-z_]+\.[\w.]+)["']""", source))
        asked |= set(re.findall(r"""["']((?:help|transport|ring|top)\.\w+)["']""", source))
    assert len(asked) > 80
    assert sorted(asked - set(texts("en"))) == []


def test_every_event_and_code_has_words_in_every_language() -> None:
    """A code has words under its name; cases of events of their own (``.a0``) are of kinds that exist."""
    words = {"task": Task, "roe": Roe, "damage": Damage, "return": Returning, "domain": Domain, "class": TargetClass}
    words |= {"status": Status, "level": Level, "identity": Identity, "part": Part}
    keys = {f"{prefix}.{code.name.lower()}" for prefix, codes in words.items() for code in codes}
    keys |= {"emcon.radiate", "emcon.silent", *(f"family.{family}" for family in FAMILIES)}
    keys |= {f"event.{kind.name}" for kind in EventKind} | {f"category.{name}" for name in CATEGORIES}
    assert {lang: sorted(keys - set(texts(lang))) for lang in LANGUAGES} == {lang: [] for lang in LANGUAGES}
    cases = {key.split(".")[1] for key in texts("en") if re.fullmatch(r"event\.[A-Z_]+\.[ab]\d+", key)}
    assert cases <= {kind.name for kind in EventKind}


def test_the_page_is_sent_every_code_by_its_number() -> None:
    sent = page_codes()
    for kind, codes in CODES.items():
        assert [codes(number).name.lower() for number in range(len(codes))] == sent["codes"][kind]
    assert [1 << bit for bit in range(len(sent["codes"]["damage"]))] == [int(flag) for flag in Damage]
    assert {event["kind"]: event["family"] for event in sent["events"]} == {
        kind.name: spec.family for kind, spec in EVENT_KINDS.items()
    }


@pytest.mark.parametrize("path", PLAYER, ids=lambda path: path.name)
def test_no_script_of_the_page_keeps_a_copy_of_codes(path: Path) -> None:
    """Neither a list of names in the order of their numbers, nor a status or a level compared with a number."""
    text = path.read_text(encoding="utf-8")
    lists = [[code.name.lower() for code in codes] for codes in (Status, Task, Roe, Identity, Level, Damage)]
    for codes in (*lists, CATEGORIES):
        first, second = codes[:2]
        assert not re.search(rf"\b{first}\W+{second}\b", text, re.IGNORECASE), codes
    assert not re.search(r"\b(status|roe|task|linked|c_level|c_domain|c_identity)\[[^\]]*\] *[!=<>]=+ *\d", text)


def test_every_measure_has_words_in_every_language() -> None:
    keys = {f"measure.{measure_key(measure)}" for measure in MEASURES}
    assert {lang: sorted(keys - set(texts(lang))) for lang in LANGUAGES} == {lang: [] for lang in LANGUAGES}


def test_hangul_of_the_page_is_in_the_font() -> None:
    codes: set[int] = set()
    for path in (ASSETS / "vendor" / "noto-sans-kr").glob("*.woff2"):
        with TTFont(path) as font:
            codes |= set(font.getBestCmap() or {})
    letters = {letter for text in texts("ko").values() for letter in text}
    assert sorted(letter for letter in letters if ord(letter) not in codes and not letter.isspace()) == []


def test_png_is_what_was_drawn() -> None:
    rgb = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    png = encode_png(rgb)
    assert struct.unpack(">II", png[16:24]) == (4, 2)
    length = struct.unpack(">I", png[33:37])[0]
    raw = np.frombuffer(zlib.decompress(png[41 : 41 + length]), np.uint8).reshape(2, 13)
    assert (raw[:, 0] == 0).all()
    assert np.array_equal(raw[:, 1:].reshape(2, 4, 3), rgb)


def test_terrain_has_north_at_the_top_and_water_blue() -> None:
    surface = np.array([[0, 0], [0, 0], [1, 1], [1, 1]], np.uint8)  # land in the north
    picture = shade(np.zeros((4, 2), np.float32), surface, 100.0, "light").astype(int)
    assert picture[0, 0, 0] > picture[0, 0, 2]
    assert picture[3, 0, 2] > picture[3, 0, 0]
    assert shade(np.zeros((1, 1), np.float32), np.zeros((1, 1), np.uint8), 100.0, "dark").shape == (1, 1, 3)
