from pathlib import Path

import czml3
import pytest

from tests.viz.export.reading import czml_packets, export_bytes
from tests.viz.export.synthetic_run import TANK, UAV, USV, Run, Unit, skirmish
from viz.export.colours import RGB

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


def test_a_side_has_no_heights_and_lies_on_the_ground(folder: Path) -> None:
    packets = czml_packets(export_bytes(folder, "czml", "blue"))
    assert set(packets["unit-1"]["position"]["cartographicDegrees"][3::4]) == {0.0}
    assert packets["unit-1"]["point"]["heightReference"] == {"heightReference": "CLAMP_TO_GROUND"}


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
