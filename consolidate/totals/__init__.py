"""From accepted submissions to the totals."""
