"""The commands of `hansa` as a document, made from their own help.

`make cli-docs` writes docs/cli.md with it and a test compares the two.
"""

import sys
from collections.abc import Iterator

import click

from hansa.app import cli

HEAD = """\
# Commands

Made from the commands' own help by `make cli-docs`; a test compares the two.
"""


def tree(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """(whole name, command) of a command and all below it, in order of name."""
    yield path, command
    if isinstance(command, click.Group):
        for name in sorted(command.commands):
            yield from tree(command.commands[name], f"{path} {name}")


def every_command() -> dict[str, click.Command]:
    """`hansa …` -> command."""
    return dict(tree(cli.main, "hansa"))


def document() -> str:
    """The text of docs/cli.md."""
    parts = [HEAD]
    for path, command in every_command().items():
        context = click.Context(
            command,
            info_name=path,
            max_content_width=90,
            terminal_width=90,
            help_option_names=cli.main.context_settings["help_option_names"],
        )
        parts.append(f"## {path}\n\n```text\n{command.get_help(context)}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    sys.stdout.write(document())
