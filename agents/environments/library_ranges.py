"""The factors of the built-in ranges: for each library scenario, a document and what varies in it.

A factor stays near the value of the file, so that no variant is decided before it begins: a force keeps at least a
third of its number and at most doubles, probabilities and ranges vary by some 20 %, and groups start within a few
kilometres of their places. Sides, groups, objectives, zones and times never vary, so all variants have the observation
and the choices of their scenario. The doctrine of the enemy comes from the opponents of the environment.
"""

from collections.abc import Mapping
from typing import Any

from agents.environments.ranges import Factor, OneOf, Scale, Shift, Uniform, Whole
from scenarios.format.catalogue import built_in_cards
from scenarios.format.texts import read_text
from scenarios.format.yaml_text import read_yaml

Content = tuple[dict[str, Any], dict[str, Factor]]
"""A document and its factors by path."""

_ANY_SEED = Whole(1, 10**6)
_MORE_OR_LESS = Scale(0.8, 1.2)
_NO_CERTAIN_HIT = Scale(0.8, 1.1)  # for weapons with a probability near 1


def air_base_drone_salvo() -> Content:
    """Return raids of varied size, ground, radars, guns, guidance and haze, some with a jamming aircraft."""
    waves = ("1-north", "1-east", "2-west", "2-south-east", "3-north-east", "3-south-west", "4-north-west")
    document = _document("air-base-drone-salvo", weapons=("short-range-missile", "close-in-gun"))
    return document, {
        **_counts({f"wave-{wave}": (6, 9) for wave in (*waves, "4-south-east")}),
        **_counts({"wave-1-jets": (4, 7), "raid-scouts-low": (3, 5)}),
        **_counts({"base-shorad": (3, 5), "base-guns-east": (3, 5), "base-guns-west": (3, 5)}),
        **_counts({"base-interceptors-north": (6, 8), "base-interceptors-south": (6, 8)}),
        **_places(3.0, *(f"wave-{wave}" for wave in (*waves, "4-south-east")), "wave-1-jets"),
        "catalogue.sensors.low-altitude-radar.range_km": _MORE_OR_LESS,
        "catalogue.sensors.attack-drone-seeker.p_detect": _MORE_OR_LESS,
        "catalogue.weapons.attack-drone-warhead.p_hit": _MORE_OR_LESS,
        "catalogue.weapons.short-range-missile.p_hit": _MORE_OR_LESS,
        "catalogue.weapons.close-in-gun.p_hit": _MORE_OR_LESS,
        "catalogue.platforms.raid-recon-aircraft.jammers": _some_jam(40.0, 50.0, 200.0),
        "environment.visibility_km": Uniform(5.0, 30.0),
        "map.terrain.seed": _ANY_SEED,
    }


def fortnight_patrol() -> Content:
    """Return fortnights of varied fleets, spares, crews, wear and intruders, in haze."""
    document = _document("fortnight-patrol")
    wear = "catalogue.platforms.strait-wing.wear"
    return document, {
        **_counts({f"wings-{sector}": (1, 2) for sector in ("west", "centre", "east")}),
        **_counts({f"catchers-{sector}": (1, 3) for sector in ("west", "centre", "east")}),
        f"{wear}.engine.gamma.limit": _MORE_OR_LESS,
        f"{wear}.camera.weibull.scale_h": Uniform(80.0, 300.0),
        f"{wear}.radio.weibull.scale_h": Uniform(150.0, 600.0),
        "sustainment.stores.0.items.engine.capacity": Whole(1, 4),
        "sustainment.stores.0.items.engine.source.lead_time_h": Uniform(24.0, 120.0),
        "sustainment.workshops.airfield-workshop.crews": Whole(1, 3),
        "catalogue.sensors.wing-radar.range_km": _MORE_OR_LESS,
        "environment.visibility_km": Uniform(6.0, 20.0),
    }


