from dataclasses import replace
from pathlib import Path

import czml3
import numpy as np
import pytest
from pyproj import Geod

from simcore.types import Domain, TargetClass
from tests.viz.export.reading import czml_packets, export_bytes
from tests.viz.export.synthetic_run import TANK, UAV, USV, Run, Unit, skirmish
from viz.export.colours import RGB
from viz.export.heights import AIRCRAFT_M, SMALL_AIR_M, UNCLASSIFIED_M

UUV = "10033500001104000000"


@pytest.mark.parametrize("side", ["truth", "blue", "red"])
def test_an_independent_model_takes_every_packet(folder: Path, side: str) -> None:
    packets = czml_packets(export_bytes(folder, "czml", side))
    assert next(iter(packets)) == "document"
    for packet in packets.values():
        czml3.Packet.model_validate(packet)


def test_positions_are_time_longitude_latitude_height(folder: Path) -> None:
    packets = czml_packets(export_bytes(folder, "czml"))
    assert packets["document"]["clock"]["interval"] == "2026-01-01T00:00:00Z/2026-01-01T00:02:00Z"
    samples = packets["unit-1"]["position"]["cartographicDegrees"]
    assert samples[0::4] == [10.0 * k for k in range(13)]
    assert all(126.2 < longitude < 126.4 for longitude in samples[1::4])
    assert all(37.4 < latitude < 37.5 for latitude in samples[2::4])
    assert set(samples[3::4]) == {skirmish().units[0].z_m}
    assert packets["unit-1"]["point"]["heightReference"] == {"heightReference": "NONE"}
    assert "path" in packets["unit-1"]


def test_a_lost_unit_is_shown_until_its_last_fix(folder: Path) -> None:
    packets = czml_packets(export_bytes(folder, "czml"))
    assert packets["unit-5"]["availability"] == "2026-01-01T00:00:00Z/2026-01-01T00:01:40Z"


def test_a_side_has_no_heights_and_its_aircraft_fly_at_a_nominal_one(folder: Path) -> None:
    """The unmanned aircraft is at 300 m in truth, which no report says; boats lie on the viewer's sea."""
    packets = czml_packets(export_bytes(folder, "czml", "blue"))
    drone, boat = packets["unit-1"], packets["unit-2"]
    assert set(drone["position"]["cartographicDegrees"][3::4]) == {SMALL_AIR_M}
    assert drone["point"]["heightReference"] == {"heightReference": "RELATIVE_TO_GROUND"}
    assert drone["properties"]["height"] == "nominal"
    assert set(boat["position"]["cartographicDegrees"][3::4]) == {0.0}
    assert boat["point"]["heightReference"] == {"heightReference": "CLAMP_TO_GROUND"}
    assert "height" not in boat["properties"]


def test_a_contact_in_the_air_flies_at_the_height_of_its_class_once_that_is_known(tmp_path: Path) -> None:
    run = skirmish()
    air = replace(run.contacts[0], domain=int(Domain.AIR), target_class=int(TargetClass.AIRCRAFT))
    folder = replace(run, contacts=[air]).write(tmp_path / "trial")
    samples = czml_packets(export_bytes(folder, "czml", "blue"))["contact-1"]["position"]["cartographicDegrees"]
    assert dict(zip(samples[0::4], samples[3::4], strict=True)) == {
        float(t): UNCLASSIFIED_M if t <= 40 else AIRCRAFT_M for t in range(30, 110, 10)
    }


def test_a_contact_has_a_circle_of_its_error_and_the_truth_has_none(folder: Path) -> None:
    contact = czml_packets(export_bytes(folder, "czml", "blue"))["contact-1"]
    numbers = contact["ellipse"]["semiMajorAxis"]["number"]
    assert contact["ellipse"]["semiMinorAxis"]["number"] == numbers
    assert numbers[0::2] == contact["position"]["cartographicDegrees"][0::4]
    assert set(numbers[1::2]) == {80.0}
    assert b"ellipse" not in export_bytes(folder, "czml")


