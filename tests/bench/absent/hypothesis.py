"""Stands before the test library: whoever uses the tool has none, and Pandera imports it where it is."""

raise ImportError("not there where the tool is used")