def contested_evacuation() -> Content:
    """Return brigades of varied transports under varied guns, drones and hunters, on varied ground, in haze."""
    transports = {"evacuation-robots": (2, 6), "evacuation-robots-south": (2, 6), "ambulances": (2, 6)}
    return _document("contested-evacuation", sensors=("eo-mast",), weapons=("mortar", "howitzer", "autocannon")), {
        **_counts({**transports, "evacuation-drones": (1, 4)}),
        **_counts({"road-patrol": (1, 3), "battery-watch": (1, 3), "brigade-drones": (1, 3)}),
        **_counts({f"{place}-company": (5, 7) for place in ("north", "middle", "south")}),
        **_counts({"mortars": (5, 7), "howitzers": (2, 4), "siege-drones": (1, 3), "road-hunters": (2, 6)}),
        **_places(1.0, "aid-post-north", "aid-post-south", "ambulances"),
        **_places(1.0, "battery-watch", "road-hunters", "road-patrol"),
        **_places(2.0, "surgeons", "howitzers", "siege-drones"),
        "catalogue.sensors.eo-mast.range_km": Uniform(3.5, 4.8),
        "catalogue.weapons.mortar.p_hit": _MORE_OR_LESS,
        "catalogue.weapons.howitzer.p_hit": _MORE_OR_LESS,
        "catalogue.weapons.autocannon.p_hit": _MORE_OR_LESS,
        "environment.visibility_km": Uniform(5.0, 20.0),
        "map.terrain.seed": _ANY_SEED,
    }


def convoy_ambush() -> Content:
    """Return convoys of varied escort against a post and munitions of varied hits, in haze, some with jamming."""
    document = _document("convoy-ambush", sensors=("eo-mast",), weapons=("anti-tank-missile", "loitering-warhead"))
    _rename_platform(document, "ambush-command", "ambush-command-vehicle")
    scouts = ("convoy-scout-north", "convoy-scout-south")
    return document, {
        **_counts({"convoy": (2, 3), "ambush-munitions": (2, 4), **dict.fromkeys(scouts, (1, 2))}),
        **_places(1.0, *scouts, "ambush-carrier"),
        "catalogue.sensors.eo-mast.range_km": Uniform(3.5, 4.8),
        "catalogue.weapons.anti-tank-missile.p_hit": _NO_CERTAIN_HIT,
        "catalogue.weapons.loitering-warhead.p_hit": _NO_CERTAIN_HIT,
        "catalogue.platforms.ambush-command-vehicle.jammers": _some_jam(20.0, 10.0, 100.0),
        "environment.visibility_km": Uniform(3.0, 20.0),
    }


def harbour_swarm() -> Content:
    """Return swarms of varied size against varied guns and operators, in haze and sea, some with jammed radios."""
    return _document("harbour-swarm"), {
        **_counts({"red-first-wave": (7, 10), "red-second-wave": (7, 10)}),
        **_counts({"blue-guns": (5, 7), "blue-boats": (5, 9)}),
        **_places(0.8, "red-first-wave", "red-second-wave"),
        **_places(0.4, "blue-boats"),
        "sides.blue.operators.count": Whole(1, 3),
        "sides.blue.operators.service_s": Uniform(10.0, 20.0),
        "catalogue.weapons.post-gun.p_hit": _MORE_OR_LESS,
        "catalogue.weapons.post-gun.range_max_km": _MORE_OR_LESS,
        "catalogue.platforms.swarm-control.jammers": _some_jam(20.0, 10.0, 100.0),
        "environment.visibility_km": Uniform(4.0, 20.0),
        "environment.sea_state": Whole(0, 3),
    }


