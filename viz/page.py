"""The shell of the replay page: what Dash lays out. The player (``assets/player``) fills it in the browser.

Dash sees the time at most four times a second, in the store ``moment``: {time_s, run, view, unit}. A board written as a
Dash callback can take it as its input; the player itself asks the server for nothing while it plays.
"""

from __future__ import annotations

from typing import Any

import flask
from dash import dcc, html

from viz.library import Library
from viz.texts import LANGUAGES, translate

INDEX = """<!DOCTYPE html>
<html lang="%LANG%" data-theme="%THEME%">
<head>
{%metas%}
<title>{%title%}</title>
{%favicon%}
<link rel="preload" href="/assets/vendor/noto-sans-kr/noto-sans-kr-latin.woff2" as="font" type="font/woff2" crossorigin>
<link rel="stylesheet" href="/assets/vendor/leaflet/leaflet.css">
<link rel="stylesheet" href="/assets/player/theme.css">
<link rel="stylesheet" href="/assets/player/layout.css">
<link rel="stylesheet" href="/assets/player/panels.css">
<link rel="stylesheet" href="/assets/player/batch.css">
{%css%}
</head>
<body>
<noscript>%NOSCRIPT%</noscript>
{%app_entry%}
<footer>
{%config%}
<script src="/assets/vendor/leaflet/leaflet.js"></script>
<script src="/assets/vendor/milsymbol/milsymbol.js"></script>
<script type="module" src="/assets/player/main.js"></script>
{%scripts%}
{%renderer%}
</footer>
</body>
</html>"""

TABS = ("unit", "units", "events", "orders", "charts", "boards", "review")
TRANSPORT = (  # id, text key, keys
    ("start", "transport.start", "Home"),
    ("back", "transport.back", "←"),
    ("play", "transport.play", "Space"),
    ("forward", "transport.forward", "→"),
    ("next-event", "transport.next_event", "n"),
)


def request_language() -> str:
    """Language of the request: ``?lang=`` of the page, then the browser's, then English."""
    if not flask.has_request_context():  # Dash lays the page out once at the start, to check it
        return LANGUAGES[0]
    asked = flask.request.args.get("lang", "")
    if not asked and flask.request.referrer:
        asked = next((lang for lang in LANGUAGES if f"lang={lang}" in flask.request.referrer), "")
    if asked in LANGUAGES:
        return asked
    return flask.request.accept_languages.best_match(LANGUAGES) or "en"


def page_layout(library: Library) -> Any:
    """Return the layout in the language of the request."""
    lang = request_language()

    def t(key: str) -> str:
        return translate(key, lang)

    def button(identifier: str, key: str, face: Any = None, keys: str = "", **more: Any) -> Any:
        title = f"{t(key)} ({keys})" if keys else t(key)
        shown = t(key) if face is None else face
        return html.Button(shown, id=identifier, title=title, className="button", **{"aria-label": title}, **more)

    def icon(identifier: str, key: str, keys: str = "") -> Any:
        return button(identifier, key, html.I(className=f"icon {identifier}"), keys)

    only_batches = not library.listing()
    return html.Div(
        [
            dcc.Store(id="moment"),
            html.Header(
                [
                    html.Div([html.Strong("Chammo"), html.Span(id="run-title")], className="brand"),
                    html.Div(id="run-choice"),
                    html.Div(id="view-switch", role="radiogroup", **{"aria-label": t("top.view")}),
                    html.Div(className="spacer"),
                    button("btn-layers", "top.layers", **{"aria-expanded": "false"}),
                    button("btn-measure", "top.measure", keys="m", **{"aria-pressed": "false"}),
                    button("btn-follow", "top.follow", keys="f", **{"aria-pressed": "false"}),
                    button("btn-link", "top.link"),
                    icon("btn-theme", "top.theme"),
                    button("btn-lang", "top.language", "EN" if lang == "ko" else "한국어"),
                    button("btn-help", "top.help", "?", "?"),
                ],
                id="topbar",
            ),
            html.Main(
                [
                    html.Div(id="maps"),
                    html.Aside(
                        [
                            html.Div(
                                [
                                    html.Button(
                                        t(f"tab.{tab}"),
                                        id=f"tab-{tab}",
                                        role="tab",
                                        tabIndex="0" if tab == "unit" else "-1",
                                        hidden=tab == "boards",
                                        **{"aria-selected": str(tab == "unit").lower(), "aria-controls": f"panel-{tab}"},
                                    )
                                    for tab in TABS
                                ],
                                id="tabs",
                                role="tablist",
                                **{"aria-label": t("tab.list")},
                            ),
                            *[
                                html.Div(
                                    id=f"panel-{tab}",
                                    role="tabpanel",
                                    className="panel",
                                    hidden=tab != "unit",
                                    tabIndex="0",
                                    **{"aria-labelledby": f"tab-{tab}"},
                                )
                                for tab in TABS
                            ],
                        ],
                        id="side",
                    ),
                ],
                id="stage",
            ),
            html.Footer(
                [
                    html.Div(
                        id="timeline",
                        role="slider",
                        tabIndex="0",
                        **{"aria-label": t("transport.timeline"), "aria-valuemin": "0"},
                    ),
                    html.Div(
                        [
                            *[icon(f"btn-{name}", key, keys) for name, key, keys in TRANSPORT],
                            html.Label([t("transport.speed"), html.Select(id="speed")], className="speed"),
                            html.Output(id="clock", **{"aria-label": t("transport.time")}),
                            html.Span(id="buffering", role="status"),
                            html.Div(className="spacer"),
                            html.Span(id="legend"),
                            button("btn-mark", "review.mark", keys="b"),
                        ],
                        id="controls",
                    ),
                ],
                id="transport",
                hidden=only_batches,
            ),
            html.Div(id="batch", hidden=True),
            html.Div(id="message", role="alert", hidden=True),
        ],
        id="app",
    )
