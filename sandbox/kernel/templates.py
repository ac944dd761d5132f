"""Pages that need nothing else: they can be mailed, or kept beside a build."""

import re
from functools import cache

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from sandbox.kernel.clock import iso

CODE = re.compile(r"`([^`]+)`")


def coded(text: str) -> Markup:
    """What stands between backticks is code."""
    return Markup(CODE.sub(r"<code>\1</code>", str(escape(text))))


@cache
def page_template(package: str, name: str) -> Template:
    """From the package's folder `templates`, where it may extend this room's."""
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader("sandbox.kernel")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["iso"] = iso
    environment.filters["coded"] = coded
    return environment.get_template(name)
