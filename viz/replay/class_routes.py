"""The door of a class: every request is answered within the view that its key opens, none without a key."""

from __future__ import annotations

from html import escape

import flask

from viz.paper.page import POLICY, html_page
from viz.paper.texts import translate
from viz.replay.classroom import Classroom, NoKeyError
from viz.replay.page import request_language

DOOR = "/enter"
_LONGEST = 200
_CSS = """
form{display:flex;gap:.6rem;flex-wrap:wrap;margin:1.2rem 0}
input{font:inherit;padding:.4rem .6rem;min-width:22rem;border:1px solid #7a8791;border-radius:5px}
button{font:inherit;padding:.4rem 1rem;border:1px solid #6a25c9;border-radius:5px;background:#6a25c9;color:#fff}
[role=alert]{border-left:6px solid #c8202f;padding-left:.8rem}
"""


def class_routes(classroom: Classroom) -> flask.Blueprint:
    """Return the routes of a class, and the check of keys before every request of the application."""
    routes = flask.Blueprint("classroom", __name__)

    @routes.before_app_request
    def check_key() -> flask.Response | None:
        """Answer with the library that the key opens. Without a valid key nothing but the door is reached."""
        if flask.request.endpoint == "classroom.enter":
            return None
        given = flask.request.cookies.get(_cookie(), "")
        role = classroom.role(given) if given else None
        if role is None:
            if flask.request.path == "/":
                return _door(403 if given else 401, is_refused=bool(given))
            raise NoKeyError(
                "This key opens nothing here; ask the trainer for a new one."
                if given
                else "This server wants a key; open its address and enter the key that the trainer gave you."
            )
        flask.g.role, flask.g.library = role, classroom.library(role)
        return None

    @routes.route(DOOR, methods=["GET", "POST"])
    def enter() -> flask.Response:
        source = flask.request.form if flask.request.method == "POST" else flask.request.args
        key = source.get("key", "")[:_LONGEST]
        if not key:
            return _door(401, is_refused=False)
        if classroom.role(key) is None:
            return _door(403, is_refused=True)
        lang = flask.request.args.get("lang", "")
        response = flask.redirect("/" + (f"?lang={lang}" if lang in ("en", "ko") else ""), 303)
        response.set_cookie(_cookie(), key, httponly=True, samesite="Lax", path="/")
        return flask.make_response(response)

    @routes.get("/class/clock.json")
    def clock() -> flask.Response:
        return flask.jsonify(classroom.clock(flask.g.role, flask.request.args.get("page", "")))

    @routes.put("/class/clock.json")
    def lead() -> flask.Response:
        return flask.jsonify(classroom.lead(flask.g.role, flask.request.get_json(silent=True)))

    @routes.put("/class/hold.json")
    def hold() -> flask.Response:
        return flask.jsonify(classroom.hold(flask.g.role, flask.request.get_json(silent=True)))

    return routes


def _cookie() -> str:
    """Name of the cookie with the key: browsers share cookies between the ports of a machine."""
    port = flask.request.host.rpartition(":")[2]
    return f"chammo-key-{port if port.isdigit() else 'web'}"


def _door(status: int, *, is_refused: bool) -> flask.Response:
    """Return the page that asks for the key. It holds nothing of any run."""
    lang = request_language()

    def text(key: str) -> str:
        return escape(translate(key, lang))

    refused = f'<p role="alert">{text("class.refused")}</p>' if is_refused else ""
    # a field for passwords: input methods, such as that for Hangul, are off in it
    form = (
        f'<form method="post" action="{DOOR}?lang={lang}"><input name="key" type="password" autocomplete="off" '
        f'maxlength="{_LONGEST}" autofocus required aria-label="{text("class.key")}" '
        f'placeholder="{text("class.key")}"><button>{text("class.enter")}</button></form>'
    )
    page = html_page("Chammo", lang, f"{refused}<p>{text('class.ask')}</p>{form}", _CSS)
    page = page.replace(POLICY, f"{POLICY}; form-action 'self'")
    response = flask.Response(page, status=status, mimetype="text/html")
    response.headers["Content-Security-Policy"] = f"{POLICY}; form-action 'self'; frame-ancestors 'none'"
    return response
