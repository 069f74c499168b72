"""The two scenarios at sea hold what their questions ask about."""

from scenarios.format.document import load_document
from scenarios.format.schema.scenario import ScenarioFile
from scenarios.format.schema.sensors import ActiveSonarCard, InverseCubeCard, PassiveSonarCard


def content(name: str) -> ScenarioFile:
    return load_document(name).content


def test_undersea_search_has_mines_clearers_sonars_and_a_convoy_that_waits() -> None:
    scenario = content("undersea-search")
    assert {field.mine for field in scenario.minefields} == {"bottom-influence-mine", "moored-contact-mine"}
    cards = scenario.catalogue.platforms
    assert cards["lane-hunter"].mine_clearing is not None
    assert cards["lane-sweeper"].mine_clearing is not None
    assert isinstance(scenario.catalogue.sensors["stalker-sonar"], ActiveSonarCard)
    assert isinstance(scenario.catalogue.sensors["ambush-array"], PassiveSonarCard)
    convoy = {group.name for group in scenario.groups if group.reserve}
    assert convoy == {name for inject in scenario.injects if inject.kind == "reinforce" for name in inject.who}
    assert convoy == {f"convoy-{k}" for k in range(1, 6)}
    assert any(inject.kind == "weather" for inject in scenario.injects)
    assert any(group.aboard for group in scenario.groups)


def test_strait_surveillance_hides_smugglers_among_neutrals_and_prices_a_mistake() -> None:
    scenario = content("strait-surveillance")
    neutral = {side.name for side in scenario.sides if side.stance == "neutral"}
    assert neutral == {"fishermen", "merchants"}
    traffic = {group.name for group in scenario.groups if group.side in neutral}
    spare = [objective for objective in scenario.objectives if str(objective.name).startswith("blue-spare-")]
    assert {group for objective in spare for group in objective.groups} == traffic
    fishermen = next(objective for objective in spare if objective.name == "blue-spare-fishermen")
    assert fishermen.weight == max(objective.weight for objective in scenario.objectives)
    assert 0.0 < scenario.rules.p_misidentify.neutral < 0.2
    smuggler = scenario.catalogue.platforms["smuggler-boat"]
    assert smuggler.target_class == "small_boat"
    camera = scenario.catalogue.sensors["watch-camera"]
    assert isinstance(camera, InverseCubeCard)
    assert camera.identify_km is not None
    assert camera.identify_km <= 2.5  # within gunshot: the patrols must go and look
    above = scenario.catalogue.sensors["drone-camera"]
    assert isinstance(above, InverseCubeCard)
    assert above.identify_km is not None
    assert above.identify_km < 0.5 * camera.identify_km  # the drones do not do it for them
