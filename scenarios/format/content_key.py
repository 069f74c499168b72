"""A key of the content of an entry, for orders that must not depend on names in other languages."""

import json

from scenarios.format.scenario import drop_translations
from scenarios.format.schema.types import Model


def content_key(entry: Model, *without: str) -> str:
    """Return the content of an entry as text, without the keys given and without names in other languages."""
    plain = entry.model_dump(mode="json", exclude=set(without))
    drop_translations(plain)
    return json.dumps(plain, separators=(",", ":"), ensure_ascii=False)
