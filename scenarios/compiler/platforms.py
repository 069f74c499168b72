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
from simcore.params import MP, MW, SP, SW, UNLIMITED, UP, UW, Block
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
"""Circular error probable of a circular normal law of standard deviation 1."""

_INTERCEPTOR_REALS = (
    MP.P_INTERCEPT,
    MP.INTERCEPT_RANGE_M,
    MP.INTERCEPT_SPEED,
    MP.INTERCEPT_MIN_M,
    MP.ASSESS_S,
    MP.REACTION_S,
)
_SOFT_KILL_REALS = (MP.P_SOFT_GUIDED, MP.P_SOFT_UNGUIDED)


def mount_columns(
    platform: PlatformCard, cards: dict[str, WeaponCard], weapon_row: dict[str, int], dt_s: float
) -> tuple[F64, I32]:
    """Return (MP rows, k) and (len(MW), k) of the k mounts of a platform. UNIT is left unfilled."""
    real, whole = blank_reals(MP, len(platform.weapons)), blank_wholes(MW, len(platform.weapons))
    for k, fit in enumerate(platform.weapons):
        card = cards[fit.weapon]
        real[MP.RANGE_MAX_M, k] = card.range_max_km * 1e3 if card.domains else 0.0
        real[MP.RANGE_MIN_M, k] = card.range_min_km * 1e3
        real[MP.ROUND_SPEED, k] = _or_inf(card.round_speed_mps)
        real[MP.DAMAGE, k] = card.damage
        real[MP.P_KILL, k] = card.p_kill
        real[MP.P_COMPONENT, k] = card.p_component
        real[MP.BASKET_M, k] = _or_inf(card.seeker_basket_m)
        real[MP.MAX_AGE_S, k] = _or_inf(card.contact_age_max_s)
        real[MP.MAX_ERROR_M, k] = _or_inf(card.contact_error_max_m)
        real[MP.RANGE_FALLOFF, k] = card.range_falloff
        for target in TargetClass:
            real[int(MP.P_HIT) + int(target), k] = dict(card.p_hit).get(target.name.lower(), 0.0)  # type: ignore[call-overload]
        whole[MW.SALVO, k] = card.rounds_per_shot
        whole[MW.RELOAD, k] = ticks(card.reload_s, dt_s)
        whole[MW.AMMO0, k] = UNLIMITED if fit.rounds is None else min(fit.rounds, UNLIMITED)
        whole[MW.DOMAINS, k] = domain_mask(card.domains)
        whole[MW.CHOICE, k] = int(TargetChoice[card.choice.upper()])
        whole[MW.NEEDS_SIGHT, k] = card.needs_sight
        whole[MW.IS_STOPPABLE, k] = card.stoppable
        whole[MW.COMMIT_CAP, k] = card.commit_cap
        whole[MW.SERIAL, k] = k
        whole[MW.WEAPON, k] = weapon_row[fit.weapon]
        whole[MW.IS_GUIDED, k] = settled(card.guided)
        is_area = card.fire == "area"
        whole[MW.IS_AREA, k] = is_area
        whole[MW.IS_CARLETON, k] = is_area and card.damage_function == "carleton"
        real[MP.LETHAL_M, k] = (card.lethal_radius_m or 0.0) if is_area else 0.0
        real[MP.SIGMA_M, k] = (card.cep_m or 0.0) / CEP_PER_SIGMA if is_area else 0.0
        real[[*_INTERCEPTOR_REALS, *_SOFT_KILL_REALS], k] = 0.0
        whole[[MW.CHANNELS, MW.SHOTS_PER_THREAT, MW.LASTS], k] = 0
        whole[MW.DEFENCE, k] = Defence.HARD
        if card.interceptor is not None:
            real[MP.P_INTERCEPT, k] = card.interceptor.p_intercept
            real[MP.INTERCEPT_RANGE_M, k] = card.interceptor.range_km * 1e3
            whole[MW.CHANNELS, k] = card.interceptor.channels
            whole[MW.SHOTS_PER_THREAT, k] = card.interceptor.shots_per_threat
            real[MP.INTERCEPT_SPEED, k] = _or_inf(card.interceptor.speed_mps)
            real[MP.INTERCEPT_MIN_M, k] = card.interceptor.range_min_km * 1e3
            real[MP.ASSESS_S, k] = card.interceptor.assess_s
            real[MP.REACTION_S, k] = card.interceptor.reaction_s
        if card.soft_kill is not None:
            first = card.soft_kill.before_hard_kill
            whole[MW.DEFENCE, k] = int(Defence.SOFT_FIRST if first else Defence.SOFT)
            whole[MW.CHANNELS, k] = 1
            whole[MW.LASTS, k] = ticks(card.soft_kill.lasts_s, dt_s)
            real[MP.INTERCEPT_RANGE_M, k] = card.soft_kill.range_km * 1e3
            real[MP.P_SOFT_GUIDED, k] = card.soft_kill.p_guided
            real[MP.P_SOFT_UNGUIDED, k] = card.soft_kill.p_unguided
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
    """Return what each of n platforms gives its units: (len(UP), n) and (len(UW), n).

    ``sensors`` and ``mounts`` are those of each platform. Columns that depend on the group are left unfilled.
    """
    block = blank(UP, UW, len(cards))
    for k, card in enumerate(cards):
        _fill_reals(block.real[:, k], card, sensors[k], dt_s)
        fill_signature(block.real, k, card)
        _fill_wholes(block.whole[:, k], card, mounts[k][1], dt_s, latency_factor)
    return block


