"""Weapon and platform cards as columns of parameters."""

import math
from collections.abc import Sequence

import numpy as np

from scenarios.compiler.columns import blank, blank_reals, blank_wholes
from scenarios.compiler.quantities import domain_mask
from scenarios.compiler.radio import fill_radio
from scenarios.compiler.signatures import fill_signature
from scenarios.compiler.ticks import milliseconds, ticks, ticks_or_none
from scenarios.format.defaults import settled
from scenarios.format.schema.cards import PlatformCard, WeaponCard
from simcore.params import UNLIMITED, Block, MountSpecR, MountSpecW, SensorSpecR, SensorSpecW, UnitSpecR, UnitSpecW
from simcore.types import (
    F64,
    I32,
    Autonomy,
    Defence,
    Domain,
    LostLink,
    Mobility,
    SensorModel,
    TargetChoice,
    TargetClass,
)

CEP_PER_SIGMA = math.sqrt(2.0 * math.log(2.0))
"""Circular error probable of a circular normal distribution with standard deviation 1."""

_INTERCEPTOR_REALS = (
    MountSpecR.P_INTERCEPT,
    MountSpecR.INTERCEPT_RANGE_M,
    MountSpecR.INTERCEPT_SPEED,
    MountSpecR.INTERCEPT_MIN_M,
    MountSpecR.ASSESS_S,
    MountSpecR.REACTION_S,
)
_SOFT_KILL_REALS = (MountSpecR.P_SOFT_GUIDED, MountSpecR.P_SOFT_UNGUIDED)


def mount_columns(
    platform: PlatformCard, cards: dict[str, WeaponCard], weapon_row: dict[str, int], dt_s: float
) -> tuple[F64, I32]:
    """Return (MountSpecR rows, k) and (len(MountSpecW), k) of the k mounts of a platform. UNIT is left unfilled."""
    real, whole = blank_reals(MountSpecR, len(platform.weapons)), blank_wholes(MountSpecW, len(platform.weapons))
    for k, fit in enumerate(platform.weapons):
        card = cards[fit.weapon]
        real[MountSpecR.RANGE_MAX_M, k] = card.range_max_km * 1e3 if card.domains else 0.0
        real[MountSpecR.RANGE_MIN_M, k] = card.range_min_km * 1e3
        real[MountSpecR.ROUND_SPEED, k] = _or_inf(card.round_speed_mps)
        real[MountSpecR.DAMAGE, k] = card.damage
        real[MountSpecR.P_KILL, k] = card.p_kill
        real[MountSpecR.P_COMPONENT, k] = card.p_component
        real[MountSpecR.BASKET_M, k] = _or_inf(card.seeker_basket_m)
        real[MountSpecR.MAX_AGE_S, k] = _or_inf(card.contact_age_max_s)
        real[MountSpecR.MAX_ERROR_M, k] = _or_inf(card.contact_error_max_m)
        real[MountSpecR.RANGE_FALLOFF, k] = card.range_falloff
        for target in TargetClass:
            real[int(MountSpecR.P_HIT) + int(target), k] = dict(card.p_hit).get(target.name.lower(), 0.0)  # type: ignore[call-overload]
        whole[MountSpecW.SALVO, k] = card.rounds_per_shot
        whole[MountSpecW.RELOAD, k] = ticks(card.reload_s, dt_s)
        whole[MountSpecW.AMMO0, k] = UNLIMITED if fit.rounds is None else min(fit.rounds, UNLIMITED)
        whole[MountSpecW.DOMAINS, k] = domain_mask(card.domains)
        whole[MountSpecW.CHOICE, k] = int(TargetChoice[card.choice.upper()])
        whole[MountSpecW.NEEDS_SIGHT, k] = card.needs_sight
        whole[MountSpecW.IS_STOPPABLE, k] = card.stoppable
        whole[MountSpecW.COMMIT_CAP, k] = card.commit_cap
        whole[MountSpecW.SERIAL, k] = k
        whole[MountSpecW.WEAPON, k] = weapon_row[fit.weapon]
        whole[MountSpecW.IS_GUIDED, k] = settled(card.guided)
        is_area = card.fire == "area"
        whole[MountSpecW.IS_AREA, k] = is_area
        whole[MountSpecW.IS_CARLETON, k] = is_area and card.damage_function == "carleton"
        real[MountSpecR.LETHAL_M, k] = (card.lethal_radius_m or 0.0) if is_area else 0.0
        real[MountSpecR.SIGMA_M, k] = (card.cep_m or 0.0) / CEP_PER_SIGMA if is_area else 0.0
        real[[*_INTERCEPTOR_REALS, *_SOFT_KILL_REALS], k] = 0.0
        whole[[MountSpecW.CHANNELS, MountSpecW.SHOTS_PER_THREAT, MountSpecW.LASTS], k] = 0
        whole[MountSpecW.DEFENCE, k] = Defence.HARD
        if card.interceptor is not None:
            real[MountSpecR.P_INTERCEPT, k] = card.interceptor.p_intercept
            real[MountSpecR.INTERCEPT_RANGE_M, k] = card.interceptor.range_km * 1e3
            whole[MountSpecW.CHANNELS, k] = card.interceptor.channels
            whole[MountSpecW.SHOTS_PER_THREAT, k] = card.interceptor.shots_per_threat
            real[MountSpecR.INTERCEPT_SPEED, k] = _or_inf(card.interceptor.speed_mps)
            real[MountSpecR.INTERCEPT_MIN_M, k] = card.interceptor.range_min_km * 1e3
            real[MountSpecR.ASSESS_S, k] = card.interceptor.assess_s
            real[MountSpecR.REACTION_S, k] = card.interceptor.reaction_s
        if card.soft_kill is not None:
            first = card.soft_kill.before_hard_kill
            whole[MountSpecW.DEFENCE, k] = int(Defence.SOFT_FIRST if first else Defence.SOFT)
            whole[MountSpecW.CHANNELS, k] = 1
            whole[MountSpecW.LASTS, k] = ticks(card.soft_kill.lasts_s, dt_s)
            real[MountSpecR.INTERCEPT_RANGE_M, k] = card.soft_kill.range_km * 1e3
            real[MountSpecR.P_SOFT_GUIDED, k] = card.soft_kill.p_guided
            real[MountSpecR.P_SOFT_UNGUIDED, k] = card.soft_kill.p_unguided
    return real, whole


