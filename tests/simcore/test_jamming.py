"""Jamming: formulas at known points, the kernel against a slow twin, and what a jammer does to a fight."""

import copy
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore.compiling.jit import python_wrapper
from simcore.kernels.network.jamming import is_jamming, jam_radios, jammed_noise, jammed_reach_sq, share_in_band
from simcore.kinds import Ground, Jammers, Rules, Units
from simcore.params import JammerSpecR, JammerSpecW, RuleR, RuleW, SensorSpecR, UnitSpecR, UnitSpecW
from simcore.scratch import Scratch, ScratchR
from simcore.state import SideW, UnitR, UnitW
from simcore.types import Damage, EventKind, Roe, Status
from tests.simcore.made_kinds import made
from tests.simcore.small_worlds import CATALOGUE, Document, compile_world, document, same_state, skirmish, start
from tests.simcore.test_symmetry import exchange_sides

_jam = python_wrapper(jam_radios)

NOISE: Document = {"power_w": 200, "gain_db": 3, "low_mhz": 200, "high_mhz": 400}


@pytest.mark.small
def test_jam_to_signal_of_the_textbook_case() -> None:
    # 100 W, 3 dBi at 20 km against 10 W, 3 dBi at 50 km: 10 dB + 20 log10(50 / 20) = 17.9588 dB
    gain = 10.0**0.3
    ratio = 100.0 * gain / (10.0 * gain) * (50.0 / 20.0) ** 2
    assert 10.0 * math.log10(ratio) == pytest.approx(17.9588, abs=5e-5)
    # where J/S equals minus the margin needed, the link closes: S/J = needed at d, noise far below
    needed = 10.0
    noise_per_m2 = needed * 100.0 * gain / (10.0 * gain) / 20e3**2
    reach = math.sqrt(jammed_reach_sq(1e18, noise_per_m2))
    assert reach == pytest.approx(20e3 / math.sqrt(100.0), rel=1e-6)


@pytest.mark.small
def test_reach_falls_from_the_undisturbed_range() -> None:
    assert jammed_reach_sq(25.0, 0.0) == 25.0
    assert jammed_reach_sq(25.0, 1.0 / 25.0) == pytest.approx(12.5)  # as much jamming as noise halves the square
    reaches = [jammed_reach_sq(25.0, noise) for noise in (0.0, 0.1, 1.0, 10.0)]
    assert reaches == sorted(reaches, reverse=True)


@pytest.mark.small
@pytest.mark.parametrize(
    ("spread", "centre", "band", "share"),
    [(0.0, 300.0, 0.025, 1.0), (0.0, 199.0, 0.025, 0.0), (0.0, 401.0, 0.025, 0.0), (10.0, 300.0, 0.025, 0.0025)],
)
def test_share_in_band(spread: float, centre: float, band: float, share: float) -> None:
    assert share_in_band(200.0, 400.0, spread, centre, band) == pytest.approx(share)


@pytest.mark.small
def test_a_jammer_comes_in_by_the_beam_or_by_a_sidelobe() -> None:
    work = np.zeros((len(ScratchR), 4))
    work[ScratchR.JAM_NOISE, :2] = (5.0, 70.0)
    work[ScratchR.JAM_X, :2] = (0.0, 1.0)
    work[ScratchR.JAM_Y, :2] = (1.0, 0.0)
    beam = math.cos(math.radians(1.5))
    assert jammed_noise(2, 0.0, 9e3, 9e3, beam, 0.01, work) == pytest.approx(1.0 + 5.0 + 0.7)
    assert jammed_noise(2, 9e3, 0.0, 9e3, beam, 0.01, work) == pytest.approx(1.0 + 0.05 + 70.0)
    assert jammed_noise(0, 9e3, 0.0, 9e3, beam, 0.01, work) == 1.0


