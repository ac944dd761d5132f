"""The settings, from the one place where they stand."""

from dataclasses import fields

from docs.parts.markdown import code, table
from sandbox.cli.serve import command
from sandbox.settings import Settings


def settings() -> str:
    """Each with its flag, variable and default."""
    helps = {parameter.name: getattr(parameter, "help", "") for parameter in command.params}
    default = Settings()
    rows = []
    for field in fields(Settings):
        flag = "--freeze / --no-freeze" if field.name == "freeze" else f"--{field.name.replace('_', '-')}"
        value = getattr(default, field.name)
        shown = "" if value is None else code(str(value).lower() if isinstance(value, bool) else value)
        words = (helps[field.name] or "").partition(" [")[0]
        rows.append((code(flag), code(f"SANDBANK_{field.name.upper()}"), code(field.name), shown, words))
    return table(("Flag", "Variable", "In the file", "Default", "What it does"), rows)
