"""Weapon and platform cards as columns of parameters."""

import math

import numpy as np

from scenarios.compiler.radio import radio_columns
from scenarios.compiler.sensors import domain_mask
from scenarios.compiler.signatures import signature_columns
from scenarios.compiler.ticks import ticks, ticks_or_none
from scenarios.format.schema.cards import PlatformCard, WeaponCard
from simcore.params import MP, MW, SP, SW, UNLIMITED
from simcore.types import F64, I32, Defence, SensorModel, TargetChoice, TargetClass

CEP_PER_SIGMA = math.sqrt(2.0 * math.log(2.0))
"""Circular error probable of a circular normal law of standard deviation 1."""

N_MOUNT_REAL = int(max(MP)) + 1
"""Rows of the mounts' real block: the fields, and in their midst one hit probability per target class."""


def mount_columns(
    platform: PlatformCard, cards: dict[str, WeaponCard], weapon_row: dict[str, int], dt_s: float
) -> tuple[F64, I32]:
    """Return (MP rows, k) and (len(MW), k) of the k mounts of a platform. UNIT is left 0."""
    real = np.zeros((N_MOUNT_REAL, len(platform.weapons)))
    whole = np.zeros((len(MW), len(platform.weapons)), dtype=np.int32)
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
        if card.interceptor is not None:
            real[MP.P_INTERCEPT, k] = card.interceptor.p_intercept
            real[MP.INTERCEPT_RANGE_M, k] = card.interceptor.range_km * 1e3
            whole[MW.CHANNELS, k] = card.interceptor.channels
            whole[MW.SHOTS_PER_THREAT, k] = card.interceptor.shots_per_threat
            real[MP.INTERCEPT_SPEED, k] = _or_inf(card.interceptor.speed_mps)
            real[MP.INTERCEPT_MIN_M, k] = card.interceptor.range_min_km * 1e3
            real[MP.ASSESS_S, k] = card.interceptor.assess_s
            real[MP.REACTION_S, k] = card.interceptor.reaction_s
        whole[MW.IS_GUIDED, k] = card.seeker_basket_m is not None if card.guided is None else card.guided
        if card.fire == "area":
            whole[MW.IS_AREA, k] = 1
            whole[MW.IS_CARLETON, k] = card.damage_function == "carleton"
            real[MP.LETHAL_M, k] = card.lethal_radius_m or 0.0
            real[MP.SIGMA_M, k] = (card.cep_m or 0.0) / CEP_PER_SIGMA
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
    card: PlatformCard, sensors: tuple[F64, I32], mounts: tuple[F64, I32], dt_s: float
) -> dict[str, float]:
    """Return what a platform gives each of its units, keyed by the names of UP and UW columns."""
    cruise = card.speed_cruise_mps if card.speed_cruise_mps is not None else 0.7 * card.speed_max_mps
    turn = math.pi if card.turn_radius_m <= 0.0 else min(math.pi, cruise * dt_s / card.turn_radius_m)
    endurance = math.inf if card.endurance_h is None else card.endurance_h * 3600.0
    offensive = mounts[1][MW.DOMAINS] != 0
    reach = float(mounts[0][MP.RANGE_MAX_M].max(initial=0.0, where=offensive))
    clearing = card.mine_clearing
    standoff = card.standoff_km * 1e3 if card.standoff_km is not None else 0.0 if card.one_way else 0.8 * reach
    limits = card.launch_limits
    sea = card.seakeeping
    is_radar = sensors[1][SW.MODEL] == SensorModel.RADAR
    return {
        "SPEED_MAX": card.speed_max_mps,
        "SPEED_CRUISE": cruise,
        "TURN_COS": round(math.cos(turn), 12),
        "TURN_SIN": 0.0 if turn >= math.pi else round(math.sin(turn), 12),
        "TURN_RADIUS": card.turn_radius_m,
        "ENDURANCE_S": endurance,
        "IDLE_BURN": card.idle_burn,
        "RESERVE_S": 0.0 if math.isinf(endurance) else card.reserve_share * endurance,
        "HEIGHT_M": card.height_m,
        **radio_columns(card),
        "RCS_M2": card.rcs_m2,
        "SIGNATURE": card.signature,
        "COST": card.cost_musd,
        "STANDOFF_M": standoff,
        "TOUGHNESS": card.toughness,
        "SENSOR_RANGE_M": float(sensors[0][SP.RANGE_M].max(initial=0.0)),
        "EMISSION_M": float(sensors[0][SP.RANGE_M].max(initial=0.0, where=is_radar)),
        "SEA_FULL": math.inf if sea is None else sea.full_speed_sea_state,
        "SEA_END": math.inf if sea is None else sea.stop_sea_state,
        "LAUNCH_SEA": _or_inf(limits.sea_state_max),
        "LAUNCH_WIND": _or_inf(limits.wind_max_mps),
        **signature_columns(card, cruise),
        "CLEAR_RADIUS_M": 0.0 if clearing is None else 0.5 * clearing.width_m,
        "P_CLEAR": 0.0 if clearing is None else clearing.p_clear,
        "CLEAR_SPEED": _or_inf(None if clearing is None else clearing.speed_max_mps),
        "SPOOF_RANGE_M": 0.0 if card.spoofer is None else card.spoofer.range_km * 1e3,
        "P_SPOOF": 0.0 if card.spoofer is None else card.spoofer.p_show,
        "SPOOF_MODELS": float(sum(1 << SensorModel[name.upper()] for name in set(card.spoofer.sensors)))
        if card.spoofer is not None
        else 0.0,
        "WEAPON_RANGE_M": reach,
        "HAS_OFFENSE": float(offensive.any()),
        "OFFENSE_DOMAINS": float(np.bitwise_or.reduce(mounts[1][MW.DOMAINS], initial=0)),
        "IS_INTERCEPTOR": float((mounts[1][MW.CHANNELS] > 0).any()),
        "OVER_HORIZON": float(card.radio is None or card.radio.satellite),
        "IS_COMMAND_POST": float(card.command_post),
        "IS_ONE_WAY": float(card.one_way),
        "IS_HOVERING": float(card.hovers),
        "CARRIES": 0.0 if card.host is None else float(card.host.carries),
        "SERVICE_SLOTS": 0.0 if card.host is None else float(card.host.service_slots),
        "SERVICE_TICKS": float(ticks_or_none(card.turnaround_min * 60.0, dt_s)),
        "APPROVAL_TICKS": float(ticks_or_none(card.approval_s, dt_s)),
        "LOST_LINK_TICKS": float(ticks_or_none(card.lost_link_s, dt_s)),
    }
