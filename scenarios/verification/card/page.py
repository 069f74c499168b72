"""The page of the model card: self-contained HTML."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from scenarios.verification.card import statements
from scenarios.verification.card.plots import estimate_against_oracle, z_histogram
from scenarios.verification.card.style import STYLE
from scenarios.verification.oracles import attrition
from scenarios.verification.rows import Row, Verdict
from scenarios.verification.table import format_number

_BIAS_STEPS_S = (2.0, 1.0, 0.5, 0.1)
_BIAS_RATES = (0.1, 0.01)


@dataclass(frozen=True)
class Origin:
    """Origin of the card."""

    command: str
    replications: int
    seed: int
    versions: dict[str, str]
    made_utc: str
    summaries: dict[str, str]
    """A line per topic of the programme, played or not."""
    library_steps_s: tuple[float, ...]
    """Time steps of the scenarios that come with Chammo."""


def status_line(rows: Sequence[Row], origin: Origin) -> str:
    """Return the claim that the rows support, as a sentence."""
    n_pass = sum(row.verdict is Verdict.PASS for row in rows)
    n_fail = sum(row.verdict is Verdict.FAIL for row in rows)
    missing = [name for name in origin.summaries if all(row.topic != name for row in rows)]
    n_setups = len({(row.topic, row.check, row.parameters) for row in rows})
    claim = f"Verified against {n_pass} exact results in {n_setups} set-ups"
    if n_fail:
        claim = f"NOT verified: {n_fail} of {n_pass + n_fail} comparisons with exact results fail"
    if missing:
        claim += f" (not played: {', '.join(missing)})"
    return f"{claim}; not accredited; not compared with real combat data."


def rows_digest(rows: Sequence[Row]) -> str:
    """Return the SHA-256 of the rows as JSON."""
    return hashlib.sha256(_rows_json(rows).encode()).hexdigest()


def card_html(rows: Sequence[Row], origin: Origin) -> str:
    """Return the model card."""
    sections: list[tuple[str, str, Callable[[], str]]] = [
        ("use", "Intended use", _intended_use),
        ("requirements", "Requirements", lambda: _requirements(rows)),
        ("assumptions", "Assumptions", lambda: _list(statements.ASSUMPTIONS)),
        ("capabilities", "Capabilities", lambda: _list(statements.CAPABILITIES)),
        ("limitations", "Limitations", lambda: _list(statements.LIMITATIONS)),
        ("risks", "Risks", _risks),
        ("evidence", "Levels of evidence", _evidence),
        ("verification", "Verification", lambda: _verification(rows, origin)),
        ("step", "Bias of the time step", lambda: _step_bias(origin.library_steps_s)),
        ("origin", "How this card was made", lambda: _origin(rows, origin)),
    ]
    links = "".join(f'<a href="#{name}">{escape(title)}</a>' for name, title, _ in sections)
    body = "".join(f'<section id="{name}"><h2>{escape(title)}</h2>{text()}</section>' for name, title, text in sections)
    is_failed = any(row.verdict is Verdict.FAIL for row in rows)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>Chammo: model card</title><style>{STYLE}</style></head><body>"
        f"<header><h1>Chammo {escape(origin.versions.get('chammo', ''))}: model card</h1>"
        f'<p class="status{" fail" if is_failed else ""}">{escape(status_line(rows, origin))}</p>'
        "<p>An engine that plays fights of unmanned land, sea and air forces many times over. "
        "Forces are fictional; numbers are generic and public.</p>"
        f"<nav>{links}</nav></header><main>{body}</main>"
        f'<script type="application/json" id="rows">{_script_safe(_rows_json(rows))}</script></body></html>\n'
    )


def _rows_json(rows: Sequence[Row]) -> str:
    return json.dumps([row.as_record() for row in rows], allow_nan=False)


def _script_safe(text: str) -> str:
    """Return JSON that cannot close its enclosing script element."""
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _list(items: Sequence[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in items) + "</ul>"


def _table(header: Sequence[str], body: Sequence[Sequence[str]], kind: str = "") -> str:
    """Return a table; the cells are already HTML."""
    head = "".join(f"<th>{escape(cell)}</th>" for cell in header)
    lines = ""
    previous: Sequence[str] = ()
    for line in body:
        is_again = kind == "rows" and line[:2] == previous[:2]
        cells = (
            f'<td class="again">{cell}</td>' if is_again and k < 2 else f"<td>{cell}</td>"
            for k, cell in enumerate(line)
        )
        lines += "<tr>" + "".join(cells) + "</tr>"
        previous = line
    return (
        f'<div class="scroll"><table class="{kind}"><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div>'
    )


def _intended_use() -> str:
    return _list(statements.INTENDED_USE) + "<p><strong>It is not for:</strong></p>" + _list(statements.NOT_INTENDED)


def _requirements(rows: Sequence[Row]) -> str:
    body: list[tuple[str, str]] = []
    for requirement in statements.REQUIREMENTS:
        words: list[str] = []
        for topic in requirement.topics:
            judged = [row for row in rows if row.topic == topic and row.verdict in (Verdict.PASS, Verdict.FAIL)]
            n_pass = sum(row.verdict is Verdict.PASS for row in judged)
            words.append(
                f'<a href="#topic-{topic}">{topic}</a>: {n_pass} of {len(judged)} pass'
                if judged
                else f"{topic}: not played"
            )
        if requirement.evidence:
            words.append(escape(requirement.evidence))
        body.append((escape(requirement.text), "; ".join(words)))
    return _table(("requirement of the intended use", "evidence"), body)


def _risks() -> str:
    return _table(("risk", "mitigation"), [(escape(risk.text), escape(risk.answer)) for risk in statements.RISKS])


def _evidence() -> str:
    body = [
        (escape(item.factor), f'<span class="level">{item.level}</span> of 4', escape(item.reason))
        for item in statements.EVIDENCE
    ]
    return (
        "<p>Factors of NASA-STD-7009B. The levels are the authors' own judgement, 0 where there is no evidence; "
        "they have not been assessed independently.</p>" + _table(("factor", "level", "reason"), body, "levels")
    )


def _verification(rows: Sequence[Row], origin: Origin) -> str:
    count = {verdict: sum(row.verdict is verdict for row in rows) for verdict in Verdict}
    parts = [
        "<p>Each row compares a scenario in the users' format, played by the engine, with a result of theory "
        "computed from its formula. A statistical row passes within 4 standard errors, those of the "
        "estimator if the oracle is true; a deterministic row passes within the tolerance shown as ±. Rows marked "
        "info show a limit law or an idealisation beside the estimate and are not judged. "
        f"{count[Verdict.PASS]} pass, {count[Verdict.FAIL]} fail, {count[Verdict.UNJUDGED]} could not be judged at "
        f"this number of replications, {count[Verdict.INFO]} are for information.</p>",
        '<div class="plots">',
        f"<figure>{z_histogram(rows)}<figcaption>z of the statistical rows against the normal law. The rows of a "
        "set-up share their draws, so the bars scatter more than with independent rows.</figcaption></figure>",
        f"<figure>{estimate_against_oracle(rows)}<figcaption>Estimate against oracle, judged rows with positive "
        "values.</figcaption></figure></div>",
    ]
    for topic, summary in origin.summaries.items():
        own = [row for row in rows if row.topic == topic]
        if own:
            body = [_cells(row, origin.seed) for row in own]
            parts.append(
                f'<h3 id="topic-{topic}">{escape(topic)}: {escape(summary)}</h3>{_table(HEADER, body, "rows")}'
            )
    return "".join(parts)


HEADER = (
    "check",
    "parameters",
    "quantity",
    "estimate",
    "std error",
    "oracle",
    "z",
    "verdict",
    "n",
    "seed",
    "step s",
    "note",
)


def _cells(row: Row, seed: int) -> tuple[str, ...]:
    error = f"±{row.tolerance:.2g}" if row.tolerance is not None else format_number(row.standard_error)
    verdict = row.verdict.value
    mark = verdict.lower().replace(" ", "-")
    return (
        escape(row.check),
        escape(row.parameters),
        escape(row.quantity),
        format_number(row.estimate),
        error,
        format_number(row.oracle),
        "-" if row.z is None else f"{row.z:+.2f}",
        f'<span class="verdict {mark}">{escape(verdict)}</span>',
        "-" if row.replications is None else str(row.replications),
        str(seed),
        format_number(row.dt_s),
        escape(row.note),
    )


def _step_bias(library_steps_s: Sequence[float]) -> str:
    """Return the exact bias of the step for a sample fight, at several rates and steps."""
    used = sorted(set(library_steps_s))
    body: list[tuple[str, ...]] = []
    for rate in _BIAS_RATES:
        fight = attrition.Fight(20, 15, rate, rate, attrition.SQUARE)
        limit = attrition.continuous(fight)
        for dt_s in sorted({*_BIAS_STEPS_S, *used}, reverse=True):
            stepped = attrition.stepped(fight, dt_s)
            mean_s, limit_s = float(stepped.time_moments[1]), float(limit.time_moments[1])
            mark = " (library scenarios)" if dt_s in used else ""
            body.append(
                (
                    f"{rate:g}",
                    f"{dt_s:g}{mark}",
                    f"{stepped.p_blue:.5f}",
                    f"{stepped.p_blue - limit.p_blue:+.5f}",
                    f"{mean_s:.3f}",
                    f"{100.0 * (mean_s / limit_s - 1.0):+.2f} %",
                )
            )
    return (
        "<p>All shots of a step are simultaneous, and several may hit the same target: a fight of 20 against 15 under "
        "the square law, computed from the exact chains. The bias falls with rate times step. The scenario format has "
        f"no default step; the scenarios of the library use {', '.join(f'{dt_s:g}' for dt_s in used)} s.</p>"
        + _table(
            ("kills per shooter and s", "step s", "P(win)", "bias", "mean length s", "bias of the length"),
            body,
            "numbers",
        )
    )


def _origin(rows: Sequence[Row], origin: Origin) -> str:
    body = [
        ("command", f"<code>{escape(origin.command)}</code>"),
        ("replications, seed", f"{origin.replications}, {origin.seed}"),
        ("made", escape(origin.made_utc)),
        *((f"version: {escape(name)}", f"<code>{escape(value)}</code>") for name, value in origin.versions.items()),
        ("SHA-256 of the rows", f"<code>{rows_digest(rows)}</code>"),
    ]
    return (
        "<p>The same command and versions give the same rows. They are also in this file as JSON, in the element "
        "<code>#rows</code>.</p>" + _table(("what", "value"), body)
    )
