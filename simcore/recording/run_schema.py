"""Columns of the tables of a run folder: the contract between the recorder and its readers."""

from simcore.recording.tables import Column

FRAMES_PER_ROW_GROUP = 60
"""Frames in a row group of ``trace.parquet`` and ``contacts.parquet``: the unit in which a viewer streams."""

SCHEMA_VERSION = 1
"""Version of the run and batch folders. New files, keys and columns do not raise it: readers accept older folders
without them. It is raised when an existing file, key or column changes its meaning."""

_FRAME = Column("frame", "i32", "1", "number of the frame, from 0")
_TIME = Column("time_s", "f64", "s", "time since the start of the scenario")
_TICK = Column("tick", "i32", "1", "tick of the engine")

UNITS = (
    Column("unit", "i32", "1", "index of the unit"),
    Column("name", "string", "", "name of the unit"),
    Column("side", "string", "", "name of its side"),
    Column("group", "string", "", "name of its group"),
    Column("platform", "string", "", "platform card"),
    Column("title", "string", "", "display name of the platform"),
    Column("domain", "string", "", "land, surface, subsurface or air"),
    Column("sidc", "string", "", "20-digit symbol code, empty when none is known"),
    Column("cost", "f64", "MUSD", "cost of the unit"),
    Column("speed_max_mps", "f64", "m/s", "maximum speed"),
    Column("sensor_range_m", "f64", "m", "longest sensor range"),
    Column("weapon_range_m", "f64", "m", "longest offensive weapon range, 0 when unarmed"),
    Column("radio_range_m", "f64", "m", "radio range"),
    Column("endurance_s", "f64", "s", "endurance at cruise speed, inf when unlimited"),
    Column("ammo0", "i32", "1", "rounds on all mounts at the start"),
)

TRACE = (
    _FRAME,
    _TIME,
    Column("unit", "i32", "1", "index of the unit"),
    Column("x_m", "f32", "m", "east of the origin"),
    Column("y_m", "f32", "m", "north of the origin"),
    Column("z_m", "f32", "m", "above sea level, negative below it"),
    Column("heading_deg", "f32", "deg", "clockwise from north, 0 to 360"),
    Column("speed_mps", "f32", "m/s", "speed over the ground in the last tick"),
    Column("status", "u8", "", "0 active, 1 aboard, 2 servicing, 3 reserve, 4 lost, 5 phantom, 6 expended, 7 absent"),
    Column("damage", "u8", "", "Damage bits: 1 mobility, 2 sensor, 4 weapon, 8 link, 16 catastrophic"),
    Column("strength", "f32", "1", "strength left, 0 to 1"),
    Column("endurance", "f32", "1", "share of the endurance left, 1 when unlimited"),
    Column("linked", "u8", "", "1 with a live link to the command post"),
    Column("hops", "i16", "1", "hops to the command post"),
    Column("task", "u8", "", "Task in force"),
    Column("roe", "u8", "", "rules of engagement in force: 0 hold, 1 tight, 2 free"),
    Column("ammo", "i32", "1", "rounds left on all mounts"),
    Column("report_x_m", "f32", "m", "position in the last report that reached the command post, east"),
    Column("report_y_m", "f32", "m", "the same, north"),
    Column("report_age_s", "f32", "s", "age of that report"),
    Column("report_status", "u8", "", "Status in that report"),
)

CONTACTS = (
    _FRAME,
    _TIME,
    Column("side", "i8", "", "index of the side that holds the contact"),
    Column("serial", "i32", "1", "track number of the side, from 1"),
    Column("unit", "i32", "1", "TRUTH, never to be shown to the side: the unit behind the contact"),
    Column("x_m", "f32", "m", "estimated position now, east of the origin"),
    Column("y_m", "f32", "m", "estimated position now, north of the origin"),
    Column("vx_mps", "f32", "m/s", "estimated velocity, east"),
    Column("vy_mps", "f32", "m/s", "estimated velocity, north"),
    Column("error_m", "f32", "m", "one-sigma position error now"),
    Column("age_s", "f32", "s", "time since the last detection"),
    Column("level", "u8", "", "1 detected, 2 classified, 3 identified"),
    Column("domain", "u8", "", "Domain: 0 land, 1 surface, 2 subsurface, 3 air"),
    Column("target_class", "i8", "", "TargetClass, -1 until classified"),
    Column("identity", "u8", "", "as the side believes: 0 unknown, 1 hostile, 2 neutral, 3 decoy, 4 protected"),
)

