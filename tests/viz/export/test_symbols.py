from dataclasses import replace
from pathlib import Path

import pytest

from simcore.errors import InputError
from simcore.types import Domain, TargetClass
from tests.viz.export.reading import FORMATS, export_bytes, geojson_features
from tests.viz.export.synthetic_run import TANK, UAV, Run, Unit, skirmish
from viz.fog.symbols import acmi_type, contact_symbol, contact_type, is_symbol

# Tags of the ACMI 2.2 reference: classes, attributes, basic and specific types.
_TAGS = {
    *("Air", "Ground", "Sea", "Weapon", "Sensor", "Navaid", "Misc", "Static", "Heavy", "Medium", "Light", "Minor"),
    *(
        "FixedWing",
        "Rotorcraft",
        "Armor",
        "AntiAircraft",
        "Vehicle",
        "Watercraft",
        "Human",
        "Missile",
        "Rocket",
        "Bomb",
    ),
    *("Torpedo", "Building", "Tank", "Warship", "AircraftCarrier", "Submarine", "Infantry", "Aerodrome"),
}


@pytest.mark.parametrize(
    ("sidc", "expected"),
    [
        ("10030100001103000000", "Light+Air+FixedWing"),
        ("10060100001104000000", "Light+Air+Rotorcraft"),
        ("10033000001207000000", "Sea+Watercraft"),
        ("10033500001104000000", "Sea+Watercraft+Submarine"),
        ("10031500001401002400", "Ground+Vehicle"),
        ("10031500001201002400", "Ground+Heavy+Armor+Vehicle"),
        (TANK, "Ground+Heavy+Armor+Vehicle+Tank"),
        ("10031002181210000000", "Ground+Static+Building"),  # headquarters
        ("10031000001614000000", "Ground+Static+Building"),
        ("10032000001207020000", "Ground+Static+Building"),
        ("10031000141219000000", "Ground"),
        ("10031500001111000000", "Ground+AntiAircraft"),
    ],
)
def test_types_follow_the_symbol(sidc: str, expected: str) -> None:
    assert is_symbol(sidc)
    assert acmi_type(sidc) == expected


def test_all_types_are_tags_that_tacview_knows() -> None:
    from viz.fog import symbols

    contacts = [contact_type(domain, target_class) for domain in Domain for target_class in (-1, *TargetClass)]
    for tags in [*symbols._TYPES.values(), *contacts]:
        assert set(tags.split("+")) <= _TAGS


@pytest.mark.parametrize("domain", list(Domain))
@pytest.mark.parametrize("target_class", [-1, *TargetClass])
def test_contact_symbols_are_codes(domain: Domain, target_class: int) -> None:
    assert is_symbol(contact_symbol(domain, target_class, "1"))


@pytest.mark.parametrize(
    "code", ["", "1003010000110300000", "SFAPMFQ--------", "1003010000110300000x", "10032500001103000000"]
)
def test_other_codes_are_no_symbols(code: str) -> None:
    assert not is_symbol(code)


@pytest.mark.parametrize("format_name", FORMATS)
@pytest.mark.parametrize("sidc", ["", "SFAPMFQ--------"])
def test_a_platform_without_a_symbol_is_refused_by_name(tmp_path: Path, format_name: str, sidc: str) -> None:
    run = Run([Unit("a", "blue", 0, 0), Unit("b", "blue", 0, 0, platform="ghost", sidc=sidc), Unit("c", "red", 0, 0)])
    folder = run.write(tmp_path / "run")
    with pytest.raises(InputError, match=r"unit 'b'.*platform 'ghost'.*--symbol ghost=SIDC"):
        export_bytes(folder, format_name)
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
    export_bytes(folder, format_name, "red")  # a side is not told of, nor hindered by, what it cannot see
    export_bytes(folder, format_name, symbols={"ghost": UAV})


def test_every_platform_is_named_once(tmp_path: Path) -> None:
    units = [Unit(f"u{k}", "blue", 0, 0, platform=f"p{k % 2}", sidc="") for k in range(4)]
    with pytest.raises(InputError) as caught:
        export_bytes(Run(units).write(tmp_path / "run"), "acmi")
    assert len(str(caught.value).splitlines()) == 2


@pytest.mark.parametrize(
    ("given", "message"),
    [({"usv": "123"}, "20 digits"), ({"nosuch": UAV}, "no unit shown has this platform")],
)
def test_a_wrong_symbol_option_is_refused(folder: Path, given: dict[str, str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        export_bytes(folder, "acmi", symbols=given)


def test_a_side_cannot_ask_for_the_enemys_platforms(folder: Path) -> None:
    with pytest.raises(InputError) as caught:
        export_bytes(folder, "acmi", "blue", symbols={"red-secret": UAV})
    assert str(caught.value) == "--symbol red-secret: no unit shown has this platform; the platforms are uav, usv"


def test_own_is_friendly_in_every_sides_file(tmp_path: Path) -> None:
    run = skirmish()
    run.units = [replace(unit, sidc=unit.sidc[:3] + "6" + unit.sidc[4:]) for unit in run.units]
    folder = run.write(tmp_path / "run")

    def identities(side: str) -> dict[str, str]:
        features = geojson_features(export_bytes(folder, "geojson", side)).values()
        return {f["properties"]["name"]: f["properties"]["sidc"][3] for f in features if "sidc" in f["properties"]}

    assert identities("red") == {"red-hidden": "3", "red-boat": "3", "contact 1": "1"}
    assert identities("truth")["blue-uav"] == "3"
    assert identities("truth")["red-boat"] == "6"
