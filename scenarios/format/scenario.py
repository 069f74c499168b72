"""A resolved scenario: its content, its digest and its text. Loads neither the checks nor the classes of the format."""

import hashlib
import json
import pickle
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from scenarios.format.schema.scenario import ScenarioFile


class Packed:
    """Content of a scenario that stays packed in a pickle until it is read.

    The classes of the format take longer to load than a short fight takes to play.
    """

    def __init__(self, content: "ScenarioFile") -> None:
        self.__dict__["content"] = content

    @cached_property
    def content(self) -> "ScenarioFile":
        """The content, unpacked when first read."""
        return pickle.loads(self.__dict__["packed"])

    def __getstate__(self) -> dict[str, Any]:
        is_read = "content" in self.__dict__
        return {"packed": pickle.dumps(self.content) if is_read else self.__dict__["packed"]}


class Scenario:
    """A resolved scenario, not to be changed. Equal if the contents are equal, whatever their sources.

    A pickled scenario carries its digest and its text.
    """

    def __init__(self, content: "ScenarioFile", source: str = "<string>") -> None:
        self._packed = Packed(content)
        self.source = source

    @property
    def content(self) -> "ScenarioFile":
        """The content of the file, with explicit defaults."""
        return self._packed.content

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scenario) and self.content == other.content

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Scenario({self.name!r}, {self.source!r})"

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "name": self.name, "hash": self.hash, "_text": self._text}

    @cached_property
    def name(self) -> str:
        """Name of the scenario."""
        return self.content.name

    def plain(self) -> dict[str, Any]:
        """Return the content as plain data with explicit defaults."""
        return self.content.model_dump(mode="json")

    @cached_property
    def hash(self) -> str:
        """Digest of the fight (blake2b, 32 hex digits), independent of the order of units, groups and zones.

        The intelligence of the sides is left out: it has no effect on the fight. So are the names in other languages,
        the classification and the date.
        """
        bare = self.content.model_copy(update={"intelligence": ()})
        if self.content.intelligence:
            from scenarios.format.resolve import used_cards

            bare = bare.model_copy(update={"catalogue": used_cards(bare)})
        plain = bare.model_dump(mode="json", exclude={"intelligence"})
        drop_unused(plain)
        drop_words(plain)
        terrain = plain["map"]["terrain"]
        if terrain.get("file"):  # the digest identifies its content; its path does not matter
            terrain.pop("file")
        text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()

    def dump_yaml(self) -> str:
        """Return YAML text that loads and resolves to an equal scenario."""
        return self._text

    @cached_property
    def _text(self) -> str:
        from scenarios.format.yaml_text import write_yaml

        return write_yaml(self.plain())


_UNUSED: dict[str, object] = {
    **dict.fromkeys(("sustainment", "maintenance", "wear", "supply", "tank", "cargo", "towing", "target", "load_from")),
    **dict.fromkeys(("medical", "people", "facility", "evacuation", "injury")),
    "triggers": [],
    "keep_together": False,
    "protected": False,
}
"""Keys that came later, and their values where they are not used."""


TRANSLATIONS = ("title_ko", "name_ko", "question_ko", "description_ko")
"""Keys for readers of another language."""


def drop_unused(plain: dict[str, Any]) -> None:
    """Remove the keys that came later where they are not used, so that they change no digest. Mutates ``plain``."""
    groups = plain["groups"]
    tasks = [group["task"] for group in groups]
    units = [entry for group in groups for entry in group["units"]]
    cards = [*plain["catalogue"]["platforms"].values(), *plain["catalogue"]["weapons"].values()]
    for entry in [plain, *plain["sides"], *cards, *groups, *tasks, *units]:
        for key, unused in _UNUSED.items():
            if key in entry and entry[key] == unused:
                del entry[key]


def drop_words(plain: dict[str, Any]) -> None:
    """Remove the keys for readers alone that came later, whatever they say. Mutates ``plain``."""
    plain.pop("classification", None)
    plain["time"].pop("start", None)
    drop_translations(plain)


def drop_translations(node: Any) -> None:
    """Remove the names in other languages from plain data, at any depth. Mutates ``node``."""
    if isinstance(node, dict):
        items = cast("dict[str, Any]", node)
        for key in TRANSLATIONS:
            items.pop(key, None)
        children = [value for key, value in items.items() if key != "parameters"]  # of policies: any names
    else:
        children = cast("list[Any]", node)
    for child in children:
        if isinstance(child, dict | list):
            drop_translations(child)