EVENTS = (
    _TICK,
    _TIME,
    Column("kind", "category", "", "EventKind in lower case"),
    Column("side", "i8", "", "index of the side concerned, -1 for none"),
    Column("unit", "i32", "1", "unit concerned, -1 for none"),
    Column("other", "i32", "1", "other unit, -1 for none"),
    Column("a", "i32", "", "first detail; see EventKind"),
    Column("b", "i32", "", "second detail; see EventKind"),
)

ORDERS = (
    _TICK,
    _TIME,
    Column("side", "string", "", "name of the side that ordered"),
    Column("group", "string", "", "name of the group ordered"),
    Column("group_idx", "i32", "1", "index of the group"),
    Column("task", "string", "", "Task in lower case; empty when the order concerns emission control alone"),
    Column("roe", "string", "", "rules of engagement in lower case"),
    Column("x_m", "f64", "m", "point of the task, east of the origin"),
    Column("y_m", "f64", "m", "point of the task, north of the origin"),
    Column("radius_m", "f64", "m", "radius of the task's area"),
    Column("speed", "f64", "1", "share of the maximum speed, 0 = cruise"),
    Column("spacing_m", "f64", "m", "lane or station spacing, 0 = the behaviour's own"),
    Column("target_group", "i32", "1", "group to escort, -1 for none"),
    Column("emcon", "string", "", "radiate or silent: emission control ordered; empty when unchanged"),
)

REACH = (
    Column("unit", "i32", "1", "index of the unit"),
    Column("kind", "string", "", "sensor, weapon, interceptor or jammer"),
    Column("name", "string", "", "sensor model or weapon card"),
    Column("range_m", "f64", "m", "greatest range, inf where unlimited"),
    Column("field_of_view_deg", "f64", "deg", "about the heading; 360 is all-round"),
    Column("domains", "u8", "", "mask of the domains of its targets, 1 << Domain; 0 without a mask of its own"),
    Column("is_on", "u8", "", "0: radars silent by emission control; jammers that the rules of engagement switch on"),
    Column("title", "string", "", "display name of the sensor or weapon, empty for a jammer"),
    Column("range_min_m", "f64", "m", "shortest range of a weapon, 0 of others"),
    Column("above_m", "f64", "m", "height of the sensor above z_m of its unit"),
    Column("needs_sight", "u8", "", "1 where blocked by terrain and horizon"),
)

MOUNTS = (
    Column("mount", "i32", "1", "index of the mount, the detail a of shots"),
    Column("unit", "i32", "1", "index of its unit"),
    Column("weapon", "string", "", "weapon card"),
    Column("title", "string", "", "display name of the weapon"),
)

MINES = (
    Column("minefield", "i32", "1", "index of the minefield in map.json"),
    Column("x_m", "f64", "m", "east of the origin"),
    Column("y_m", "f64", "m", "north of the origin"),
    Column("status", "u8", "", "MineStatus at the end: 0 armed, 1 spent, 2 cleared"),
    Column("gone_s", "f64", "s", "time of the first frame at which it is no longer armed; null while armed", True),
)

SERIES = (
    _FRAME,
    _TIME,
    Column("side", "string", "", "name of the side"),
    Column("active", "i32", "1", "units active in the field"),
    Column("lost", "i32", "1", "units lost so far, one-way munitions left out"),
    Column("strength", "f32", "1", "share of the side's force left, weighted by cost, 0 to 1"),
    Column("force_ratio", "f32", "1", "own force left over enemy force left, by cost; null without enemy force", True),
    Column("linked_share", "f32", "1", "share of the active units with a live link; null without active units", True),
    Column("contacts", "i32", "1", "contacts held"),
    Column("shots", "i32", "1", "shots fired so far"),
    Column("score", "f32", "1", "weighted progress of the side's objectives, 0 to 1"),
    Column("expended", "i32", "1", "one-way munitions fired so far"),
)

