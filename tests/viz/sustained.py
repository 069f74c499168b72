"""A short run in which machines wear out and stores run low."""

_ROBOT = {
    "domain": "land",
    "target_class": "light_vehicle",
    "speed_max_mps": 8,
    "wear": {
        "drive": {"part": "mobility", "weibull": {"shape": 3, "scale_h": 2}, "repair": 0.5, "spare": "track"},
        "optics": {"part": "sensor", "weibull": {"shape": 3, "scale_h": 3}, "repair": 0.5, "essential": False},
    },
}
_GARAGE = {"domain": "land", "target_class": "structure", "speed_max_mps": 0, "command_post": True, "wear": {}}
_TRUCK = {
    "domain": "land",
    "target_class": "light_vehicle",
    "speed_max_mps": 20,
    "wear": {},
    "cargo": {"capacity_kg": 900, "load_min": 5, "unload_min": 5, "min_load": 0.2, "reach_m": 50},
}
DOCUMENT = {
    "schema_version": 1,
    "name": "sustained",
    "title": "A garage, an outpost and its lorries",
    "time": {"dt_s": 10, "duration_h": 6, "record_interval_s": 60},
    "map": {
        "origin": {"longitude_deg": 126.0, "latitude_deg": 37.0},
        "west_km": -8,
        "east_km": 8,
        "south_km": -6,
        "north_km": 6,
    },
    "sides": [{"name": "blue"}, {"name": "red"}],
    "groups": [
        {"name": "garage", "side": "blue", "at_km": [-4, 0], "units": [{"platform": "garage"}]},
        {"name": "robots", "side": "blue", "at_km": [-3.9, 0.1], "units": [{"platform": "robot", "count": 4}]},
        {"name": "outpost", "side": "blue", "at_km": [3, 2], "units": [{"platform": "garage"}]},
        {
            "name": "lorries",
            "side": "blue",
            "at_km": [-4, 1],
            "units": [{"platform": "truck", "count": 2}],
            "task": {"verb": "resupply", "target": "outpost", "load_from": "garage"},
        },
        {"name": "red-garage", "side": "red", "at_km": [7, -5], "units": [{"platform": "garage"}]},
        {"name": "red-robots", "side": "red", "at_km": [7, -4.9], "units": [{"platform": "robot", "count": 2}]},
    ],
    "sustainment": {
        "wear_interval_s": 60,
        "items": {
            "track": {"kind": "parts", "mass_kg": 200},
            "water": {"kind": "general", "mass_kg": 1},
            "red-salt": {"kind": "general", "mass_kg": 1},
        },
        "stores": [
            {
                "at": "garage",
                "items": {
                    "track": {"capacity": 4, "start": 1, "source": {"lead_time_h": 3}},
                    "water": {"capacity": 9000, "source": {"lead_time_h": 1}},
                },
            },
            {
                "at": "outpost",
                "items": {"water": {"capacity": 1000, "start": 800, "reorder_at": 600, "demand_per_day": 9000}},
            },
            {
                "at": "red-garage",
                "items": {
                    "red-salt": {"capacity": 50, "demand_per_day": 40},
                    "track": {"capacity": 7, "source": {"lead_time_h": 5}},
                },
            },
        ],
        "workshops": [
            {"name": "garage", "at": "garage", "crews": [{"count": 1}], "radius_m": 400},
            {"name": "red-shop", "at": "red-garage", "crews": [{"count": 1}], "radius_m": 400},
        ],
    },
    "catalogue": {"platforms": {"garage": _GARAGE, "robot": _ROBOT, "truck": _TRUCK}},
}
