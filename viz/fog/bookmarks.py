"""The moments of a run to jump to: turning points of the truth, and the marks of the audience's own review."""

from viz.fog.view import Bookmark
from viz.reading.review_marks import review_marks
from viz.reading.run_folder import RunFolder

_UNTITLED = "Marked moment"


def bookmarks_of(run: RunFolder, side: str | None) -> tuple[Bookmark, ...]:
    """Return the bookmarks of a run for a side, None for the truth, in order of time.

    Turning points are for the truth alone: they are chosen by all that followed. A side has the marks of the review
    made in its own view, never those of the trainer.
    """
    points = [] if side is not None else run.story.turning_points
    moments = [Bookmark(point["time_s"], point["text"]) for point in points]
    moments += [Bookmark(mark.time_s, mark.title or _UNTITLED, mark.note) for mark in review_marks(run.path, side)]
    return tuple(sorted(moments, key=lambda moment: moment.time_s))
