"""Scripts, styles and fonts of the page under an address that changes with their content.

A browser keeps such a file without asking again, so a second visit to the page requests none of them. All files share a
version. The scripts and the styles of the player come as one file each, ``player/all.js`` and ``player/all.css``.
"""

from __future__ import annotations

import functools
import hashlib
import mimetypes
import threading
from pathlib import Path

import flask
from werkzeug.security import safe_join

from viz.replay.joined import join_scripts, join_styles

FOLDER = Path(__file__).parents[1] / "assets"
KEPT = "public, max-age=31536000, immutable"
ASKED_AGAIN = "no-cache"
"""For an address of another version: an open page from before an edit still finds its files, and none is kept."""
STYLES = (
    "theme",
    "layout",
    "panels",
    "story",
    "review",
    "legend",
    "staff",
    "sustainment",
    "medical",
    "help",
    "class",
    "compare",
    "live",
    "batch",
    "words",
)
"""Style sheets of the player, in the order of their rules."""
_VERSION_LETTERS = 16


class Assets:
    """The files of a folder and their version, which follows edits while the server runs."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._stamps: dict[Path, tuple[int, int]] = {}
        self._version = ""

    def version(self) -> str:
        """Return a digest of the names and contents of all files."""
        stamps = {path: _stamp(path) for path in sorted(self.folder.rglob("*")) if path.is_file()}
        with self._lock:
            if stamps != self._stamps:
                self._version, self._stamps = self._digest(list(stamps)), stamps
            return self._version

    def holds(self, version: str, name: str) -> bool:
        """Whether the file is still as it was when the version was last computed, and that was ``version``."""
        if name in _JOINED:
            return version == self.version()
        path = self.folder / name
        with self._lock:
            return version == self._version and path in self._stamps and self._stamps[path] == _stamp(path)

    def content(self, name: str) -> bytes | None:
        """Return the present content of a file, or None if there is none of this name."""
        if name in _JOINED:
            return _join(name, self.folder / "player", self.version())
        path = safe_join(str(self.folder), name)
        return Path(path).read_bytes() if path is not None and Path(path).is_file() else None

    def join(self) -> None:
        """Join the scripts and the styles, which the first request for them would wait for otherwise."""
        for name in _JOINED:
            self.content(name)

    def root(self) -> str:
        """Return the address of the folder in its present version."""
        return f"/assets-{self.version()}"

    def _digest(self, paths: list[Path]) -> str:
        digest = hashlib.sha256()
        for path in paths:
            content = path.read_bytes()
            digest.update(f"{path.relative_to(self.folder).as_posix()}\0{len(content)}\0".encode())
            digest.update(content)
        return digest.hexdigest()[:_VERSION_LETTERS]


@functools.lru_cache(maxsize=8)
def _join(name: str, folder: Path, version: str) -> bytes:
    """Return a joined file. The version belongs to the key alone: other contents are joined anew."""
    return _JOINED[name](folder).encode()


def _all_scripts(folder: Path) -> str:
    return join_scripts({path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.js")})


def _all_styles(folder: Path) -> str:
    return join_styles([folder / f"{name}.css" for name in STYLES])


_JOINED = {"player/all.js": _all_scripts, "player/all.css": _all_styles}


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_mtime_ns, status.st_size


def asset_routes(assets: Assets) -> flask.Blueprint:
    """Return the route of the files: kept for a year under their present version, asked for again under another."""
    routes = flask.Blueprint("assets", __name__)

    @routes.get("/assets-<version>/<path:name>")
    def asset(version: str, name: str) -> flask.Response:
        content = assets.content(name)
        if content is None:
            flask.abort(404)
        response = flask.Response(content, mimetype=mimetypes.guess_type(name)[0])
        response.headers["Cache-Control"] = KEPT if assets.holds(version, name) else ASKED_AGAIN
        response.add_etag()
        return flask.make_response(response.make_conditional(flask.request))

    return routes
