"""What a stored ensemble says of pictures, folders, videos and prepared sets, as one table.

::

    sources   which files are meant by paths, in order
    tables    a table of faces for each few files
    partial   the table of a prediction that is not over, so that it can go on
"""

from esr_core.predicting.partial import PartialTable
from esr_core.predicting.sources import Source, find_sources
from esr_core.predicting.tables import COLUMN_TYPES, predict_tables, table_columns

__all__ = ["COLUMN_TYPES", "PartialTable", "Source", "find_sources", "predict_tables", "table_columns"]
