"""Templates to HTML: all text is escaped, and a browser is told to load and to run nothing."""

import base64
import hashlib
import re
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from nomocks.grading.inert import clean, one_line

LONGEST_NAME = 200


def rendered(template: str, **values: Any) -> str:
    """A page. Its style is in it, and is the only thing that its policy allows."""
    return _environment().get_template(template).render(values)


def shown(value: object) -> object:
    """A value as a template shows it: a text without what could do or hide something."""
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def prose(text: str) -> Markup:
    """What an author wrote, with `code` set as code."""
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(shown(text)))))


def name(text: str) -> str:
    """A name that a student gave to something, no longer than names are."""
    return one_line(text, LONGEST_NAME)


def count(number: int, one: str, many: str = "") -> str:
    """A number and its noun."""
    return f"{number} {one if number == 1 else many or one + 's'}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("nomocks.grading.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = environment.get_template("style.css").render()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment.globals |= {"style": Markup(style), "style_hash": digest, "count": count}
    environment.filters |= {"prose": prose, "name": name}
    return environment
