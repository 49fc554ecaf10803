"""Run → the master workbook: totals in the standard form, what they are made of, who answers for them."""

from consolidate.books.master.book import workbook

__all__ = ["workbook"]
