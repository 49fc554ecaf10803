"""From submissions to findings."""
