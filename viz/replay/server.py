"""The web server of the replay: a Dash page and the routes for its data.

Loopback only by default; requests with a foreign Host header are refused (DNS rebinding); the content security policy
limits the page to this server.
"""

from __future__ import annotations

import contextlib
import mimetypes
from typing import Any

import dash
import flask
from werkzeug.exceptions import HTTPException
from werkzeug.local import LocalProxy

from simcore.errors import InputError, WargameError
from viz.paper.dtg import dtg_text
from viz.paper.page import POLICY
from viz.paper.texts import LANGUAGES, texts, translate
from viz.replay.assets import Assets, asset_routes
from viz.replay.class_routes import class_routes
from viz.replay.classroom import Classroom, NoKeyError, TrainerOnlyError
from viz.replay.codes import page_codes
from viz.replay.in_language import in_language
from viz.replay.library import Library, NotServedError
from viz.replay.map_routes import map_routes
from viz.replay.page import INDEX, page_layout, request_language
from viz.replay.review_report import review_html
from viz.replay.review_story import check_story

LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}
MAX_REQUEST_BYTES = 64 * 1024 * 1024
THEMES = ("light", "dark")
BINARY = "application/octet-stream"


def create_app(library: Library, host: str = "127.0.0.1", classroom: Classroom | None = None) -> dash.Dash:
    """Return the Dash application for a library. ``host`` is the address it will listen on.

    With a class, each request is answered from the library that its key opens.
    """
    served: Any = library if classroom is None else LocalProxy(_opened)
    assets = Assets()
    assets.join()  # ahead of the first visit
    mimetypes.add_type("text/javascript", ".js")  # modules fail to load under the type registered on some systems
    app = dash.Dash(
        __name__,
        assets_folder=str(assets.folder),
        assets_ignore=".*",
        title="Chammo",
        update_title="",
        index_string=INDEX,
        serve_locally=True,
        compress=False,
        enable_mcp=False,
        add_log_handler=False,
    )
    app.layout = lambda: page_layout(library)  # an empty shell, which Dash also lays out before any request
    app.interpolate_index = _index_maker(app.interpolate_index, assets)
    server = app.server
    server.json.sort_keys = False  # type: ignore[attr-defined] - columns keep their order
    server.config["MAX_CONTENT_LENGTH"] = MAX_REQUEST_BYTES
    server.register_blueprint(asset_routes(assets))
    server.register_blueprint(_routes(served))
    server.register_blueprint(map_routes(served))
    _guard(server, app, host)
    if classroom is not None:
        server.register_blueprint(class_routes(classroom))
    return app


def _opened() -> Library:
    """Return the library that the key of the request opens. Without a checked key there is none."""
    return flask.g.library


def _index_maker(interpolate: Any, assets: Assets) -> Any:
    def index(**kwargs: Any) -> str:
        lang = request_language()
        theme = flask.request.args.get("theme", "")
        page = interpolate(**kwargs)
        page = (
            page.replace("%ASSETS%", assets.root())
            .replace("%LANG%", lang)
            .replace("%THEME%", theme if theme in THEMES else "")
        )
        return page.replace("%NOSCRIPT%", translate("page.noscript", lang))

    return index


