"""The memo of a procurement: the recommendation and how sure it is, what is behind it, and what would change it."""

from __future__ import annotations

import shlex
from html import escape

from scenarios.run.play import RESOLVED
from viz.paper.page import html_page
from viz.reading.procurement_folder import STAGE, ProcurementFolder
from viz.reading.run_folder import banner_of
from viz.report import memo_risks as risks
from viz.report import memo_sections as parts
from viz.report.cards import card_parts
from viz.report.memo_words import in_language, money
from viz.report.style import CSS
from viz.report.tables import code, paragraph, section, table
from viz.report.words import Words

_CSS = """
:lang(ko) :is(p,li,td,th){word-break:keep-all}
ul{padding-left:1.2rem}li{margin:.25rem 0}details{margin:.6rem 0}
.ok{color:#2e7d32;font-weight:600}.no{color:#b3261e;font-weight:600}
td.changes{min-width:11rem}
"""


def memo_html(
    source: ProcurementFolder, lang: str, changes: list[str] | None = None, classification: str | None = None
) -> str:
    """Return the memo as HTML."""
    words, answer = Words(lang), in_language(source.answer, lang)
    warning = paragraph(words("changed", files="; ".join(changes)), "warning") if changes else ""
    body = "".join(
        [
            paragraph(_facts(source, words), "facts"),
            warning,
            paragraph(str(answer["question"])),
            paragraph(parts.recommendation(answer, words), "answer"),
            parts.how_sure(answer, words),
            section(words("memo.bought"), *parts.bought(answer, words)),
            section(words("memo.curve"), *parts.curve(answer, words)),
            section(words("memo.finalists"), *parts.finalists(answer, words)),
            section(words("memo.robust"), *risks.robust(answer, words)),
            section(words("memo.fails"), *risks.failures(answer, words)),
            section(words("memo.enemy"), *risks.enemy(answer, words)),
            section(words("memo.dominated"), *risks.dominated(answer, words)),
            section(words("memo.moved"), *risks.sensitivity(answer, words)),
            section(words("memo.information"), *risks.information(answer, words)),
            section(words("memo.replays"), *parts.replays(answer, words)),
            section(words("assumptions"), *parts.assumptions(answer, words), *_cards(source, words)),
            section(words("memo.limits"), parts.limits(answer, words)),
            section(words("reproduce"), *_again(source, words)),
        ]
    )
    line = banner_of(source.manifest) if classification is None else classification
    return html_page(escape(f"{words('memo.title')}: {source.title}"), lang, body, CSS + _CSS, line)


def _facts(source: ProcurementFolder, words: Words) -> str:
    answer = source.answer
    runs = answer["runs"]
    facts = [
        str(source.manifest["scenario"].get(f"title_{words.lang}") or source.scenario_title),
        words("memo.budget_fact", amount=money(answer["budget"]["amount"]), unit=answer["budget"]["unit"],
              years=f"{answer['budget']['years']:g}"),
        words("memo.runs_fact", total=f"{runs['total']:,}", fresh=f"{runs['finalists']:,}"),
        words("seed", seed=source.manifest["seed"]),
    ]  # fmt: skip
    return " · ".join(facts)


def _cards(source: ProcurementFolder, words: Words) -> list[str]:
    """Return the cards of the scenario, by their sources."""
    text, cards = card_parts(source.path / STAGE / RESOLVED, words)
    return [text, f"<details><summary>{escape(words('memo.all_cards'))}</summary>{cards}</details>" if cards else ""]


def _again(source: ProcurementFolder, words: Words) -> list[str]:
    manifest, answer = source.manifest, source.answer
    place = shlex.quote(str(source.path))
    rows = [[words("scenario_hash"), str(manifest["scenario"].get("hash"))]]
    rows += [[words.version(name), str(version)] for name, version in (manifest.get("versions") or {}).items()]
    rows.append([words("started"), str(manifest.get("started_utc"))])
    question = shlex.quote(str(answer.get("source") or f"{source.path}/question.yaml"))
    runs = f" --runs {answer['runs']['asked']}"
    commands = [
        f"chammo procure {question} -o {place}-again{runs} --seed {manifest['seed']}",
        f"chammo report {place} --lang {words.lang}",
        f"chammo report {shlex.quote(str(source.path / STAGE))} --lang {words.lang}",
    ]
    return [
        table(["", ""], rows, texts=2),
        code(commands),
        paragraph(words("same_bits"), "facts"),
        f"<details><summary>{escape(words('memo.question_file'))}</summary>{code(source.question.splitlines())}</details>",
    ]
