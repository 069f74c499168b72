"""The report of a folder: the answer, what moved it, the measures, pictures, assumptions, and how to reproduce it."""

from __future__ import annotations

import shlex
from html import escape
from pathlib import Path
from typing import Any

from scenarios.run.play import RESOLVED
from scenarios.run.policies import policy_options
from simcore.errors import InputError
from simcore.recording.files import write_text
from viz.paper.page import html_page
from viz.paper.texts import LANGUAGES
from viz.reading.experiment_folder import ExperimentFolder
from viz.reading.names import names_of_scenario
from viz.reading.procurement_folder import ProcurementFolder, is_procurement
from viz.reading.run_folder import banner_of
from viz.report import batch_sections
from viz.report.cards import card_parts
from viz.report.experiment_sections import comparison_sections, sweep_sections
from viz.report.memo import memo_html
from viz.report.style import CSS
from viz.report.tables import code, paragraph, section, table
from viz.report.words import Words, comparison_sentence, sweep_sentence


def write_report(
    folder: Path,
    out: Path | None = None,
    lang: str = "en",
    *,
    unverified: bool = False,
    classification: str | None = None,
) -> Path:
    """Write the report of a batch, comparison or sweep, or the memo of a procurement, and return its file.

    By default it is ``report.html`` or ``memo.html`` in the folder. ``classification`` takes the place of that of the
    scenario, the line above and below the page.

    Raises
    ------
    InputError
        For any other folder, an incomplete one, and one that was changed, unless ``unverified``.
    """
    if lang not in LANGUAGES:
        raise InputError(f"--lang {lang}: no such language; give {' or '.join(LANGUAGES)}")
    source = ProcurementFolder(folder) if is_procurement(folder) else ExperimentFolder(folder)
    changes = [str(change) for change in source.changes()]
    if changes and not unverified:
        raise InputError(f"{'; '.join(changes)}; restore the folder, or give --unverified to report it all the same")
    if isinstance(source, ProcurementFolder):
        name, text = "memo", memo_html(source, lang, changes, classification)
    else:
        name, text = "report", report_html(source, lang, changes, classification)
    path = out or folder / (f"{name}.html" if lang == "en" else f"{name}.{lang}.html")
    write_text(path, text)
    return path


def report_html(
    source: ExperimentFolder, lang: str, changes: list[str] | None = None, classification: str | None = None
) -> str:
    """Return the report as HTML."""
    words = Words(lang, names_of_scenario(source.path / RESOLVED, lang))
    title = source.manifest["scenario"].get(f"title_{lang}") or source.title
    if source.kind == "batch":
        answer, sections = batch_sections.answer(source, words), batch_sections.sections(source, words)
    elif source.kind == "compare":
        answer, sections = comparison_sentence(source.answer, words, source.sides), comparison_sections(source, words)
    else:
        answer, sections = sweep_sentence(source.answer, words, source.sides), sweep_sections(source, words)
    head = paragraph(_facts(source, words), "facts")
    warning = paragraph(words("changed", files="; ".join(changes)), "warning") if changes else ""
    question = paragraph(str(source.manifest.get("question") or ""))
    body = "".join(
        [
            head,
            warning,
            question,
            paragraph(answer, "answer"),
            *sections,
            _assumptions(source, words),
            _again(source, words),
        ]
    )
    line = banner_of(source.manifest) if classification is None else classification
    return html_page(escape(f"{words(source.kind)}: {title}"), lang, body, CSS, line)


def _facts(source: ExperimentFolder, words: Words) -> str:
    n = source.manifest.get("n_replications", 0)
    facts = [words("n_replications", n=f"{n:,}"), words("seed", seed=source.manifest["seed"])]
    if source.kind != "batch":
        facts.insert(0, words("n_points", n=len(source.manifest.get("points") or [])))
    everywhere = [p for p in _commanders(source) if not _varies(source, p["side"])]
    facts += [words("plays", side=words.side(p["side"]), policy=p["name"]) for p in everywhere]
    return " · ".join(facts)


def _varies(source: ExperimentFolder, side: str) -> bool:
    """Return whether the points of an experiment give a side different policies."""
    points: list[dict[str, Any]] = source.manifest.get("points") or []
    played = {tuple(text for text in point.get("policies") or [] if text.startswith(f"{side}=")) for point in points}
    return len(played) > 1


def _commanders(source: ExperimentFolder) -> list[dict[str, Any]]:
    return [policy for policy in source.manifest["policies"] if policy["side"] in source.sides]


def _assumptions(source: ExperimentFolder, words: Words) -> str:
    return section(words("assumptions"), *card_parts(source.path / RESOLVED, words))


def _again(source: ExperimentFolder, words: Words) -> str:
    manifest, place = source.manifest, shlex.quote(str(source.path))
    rows = [[words("scenario_hash"), str(manifest["scenario"].get("hash"))]]
    rows += [[words.side(p["side"]), f"{p['name']} {_parameters(p)}".strip()] for p in _commanders(source)]
    rows += [[words.version(name), str(version)] for name, version in (manifest.get("versions") or {}).items()]
    rows.append([words("started"), str(manifest.get("started_utc"))])
    point = "" if source.kind == "batch" else " --point 0"
    commands = [
        f"chammo run --from {place}{point} --replication 0",
        *(f"chammo replay {shlex.quote(str(path))}" for _, _, path in source.kept()),
        f"chammo report {place} --lang {words.lang}",
    ]
    if source.kind == "batch":
        policies = shlex.join(policy_options(_commanders(source)))
        n, first = manifest.get("n_replications"), int(source.columns["replication"].min())
        again = f"chammo batch {shlex.quote(str(source.path / RESOLVED))} {policies} -n {n} --first {first}"
        commands.insert(0, f"{again} --seed {manifest['seed']} --out {place}-again")
    return section(
        words("reproduce"), table(["", ""], rows, texts=2), code(commands), paragraph(words("same_bits"), "facts")
    )


def _parameters(policy: dict[str, Any]) -> str:
    given = policy.get("parameters")
    return ", ".join(f"{key}={value}" for key, value in given.items()) if isinstance(given, dict) else ""
