"""CSV and XLSX bytes and a column map → rows and row errors. Pure."""

from recruit.tables.answers import Answer, InterviewType, read_answer
from recruit.tables.dates import DateError, Moment, parse_date, parse_moment
from recruit.tables.frames import table_frames, table_from_frames
from recruit.tables.known import recognise, suggest
from recruit.tables.maps import ColumnMap, map_from_json
from recruit.tables.read import Table, read_table
from recruit.tables.rows import HistoryRow, ResponseRow, RowError, read_history, read_responses, split_rows

__all__ = [
    "Answer",
    "ColumnMap",
    "DateError",
    "HistoryRow",
    "InterviewType",
    "Moment",
    "ResponseRow",
    "RowError",
    "Table",
    "map_from_json",
    "parse_date",
    "parse_moment",
    "read_answer",
    "read_history",
    "read_responses",
    "read_table",
    "recognise",
    "split_rows",
    "suggest",
    "table_frames",
    "table_from_frames",
]
