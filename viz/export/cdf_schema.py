"""Columns and kinds of events of the Common Data Format."""

import pyarrow as pa

LABELS = {
    "location update": "loc",
    "shot": "shot",
    "kill": "kill",
    "loss": "loss",
    "spotted secondary": "spot",
    "seen by secondary": "seen",
    "stopped seeing secondary": "stop",
    "status update": "status",
}
"""Kinds of events, with the words that their numbers begin with."""
COUNTS = {
    "status update": "status_events",
    "location update": "location_events",
    "seen by secondary": "seen_events",
    "spotted secondary": "spot_events",
    "stopped seeing secondary": "stop_events",
    "shot": "shot_events",
    "kill": "kill_events",
    "loss": "loss_events",
}
_TEXT, _REAL, _WHOLE, _FLAG = pa.string(), pa.float64(), pa.int64(), pa.bool_()
_KEYS = [("case", _TEXT), ("rep", _TEXT)]
_ABOUT = ("name", "type", "commander", "level", "affiliation", "force")
EVENTS = pa.schema(
    [
        *_KEYS,
        ("time", _REAL),
        ("primary_entity_id", _TEXT),
        *((f"primary_entity_{name}", _REAL if name == "level" else _TEXT) for name in _ABOUT),
        ("primary_x", _REAL),
        ("primary_y", _REAL),
        ("event_id", _TEXT),
        ("event_type", _TEXT),
        ("event_detail", _TEXT),
        ("secondary_entity_id", _TEXT),
        *(
            # the format has a blank in this name
            (f"secondary_entity{' ' if name == 'commander' else '_'}{name}", _REAL if name == "level" else _TEXT)
            for name in _ABOUT
        ),
        ("secondary_x", _REAL),
        ("secondary_y", _REAL),
    ]
)
ENTITIES = pa.schema(
    [
        *_KEYS,
        *((name, _TEXT) for name in ("id", "name", "type", "commander_id", "commander_name")),
        ("level", _WHOLE),
        ("affiliation", _TEXT),
        ("force", _TEXT),
        ("init_comps", _WHOLE),
        ("cbt_per_comp", _REAL),
        ("init_cbt_pwr", _REAL),
        ("system_entity", _FLAG),
        ("start_entity", _FLAG),
        ("time_added", _REAL),
        *((name, _WHOLE) for name in ("total_events", *COUNTS.values())),
    ]
)
POWER = pa.schema(
    [*_KEYS, ("time", _REAL), ("item", _TEXT), ("components", _WHOLE), ("combat_power", _REAL), ("event_id", _TEXT)]
)
