"""Tacview types from symbol codes, and the symbol codes of contacts.

A 20-digit code of MIL-STD-2525D is version (2), context, identity, symbol set (2), status, HQ flag,
echelon (2), entity (6) and two modifiers (2 each). Types follow the tags of the ACMI 2.2 reference, which
has none for unmanned systems. An unknown code is an error: no type is guessed.
"""

from collections.abc import Mapping

import numpy as np

from simcore.errors import InputError
from simcore.types import Domain, TargetClass

FRIEND, HOSTILE, NEUTRAL, UNKNOWN = "3", "6", "4", "1"
"""Standard identities: the fourth digit."""

_ARMOUR = "Ground+Heavy+Armor+Vehicle"
_INFANTRY = "Ground+Light+Human+Infantry"
_BUILDING = "Ground+Static+Building"
_WARSHIP = "Sea+Watercraft+Warship"
_SUBMARINE = "Sea+Watercraft+Submarine"

_TYPES = {
    # air: the symbol set alone implies no more specific type
    "01": "Air",
    "01.1101": "Air+FixedWing",
    "01.1102": "Air+Rotorcraft",
    "01.1103": "Light+Air+FixedWing",  # unmanned, fixed wing
    "01.1104": "Light+Air+Rotorcraft",  # unmanned, vertical take-off
    "01.1201": "Air+FixedWing",
    "01.1202": "Air+Rotorcraft",
    "01.1203": "Light+Air+FixedWing",
    "01.1301": "Weapon+Bomb",
    "02": "Weapon+Missile",
    # land unit
    "10": "Ground",
    "10.1205": _ARMOUR,
    "10.1211": _INFANTRY,
    "10.121102": _ARMOUR,
    "10.121104": "Ground+Vehicle",
    "10.121105": _ARMOUR,
    "10.1214": _INFANTRY,
    "10.1215": _INFANTRY,
    "10.1217": _INFANTRY,
    "10.1220": _INFANTRY,
    "10.1301": "Ground+AntiAircraft",
    "10.1614": _BUILDING,  # medical treatment facility
    # land equipment
    "15": "Ground",
    "15.1105": "Ground+AntiAircraft",
    "15.1111": "Ground+AntiAircraft",
    "15.12": "Ground+Vehicle",
    "15.1201": _ARMOUR,
    "15.1202": _ARMOUR + "+Tank",
    "15.1203": _ARMOUR,
    "15.14": "Ground+Vehicle",
    "15.16": "Ground+Vehicle",
    "15.22": "Ground+Sensor",
    "15.2301": "Ground+Vehicle",
    "15.2302": "Ground+Vehicle",
    # land installation
    "20": _BUILDING,
    "20.121301": "Ground+Static+Aerodrome",
    # sea surface
    "30": "Sea+Watercraft",
    "30.1201": "Sea+Watercraft+AircraftCarrier",
    "30.1202": _WARSHIP,
    "30.1203": _WARSHIP,
    "30.1204": _WARSHIP,
    "30.1205": _WARSHIP,
    # sea subsurface
    "35": "Sea",
    "35.1101": _SUBMARINE,
    "35.1102": _SUBMARINE,
    "35.1104": _SUBMARINE,  # unmanned
    "35.1201": _SUBMARINE,
    "35.1202": _SUBMARINE,
    "35.1301": "Weapon+Torpedo",
}

