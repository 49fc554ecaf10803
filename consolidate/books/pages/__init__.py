"""HTML pages: the Jinja templates beside this file, rendered with every text escaped."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined


def render(name: str, **context: object) -> str:
    """The page `name` (a file of this folder) filled with `context`; a missing name is a bug and raises."""
    environment = Environment(
        loader=PackageLoader(__name__, "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(name).render(context)
