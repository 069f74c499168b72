"""The shell of the replay page, laid out by Dash. The player (``assets/player``) fills it in the browser.

Dash receives the time at most four times a second, in the store ``moment``: {time_s, run, view, unit}. A board written
as a Dash callback can use it as input; the player itself sends Dash no requests while it plays.
"""

from __future__ import annotations

from typing import Any

import flask
from dash import dcc, html

from viz.paper.texts import LANGUAGES, translate
from viz.replay.library import Library

INDEX = """<!DOCTYPE html>
<html lang="%LANG%" data-theme="%THEME%">
<head>
{%metas%}
<title>{%title%}</title>
{%favicon%}
<link rel="preload" href="%ASSETS%/vendor/noto-sans-kr/noto-sans-kr-latin.woff2"
 as="font" type="font/woff2" crossorigin>
<link rel="stylesheet" href="%ASSETS%/vendor/leaflet/leaflet.css">
<link rel="stylesheet" href="%ASSETS%/player/all.css">
{%css%}
<script src="%ASSETS%/vendor/leaflet/leaflet.js"></script>
<script src="%ASSETS%/vendor/milsymbol/milsymbol.js"></script>
<script type="module" src="%ASSETS%/player/all.js" async></script>
</head>
<body>
<noscript>%NOSCRIPT%</noscript>
{%app_entry%}
<footer>
{%config%}
{%scripts%}
{%renderer%}
</footer>
</body>
</html>"""

TABS = ("summary", "compare", "units", "events", "orders", "charts", "sustainment", "medical", "boards", "review")
TRANSPORT = (  # id, text key, keys
    ("start", "transport.start", "Home"),
    ("back", "transport.back", "←"),
    ("play", "transport.play", "Space"),
    ("forward", "transport.forward", "→"),
    ("next-event", "transport.next_event", "n"),
)


def aria(attributes: dict[str, str]) -> dict[str, Any]:
    """Attributes with a hyphen in their names, to be passed as keywords."""
    return attributes


def request_language() -> str:
    """Language of the request: ``?lang=`` of the page, then the browser's, then English."""
    if not flask.has_request_context():  # Dash checks the layout once at startup
        return LANGUAGES[0]
    requested = flask.request.args.get("lang", "")
    if not requested and flask.request.referrer:
        requested = next((lang for lang in LANGUAGES if f"lang={lang}" in flask.request.referrer), "")
    if requested in LANGUAGES:
        return requested
    return flask.request.accept_languages.best_match(LANGUAGES) or "en"


def page_layout(library: Library) -> Any:
    """Return the layout in the language of the request."""
    shell = Shell(request_language())
    return html.Div(
        [
            dcc.Store(id="moment"),
            shell.top_bar(),
            html.Main([html.Div(id="maps"), shell.side_panel()], id="stage"),
            shell.transport(hidden=not library.listing()),
            html.Div(id="batch", hidden=True),
            html.Div(id="message", role="alert", hidden=True),
            html.Div(shell.text("page.narrow"), id="narrow", role="note"),
        ],
        id="app",
    )


class Shell:
    """The parts of the page in a language. The player fills in the content of the run."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def text(self, key: str) -> str:
        """Return a text of the page."""
        return translate(key, self.lang)

    def button(self, identifier: str, key: str, face: Any = None, keys: str = "", **more: Any) -> Any:
        """Return a button named for screen readers; ``face`` is its visible content, ``keys`` its shortcut."""
        title = f"{self.text(key)} ({keys})" if keys else self.text(key)
        shown = self.text(key) if face is None else face
        return html.Button(shown, id=identifier, title=title, className="button", **aria({"aria-label": title}), **more)

    def icon(self, identifier: str, key: str, keys: str = "") -> Any:
        """Return a button with an icon drawn by the style sheet."""
        return self.button(identifier, key, html.I(className=f"icon {identifier}"), keys)

    def top_bar(self) -> Any:
        """Title, selection of run and view, tools."""
        other_language = "EN" if self.lang == "ko" else "한국어"
        parts = [
            html.Div([html.Strong("Chammo"), html.Span(id="run-title")], className="brand"),
            html.Div(id="run-choice"),
            html.Div(id="view-switch", role="radiogroup", **aria({"aria-label": self.text("top.view")})),
            html.Div(className="spacer"),
            self.button("btn-layers", "top.layers", **aria({"aria-expanded": "false"})),
            self.button("btn-legend", "top.legend", keys="g", **aria({"aria-expanded": "false"})),
            self.button("btn-measure", "top.measure", keys="m", **aria({"aria-pressed": "false"})),
            self.button("btn-follow", "top.follow", keys="f", **aria({"aria-pressed": "false"})),
            self.button("btn-link", "top.link"),
            self.icon("btn-theme", "top.theme"),
            self.button("btn-lang", "top.language", other_language),
            self.button("btn-help", "top.help", "?", "?"),
        ]
        return html.Header(parts, id="topbar")

    def side_panel(self) -> Any:
        """The tabs and their empty panels."""
        tabs = [self._tab(tab, is_first=tab == TABS[0]) for tab in TABS]
        panels = [
            html.Div(
                [html.Div(id="panel-unit", **aria({"aria-label": self.text("tab.unit")}))] if tab == "units" else None,
                id=f"panel-{tab}",
                role="tabpanel",
                className="panel",
                hidden=tab != TABS[0],
                tabIndex="0",
                **aria({"aria-labelledby": f"tab-{tab}"}),
            )
            for tab in TABS
        ]
        tab_list = html.Div(tabs, id="tabs", role="tablist", **aria({"aria-label": self.text("tab.list")}))
        return html.Aside([tab_list, *panels], id="side")

    def _tab(self, tab: str, *, is_first: bool) -> Any:
        state = aria({"aria-selected": str(is_first).lower(), "aria-controls": f"panel-{tab}"})
        order = "0" if is_first else "-1"
        hidden = tab in ("boards", "compare", "medical", "sustainment")  # until a run has such a panel
        return html.Button(self.text(f"tab.{tab}"), id=f"tab-{tab}", role="tab", tabIndex=order, hidden=hidden, **state)

    def transport(self, *, hidden: bool) -> Any:
        """Timeline and playback controls."""
        label = aria({"aria-label": self.text("transport.timeline"), "aria-valuemin": "0"})
        controls = [
            *[self.icon(f"btn-{name}", key, keys) for name, key, keys in TRANSPORT],
            html.Label([self.text("transport.speed"), html.Select(id="speed")], className="speed"),
            html.Output(id="clock", **aria({"aria-label": self.text("transport.time")})),
            html.Span(id="score-bar", hidden=True, role="img"),
            html.Span(id="buffering", role="status"),
            html.Span(id="live"),
            html.Span(id="class-box"),
            html.Div(className="spacer"),
            html.Span(id="legend"),
            self.button("btn-loop", "loop.button", keys="r", **aria({"aria-pressed": "false"})),
            self.button("btn-film", "film.title", keys="v"),
            self.button("btn-mark", "review.mark", keys="b"),
        ]
        timeline = html.Div(id="timeline", role="slider", tabIndex="0", **label)
        return html.Footer([timeline, html.Div(controls, id="controls")], id="transport", hidden=hidden)