OBJECTIVES = (
    _FRAME,
    _TIME,
    Column("objective", "i32", "1", "index of the objective in the outcome of measures.json"),
    Column("progress", "f32", "1", "progress towards it, 0 to 1"),
)

LOGISTICS = (
    _TICK,
    _TIME,
    Column("kind", "string", "", "kind of the policy: maintenance, supply or medical"),
    Column("side", "string", "", "name of its side"),
    Column("order", "string", "", "name of the order"),
    Column("column", "i32", "1", "component, store, transport, facility or person concerned, -1 for none"),
    Column("unit", "i32", "1", "unit concerned, -1 for none"),
    Column("value", "f64", "", "value of the order; inf: none"),
)

READINESS = Column(
    "readiness", "i8", "", "TRUTH: Readiness of the unit; -1 without components, and where it is not in the scenario"
)
"""Last column of the trace where units wear out."""

COMPONENTS = (
    Column("component", "i32", "1", "column of the component, the detail b of events"),
    Column("unit", "i32", "1", "index of its unit"),
    Column("name", "string", "", "name of the component on the card"),
    Column("part", "string", "", "Part in lower case"),
    Column("failures", "i32", "1", "failures in the run"),
    Column("repairs", "i32", "1", "corrective renewals"),
    Column("services", "i32", "1", "preventive renewals"),
    Column("operated_h", "f64", "h", "hours of operation in the run"),
    Column("hours", "f64", "h", "hours of operation since its last renewal"),
    Column("effective_h", "f64", "h", "TRUTH: effective hours since its last renewal"),
    Column("wear", "f64", "1", "TRUTH: wear as a share of its limit; 0 without a limit"),
    Column("condition", "string", "", "Condition in lower case at the end"),
    Column("spare", "string", "", "item of stores that its repair takes; empty when it takes none"),
)

STOCKS = (
    _FRAME,
    _TIME,
    Column("store", "i32", "1", "column of the store"),
    Column("unit", "i32", "1", "index of its unit"),
    Column("item", "string", "", "name of the item"),
    Column("is_cargo", "u8", "", "1 for the cargo of a carrier"),
    Column("on_hand", "f64", "", "TRUTH: stock, in units of the item"),
    Column("on_order", "f64", "", "TRUTH: shipments and cargo under way to it"),
    Column("owed", "f64", "", "TRUTH: backorders"),
    Column("issued", "f64", "", "issued to tanks, magazines and repairs so far"),
    Column("consumed", "f64", "", "taken by consumers outside the scenario so far"),
    Column("sent", "f64", "", "sent to stores and carriers so far"),
    Column("lost", "f64", "", "lost with the unit so far"),
    Column("reported", "f64", "", "stock as last reported to the command post"),
)

STORES = (
    Column("store", "i32", "1", "column of the store in stocks.parquet"),
    Column("unit", "i32", "1", "index of its unit"),
    Column("item", "string", "", "name of the item"),
    Column("is_cargo", "u8", "", "1 for the cargo of a carrier"),
    Column("mass_kg", "f64", "kg", "mass of a unit of the item"),
    Column("capacity", "f64", "", "capacity of the store, in units of the item; null for a cargo", True),
    Column("reorder_at", "f64", "", "level at which it is ordered; null for a cargo and without orders", True),
    Column("order_up_to", "f64", "", "level to which it is ordered; null for a cargo and without orders", True),
    Column("load_kg", "f64", "kg", "what the carrier can carry in all; null for a store", True),
    Column("item_index", "i32", "1", "index of the item, the detail a of events of supply"),
    Column("kind", "string", "", "kind of the item: ItemKind in lower case"),
    Column("source", "i32", "1", "store that it orders from; -2 outside the scenario, -1 none: carriers alone fill it"),
    Column(
        "lead_h", "f64", "h", "mean time from the dispatch of a shipment to its arrival; null without a source", True
    ),
)

CASUALTIES = (
    _TICK,
    _TIME,
    Column("person", "i32", "1", "number of the person in the run, the detail a of events"),
    Column("unit", "i32", "1", "index of his unit"),
    Column(
        "change",
        "string",
        "",
        "hurt, fell_ill, aided, evacuation_asked, picked_up, handed_over, admitted, "
        "treatment_begun, treatment_ended, died, duty or left_theatre",
    ),
    Column("place", "i32", "1", "unit that he is with or that takes him over; -1: his own, the ground, or none"),
    Column("detail", "i32", "", "TRUTH: the detail b of the event: severity, Mechanism, Triage, Station or Death"),
)

