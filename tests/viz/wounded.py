"""A short run in which people are hurt, fetched and treated."""

_STILL = {"domain": "land", "target_class": "light_vehicle", "speed_max_mps": 0, "radio": {"range_km": 100}}
_POST = {**_STILL, "sidc": "10031002001211000000", "command_post": True, "height_m": 20}
_SQUAD = {**_STILL, "sidc": "10031000001211000000", "people": {"crew": 0, "passengers": 12}}
_AMBULANCE = {
    **_STILL,
    "sidc": "10031500001403000000",
    "speed_max_mps": 15,
    "evacuation": {"litters": 2, "seats": 1, "attendant": True, "load_min": 2, "unload_min": 2},
}
_AID_POST = {
    **_STILL,
    "sidc": "10031000001613000000",
    "facility": {
        "role": 2,
        "bays": 1,
        "theatres": 1,
        "ward": 4,
        "mass_casualty_from": 2,
        "divert_from": 9,
        "times": {"resuscitation": 25},
    },
}
DOCUMENT = {
    "schema_version": 1,
    "name": "wounded",
    "title": "An aid post and two squads",
    "time": {"dt_s": 10, "duration_h": 6, "record_interval_s": 60},
    "map": {
        "origin": {"longitude_deg": 126.0, "latitude_deg": 37.0},
        "west_km": -8,
        "east_km": 8,
        "south_km": -6,
        "north_km": 6,
    },
    "rules": {"stop_on_annihilation": False},
    "sides": [{"name": "blue", "medical": {"name": "severity-first"}}, {"name": "red"}],
    "groups": [
        {"name": "hq", "side": "blue", "at_km": [-4, 3], "units": [{"platform": "post"}]},
        {"name": "squads", "side": "blue", "at_km": [3, 1], "units": [{"platform": "squad", "count": 2}]},
        {"name": "aid-post", "side": "blue", "at_km": [-4, -1], "units": [{"platform": "aid-post"}]},
        {
            "name": "ambulances",
            "side": "blue",
            "at_km": [-4, -2],
            "units": [{"platform": "ambulance", "count": 2}],
            "task": {"verb": "evacuate"},
        },
        {"name": "red-hq", "side": "red", "at_km": [7, -5], "units": [{"platform": "post"}]},
        {"name": "red-squad", "side": "red", "at_km": [7, -4], "units": [{"platform": "squad"}]},
    ],
    "medical": {
        "sickness": {"wounded_per_1000_per_day": 3000.0},
        "injuries": {"fragment": {"p_at_once": 0.2}},
    },
    "catalogue": {
        "platforms": {"post": _POST, "squad": _SQUAD, "ambulance": _AMBULANCE, "aid-post": _AID_POST},
    },
}