def _or_inf(value: float | None) -> float:
    return math.inf if value is None else value


def platform_columns(
    cards: Sequence[PlatformCard],
    sensors: Sequence[tuple[F64, I32]],
    mounts: Sequence[tuple[F64, I32]],
    dt_s: float,
    latency_factor: float,
) -> Block:
    """Return the unit columns of n platforms: (len(UnitSpecR), n) and (len(UnitSpecW), n).

    ``sensors`` and ``mounts`` are those of each platform. Columns that depend on the group stay unfilled.
    """
    block = blank(UnitSpecR, UnitSpecW, len(cards))
    for k, card in enumerate(cards):
        _fill_reals(block.real[:, k], card, sensors[k], dt_s)
        fill_signature(block.real, k, card)
        _fill_wholes(block.whole[:, k], card, mounts[k][1], dt_s, latency_factor)
    return block


def longest_sensor_m(sensors: tuple[F64, I32], model: SensorModel | None = None) -> float:
    """Return the longest instrumented range of a platform's sensors, of the given model if any; 0 for none."""
    chosen = sensors[1][SensorSpecW.MODEL] == model if model is not None else np.ones(sensors[1].shape[1], dtype=bool)
    return float(sensors[0][SensorSpecR.RANGE_M].max(initial=0.0, where=chosen))


def longest_weapon_m(mounts: tuple[F64, I32]) -> float:
    """Return the longest range of a platform's offensive weapons; 0 if it has none."""
    return float(mounts[0][MountSpecR.RANGE_MAX_M].max(initial=0.0, where=mounts[1][MountSpecW.DOMAINS] != 0))