def island_blockade() -> Content:
    """Return blockades of varied squadrons, supply and missiles, in haze and sea, some with a jamming frigate."""
    document = _document("island-blockade", weapons=("boat-missile",))
    return document, {
        **_counts({"supply-west": (4, 5), "supply-south": (3, 5), "escort-west": (2, 4), "escort-south": (1, 3)}),
        **_counts({"garrison-boats-1": (4, 6), "garrison-boats-2": (4, 6), "garrison-fire-boats": (4, 6)}),
        **_counts({"garrison-missiles": (2, 4), "garrison-munitions": (6, 8)}),
        **_counts({"blockade-patrol-1": (3, 5), "blockade-patrol-2": (2, 4), "blockade-strike": (2, 4)}),
        **_counts({"blockade-fire-boats": (4, 6), "blockade-hunters": (1, 3)}),
        **_places(0.8, "supply-west", "supply-south"),
        **_places(2.0, "blockade-flagship", "blockade-mothership", "blockade-hunters"),
        **_places(3.0, "blockade-patrol-1", "blockade-patrol-2", "blockade-strike"),
        "catalogue.weapons.shore-missile.p_hit": _MORE_OR_LESS,
        "catalogue.weapons.shore-missile.range_max_km": Uniform(28.0, 40.0),
        "catalogue.weapons.boat-missile.p_hit": _MORE_OR_LESS,
        "catalogue.platforms.blockade-frigate.jammers": _some_jam(40.0, 50.0, 500.0),
        "environment.visibility_km": Uniform(5.0, 25.0),
        "environment.sea_state": Whole(0, 4),
    }


def joint_littoral_defence() -> Content:
    """Return landings and thrusts of varied strength and weapons, in haze and sea, some with a jamming aircraft."""
    document = _document(
        "joint-littoral-defence",
        sensors=("coastal-radar", "eo-mast"),
        weapons=("loitering-warhead", "anti-ship-missile", "anti-tank-missile", "boat-missile"),
    )
    _rename_platform(document, "red-recon", "joint-recon")
    return document, {
        **_counts({f"red-armour-{k}": (5, 7) for k in (1, 2, 3)}),
        **_counts({"red-armour-4": (3, 5), "red-munitions-1": (10, 14), "red-munitions-2": (8, 12)}),
        **_counts({"red-boats-1": (5, 7), "red-boats-2": (5, 7), "red-strike-1": (4, 6), "red-strike-2": (5, 7)}),
        **_counts({"red-fire-boats": (6, 10)}),
        **_counts({"blue-robots-1": (4, 6), "blue-robots-2": (4, 6), "blue-robots-3": (3, 5)}),
        **_counts({"blue-munitions-land": (8, 12), "blue-munitions-sea": (6, 10)}),
        **_counts(
            {"blue-boats-1": (4, 6), "blue-boats-2": (4, 6), "blue-strike-boats": (4, 6), "blue-hunters": (2, 4)}
        ),
        **_places(1.0, *(f"red-armour-{k}" for k in (1, 2, 3, 4))),
        **_places(2.0, "red-boats-1", "red-strike-1", "blue-boats-1", "blue-boats-2"),
        "catalogue.sensors.coastal-radar.range_km": _MORE_OR_LESS,
        "catalogue.sensors.eo-mast.range_km": Uniform(3.5, 4.8),
        "catalogue.weapons.loitering-warhead.p_hit": _NO_CERTAIN_HIT,
        "catalogue.weapons.anti-ship-missile.p_hit": _MORE_OR_LESS,
        "catalogue.weapons.anti-tank-missile.p_hit": _NO_CERTAIN_HIT,
        "catalogue.weapons.boat-missile.p_hit": _MORE_OR_LESS,
        "catalogue.platforms.joint-recon.jammers": _some_jam(30.0, 50.0, 200.0),
        "environment.visibility_km": Uniform(6.0, 25.0),
        "environment.sea_state": Whole(0, 4),
    }


