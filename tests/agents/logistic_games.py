"""A small scenario with policies of maintenance and supply in its file, for every door through which it is played."""

from scenarios.batch.playing import play_replications
from scenarios.compiler.scenario import Compiled
from scenarios.run.policies import choose_policies
from tests.simcore.small_worlds import Document, compile_world
from tests.simcore.supply_worlds import ITEMS, PLATFORMS, WEAPONS, group, world

_POWER = {"weibull": {"shape": 3, "scale_h": 12}, "repair": 1, "service": 0.5}


def depot_and_outposts(**keys: object) -> Document:
    """Return a depot with a workshop, two outposts that use up diesel, and two trucks that wear out."""
    shelf = {"capacity": 400, "demand_per_day": 2400, "demand_law": "poisson", "reorder_at": 250}
    bare = {name: {**card, "wear": {}} for name, card in PLATFORMS.items()}
    truck = {**PLATFORMS["truck"], "wear": {"power": _POWER}}
    content: Document = {
        "sides": [
            {
                "name": "blue",
                "supply": {"name": "reorder"},
                "maintenance": {"name": "fixed-interval", "parameters": {"interval_h": 2.5}},
            },
            {"name": "red"},
        ],
        "catalogue": {"platforms": {**bare, "truck": truck}, "weapons": WEAPONS},
        "sustainment": {
            "wear": True,
            "items": ITEMS,
            "workshops": [{"name": "works", "at": "depot", "crews": 1, "radius_m": 500}],
        },
    }
    return world(
        [
            group("depot", "post", 0, 0),
            group("east", "camp", 8, 0),
            group("west", "camp", -8, 0),
            group("truck-a", "truck", 0, 0, task={"verb": "hold"}),
            group("truck-b", "truck", 0, 0, task={"verb": "hold"}),
        ],
        [
            {"at": "depot", "items": {"diesel": {"capacity": 100_000}}, "docks": 2},
            {"at": "east", "items": {"diesel": shelf}},
            {"at": "west", "items": {"diesel": shelf}},
        ],
        hours=10.0,
        **{**content, **keys},
    )


def compiled_game() -> Compiled:
    """Return the scenario, compiled."""
    return compile_world(depot_and_outposts())


def hash_of_run(compiled: Compiled, seed: int, replication: int) -> str:
    """Return the digest of the last state of a replication with the policies of the file and silent commanders."""
    choices = choose_policies(compiled.roster, by_side=dict.fromkeys(compiled.roster.sides, "hold"))
    row = play_replications(compiled, choices, seed, [replication])
    assert row["blue_services"][0] > 0.0
    assert row["blue_delivered_t"][0] > 0.0
    return str(row["state_hash"][0])
