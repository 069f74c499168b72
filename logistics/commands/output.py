"""The output of a command: a picture in a file, and text or JSON on standard output."""

import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from typing import Any


def show(
    arguments: Namespace, *, draw: Callable[[], str], data: Callable[[], Any], lines: Callable[[], Sequence[str]]
) -> int:
    """Write the picture into the file of ``--svg``, print the data with ``--json`` or else the lines, and return 0.

    Only those asked for are called. The note on the picture comes last, on standard error.
    """
    from simcore.recording.files import json_text, write_text

    if arguments.svg is not None:
        write_text(arguments.svg, draw())
    print(json_text(data()) if arguments.json else "\n".join(lines()))
    if arguments.svg is not None:
        print(f"wrote {arguments.svg}", file=sys.stderr)
    return 0
