"""The texts of an assessment in English or Korean: templates whose parts are translated in turn."""

import re
from functools import cache
from importlib.resources import files
from typing import Any

from scenarios.format.yaml_text import read_yaml

LANGUAGES = ("en", "ko")


class Words:
    """The words of a language, ``en`` or ``ko``: called with an English text, it returns the text in the language.

    A text without a template, such as the name of a commander, stays as it is.
    """

    def __init__(self, lang: str = "en") -> None:
        self.lang = lang

    def __call__(self, text: str) -> str:
        """Return a text in the language."""
        if self.lang == "en" or not text:
            return text
        exact, patterns = _korean()
        if text in exact:
            return exact[text]
        for pattern, korean in patterns:
            found = pattern.fullmatch(text)
            if found is not None:
                return korean.format(*(self(part) for part in found.groups()))
        return text


@cache
def _korean() -> tuple[dict[str, str], list[tuple[re.Pattern[str], str]]]:
    """Return the texts without parts, and the templates with those that say most first."""
    content: Any = read_yaml(files("staff_ai").joinpath("assess", "korean.yaml").read_text(encoding="utf-8"), "").data
    texts: dict[str, str] = {english: korean for section in content.values() for english, korean in section.items()}
    templates = sorted((text for text in texts if "{}" in text), key=lambda text: -len(text.replace("{}", "")))
    patterns = [(_pattern(text), texts[text]) for text in templates]
    return {text: korean for text, korean in texts.items() if "{}" not in text}, patterns


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile("(.+?)".join(map(re.escape, template.split("{}"))), re.DOTALL)