PEOPLE = (
    Column("person", "i32", "1", "number of the person in the run"),
    Column("unit", "i32", "1", "index of his unit"),
    Column("kind", "string", "", "crew, passenger or civilian"),
    Column("injuries", "i32", "1", "injuries and illnesses so far; the other columns are of the last case"),
    Column("health", "string", "", "Health in lower case at the end"),
    Column("stage", "string", "", "Stage in lower case at the end"),
    Column("mechanism", "string", "", "TRUTH: Mechanism in lower case"),
    Column("region", "string", "", "TRUTH: Region in lower case"),
    Column("niss", "f64", "1", "TRUTH: severity, 1 to 75"),
    Column("blood", "f64", "1", "TRUTH: share of the blood volume at the end"),
    Column("triage", "i8", "", "Triage as assigned, 0: none"),
    Column("true_triage", "i8", "", "TRUTH: Triage without error"),
    Column("aid", "string", "", "Aid in lower case: none, self, buddy or medic"),
    Column("has_tourniquet", "u8", "", "1 when a tourniquet holds"),
    Column("blood_given", "i32", "1", "units of blood given"),
    Column("death", "string", "", "Death in lower case; none for the living"),
    Column("cause", "string", "", "TRUTH: Cause in lower case"),
    Column("is_preventable", "u8", "", "TRUTH: 1 for a death that prompt care would have prevented"),
    *(
        Column(f"{name}_s", "f64", "s", f"{what}; null: never", True)
        for name, what in (
            ("hurt", "time of the injury"),
            ("aid", "end of the first aid"),
            ("request", "request of evacuation"),
            ("picked", "pick-up"),
            ("role1", "arrival at the first facility of Role 1 or higher"),
            ("role2", "arrival at the first facility of Role 2 or higher"),
            ("role3", "arrival at the first facility of Role 3"),
            ("surgery", "begin of the first surgery"),
            ("end", "death, return to duty or departure from the theatre"),
        )
    ),
)
"""Columns of ``people.parquet``, a row for each person who has been hurt or ill. People have numbers, no names."""

TABLES = {
    "units.parquet": UNITS,
    "trace.parquet": TRACE,
    "contacts.parquet": CONTACTS,
    "events.parquet": EVENTS,
    "orders.parquet": ORDERS,
    "series.parquet": SERIES,
    "objectives.parquet": OBJECTIVES,
    "reach.parquet": REACH,
    "mounts.parquet": MOUNTS,
    "mines.parquet": MINES,
}
"""Every table of each run folder by file name."""

SUSTAINMENT_TABLES = {
    "components.parquet": COMPONENTS,
    "logistics.parquet": LOGISTICS,
    "stores.parquet": STORES,
    "stocks.parquet": STOCKS,
}
"""Tables of runs with sustainment: the first two where units wear out, the others where there are stores."""

CARE = (
    Column("unit", "i32", "1", "index of a unit with a facility or places for casualties"),
    Column("facility", "i32", "1", "its column in orders of medical policies as a facility; -1: none"),
    Column("transport", "i32", "1", "the same as a transport; -1: none"),
    Column("role", "i32", "1", "role of the facility; 0: none"),
    Column("resuscitation", "i32", "1", "places for resuscitation"),
    Column("surgery", "i32", "1", "operating tables with a team"),
    Column("intensive", "i32", "1", "beds in intensive care"),
    Column("ward", "i32", "1", "other beds"),
    Column("mass_casualty_from", "i32", "1", "patients in its queue from which it is in mass-casualty mode; -1: never"),
    Column("divert_from", "i32", "1", "patients in its queue from which it is full; -1: never"),
    Column("litters", "i32", "1", "places for those who lie"),
    Column("seats", "i32", "1", "places for those who can sit"),
)

MEDICAL_TABLES = {"casualties.parquet": CASUALTIES, "people.parquet": PEOPLE, "care.parquet": CARE}
"""Tables of runs with medical support."""
