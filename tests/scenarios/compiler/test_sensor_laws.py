"""Cards against the formulas: radar equation, Swerling 1, inverse cube law."""

import math
from typing import get_args

import pytest
from pydantic import TypeAdapter, ValidationError

from scenarios.compiler.quantities import domain_mask
from scenarios.compiler.sensors import LAWS, inverse_cube_law_m3_per_s, radar_law_m4
from scenarios.format.catalogue import built_in
from scenarios.format.checks.cards import check_cards
from scenarios.format.schema.cards import Catalogue, Spoofer
from scenarios.format.schema.sensors import SENSOR_MODELS, InverseCubeCard, RadarCard, SensorCard
from simcore.types import SensorModel
from viz.paper.texts import texts

CARD: TypeAdapter[SensorCard] = TypeAdapter(SensorCard)


def radar(**values: object) -> RadarCard:
    card = CARD.validate_python({"model": "radar", "range_km": 100, **values})
    assert isinstance(card, RadarCard)
    return card


def test_radar_equation_gives_the_published_example() -> None:
    # 100 kW, 35 dB, 3 GHz, 1 MHz, NF 4 dB, losses 6 dB, 290 K: 28.9517 dB at 20 km against 1 m2
    physics = {
        "power_kw": 100, "gain_db": 35, "frequency_ghz": 3, "bandwidth_mhz": 1,
        "noise_figure_db": 4, "losses_db": 6, "temperature_k": 290,
    }  # fmt: skip
    law = radar_law_m4(radar(physics=physics))
    for range_m, snr_db in ((20e3, 28.9517), (40e3, 16.9105), (60e3, 9.8668)):
        assert 10 * math.log10(law / range_m**4) == pytest.approx(snr_db, abs=2e-4)


@pytest.mark.parametrize("p_detect", [0.1, 0.5, 0.9])
def test_reference_range_gives_back_its_probability(p_detect: float) -> None:
    card = radar(reference={"range_km": 12, "p_detect": p_detect}, p_false_alarm=1e-5)
    snr = radar_law_m4(card) / 12e3**4
    assert 1e-5 ** (1 / (1 + snr)) == pytest.approx(p_detect, rel=1e-9)


def test_inverse_cube_law_gives_back_its_sweep_width() -> None:
    card = CARD.validate_python(
        {"model": "inverse_cube", "range_km": 50, "sweep_width_km": 6, "reference_speed_mps": 40}
    )
    assert isinstance(card, InverseCubeCard)
    law = inverse_cube_law_m3_per_s(card)
    # W is the integral over the lateral range x of 1 - exp(-2 K / (v x^2)); it is 2 sqrt(2 pi K / v)
    assert 2 * math.sqrt(2 * math.pi * law / 40) == pytest.approx(6000.0, rel=1e-9)
    step = 1.0
    half = sum(1 - math.exp(-2 * law / (40 * (step * (k + 0.5)) ** 2)) for k in range(400_000)) * step
    tail = 2 * law / (40 * 400_000)
    assert 2 * (half + tail) == pytest.approx(6000.0, rel=1e-3)


def test_domains_are_bits() -> None:
    assert domain_mask(("land", "air", "air")) == 0b1001


def test_built_in_cards_fit_together_and_name_a_source() -> None:
    catalogue = built_in()
    assert check_cards(catalogue, Catalogue(), {}) == []
    for kind in (catalogue.platforms, catalogue.sensors, catalogue.weapons):
        for name, card in kind.items():
            assert card.title, name
            assert card.source, name
    for name, card in catalogue.platforms.items():
        assert len(card.sidc) == 20, name


def test_every_model_of_the_engine_has_a_card_a_law_and_words() -> None:
    cards = get_args(get_args(SensorCard)[0])
    assert {model.name.lower() for model in SensorModel} == set(SENSOR_MODELS)
    assert {law.card for law in SENSOR_MODELS.values()} == set(cards)
    assert len(cards) == len(SENSOR_MODELS)
    for name, law in SENSOR_MODELS.items():
        assert get_args(law.card.model_fields["model"].annotation) == (name,)
        assert SensorModel[name.upper()] in LAWS
        for language in ("en", "ko"):
            assert f"sensor.{name}" in texts(language)
    assert len({law.words for law in SENSOR_MODELS.values()}) == len(SENSOR_MODELS)


@pytest.mark.parametrize("name", SENSOR_MODELS)
def test_a_spoofer_takes_the_models_that_the_table_says_can_be_deceived(name: str) -> None:
    if SENSOR_MODELS[name].is_deceived:
        assert Spoofer(range_km=10.0, sensors=(name,)).sensors == (name,)
    else:
        with pytest.raises(ValidationError, match="sensors"):
            Spoofer(range_km=10.0, sensors=(name,))