def land_delaying_action() -> Content:
    """Return delays of varied forces on varied ground, in haze, some against a column that jams."""
    document = _document(
        "land-delaying-action", sensors=("eo-mast",), weapons=("anti-tank-missile", "autocannon", "loitering-warhead")
    )
    _rename_platform(document, "column-command-forward", "column-command-vehicle")
    return document, {
        **_counts({f"column-robots-{k}": (7, 8) for k in (1, 2, 3)}),
        **_counts({"column-vehicles-1": (4, 5), "column-vehicles-2": (4, 5), "column-munitions": (9, 13)}),
        **_counts({f"delay-robots-{k}": (4, 5) for k in (1, 2, 3)}),
        **_counts({"delay-missiles-1": (2, 4), "delay-missiles-2": (2, 4)}),
        **_counts({"delay-munitions-1": (5, 7), "delay-munitions-2": (5, 7)}),
        **_places(1.0, *(f"column-robots-{k}" for k in (1, 2, 3)), "column-vehicles-1", "column-vehicles-2"),
        **_places(1.0, "delay-missiles-1", "delay-missiles-2", "delay-robots-1", "delay-robots-2"),
        "catalogue.sensors.eo-mast.range_km": Uniform(3.5, 4.8),
        "catalogue.weapons.anti-tank-missile.p_hit": _NO_CERTAIN_HIT,
        "catalogue.weapons.autocannon.p_hit": _MORE_OR_LESS,
        "catalogue.weapons.loitering-warhead.p_hit": _NO_CERTAIN_HIT,
        "catalogue.platforms.column-command-vehicle.jammers": _some_jam(20.0, 50.0, 200.0),
        "environment.visibility_km": Uniform(3.0, 20.0),
        "map.terrain.seed": _ANY_SEED,
    }


def mass_casualty_drill() -> Content:
    """Return salvos on camps of varied size, with varied transports, at varied times and distances."""
    return _document("mass-casualty-drill"), {
        **_counts({"quarters": (2, 5), "camp-guard": (2, 4), "camp-aid-post": (1, 2)}),
        **_counts({"ambulances": (2, 6), "evacuation-robots": (2, 6), "helicopter": (1, 2)}),
        **_places(2.0, "surgeons", "observer"),
        **_places(0.5, "camp-aid-post", "camp-guard"),
        "catalogue.platforms.camp-quarters.people.protection": Uniform(0.2, 0.4),
        "injects.0.at_s": Uniform(300.0, 1_800.0),
        "environment.visibility_km": Uniform(5.0, 20.0),
    }


def night_strait() -> Content:
    """Return nights of varied visibility and sea, with varied raiders and, in some, jammed radios."""
    document = _document("night-strait")
    noise = {"power_w": 100, "gain_db": 6, "low_mhz": 20, "high_mhz": 2_000, "range_km": 40}
    document["catalogue"]["platforms"]["strait-jammer"] = {"extends": "usv-patrol", "jammers": [noise]}
    jammer = {"name": "red-jammer", "side": "red", "at_km": [26, 6], "units": [{"platform": "strait-jammer"}]}
    document["groups"].append(jammer)
    return document, {
        **_counts({"red-boats": (7, 9), "red-divers": (2, 4), "blue-boats": (3, 4)}),
        **_places(2.0, "red-boats", "blue-sonar"),
        "environment.visibility_km": Uniform(6.0, 14.0),
        "environment.sea_state": Whole(1, 3),
        "environment.night_light": Uniform(0.01, 0.2),
        "injects.0.at_s": Uniform(1_200.0, 6_000.0),
        "catalogue.platforms.strait-jammer.jammers.0.power_w": OneOf((0.001, 10.0, 100.0)),
    }


def outpost_resupply() -> Content:
    """Return outposts with varied stocks, carriers, raiders and missiles, in haze and sea."""
    return _document("outpost-resupply", weapons=("boat-missile",)), {
        **_counts({"supply-boats": (1, 3), "cargo-drones": (1, 3), "escorts": (1, 3), "outpost-battery": (2, 3)}),
        **_counts({f"wave-{k}": (2, 4) for k in (1, 2, 3, 4, 5)}),
        **_counts({"hunters": (1, 3)}),
        **_places(2.0, "escorts", "hunters", "wave-1", "wave-2", "wave-3"),
        "sustainment.stores.1.items.missile.start": Whole(0, 8),
        "catalogue.platforms.supply-usv.cargo.load_min": Uniform(30.0, 90.0),
        "catalogue.weapons.outpost-missile.p_hit": _MORE_OR_LESS,
        "catalogue.weapons.boat-missile.p_hit": _MORE_OR_LESS,
        "environment.visibility_km": Uniform(6.0, 20.0),
        "environment.sea_state": Whole(0, 3),
    }


