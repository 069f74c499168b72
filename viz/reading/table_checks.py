"""Whether the tables of a run folder hold what a reader counts on, told before a page opens on them."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from simcore.errors import InputError
from simcore.run_schema import TABLES

_TEXTS = ("string", "category")


def check_columns(path: Path, file: pq.ParquetFile, required: list[str]) -> None:
    """Raise InputError when a required column is missing, or one that the format knows is of another kind or empty.

    A name of a side may be its index (contacts have the index only), and a whole number may have any width.
    """
    schema = file.schema_arrow
    missing = [column for column in required if column not in schema.names]
    if missing:
        raise InputError(f"{path}: lacks the columns {', '.join(missing)}; write the run again")
    problems = []
    for column in TABLES.get(path.name, ()):
        if column.name not in schema.names:
            continue
        kind = schema.field(column.name).type
        if not _is_kind(kind, column.type, is_side=column.name == "side" and path.name != "contacts.parquet"):
            problems.append(f"{column.name}: holds {kind}, not {_kind_name(column.type)}")
        elif (column.name in required or column.type[0] in "iu") and _has_gaps(file, column.name):
            problems.append(f"{column.name}: has empty cells")
    if problems:
        raise InputError("\n".join(f"{path}: {problem}; write the run again" for problem in problems))


def check_inside(folder: Path) -> None:
    """Raise InputError when something in a folder is a link that leads out of it: nothing else is ever shown."""
    home = folder.resolve()
    for path in sorted(folder.iterdir()):
        if path.is_symlink() and not path.resolve().is_relative_to(home):
            raise InputError(f"{path}: is a link that leads out of the folder; copy the file into it")


def _is_kind(kind: pa.DataType, expected: str, *, is_side: bool) -> bool:
    is_text = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    if pa.types.is_dictionary(kind):
        is_text = pa.types.is_string(kind.value_type) or pa.types.is_large_string(kind.value_type)
    if is_side:
        return is_text or pa.types.is_integer(kind)
    if expected in _TEXTS:
        return is_text
    if expected.startswith("f"):
        return pa.types.is_floating(kind) or pa.types.is_integer(kind)
    return pa.types.is_integer(kind) or pa.types.is_boolean(kind)


def _kind_name(expected: str) -> str:
    return "texts" if expected in _TEXTS else "numbers" if expected.startswith("f") else "whole numbers"


def _has_gaps(file: pq.ParquetFile, name: str) -> bool:
    index = file.schema_arrow.get_field_index(name)
    groups = (file.metadata.row_group(k).column(index).statistics for k in range(file.metadata.num_row_groups))
    return any(span is not None and span.null_count for span in groups)
