"""What the documents say is there is there, and what is there is said."""

import argparse
import importlib
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from docs.reference import DOCUMENT, with_reference
from esr_core.commands import build_parser

PROJECT = Path(__file__).parents[1]
COMMAND = "python -m esr_core"
INSTALLED = "esr"
FENCED = re.compile(r"^```\w*\n(.*?)^```", flags=re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")


def documents(root: Path) -> dict[str, str]:
    """Text of every document of a project by its path."""
    paths = sorted([*root.glob("*.md"), *root.glob("docs/*.md"), *root.glob("runs/*.md")])
    return {str(path.relative_to(root)): path.read_text(encoding="utf-8") for path in paths}


def code_lines(text: str) -> Iterator[str]:
    """Every line of the fenced blocks, without shell comments, and every span of inline code."""
    for block in FENCED.findall(text):
        yield from (line.partition(" #")[0].strip() for line in block.splitlines())
    yield from INLINE.findall(FENCED.sub("", text))


def all_code(root: Path) -> Iterator[tuple[str, str]]:
    return ((document, line) for document, text in documents(root).items() for line in code_lines(text))


def targets(root: Path) -> dict[str, str]:
    """What each target of the Makefile says about itself; the empty string if nothing."""
    rules = re.compile(r"^([a-z][\w-]*):(?!=)[^#\n]*(?:## (.*))?$", flags=re.MULTILINE)
    return dict(rules.findall((root / "Makefile").read_text(encoding="utf-8")))


def subcommands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The commands directly below a parser."""
    groups = (action.choices for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    return {name: command for group in groups for name, command in group.items()}


def all_commands(parser: argparse.ArgumentParser, prefix: str = "") -> dict[str, argparse.ArgumentParser]:
    """Every command and command of a command, by what a user types."""
    found = {}
    for name, command in subcommands(parser).items():
        found |= {f"{prefix}{name}": command, **all_commands(command, f"{prefix}{name} ")}
    return found


def all_options(parser: argparse.ArgumentParser) -> set[str]:
    commands = [parser, *all_commands(parser).values()]
    return {option for command in commands for action in command._actions for option in action.option_strings}


def refuses(parser: argparse.ArgumentParser, arguments: list[str]) -> bool:
    """Whether the command line as a reader would type it is not understood."""
    if arguments and set(arguments) & {"--help", "--version"}:
        return False
    try:
        parser.parse_args(arguments)
    except SystemExit:
        return True
    return False


def make_calls_without_a_target(root: Path) -> list[str]:
    known = targets(root)
    calls = ((document, line.split()) for document, line in all_code(root) if re.match(r"make [a-z]", line))
    return [f"{document}: make {words[1]}" for document, words in calls if words[1] not in known]


def targets_without_a_description(root: Path) -> list[str]:
    return [f"Makefile: {target}" for target, description in targets(root).items() if not description]


def commands_that_are_not_understood(root: Path) -> list[str]:
    """A bare `python -m esr_core COMMAND` or `esr COMMAND` names a command; anything longer must parse as it stands."""
    parser = build_parser()
    faults = []
    for document, line in all_code(root):
        if match := re.match(rf"(?:{COMMAND}|{INSTALLED}) (.*)", line):
            arguments = shlex.split(match[1])
            if " ".join(arguments) not in all_commands(parser) and refuses(parser, arguments):
                faults.append(f"{document}: {line}")
    return faults


def options_that_do_not_exist(root: Path) -> list[str]:
    """Options that stand alone in the text, as `--fold`."""
    known = all_options(build_parser())
    named = ((document, line.split()[0]) for document, line in all_code(root) if line.startswith("--"))
    return [f"{document}: {option}" for document, option in named if option not in known]


def broken_links(root: Path) -> list[str]:
    faults = []
    for document, text in documents(root).items():
        for link in re.findall(r"\]\(([^)\s]+)\)", INLINE.sub("", FENCED.sub("", text))):
            path, _, anchor = link.partition("#")
            if "://" in link:
                continue
            target = (root / document).parent / path if path else root / document
            if not target.exists() or (anchor and anchor not in anchors(target.read_text(encoding="utf-8"))):
                faults.append(f"{document}: {link}")
    return faults


def anchors(text: str) -> set[str]:
    """Anchors of the headings of a document, as code hosts derive them."""
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def paths_that_do_not_exist(root: Path) -> list[str]:
    """Files and folders named in inline code, as `bench/london.py`."""
    named = re.compile(r"(?:esr_core|app|tests|bench|docs)/[\w./-]*|[\w-]+\.(?:toml|md)|requirements[\w-]*\.txt")
    spans = ((document, line) for document, line in all_code(root) if named.fullmatch(line))
    return [f"{document}: {path}" for document, path in spans if not (root / path).exists()]


def imports_that_fail(root: Path) -> list[str]:
    """`from esr_core... import ...` in examples."""
    faults = []
    for document, line in all_code(root):
        if match := re.fullmatch(r"from (esr_core[\w.]*) import ([\w, ]+)", line):
            module = importlib.import_module(match[1])
            faults += [f"{document}: {name}" for name in match[2].split(", ") if not hasattr(module, name)]
    return faults


Rule = Callable[[Path], list[str]]
FAULTS: list[tuple[Rule, str, str]] = [
    (make_calls_without_a_target, "Type `make coffee`.", "README.md: make coffee"),
    (make_calls_without_a_target, "```sh\nmake coffee  # black\n```\n", "README.md: make coffee"),
    (commands_that_are_not_understood, f"`{COMMAND} cook`", f"README.md: {COMMAND} cook"),
    (commands_that_are_not_understood, f"```sh\n{COMMAND} runs --loud\n```\n", f"README.md: {COMMAND} runs --loud"),
    (commands_that_are_not_understood, f"`{INSTALLED} runs --loud`", f"README.md: {INSTALLED} runs --loud"),
    (commands_that_are_not_understood, f"`{COMMAND} prepare moon A B`", f"README.md: {COMMAND} prepare moon A B"),
    (options_that_do_not_exist, "With `--loud` it", "README.md: --loud"),
    (broken_links, "[a](docs/none.md)", "README.md: docs/none.md"),
    (broken_links, "![a](none.png)", "README.md: none.png"),
    (broken_links, "# One\n[a](#two)", "README.md: #two"),
    (paths_that_do_not_exist, "See `bench/none.py`.", "README.md: bench/none.py"),
    (imports_that_fail, "```python\nfrom esr_core.networks import Magic\n```\n", "README.md: Magic"),
]
RULES = [*dict.fromkeys(rule for rule, *_ in FAULTS), targets_without_a_description]
SOUND = f"""# One heading, with `code`
[a](#one-heading-with-code) [b](https://example.org/none) `make app` `--fold 3` `{COMMAND} prepare` `README.md`

```sh
{COMMAND} prepare folder SRC DEST  # comment
from esr_core.networks import ESR, count_parameters
make app PYTHON=python3
```
"""


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_project_has_no(rule):
    faults = rule(PROJECT)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(("rule", "text", "told"), FAULTS)
def test_a_fault_is_found_and_named(rule, text, told, tmp_path):
    (tmp_path / "Makefile").write_text("app: ## Serve\n", encoding="utf-8")
    (tmp_path / "README.md").write_text(text, encoding="utf-8")
    assert rule(tmp_path) == [told]


def test_a_target_without_a_description_is_found(tmp_path):
    (tmp_path / "Makefile").write_text("X := 1\napp: x ## Serve\ncoffee: x\n", encoding="utf-8")
    assert targets_without_a_description(tmp_path) == ["Makefile: coffee"]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_sound_document_passes(rule, tmp_path):
    (tmp_path / "Makefile").write_text("app: x ## Serve\n", encoding="utf-8")
    (tmp_path / "README.md").write_text(SOUND, encoding="utf-8")
    assert rule(tmp_path) == []


@pytest.mark.parametrize("command", all_commands(build_parser()))
def test_every_command_is_shown_in_the_documents(command):
    assert any(line.startswith(f"{COMMAND} {command}") for _, line in all_code(PROJECT))


def test_the_reference_is_what_the_docstrings_say():
    text = DOCUMENT.read_text(encoding="utf-8")
    assert with_reference(text) == text, "make api"
    interface = documents(PROJECT)["docs/architecture.md"].split("\n## Public interface\n")[1].split("\n## ")[0]
    imported = [
        name for names in re.findall(r"^from .* import (.*)$", interface, re.MULTILINE) for name in names.split(", ")
    ]
    entries = re.findall(r"^#### `(.*)`$", text, re.MULTILINE)
    assert [name for name in imported if not any(name in entry.split(".") for entry in entries)] == []