def _fill_reals(column: F64, card: PlatformCard, sensors: tuple[F64, I32], dt_s: float) -> None:
    """Write the reals of a platform, except its signature. Mutates ``column`` (len(UnitSpecR),)."""
    cruise = settled(card.speed_cruise_mps)
    turn = math.pi if card.turn_radius_m <= 0.0 else min(math.pi, cruise * dt_s / card.turn_radius_m)
    endurance = math.inf if card.endurance_h is None else card.endurance_h * 3600.0
    sea, limits, clearing, spoofer = card.seakeeping, card.launch_limits, card.mine_clearing, card.spoofer
    column[UnitSpecR.SPEED_MAX] = card.speed_max_mps
    column[UnitSpecR.SPEED_CRUISE] = column[UnitSpecR.MARCH_CRUISE] = cruise
    column[UnitSpecR.MARCH_MAX] = card.speed_max_mps
    column[UnitSpecR.TURN_COS] = round(math.cos(turn), 12)
    column[UnitSpecR.TURN_SIN] = 0.0 if turn >= math.pi else round(math.sin(turn), 12)
    column[UnitSpecR.TURN_RADIUS] = card.turn_radius_m
    column[UnitSpecR.ENDURANCE_S] = endurance
    column[UnitSpecR.IDLE_BURN] = card.idle_burn
    column[UnitSpecR.RESERVE_S] = 0.0 if math.isinf(endurance) else card.reserve_share * endurance
    column[UnitSpecR.HEIGHT_M] = card.height_m
    fill_radio(column, card)
    column[UnitSpecR.COST] = card.cost_musd
    column[UnitSpecR.STANDOFF_M] = settled(card.standoff_km) * 1e3
    column[UnitSpecR.TOUGHNESS] = card.toughness
    column[UnitSpecR.EMISSION_M] = longest_sensor_m(sensors, SensorModel.RADAR)
    column[UnitSpecR.SEA_FULL] = math.inf if sea is None else sea.full_speed_sea_state
    column[UnitSpecR.SEA_END] = math.inf if sea is None else sea.stop_sea_state
    column[UnitSpecR.LAUNCH_SEA] = _or_inf(limits.sea_state_max)
    column[UnitSpecR.LAUNCH_WIND] = _or_inf(limits.wind_max_mps)
    column[UnitSpecR.CLEAR_RADIUS_M] = 0.0 if clearing is None else 0.5 * clearing.width_m
    column[UnitSpecR.P_CLEAR] = 0.0 if clearing is None else clearing.p_clear
    column[UnitSpecR.CLEAR_SPEED] = _or_inf(None if clearing is None else clearing.speed_max_mps)
    column[UnitSpecR.SPOOF_RANGE_M] = 0.0 if spoofer is None else spoofer.range_km * 1e3
    column[UnitSpecR.P_SPOOF] = 0.0 if spoofer is None else spoofer.p_show


def _fill_wholes(column: I32, card: PlatformCard, mounts: I32, dt_s: float, latency_factor: float) -> None:
    """Write the whole numbers of a platform. Mutates ``column`` (len(UnitSpecW),)."""
    models = () if card.spoofer is None else set(card.spoofer.sensors)
    column[UnitSpecW.DOMAIN] = Domain[card.domain.upper()]
    column[UnitSpecW.TARGET_CLASS] = column[UnitSpecW.SEEN_CLASS] = TargetClass[card.target_class.upper()]
    column[UnitSpecW.MOBILITY] = Mobility[settled(card.mobility).upper()]
    column[UnitSpecW.AUTONOMY] = Autonomy[card.autonomy.upper()]
    column[UnitSpecW.LOST_LINK] = LostLink[card.lost_link.upper()]
    column[UnitSpecW.SPOOF_MODELS] = sum(1 << SensorModel[name.upper()] for name in models)
    column[UnitSpecW.HAS_OFFENSE] = (mounts[MountSpecW.DOMAINS] != 0).any()
    column[UnitSpecW.OFFENSE_DOMAINS] = np.bitwise_or.reduce(mounts[MountSpecW.DOMAINS], initial=0)
    column[UnitSpecW.IS_INTERCEPTOR] = (mounts[MountSpecW.CHANNELS] > 0).any()
    column[UnitSpecW.OVER_HORIZON] = card.radio is None or card.radio.satellite
    column[UnitSpecW.LATENCY_MS] = 0 if card.radio is None else milliseconds(card.radio.latency_s * latency_factor)
    column[UnitSpecW.IS_COMMAND_POST] = card.command_post
    column[UnitSpecW.IS_ONE_WAY] = card.one_way
    column[UnitSpecW.IS_HOVERING] = card.hovers
    column[UnitSpecW.CARRIES] = 0 if card.host is None else card.host.carries
    column[UnitSpecW.SERVICE_SLOTS] = 0 if card.host is None else card.host.service_slots
    column[UnitSpecW.SERVICE_TICKS] = ticks_or_none(card.turnaround_min * 60.0, dt_s)
    column[UnitSpecW.APPROVAL_TICKS] = ticks_or_none(card.approval_s, dt_s)
    column[UnitSpecW.LOST_LINK_TICKS] = ticks_or_none(card.lost_link_s, dt_s)