def picket_ship_hit() -> Content:
    """Return raids of varied strength on pickets with varied transports, hunters, missiles and wind to come."""
    return _document("picket-ship-hit", weapons=("boat-missile", "naval-gun", "close-in-gun")), {
        **_counts({"picket": (1, 3), "picket-boats": (1, 3), "corridor-boats": (1, 3), "relay-drones": (1, 3)}),
        **_counts({"evacuation-drones": (1, 3), "evacuation-boats": (2, 6)}),
        **_counts({"missile-boats": (3, 5), "explosive-boats": (3, 6), "hunters": (1, 3)}),
        **_places(2.0, "picket", "picket-boats", "corridor-boats", "evacuation-boats", "hospital"),
        **_places(2.0, "missile-boats", "explosive-boats", "hunters"),
        "catalogue.weapons.boat-missile.p_hit": _MORE_OR_LESS,
        "catalogue.weapons.naval-gun.p_hit": _MORE_OR_LESS,
        "catalogue.weapons.close-in-gun.p_hit": _MORE_OR_LESS,
        "environment.visibility_km": Uniform(8.0, 25.0),
        "environment.sea_state": Whole(0, 3),
        "injects.0.at_s": Uniform(7_200.0, 18_000.0),
        "injects.0.sea_state": Whole(3, 4),
    }


def strait_surveillance() -> Content:
    """Return straits of varied traffic and smugglers, cameras and haze, some with jammed radios."""
    fishing = ("north", "centre", "south-west", "south", "south-east")
    return _document("strait-surveillance"), {
        **_counts({"wave-1": (5, 7), "wave-2": (3, 5), "wave-3": (3, 5)}),
        **_counts({"intruders-west": (1, 3), "intruders-east": (1, 3), "eastbound": (2, 3), "westbound": (1, 3)}),
        **_counts({f"fishing-{place}": (4, 8) for place in fishing}),
        **_places(1.5, "wave-1", "wave-2", "wave-3"),
        **_places(1.0, "patrol-west", "patrol-centre", "patrol-east", "intruders-west", "intruders-east"),
        "rules.p_misidentify": Scale(0.4, 1.6),
        "catalogue.sensors.watch-camera.identify_km": Uniform(1.8, 3.0),
        "catalogue.platforms.mother-trawler.jammers": _some_jam(30.0, 10.0, 100.0),
        "environment.visibility_km": Uniform(8.0, 20.0),
        "environment.sea_state": Whole(0, 3),
    }


def two_channels() -> Content:
    """Return supply runs of varied cargo, scouts, cameras, missiles and haze."""
    sides = ("blue", "red")
    scouts = tuple(f"{side}-scout-{channel}" for side in sides for channel in ("north", "south"))
    document = _document("two-channels", sensors=("eo-mast",), weapons=("anti-tank-missile",))
    return document, {
        **_counts({**{f"{side}-boats": (2, 4) for side in sides}, **dict.fromkeys(scouts, (1, 2))}),
        **_places(1.0, *scouts),
        "catalogue.sensors.eo-mast.range_km": Uniform(3.5, 4.8),
        "catalogue.weapons.anti-tank-missile.p_hit": _NO_CERTAIN_HIT,
        "environment.visibility_km": Uniform(5.0, 20.0),
    }


