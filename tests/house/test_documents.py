"""Documents say what stands: their commands exist, their links lead somewhere."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from hansa import __version__
from hansa.app import cli
from tests.house import commands
from tests.house.source import ROOT, kept_files, name_of

DOCUMENTS = [path for path in kept_files() if path.suffix == ".md"]
OF_A_SHELL = {"cd", "git", "curl", "export", "kill"}


def _typed_commands(document: Path) -> Iterator[str]:
    """Lines after `$ ` in blocks marked `console`, continued lines joined."""
    text = document.read_text(encoding="utf-8")
    for block in re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            if line.startswith("$ "):
                yield line[2:].split(" #")[0].strip()


ALL_COMMANDS = sorted({line for document in DOCUMENTS for line in _typed_commands(document)})


@pytest.mark.parametrize("line", ALL_COMMANDS)
def test_every_command_in_a_document_exists(line: str) -> None:
    words = [word for word in shlex.split(line) if not re.fullmatch(r"[A-Z]+=\S*", word)]
    program = Path(words[0]).name

    if program == "make":
        targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
        assert set(words[1:]) <= set(targets)
    elif program == "hansa":
        _check_hansa(words)
    else:
        assert program in OF_A_SHELL


def _check_hansa(words: list[str]) -> None:
    known = commands.every_command()
    path = "hansa"
    rest = words[1:]
    while rest and f"{path} {rest[0]}" in known:
        path = f"{path} {rest.pop(0)}"
    assert not isinstance(known[path], click.Group) or rest == ["--help"], f"{path} needs a command"
    options = {name for option in known[path].params for name in option.opts} | {"--help"}
    assert {word.split("=")[0] for word in rest if word.startswith("--")} <= options


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_link_inside_the_repository_leads_somewhere(document: Path) -> None:
    text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text)
    local = [
        target for target in targets if "://" not in target and not target.startswith("mailto:")
    ]

    assert [target for target in local if not (document.parent / target).exists()] == []


def test_command_reference_is_what_the_commands_say() -> None:
    assert (ROOT / "docs" / "cli.md").read_text(encoding="utf-8") == commands.document()


@pytest.mark.parametrize("path", commands.every_command())
def test_every_command_explains_itself(path: str) -> None:
    answer = CliRunner().invoke(cli.main, [*path.split()[1:], "--help"])

    assert answer.exit_code == 0
    assert "Usage:" in answer.output
    assert [option.name for option in _options(path) if not option.help] == []


def test_the_command_is_installed() -> None:
    hansa = Path(sys.executable).with_name("hansa")
    answer = subprocess.run([hansa, "--version"], capture_output=True, text=True, check=True)

    assert answer.stdout == f"hansa, version {__version__}\n"


def _options(path: str) -> list[click.Option]:
    params = commands.every_command()[path].params
    return [option for option in params if isinstance(option, click.Option)]
