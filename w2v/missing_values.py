"""How missing values are written, in texts, tables, labels and scores."""

PRINTED = ("None", "nan", "NaT", "<NA>")
"""As Python and pandas print them."""
MISSING = (*PRINTED, "NaN", "NA", "na", "N/A", "#N/A", "NULL", "null", "none", r"\N")
"""Also as R, spreadsheets and databases write them."""
UNKNOWN = frozenset({name.casefold() for name in MISSING} | {"?", "-", "--", "."})
"""What is written where a person would have put a label or a score, in lower case."""