CONTACT_SETS = {Domain.LAND: "15", Domain.SURFACE: "30", Domain.SUBSURFACE: "35", Domain.AIR: "01"}
CONTACT_CODES = {  # symbol set and entity of a class of target
    TargetClass.PERSONNEL: "10121100",
    TargetClass.LIGHT_VEHICLE: "15140100",
    TargetClass.ARMOUR: "15120100",
    TargetClass.STRUCTURE: "20000000",
    TargetClass.SMALL_BOAT: "30120800",
    TargetClass.SHIP: "30120000",
    TargetClass.SUBMARINE: "35110100",
    TargetClass.SMALL_AIR: "01110000",
    TargetClass.AIRCRAFT: "01110000",
}
_CONTACT_TYPES = {
    TargetClass.PERSONNEL: _INFANTRY,
    TargetClass.LIGHT_VEHICLE: "Light+Ground+Vehicle",
    TargetClass.ARMOUR: _ARMOUR,
    TargetClass.STRUCTURE: _BUILDING,
    TargetClass.SMALL_BOAT: "Light+Sea+Watercraft",
    TargetClass.SHIP: _WARSHIP,
    TargetClass.SUBMARINE: _SUBMARINE,
    TargetClass.SMALL_AIR: "Light+Air",
    TargetClass.AIRCRAFT: "Air",
}
_DOMAIN_TYPES = {Domain.LAND: "Ground", Domain.SURFACE: "Sea", Domain.SUBSURFACE: "Sea", Domain.AIR: "Air"}


def is_symbol(sidc: str) -> bool:
    """Whether a code has 20 digits and a symbol set whose type is known."""
    return len(sidc) == 20 and sidc.isascii() and sidc.isdigit() and sidc[4:6] in _TYPES


def acmi_type(sidc: str) -> str:
    """Return the Tacview type tags of a valid symbol code (``is_symbol``): the longest entry matching its entity."""
    symbol_set, entity = sidc[4:6], sidc[10:16]
    if symbol_set == "10" and sidc[7] in "2367":  # headquarters of any branch
        return _BUILDING
    for length in (6, 4, 2):
        if f"{symbol_set}.{entity[:length]}" in _TYPES:
            return _TYPES[f"{symbol_set}.{entity[:length]}"]
    return _TYPES[symbol_set]


def unit_symbols(units: Mapping[str, np.ndarray], shown: np.ndarray, given: Mapping[str, str]) -> list[str]:
    """Return the symbol code of every unit in ``shown`` (unit indices), from its card or from ``given`` by platform.

    Raises ``InputError`` naming every platform without a valid code, with a unit of it.
    """
    platforms = {str(name) for name in units["platform"][shown]}
    problems = [
        f"--symbol {platform}={code}: a symbol code has 20 digits and one of the symbol sets "
        f"{', '.join(sorted(key for key in _TYPES if '.' not in key))} (digits 5 and 6)"
        for platform, code in given.items()
        if not is_symbol(code)
    ]
    problems += [
        f"--symbol {platform}: no unit shown has this platform; the platforms are {', '.join(sorted(platforms))}"
        for platform in given
        if platform not in platforms
    ]
    symbols: list[str] = []
    refused: set[str] = set()
    for unit in shown:
        platform = str(units["platform"][unit])
        sidc = given.get(platform, str(units["sidc"][unit] or ""))
        symbols.append(sidc)
        if is_symbol(sidc) or platform in refused or platform in given:
            continue
        refused.add(platform)
        fault = f"has the symbol code {sidc!r}, whose type is not known" if sidc else "has no symbol code"
        problems.append(
            f"unit {str(units['name'][unit])!r}: its platform {platform!r} {fault}; put a 20-digit sidc on the "
            f"platform's card, or give one here with --symbol {platform}=SIDC"
        )
    if problems:
        raise InputError("\n".join(problems))
    return symbols


def with_identity(sidc: str, identity: str) -> str:
    """Return the code with another standard identity."""
    return sidc[:3] + identity + sidc[4:]


def contact_symbol(domain: int, target_class: int, identity: str, *, is_dummy: bool = False) -> str:
    """Return the symbol code of a contact: its domain, and its class once known (-1 before)."""
    code = CONTACT_CODES[TargetClass(target_class)] if target_class >= 0 else CONTACT_SETS[Domain(domain)] + "000000"
    return f"100{identity}{code[:2]}0{int(is_dummy)}00{code[2:]}0000"


def contact_type(domain: int, target_class: int) -> str:
    """Return the Tacview type tags of a contact: its domain, and its class once known (-1 before)."""
    return _CONTACT_TYPES[TargetClass(target_class)] if target_class >= 0 else _DOMAIN_TYPES[Domain(domain)]
