"""Reader of the folder of a procurement: its manifest, the question as it was asked, and the answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from simcore.errors import InputError
from simcore.recording.files import read_json
from simcore.recording.manifest import MANIFEST, Change, find_changes, read_manifest

KIND = "procure"
STAGE = "finalists"
"""Folder of the runs on fresh seeds."""


class ProcurementFolder:
    """The answer to a procurement question. Raises ``InputError`` for an incomplete or damaged folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.manifest: dict[str, Any] = read_manifest(path, KIND, ("scenario", "seed"))
        self.answer: dict[str, Any] = read_json(path / "answer.json")
        try:
            self.question = (path / "question.yaml").read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"{path / 'question.yaml'}: cannot be read ({error}); run the question again") from None

    def changes(self) -> list[Change]:
        """Return every file that is missing or has changed since the folder was written, by its digest."""
        return list(find_changes(self.path, self.manifest))

    @property
    def title(self) -> str:
        """Name of the question."""
        return str(self.answer.get("name") or self.manifest.get("question"))

    @property
    def scenario_title(self) -> str:
        """Title of the scenario, or its name."""
        scenario = self.manifest["scenario"]
        return str(scenario.get("title") or scenario.get("name"))


def is_procurement(path: Path) -> bool:
    """Return whether a folder holds the answer to a procurement question."""
    return (path / MANIFEST).is_file() and read_json(path / MANIFEST).get("kind") == KIND