def test_rounds_fly_from_the_shooter_to_the_target_until_they_hit_or_miss(folder: Path) -> None:
    """Shots at 65 and 66 s at the red boat: a miss at 75 s, and a round of the second shot that never arrives."""
    run = skirmish()
    packets = czml_packets(export_bytes(folder, "czml"))
    shot = packets["shot-1"]
    assert shot["availability"] == "2026-01-01T00:01:05Z/2026-01-01T00:01:15Z"
    assert (shot["properties"]["shooter"], shot["properties"]["target"]) == ("unit-2", "unit-5")
    start_s, *start, end_s, lon, lat, _ = shot["position"]["cartographicDegrees"]
    assert (start_s, end_s) == (65.0, 75.0)
    geod = Geod(ellps="WGS84")
    for place, unit, time_s in ((start[:2], run.units[1], 65.0), ([lon, lat], run.units[4], 75.0)):
        distance_m = geod.inv(*run.origin, *place)[2]
        assert distance_m == pytest.approx(np.hypot(*unit.place(time_s)), abs=0.05)
    assert shot["polyline"]["clampToGround"]
    own = czml_packets(export_bytes(folder, "czml", "blue"))["shot-1"]
    assert own["availability"] == "2026-01-01T00:01:05Z/2026-01-01T00:01:11Z", "6 s: no side learns when rounds arrive"


def test_colour_label_and_properties_of_a_contact_change_when_its_side_learns_them(folder: Path) -> None:
    contact = czml_packets(export_bytes(folder, "czml", "blue"))["contact-1"]
    found, classified, identified, last = (f"2026-01-01T00:0{time}Z" for time in ("0:30", "0:50", "1:10", "1:40"))
    yellow, red = RGB["Yellow"], RGB["Red"]
    assert (
        contact["point"]["color"]
        == contact["label"]["fillColor"]
        == [
            {"interval": f"{found}/{identified}", "rgba": [*yellow, 255]},
            {"interval": f"{identified}/{last}", "rgba": [*red, 255]},
        ]
    )
    assert contact["label"]["text"] == [
        {"interval": f"{found}/{classified}", "string": "contact 1"},
        {"interval": f"{classified}/{identified}", "string": "contact 1 (small boat)"},
        {"interval": f"{identified}/{last}", "string": "contact 1 (small boat, red)"},
    ]
    properties = contact["properties"]
    assert properties["class"] == [
        {"interval": f"{classified}/{identified}", "string": "small_boat"},
        {"interval": f"{identified}/{last}", "string": "small_boat"},
    ]
    assert properties["side"] == [{"interval": f"{identified}/{last}", "string": "red"}]
    assert properties["sidc"][0] == {"interval": f"{found}/{classified}", "string": "10013000000000000000"}


def test_what_is_on_land_or_on_the_sea_lies_on_the_viewers_ground(tmp_path: Path) -> None:
    """The ground of a viewer is not that of a scenario, and its heights are above the ellipsoid, not the sea."""
    domains = {"land": TANK, "surface": USV, "subsurface": UUV, "air": UAV}
    units = [Unit(domain, "blue", 0.0, 0.0, z_m=40.0, domain=domain, sidc=sidc) for domain, sidc in domains.items()]
    packets = czml_packets(export_bytes(Run(units).write(tmp_path / "trial"), "czml"))
    drawn = {packet["name"]: packet for name, packet in packets.items() if name.startswith("unit-")}
    for domain in ("land", "surface"):
        assert drawn[domain]["point"]["heightReference"] == {"heightReference": "CLAMP_TO_GROUND"}
        assert drawn[domain]["label"]["heightReference"] == {"heightReference": "CLAMP_TO_GROUND"}
        assert set(drawn[domain]["position"]["cartographicDegrees"][3::4]) == {0.0}
        assert "path" not in drawn[domain]
    for domain in ("subsurface", "air"):
        assert drawn[domain]["point"]["heightReference"] == {"heightReference": "NONE"}
        assert set(drawn[domain]["position"]["cartographicDegrees"][3::4]) == {40.0}


def test_events_are_points_with_a_minute_of_life(folder: Path) -> None:
    packets = czml_packets(export_bytes(folder, "czml"))
    shots = [packet for packet in packets.values() if packet.get("properties", {}).get("event") == "shot"]
    assert [shot["name"] for shot in shots] == [
        "blue-usv-1 fires at red-boat: 2 rounds",
        "blue-usv-2 fires at red-boat: 1 round",
        "red-boat fires at blue-usv-2: 3 rounds",
    ]
    assert shots[0]["availability"] == "2026-01-01T00:01:05Z/2026-01-01T00:02:05Z"
    assert len(shots[0]["position"]["cartographicDegrees"]) == 3