@pytest.mark.small
def test_when_a_jammer_is_on() -> None:
    whole = np.zeros((len(UnitW), 1), dtype=np.int32)
    whole[UnitW.ROE] = Roe.HOLD
    assert is_jamming(0, 0, whole)
    assert not is_jamming(0, 1, whole)
    whole[UnitW.ROE] = Roe.TIGHT
    assert is_jamming(0, 1, whole)
    whole[UnitW.DAMAGE] = Damage.LINK
    assert not is_jamming(0, 0, whole)
    whole[UnitW.DAMAGE] = Damage.MOBILITY
    assert is_jamming(0, 0, whole)
    whole[UnitW.STATUS] = Status.LOST
    assert not is_jamming(0, 0, whole)


units = st.lists(
    st.tuples(
        st.floats(-20e3, 20e3), st.floats(-20e3, 20e3), st.integers(0, 1), st.sampled_from([0.0, 3.0, 10.0]),
        st.sampled_from([150.0, 300.0]), st.booleans(),
    ),
    min_size=2,
    max_size=8,
)  # fmt: skip
jammers = st.lists(
    st.tuples(st.integers(0, 7), st.floats(1.0, 1e4), st.sampled_from([0.0, 5.0]), st.sampled_from([np.inf, 9e3])),
    max_size=4,
)


@pytest.mark.small
@settings(max_examples=200, deadline=None)
@given(units, jammers)
def test_jamming_at_radios_equals_its_slow_twin(crowd: list[Any], transmitters: list[Any]) -> None:
    n = len(crowd)
    unit_real, unit_whole = np.zeros((len(UnitSpecR), n)), np.zeros((len(UnitSpecW), n), dtype=np.int32)
    state_real, state_whole = np.zeros((len(UnitR), n)), np.zeros((len(UnitW), n), dtype=np.int32)
    for i, (x, y, side, needed, mhz, active) in enumerate(crowd):
        state_real[[UnitR.X, UnitR.Y, UnitR.Z], i] = (x, y, 10.0)
        unit_whole[UnitSpecW.SIDE, i] = side
        unit_real[[UnitSpecR.RADIO_SNR, UnitSpecR.RADIO_MHZ, UnitSpecR.RADIO_BAND_MHZ], i] = (needed, mhz, 0.025)
        state_whole[UnitW.STATUS, i] = Status.ACTIVE if active else Status.LOST
    real, whole = (
        np.zeros((len(JammerSpecR), len(transmitters))),
        np.zeros((len(JammerSpecW), len(transmitters)), dtype=np.int32),
    )
    expected = np.zeros(n)
    for k, (carrier, eirp, spread, far) in enumerate(transmitters):
        u = carrier % n
        real[:, k] = (eirp, 200.0, 400.0, spread, far)
        whole[JammerSpecW.UNIT, k] = u
        for i, (x, y, side, needed, mhz, active) in enumerate(crowd):
            away = math.hypot(x - crowd[u][0], y - crowd[u][1])
            if crowd[u][5] and active and side != crowd[u][2] and mhz == 300.0 and away <= far:
                share = 1.0 if spread == 0.0 else 0.025 / spread
                expected[i] += needed * share * eirp / max(away, 1.0) ** 2
    rules, limits = np.zeros(len(RuleR)), np.zeros(len(RuleW), dtype=np.int32)
    rules[RuleR.EARTH_M] = np.inf
    rules[RuleR.RASTER_CELL_M] = 1e6
    rules[[RuleR.RASTER_WEST, RuleR.RASTER_SOUTH]] = -5e5
    flat = np.zeros((1, 1), dtype=np.float32)
    work = np.ones((len(ScratchR), n))
    relief = np.zeros((2, 1, 1), dtype=np.float32)
    units = made(Units, spec_real=unit_real, spec_whole=unit_whole, real=state_real, whole=state_whole)
    ground = made(Ground, relief=relief, block_peak=flat, wide_peak=flat, near_peak=flat.astype(np.uint8))
    _jam(units, Jammers(real, whole), ground, Rules(rules, limits), made(Scratch, real=work))
    assert work[ScratchR.JAM_NOISE] == pytest.approx(expected, rel=1e-12)


def jammed(noise: Document | None, *, who: str = "drone", **keys: Any) -> Document:
    """Return the skirmish in which one kind of unit carries a jammer."""
    content = skirmish(**keys)
    content["catalogue"] = copy.deepcopy(CATALOGUE)
    if noise is not None:
        content["catalogue"]["platforms"][who]["jammers"] = [noise]
    return content


