"""The rows of CSV text, counted as editors do."""

import csv
from collections.abc import Iterator
from io import StringIO


class CsvError(ValueError):
    """The text is not CSV from ``row`` on."""

    def __init__(self, row: int, reason: str) -> None:
        super().__init__(reason)
        self.row = row


def csv_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row's cells and the line of the file on which it begins: a cell in quotes may hold several lines.

    Raises
    ------
    CsvError
        When a quotation mark is missing or stands in the wrong place.
    """
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    began = 1
    try:
        for cells in reader:
            yield began, cells
            began = reader.line_num + 1
    except csv.Error as error:
        raise CsvError(began, str(error)) from None
