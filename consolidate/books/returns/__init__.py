"""The marked copy of a unit's own workbook, written into its XML parts so that nothing else changes."""
