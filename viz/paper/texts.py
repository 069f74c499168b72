"""Texts of the page in English and Korean, from ``viz/locales/<lang>.json`` (flat, with the same keys)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "ko")


@cache
def texts(lang: str) -> dict[str, str]:
    """Return all texts of a language by key."""
    return json.loads((files("viz") / "locales" / f"{lang}.json").read_text(encoding="utf-8"))


def side_name(side: str, lang: str, names: Mapping[str, str] | None = None) -> str:
    """Return the name of a side: of the texts, else of ``names``, else as it stands in the scenario."""
    return texts(lang).get(f"side.{side.lower()}") or (names or {}).get(side, side)


def translate(key: str, lang: str) -> str:
    """Return a text, or its key if it is missing, so that gaps are visible."""
    return texts(lang).get(key, key)
