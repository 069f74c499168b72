from pathlib import Path

import czml3
import pytest

from tests.export.reading import czml_packets, export_bytes
from tests.export.synthetic_run import skirmish


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
    assert packets["contact-1"]["properties"]["class"] == "small_boat"
    assert packets["contact-1"]["properties"]["classified"] == "2026-01-01T00:00:50Z"
    assert packets["contact-1"]["properties"]["identified"] == "2026-01-01T00:01:10Z"


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
