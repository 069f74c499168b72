"""Random people, facilities and transports for the groups of a document."""

from tests.simcore.random_ground import Document, GroundDraw


def draw_medical(draw: GroundDraw, groups: list[Document], dt_s: float, document: Document) -> None:
    """Put people into units, facilities and places for casualties among them, and let much happen within the run.

    Mutates ``document``.
    """
    cards = document.setdefault("catalogue", {}).setdefault("platforms", {})
    for group in groups:
        if "spoofed_by" in group:
            continue
        for entry in group["units"]:
            name = entry["platform"]
            if name not in cards and draw.chance(0.5):
                cards[name] = {"extends": name}
            card = cards.get(name, {})
            is_munition = card.get("one_way") or name in _MUNITIONS
            if not is_munition and draw.chance(0.7):
                crew = draw.pick([0, 1, 2, 5])
                entry["people"] = {
                    "crew": crew,
                    "medics": min(crew, draw.pick([0, 1])),
                    "passengers": draw.pick([0, 3]),
                    "protection": draw.pick([0, 0.5]),
                }
            if name in cards and not is_munition and draw.chance(0.3):
                card["facility"] = {
                    "role": 2,
                    "bays": 1,
                    "theatres": 1,
                    "ward": draw.pick([0, 2]),
                    "reach_m": draw.pick([200, 3000]),
                    "mass_casualty_from": draw.pick([1, None]),
                    "times": {"resuscitation": draw.pick([0.1, 1.0]), "surgery": draw.pick([0.0, 0.5]), "ward": 0.5},
                    "holding_days": draw.pick([0.0, 30.0]),
                }
            if name in cards and draw.chance(0.3):
                blood = draw.pick([0, 2])
                card["evacuation"] = {
                    "litters": draw.pick([0, 1, 2]),
                    "seats": 1,
                    "attendant": blood > 0,
                    "blood": blood,
                    "reach_m": draw.pick([50, 1000]),
                    "load_min": draw.pick([0, 0.2]),
                    "unload_min": draw.pick([0, 0.2]),
                }
            if name in cards and draw.chance(0.2):
                card["protected"] = True
    document["medical"] = {
        "interval_s": round(draw.pick([1, 3]) * dt_s, 3),
        "crew_matters": draw.chance(0.7),
        "injuries": {"p_hurt": draw.pick([None, 0.5])},
        "deterioration": {
            "law": draw.pick(["none", "power", "exponential"]),
            "scale_min": 2000,
            "mean_min": 1,
            "bleeding": {"torso": {"from_per_h": 5, "to_per_h": 50, "growth_per_h2": draw.pick([0, 20])}},
        },
        "first_aid": {"reaction_min": draw.pick([0, 0.3]), "buddy_min": 0.3, "medic_min": 0.5, "request_min": 0.1},
        "sickness": {
            "disease_per_1000_per_day": draw.pick([0, 100_000]),
            "wounded_per_1000_per_day": 20_000,
            "wounded_sd": draw.pick([0, 20_000]),
        },
        "evacuation": {
            "blood_forward": draw.chance(0.5),
            "unmanned": draw.pick(["none", "light", "all"]),
            "escort_wait_min": draw.pick([0, 1]),
        },
        "civilians": {"cared_by": [document["sides"][0]["name"]] if draw.chance(0.5) else [], "reach_km": 3},
        "care": {"died_of_wounds_h": 0.05, "p_died_of_wounds": [0.1, 0.2, 0.3, 0.4, 0.5]},
        "duty": {"scene_niss": 4, "scene_h": 0.01, "mean_days": [0.001, 0.01, 1, 10, 100]},
    }


_MUNITIONS = ("loitering-munition", "interceptor-drone", "uav-one-way", "uav-attack-fpv", "uav-swarm", "usv-one-way")
