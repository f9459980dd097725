"""What pages say can be done: their links lead somewhere, and the options of their commands exist."""

import re
import shlex
from pathlib import Path

import click
import pytest

from w2v.cli.main import cli

ROOT = Path(__file__).parents[1]
if not (ROOT / "docs").exists():
    pytest.skip("the documentation is not here", allow_module_level=True)

PAGES = sorted(path for path in [*ROOT.glob("*.md"), *ROOT.glob("*/README.md"), *(ROOT / "docs").rglob("*.md")])
REPORTS = ("report.md",)
"""Written by commands; the commands in them name files of the machine that they were written on."""
LINE = re.compile(r"^(?: {4})?(?:\$ )?(?:[\w./]+/bin/)?(w2v [a-z].*)$", re.MULTILINE)
BLOCK = re.compile(r"^```(?:console|bash|sh|text)?\n(.*?)^```$|((?:^ {4}\S.*\n)+)", re.MULTILINE | re.DOTALL)


def commands(page):
    """Return the command lines of a page, without comments, pipes and redirections."""
    for block in BLOCK.finditer(page.read_text(encoding="utf-8")):
        text = (block[1] or block[2]).replace("\\\n", " ")
        for line in LINE.findall(text):
            words = shlex.split(line, comments=True)
            for stop in ("|", ">", "&&", ";", "<"):
                words = words[: words.index(stop)] if stop in words else words
            if "..." not in words:
                yield words[1:]


FOUND = [(page, words) for page in PAGES if page.name not in REPORTS for words in commands(page)]


def test_there_are_commands():
    assert len(FOUND) > 60


@pytest.mark.parametrize(
    ("page", "words"), FOUND, ids=[f"{page.parent.name}/{page.stem}: {' '.join(words)}"[:80] for page, words in FOUND]
)
def test_options_of_commands_exist(page, words):
    command, context = cli, click.Context(cli, info_name="w2v")
    if words[:1] == ["--help"]:
        return
    while isinstance(command, click.Group):
        name, *words = words
        if name.startswith("-"):
            return
        command = command.get_command(context, name)
        assert command is not None, name
        context = click.Context(command, parent=context, info_name=name)
    command.make_parser(context).parse_args(args=list(words))


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_links_lead_to_files(page):
    """MkDocs checks those of the site; GitHub shows the others too, and has no site."""
    text = re.sub(r"```.*?```|`[^`]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path = target.partition("#")[0]
        assert not path or (page.parent / path).exists(), target