def two_patrols() -> Content:
    """Return patrols of varied strengths, radars, guns and starts."""
    sides = ("blue", "red")
    kinds = ("ground", "boats", "scout")
    return _document("two-patrols"), {
        **_counts({f"{side}-{kind}": (2, 3) for side in sides for kind in ("ground", "boats")}),
        **_places(1.0, *(f"{side}-{kind}" for side in sides for kind in kinds)),
        "catalogue.sensors.test-radar.range_km": Uniform(10.0, 20.0),
        "catalogue.weapons.test-cannon.range_max_km": Uniform(1.5, 3.0),
        "catalogue.weapons.test-cannon.p_hit": Scale(0.7, 1.3),
        "environment.visibility_km": Uniform(3.0, 20.0),
    }


def undersea_search() -> Content:
    """Return passages of varied mines, ambush, sonars, torpedoes and storm, some with jammed radios."""
    document = _document("undersea-search", platforms=("command-post",), weapons=("light-torpedo",))
    array = built_in_cards()["sensors"]["flank-array"]
    document["catalogue"]["sensors"]["ambush-array"]["range_km"] = array["range_km"]
    return document, {
        "minefields.narrows-bottom-mines.count": Whole(120, 220),
        "minefields.narrows-contact-mines.count": Whole(30, 70),
        **_counts({"sonar-boats": (2, 4), "stalkers": (1, 3), "escorts": (2, 4)}),
        **_counts({"ambush-divers": (2, 4), "cove-strike": (1, 2), "cove-fire-boats": (3, 5)}),
        **_places(2.0, "ambush-submarine", "ambush-divers", "escorts"),
        "catalogue.sensors.stalker-sonar.range_km": _MORE_OR_LESS,
        "catalogue.sensors.ambush-array.range_km": _MORE_OR_LESS,
        "catalogue.weapons.light-torpedo.p_hit": _MORE_OR_LESS,
        "catalogue.weapons.shore-missile.p_hit": _MORE_OR_LESS,
        "catalogue.platforms.command-post.jammers": _some_jam(25.0, 10.0, 50.0),
        "environment.visibility_km": Uniform(8.0, 16.0),
        "injects.0.at_s": Uniform(5_400.0, 9_000.0),
        "injects.0.sea_state": Whole(3, 4),
    }


def _document(name: str, **kinds: tuple[str, ...]) -> dict[str, Any]:
    """Return a library scenario, with the values of these cards of the catalogue written out so that they can vary."""
    document: dict[str, Any] = read_yaml(*read_text(name)).data  # type: ignore[assignment]
    for kind, cards in kinds.items():
        own = document.setdefault("catalogue", {}).setdefault(kind, {})
        for card in cards:
            values = {key: built_in_cards()[kind][card].get(key) for key in ("p_hit", "range_km")}
            own[card] = {"extends": card, **{key: value for key, value in values.items() if value is not None}}
    return document


def _rename_platform(document: dict[str, Any], group: str, name: str) -> None:
    """Give the units of a group a platform of their own, equal to the old one, so that it can vary alone."""
    unit = next(entry for entry in document["groups"] if entry["name"] == group)["units"][0]
    document.setdefault("catalogue", {}).setdefault("platforms", {})[name] = {"extends": unit["platform"]}
    unit["platform"] = name


def _counts(numbers: Mapping[str, tuple[int, int]]) -> dict[str, Factor]:
    """Return factors of the number of units of groups, from and to."""
    return {f"groups.{group}.units.0.count": Whole(low, high) for group, (low, high) in numbers.items()}


def _places(km: float, *groups: str) -> dict[str, Factor]:
    """Return factors of the places of groups at the start."""
    return {f"groups.{group}.at_km": Shift(km) for group in groups}


def _some_jam(range_km: float, *powers_w: float) -> Factor:
    """Return no jammer, or a jammer of one of these powers [W] against all radios from 20 MHz to 3 GHz."""
    noise = {"gain_db": 3.0, "low_mhz": 20.0, "high_mhz": 3_000.0, "range_km": range_km}
    return OneOf(((), *(({"power_w": power_w, **noise},) for power_w in powers_w)))