def _guard(server: flask.Flask, app: dash.Dash, host: str) -> None:
    any_host = host in ("0.0.0.0", "::", "")
    allowed = LOOPBACK | {host, f"[{host}]"}
    policy = (
        "default-src 'none'; "
        f"script-src 'self' {' '.join(app.csp_hashes())}; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; media-src blob:; "
        "connect-src 'self'; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )

    @server.before_request
    def refuse_foreign_requests() -> flask.Response | None:
        name = flask.request.host.rsplit(":", 1)[0] if not flask.request.host.endswith("]") else flask.request.host
        if not any_host and name not in allowed:
            return _error("refused", "This server answers to its own address only.", 403)
        if flask.request.endpoint == "/<path:path>":  # Dash would serve the page at every other address
            return _error("not_served", "There is nothing at this address.", 404)
        if flask.request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
            return _error("refused", "Requests from other sites are refused.", 403)
        return None

    @server.after_request
    def add_headers(response: flask.Response) -> flask.Response:
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    @server.errorhandler(WargameError)
    def report_known(error: WargameError) -> flask.Response:
        problem, status = next((name, code) for family, name, code in _PROBLEMS if isinstance(error, family))
        return _error(problem, str(error), status)

    @server.errorhandler(Exception)
    def report_unexpected(error: Exception) -> flask.Response:
        cause = f"{type(error).__name__}: {error}"[:300]
        message = f"Something in this folder cannot be shown ({cause}); write the run again, or report this."
        return _error("broken", message, 500)

    @server.errorhandler(HTTPException)
    def report_http(error: HTTPException) -> flask.Response:
        return _error(
            "not_served" if error.code == 404 else "failed", error.description or error.name, error.code or 500
        )


_PROBLEMS = (
    (NotServedError, "not_served", 404),
    (NoKeyError, "key", 401),
    (TrainerOnlyError, "refused", 403),
    (InputError, "unreadable", 422),
    (WargameError, "failed", 422),
)
"""Classes of errors, most specific first, with their names on the page (``problem.*`` in its texts) and statuses."""


def _error(problem: str, message: str, status: int) -> flask.Response:
    """Return a response with the message in English and the kind of problem, for display in the page's language."""
    response = flask.jsonify({"error": message, "problem": problem})
    response.status_code = status
    return response


def _routes(library: Library) -> flask.Blueprint:
    routes = flask.Blueprint("replay", __name__)

    @routes.get("/boot.json")
    def boot() -> flask.Response:
        lang = flask.request.args.get("lang", "en")
        lang = lang if lang in LANGUAGES else "en"
        runs = library.listing(lang)
        extra = flask.request.args.get("run", "")
        if extra and extra not in {run["id"] for run in runs}:
            with contextlib.suppress(NotServedError):  # an old link: the page opens without it
                runs.append(library.describe(extra, lang))  # a run inside a batch
        batches = [{"id": key, "name": batch.name} for key, batch in library.batches.items()]
        locked = library.only_view is not None
        return flask.jsonify(
            {
                "lang": lang,
                "texts": texts(lang),
                **page_codes(),
                "runs": runs,
                "batches": [] if locked else batches,
                "locked": locked,
                "class": flask.g.get("role"),
            }
        )

    @routes.get("/replay/<run>/<view>/meta.json")
    def meta(run: str, view: str) -> flask.Response:
        lang = request_language()
        data = in_language("meta", library.view(run, view).meta, library.names(run, lang))
        scenario = {**data["scenario"], "title": library.run(run).title_in(lang)}
        more = {"classification": library.classification(run), "terrain_m": library.terrain_bounds(run)}
        return flask.jsonify({**data, "scenario": scenario, **more})

    @routes.get("/replay/<run>/<view>/chunk/<int:index>.bin")
    def chunk(run: str, view: str, index: int) -> flask.Response:
        try:
            return flask.Response(library.view(run, view).chunk(index), mimetype=BINARY)
        except IndexError:
            return _error("not_served", "There is no such chunk.", 404)

    @routes.get("/replay/<run>/<view>/overview.bin")
    def overview(run: str, view: str) -> flask.Response:
        return flask.Response(library.view(run, view).overview(), mimetype=BINARY)

    @routes.get(
        "/replay/<run>/<view>/<any(events,orders,series,boards,requests,sustainment,medical,summary,shots):table>.json"
    )
    def table(run: str, view: str, table: str) -> flask.Response:
        names = library.names(run, request_language())
        return flask.jsonify(in_language(table, getattr(library.view(run, view), table), names))

    @routes.get("/compare/<run>/<other>/<view>.json")
    def comparison(run: str, other: str, view: str) -> flask.Response:
        return flask.jsonify(library.compare(run, other, view))

    @routes.get("/replay/<run>/terrain-<any(light,dark):theme>.png")
    def terrain(run: str, theme: str) -> flask.Response:
        picture = library.terrain(run, theme)
        return (
            _error("not_served", "This run has no terrain.", 404)
            if picture is None
            else flask.Response(picture, mimetype="image/png")
        )

    @routes.get("/replay/<run>/review.json")
    def review(run: str) -> flask.Response:
        return flask.jsonify(library.review(run).load())

    @routes.put("/replay/<run>/review.json")
    def save_review(run: str) -> flask.Response:
        if not flask.request.is_json:
            return _error("failed", "Send the review as JSON.", 415)
        document = flask.request.get_json(silent=True)
        if document is None:
            raise InputError("review: is not JSON")
        return flask.jsonify(library.review(run).change(document))

    @routes.route("/replay/<run>/review.html", methods=["GET", "POST"])
    def review_file(run: str) -> flask.Response:
        lang = request_language()
        folder = library.run(run)
        story = check_story(flask.request.get_json(silent=True)) if flask.request.method == "POST" else None
        title = folder.title_in(lang)
        facts = [(translate("top.run", lang), folder.name)]
        if folder.start is not None:
            facts.append((translate("review.start", lang), dtg_text(folder.start)))
        if library.only_view is None:
            facts += [(translate("review.seed", lang), str(folder.manifest.get("seed")))]
        view = library.view(run, library.describe(run)["views"][0])
        colours = dict(zip(view.meta["sides"], view.meta["affiliation"], strict=True))
        marks = library.review(run).load()["marks"]
        names = {side: library.names(run, lang).of("sides", side) for side in view.meta["sides"]}
        line = library.classification(run)
        page = review_html(title, facts, marks, lang, story, view.series, colours, names, line, folder.start)
        response = flask.Response(page, mimetype="text/html")
        response.headers["Content-Disposition"] = f'attachment; filename="review-{run}.html"'
        response.headers["Content-Security-Policy"] = POLICY
        return response

    @routes.get("/replay/<run>/live.json")
    def live(run: str) -> flask.Response:
        return flask.jsonify(library.live(run))

    @routes.get("/replay/<run>/changes.json")
    def changes(run: str) -> flask.Response:
        return flask.jsonify(library.changes(run))

    @routes.get("/batch/<batch>/changes.json")
    def batch_changes(batch: str) -> flask.Response:
        return flask.jsonify(library.batch_changes(batch))

    @routes.get("/batch/<batch>.json")
    def batch(batch: str) -> flask.Response:
        return flask.jsonify(library.batch(batch, request_language()))

    return routes