def longest_sensor_m(sensors: tuple[F64, I32], model: SensorModel | None = None) -> float:
    """Return the longest instrumented range of a platform's sensors, of those of one model if given; 0 for none."""
    chosen = sensors[1][SW.MODEL] == model if model is not None else np.ones(sensors[1].shape[1], dtype=bool)
    return float(sensors[0][SP.RANGE_M].max(initial=0.0, where=chosen))


def longest_weapon_m(mounts: tuple[F64, I32]) -> float:
    """Return the longest range of a platform's offensive weapons; 0 when it has none."""
    return float(mounts[0][MP.RANGE_MAX_M].max(initial=0.0, where=mounts[1][MW.DOMAINS] != 0))


def _fill_reals(column: F64, card: PlatformCard, sensors: tuple[F64, I32], dt_s: float) -> None:
    """Write the reals of a platform, but for what it shows. Mutates ``column`` (len(UP),)."""
    cruise = settled(card.speed_cruise_mps)
    turn = math.pi if card.turn_radius_m <= 0.0 else min(math.pi, cruise * dt_s / card.turn_radius_m)
    endurance = math.inf if card.endurance_h is None else card.endurance_h * 3600.0
    sea, limits, clearing, spoofer = card.seakeeping, card.launch_limits, card.mine_clearing, card.spoofer
    column[UP.SPEED_MAX] = card.speed_max_mps
    column[UP.SPEED_CRUISE] = cruise
    column[UP.TURN_COS] = round(math.cos(turn), 12)
    column[UP.TURN_SIN] = 0.0 if turn >= math.pi else round(math.sin(turn), 12)
    column[UP.TURN_RADIUS] = card.turn_radius_m
    column[UP.ENDURANCE_S] = endurance
    column[UP.IDLE_BURN] = card.idle_burn
    column[UP.RESERVE_S] = 0.0 if math.isinf(endurance) else card.reserve_share * endurance
    column[UP.HEIGHT_M] = card.height_m
    fill_radio(column, card)
    column[UP.COST] = card.cost_musd
    column[UP.STANDOFF_M] = settled(card.standoff_km) * 1e3
    column[UP.TOUGHNESS] = card.toughness
    column[UP.EMISSION_M] = longest_sensor_m(sensors, SensorModel.RADAR)
    column[UP.SEA_FULL] = math.inf if sea is None else sea.full_speed_sea_state
    column[UP.SEA_END] = math.inf if sea is None else sea.stop_sea_state
    column[UP.LAUNCH_SEA] = _or_inf(limits.sea_state_max)
    column[UP.LAUNCH_WIND] = _or_inf(limits.wind_max_mps)
    column[UP.CLEAR_RADIUS_M] = 0.0 if clearing is None else 0.5 * clearing.width_m
    column[UP.P_CLEAR] = 0.0 if clearing is None else clearing.p_clear
    column[UP.CLEAR_SPEED] = _or_inf(None if clearing is None else clearing.speed_max_mps)
    column[UP.SPOOF_RANGE_M] = 0.0 if spoofer is None else spoofer.range_km * 1e3
    column[UP.P_SPOOF] = 0.0 if spoofer is None else spoofer.p_show


def _fill_wholes(column: I32, card: PlatformCard, mounts: I32, dt_s: float, latency_factor: float) -> None:
    """Write the whole numbers of a platform. Mutates ``column`` (len(UW),)."""
    models = () if card.spoofer is None else set(card.spoofer.sensors)
    column[UW.DOMAIN] = Domain[card.domain.upper()]
    column[UW.TARGET_CLASS] = column[UW.SEEN_CLASS] = TargetClass[card.target_class.upper()]
    column[UW.MOBILITY] = Mobility[settled(card.mobility).upper()]
    column[UW.AUTONOMY] = Autonomy[card.autonomy.upper()]
    column[UW.LOST_LINK] = LostLink[card.lost_link.upper()]
    column[UW.SPOOF_MODELS] = sum(1 << SensorModel[name.upper()] for name in models)
    column[UW.HAS_OFFENSE] = (mounts[MW.DOMAINS] != 0).any()
    column[UW.OFFENSE_DOMAINS] = np.bitwise_or.reduce(mounts[MW.DOMAINS], initial=0)
    column[UW.IS_INTERCEPTOR] = (mounts[MW.CHANNELS] > 0).any()
    column[UW.OVER_HORIZON] = card.radio is None or card.radio.satellite
    column[UW.LATENCY_MS] = 0 if card.radio is None else milliseconds(card.radio.latency_s * latency_factor)
    column[UW.IS_COMMAND_POST] = card.command_post
    column[UW.IS_ONE_WAY] = card.one_way
    column[UW.IS_HOVERING] = card.hovers
    column[UW.CARRIES] = 0 if card.host is None else card.host.carries
    column[UW.SERVICE_SLOTS] = 0 if card.host is None else card.host.service_slots
    column[UW.SERVICE_TICKS] = ticks_or_none(card.turnaround_min * 60.0, dt_s)
    column[UW.APPROVAL_TICKS] = ticks_or_none(card.approval_s, dt_s)
    column[UW.LOST_LINK_TICKS] = ticks_or_none(card.lost_link_s, dt_s)
