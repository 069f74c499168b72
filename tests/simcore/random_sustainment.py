"""Random wear, repair and supply for the groups of a document."""

from tests.simcore.random_ground import Document, GroundDraw


def draw_sustainment(draw: GroundDraw, groups: list[Document], dt_s: float, document: Document) -> Document:
    """Return sustainment in which much fails and is repaired within the run. Mutates ``document``."""
    wear = {
        "drive": {
            "part": "mobility",
            "weibull": {"shape": draw.pick([0.8, 2]), "scale_h": draw.pick([0.1, 1])},
            "rates": {"per_speed": 1, "per_roughness": 1, "per_sea_state": 0.2, "aboard": draw.pick([0, 0.5])},
            "shock_h": 0.5,
            "repair": {"mean_h": 0.02, "law": draw.pick(["fixed", "exponential", "lognormal", "gamma"])},
            "start_h": draw.pick([0, 0.01]),
        },
        "sensor": {
            "gamma": {"shape_per_h": 40, "limit": draw.pick([2, 10]), "degraded_at": 0.5, "kept_share": 0.3},
            "essential": draw.chance(0.5),
            "repair": 0.01,
            "p_start_failure": draw.pick([0, 0.1]),
        },
    }
    cards = document.setdefault("catalogue", {}).setdefault("platforms", {})
    for entry in (entry for group in groups for entry in group["units"]):
        name = entry["platform"]
        if name not in cards and draw.chance(0.6):
            cards[name] = {"extends": name}
        if name in cards and draw.chance(0.7):
            cards[name]["wear"] = wear
    section: Document = {"wear_interval_s": round(draw.pick([1, 5]) * dt_s, 3)}
    section["return_on_failure"] = draw.chance(0.7)
    if draw.chance(0.5):
        section["damage_repair"] = {"repair": 0.02}
    return section


def draw_supply(draw: GroundDraw, groups: list[Document], dt_s: float, document: Document) -> None:
    """Count fuel, rounds and spares in stores, and let some groups carry or tow. Mutates ``document``."""
    section = document.setdefault("sustainment", {"wear": False})
    cards = document.setdefault("catalogue", {}).setdefault("platforms", {})
    real = [group for group in groups if "spoofed_by" not in group]
    carriers: set[str] = set()
    tugs: set[str] = set()
    for name in sorted({entry["platform"] for group in real for entry in group["units"]}):
        if name not in cards and draw.chance(0.7):
            cards[name] = {"extends": name}
        if name in cards and draw.chance(0.7):
            cards[name]["tank"] = {"fuel": "diesel", "capacity": draw.pick([1, 60])}
        if name in cards and draw.chance(0.3):
            cards[name]["cargo"] = {
                "capacity_kg": draw.pick([20, 1000]),
                "load_min": draw.pick([0, 0.2]),
                "unload_min": draw.pick([0, 0.2]),
                "min_load": draw.pick([0.01, 0.5]),
                "reach_m": draw.pick([100, 2000]),
            }
            carriers.add(name)
        if name in cards and draw.chance(0.2):
            cards[name]["towing"] = {"speed_mps": 5, "hook_min": 0.1, "reach_m": 500}
            tugs.add(name)
    section["supply_interval_s"] = round(draw.pick([1, 3]) * dt_s, 3)
    section["launch_share"] = draw.pick([0, 0.5, 1])
    section["items"] = {
        "diesel": {"kind": "fuel"},
        "missiles": {"kind": "rounds", "weapon": "anti-ship-missile", "mass_kg": 10},
        "spares": {"kind": "parts", "mass_kg": 3},
    }
    source = {"lead_time_h": draw.pick([0, 0.01]), "lead_law": draw.pick(["fixed", "exponential"])}
    section["stores"] = []
    for group in real:
        platforms = {entry["platform"] for entry in group["units"]}
        if not platforms & carriers and draw.chance(0.5):
            shelf = {"capacity": draw.pick([5, 500]), "demand_per_day": draw.pick([0, 4000])}
            stock = {"diesel": shelf, "spares": shelf | ({"source": source} if draw.chance(0.5) else {})}
            if draw.chance(0.5):
                stock["missiles"] = {"capacity": 20, "start": draw.pick([0, 20]), "source": source}
            store = {"at": group["name"], "items": stock, "docks": draw.pick([1, 3]), "serves_m": 5000}
            section["stores"].append(store)
        own = [other["name"] for other in real if other["side"] == group["side"] and other is not group]
        if group["side"] != "merchants" and own and platforms & carriers and draw.chance(0.7):
            group["task"] = {"verb": "resupply", "target": draw.pick(own), "at_km": draw.place("air")}
        elif group["side"] != "merchants" and platforms & tugs and draw.chance(0.7):
            group["task"] = {"verb": "tow", "at_km": draw.place("air")}
