"""Pages that need nothing else: they can be mailed, or kept beside a build."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from sandbox.kernel.clock import iso


@cache
def page_template(package: str, name: str) -> Template:
    """From the package's folder `templates`."""
    environment = Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["iso"] = iso
    return environment.get_template(name)
