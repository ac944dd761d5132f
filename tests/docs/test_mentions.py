"""Whatever a reader could meet is in the documents; a new flag without a word about it makes the build red."""

from dataclasses import fields

import click
import pytest

from docs.parts.banks import banks, each_operation, error_classes
from docs.parts.commands import every
from docs.parts.people import cast
from docs.parts.serving import ROOT
from sandbox.oauth.magic import LOGINS
from sandbox.seeding.personas import Persona
from sandbox.seeding.rhythm_schemas import RHYTHMS
from sandbox.settings import Settings
from tests.docs.pages import ALL_TEXT

COMMANDS = {" ".join(path): command for path, command in every()}
PUBLIC_VARIABLES = ("SANDBANK_URL", "SANDBANK_WORLD", "SANDBANK_CACHE_DIR")


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_there_with_its_flags(command: str) -> None:
    assert f"`{command}" in ALL_TEXT or f"## {command}\n" in ALL_TEXT
    flags = [
        flag for option in COMMANDS[command].params if isinstance(option, click.Option)
        for flag in (*option.opts, *option.secondary_opts)
    ]  # fmt: skip
    _, found, section = page("cli.md").partition(f"## {command}\n")
    section = section.partition("\n###")[0] if found else page("cli.md")
    assert [flag for flag in flags if f"`{flag}`" not in section and f"`{flag} " not in section] == []


def test_every_setting_is_there_with_its_flag_and_variable() -> None:
    text = page("settings.md")
    for setting in fields(Settings):
        assert f"`{setting.name}`" in text
        assert f"`--{setting.name.replace('_', '-')}" in text
        assert f"`SANDBANK_{setting.name.upper()}`" in text


@pytest.mark.parametrize("variable", PUBLIC_VARIABLES)
def test_every_other_variable_is_there(variable: str) -> None:
    assert f"`{variable}`" in page("settings.md")


@pytest.mark.parametrize("slug", banks())
def test_every_bank_has_its_part_of_each_page(slug: str) -> None:
    name = banks()[slug].name
    assert f"| {name} | `/{slug}` |" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"\n## {name}\n" in page("banks.md")
    assert f"\n## {name}\n" in page("fidelity.md")
    for method, path, operation in each_operation(slug):
        assert f"| `{operation['operationId']}` | `{method} {path}` |" in page("fidelity.md")


@pytest.mark.parametrize("persona", cast(), ids=lambda one: one.slug)
def test_every_persona_has_a_card(persona: Persona) -> None:
    assert f"\n### {persona.slug}\n" in page("personas.md")
    for login in persona.logins:
        assert f"[`{login}`](#{persona.slug})" in page("personas.md")


@pytest.mark.parametrize("login", LOGINS)
def test_every_magic_login_is_in_the_table(login: str) -> None:
    assert f"| `{login}` |" in page("magic-logins.md")


@pytest.mark.parametrize("operation", [operation["operationId"] for _, _, operation in each_operation("control")])
def test_every_control_operation_has_an_example(operation: str) -> None:
    section = page("control-api.md").partition(f"\n### {operation}\n")[2].partition("\n### ")[0]
    assert "curl" in section
    assert "Answers 20" in section


@pytest.mark.parametrize("kind", error_classes(), ids=lambda kind: kind.__name__)
def test_every_error_is_there(kind: type) -> None:
    assert f"| `{kind.__name__}` |" in page("errors.md")


@pytest.mark.parametrize("rhythm", RHYTHMS)
def test_every_rhythm_of_a_persona_file_is_there(rhythm: str) -> None:
    assert f"| `{rhythm}` |" in page("personas.md")


def test_every_example_is_in_a_document() -> None:
    for file in sorted((ROOT / "examples").glob("**/*.*")):
        if file.suffix in (".py", ".sh"):
            path = file.relative_to(ROOT).as_posix()
            assert f"include {path} " in ALL_TEXT or f"(../{path})" in ALL_TEXT


def test_every_document_says_that_there_is_no_affiliation() -> None:
    documents = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md")}
    documents["the first page"] = (ROOT / "README.md").read_text(encoding="utf-8")
    sentence = "not affiliated with any bank, nor with Meta"
    assert [name for name, text in documents.items() if sentence not in " ".join(text.split())] == []
