"""Scripts, styles and fonts of the page under an address that changes with their content.

A browser keeps such a file without asking again, so a second visit to the page requests none of them. All files share a
version: scripts import each other by relative paths, so those of a page are of the same version.
"""

from __future__ import annotations

import hashlib
import mimetypes
import threading
from pathlib import Path

import flask
from werkzeug.security import safe_join

FOLDER = Path(__file__).parents[1] / "assets"
KEPT = "public, max-age=31536000, immutable"
ASKED_AGAIN = "no-cache"
"""For an address of another version: an open page from before an edit still finds its files, and none is kept."""
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
        path = self.folder / name
        with self._lock:
            return version == self._version and path in self._stamps and self._stamps[path] == _stamp(path)

    def _digest(self, paths: list[Path]) -> str:
        digest = hashlib.sha256()
        for path in paths:
            content = path.read_bytes()
            digest.update(f"{path.relative_to(self.folder).as_posix()}\0{len(content)}\0".encode())
            digest.update(content)
        return digest.hexdigest()[:_VERSION_LETTERS]

    def root(self) -> str:
        """Return the address of the folder in its present version."""
        return f"/assets-{self.version()}"


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_mtime_ns, status.st_size


def asset_routes(assets: Assets) -> flask.Blueprint:
    """Return the route of the files: kept for a year under their present version, asked for again under another."""
    routes = flask.Blueprint("assets", __name__)

    @routes.get("/assets-<version>/<path:name>")
    def asset(version: str, name: str) -> flask.Response:
        path = safe_join(str(assets.folder), name)
        if path is None or not Path(path).is_file():
            flask.abort(404)
        response = flask.Response(Path(path).read_bytes(), mimetype=mimetypes.guess_type(path)[0])
        response.headers["Cache-Control"] = KEPT if assets.holds(version, name) else ASKED_AGAIN
        response.add_etag()
        return flask.make_response(response.make_conditional(flask.request))

    return routes
