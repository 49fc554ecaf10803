"""Run → the master workbook: the totals in the standard form, what they are made of, and who answers for them."""

from consolidate.books.master.book import workbook

__all__ = ["workbook"]