def test_a_jammer_out_of_band_changes_no_bit() -> None:
    runs = []
    for noise in (None, {**NOISE, "low_mhz": 1000, "high_mhz": 2000}, {**NOISE, "on_order": True, "range_km": 0.001}):
        simulation = start(jammed(noise), seed=7, replications=range(3))
        simulation.advance(300)
        runs.append(simulation)
    assert same_state(runs[0], runs[1])
    assert same_state(runs[0], runs[2])


def test_a_jammer_cuts_links_and_says_so() -> None:
    simulation = start(jammed(NOISE), seed=7, replications=range(3), record_events=True)
    quiet = start(jammed(None), seed=7, replications=range(3), record_events=True)
    for run in (simulation, quiet):
        run.advance(300)
    events = simulation.events()
    cut = events[events["kind"] == EventKind.LINK_LOST]
    assert np.sum(cut["a"] == 1) == simulation.state.sides.whole[:, SideW.LINKS_JAMMED].sum() > 0
    calm = quiet.events()
    assert set(calm["a"][calm["kind"] == EventKind.LINK_LOST].tolist()) <= {0}
    share = [run.state.units.whole[:, UnitW.LINKED].mean() for run in (simulation, quiet)]
    assert share[0] < share[1]


def test_jammers_know_no_first_side() -> None:
    a = start(jammed(NOISE), seed=7, replications=range(3))
    b = start(exchange_sides(jammed(NOISE)), seed=7, replications=range(3))
    for run in (a, b):
        run.advance(300)
    assert np.array_equal(a.state.units.whole[:, UnitW.LINKED], b.state.units.whole[:, UnitW.LINKED])
    for row in (SideW.LINKS_JAMMED, SideW.LINK_LOSSES, SideW.SHOTS):
        assert np.array_equal(a.state.sides.whole[:, row], b.state.sides.whole[:, row, ::-1])


def test_a_jammer_that_is_shot_jams_no_more() -> None:
    groups = [
        {"name": "blue-post", "side": "blue", "units": [{"platform": "post"}], "at_km": [-6, 4]},
        {"name": "blue-robot", "side": "blue", "units": [{"platform": "robot"}], "at_km": [-1, 4]},
        {"name": "red-jammer", "side": "red", "units": [{"platform": "noise"}], "at_km": [0.5, 4]},
        {"name": "red-rest", "side": "red", "units": [{"platform": "post"}], "at_km": [11, 11]},
    ]
    content = document(groups)
    content["map"]["terrain"] = {"kind": "flat"}
    content["time"] = {"dt_s": 1, "duration_s": 600, "comms_interval_s": 5}
    content["groups"][1]["roe"] = "free"
    content["catalogue"]["platforms"]["noise"] = {
        "domain": "land", "target_class": "light_vehicle", "speed_max_mps": 0, "toughness": 0.1, "jammers": [NOISE],
    }  # fmt: skip
    simulation = start(content, seed=3, replications=[0], record_events=True)
    simulation.advance(600)
    events = simulation.events()
    robot = compile_world(content).roster.units.index("blue-robot")
    own = events[events["unit"] == robot]
    lost = own["tick"][own["kind"] == EventKind.LINK_LOST]
    back = own["tick"][own["kind"] == EventKind.LINK_BACK]
    killed = events["tick"][events["kind"] == EventKind.LOSS]
    assert len(lost) == len(back) == len(killed) == 1
    assert lost[0] < killed[0] < back[0]


def test_radar_behind_a_jammer_sees_later() -> None:
    noise = {"power_w": 50, "gain_db": 3, "low_mhz": 8000, "high_mhz": 12000}
    seen = []
    for carried in (None, noise):
        content = jammed(carried, who="ship")
        simulation = start(content, seed=7, replications=range(20))
        simulation.advance(40)
        assert compile_world(content).params.sensors.real[SensorSpecR.JAM_M2].max() > 0.0
        seen.append(simulation.state.sides.whole[:, SideW.DETECTIONS].sum())
    assert seen[1] < seen[0]
