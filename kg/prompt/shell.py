"""What a line of a conversation does: it asks, or changes how is asked."""

from __future__ import annotations

import difflib
import shlex
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from threading import TIMEOUT_MAX
from typing import NamedTuple

from kg import answers, queries, questions, sparql, store, terms
from kg.errors import UsageError
from kg.output import write
from kg.prompt.lines import COMMAND
from kg.queries import SIGN
from kg.questions import Question

Out = Callable[[Iterable[bytes]], None]


class Command(NamedTuple):
    """A command of the shell: what follows its name, what it does, and the doing."""

    argument: str
    meaning: str
    do: Callable[[Shell, str], Iterable[str]]


class Shell:
    """Asks one question after another of a session and gives the answers to `out`; `width` tells how wide the terminal is."""

    def __init__(
        self,
        session: store.Session,
        form: str | None = None,
        timeout: float = store.DEFAULT_TIMEOUT,
        out: Out = write,
        width: Callable[[], int | None] = lambda: None,
        warn: Callable[[Question], None] = lambda question: None,
    ) -> None:
        self.session = session
        self.timeout = timeout
        self.forms: dict[store.Kind, str] = {kind: answers.form_of(kind, None) for kind in ("solutions", "graph")}
        self.seconds: float | None = None  # that the last question took
        self._last: Question | None = None
        self.width = width
        self._out, self._warn = out, warn
        if form:
            self.choose(form)

    def do(self, line: str) -> None:
        """Do what a line says. Raises `KgError` for what cannot be done, `EOFError` to end."""
        text = line.strip()
        if text.startswith(COMMAND):
            name, _, argument = text[len(COMMAND) :].partition(" ")
            pieces = command(name).do(self, argument.strip())
            self._out(piece.encode() for piece in pieces)
        elif text:
            self._ask(self.question(text))

    def question(self, text: str) -> Question:
        """Return the question of a text: a query, or `@name parameter=value`."""
        if not text.startswith(SIGN):
            return questions.find(text, {}, self.session)
        try:
            name, *words = shlex.split(text)
        except ValueError as error:
            raise UsageError(f"a quotation mark is open in {text!r}") from error
        return questions.find(name, answers.settings(words), self.session)

    def _ask(self, question: Question) -> None:
        self._warn(question)
        self._last = question
        begun = time.monotonic()
        pieces = self._answered(question)
        self.seconds = time.monotonic() - begun
        self._out(pieces)

    def _answered(self, question: Question, file: Path | None = None) -> Iterable[bytes]:
        kind = sparql.kind(question.text) or "solutions"
        form = None if file and file.suffix else self.forms["graph" if kind == "graph" else "solutions"]
        return answers.ask(self.session, question, form, self.timeout, None if file else self.width(), file)

    def choose(self, form: str) -> None:
        """Take a form for the answers that it fits. Raises `UsageError` for one that is none."""
        if form not in answers.FORMS:
            raise UsageError(f"{form!r} is no form; there are {', '.join(answers.FORMS)}")
        self.forms["graph" if form in store.GRAPH_FORMS else "solutions"] = form

    def last(self) -> Question:
        """Return the question that was asked last. Raises `UsageError` where there is none."""
        if self._last is None:
            raise UsageError("nothing has been asked yet")
        return self._last

    def save(self, file: Path) -> None:
        """Write the answer to the last question into a file, in the form that its ending says."""
        write(self._answered(self.last(), file), file)


def command(name: str) -> Command:
    """Return the command of that name. Raises `UsageError`, with the nearest."""
    if name not in COMMANDS:
        near = difflib.get_close_matches(name, COMMANDS, 1)
        raise UsageError(
            f"{COMMAND}{name} is no command; {f'did you mean {COMMAND}{near[0]}?' if near else f'{COMMAND}help tells them'}"
        )
    return COMMANDS[name]


# --- commands --------------------------------------------------------------------------------------------------------------
def _help(shell: Shell, argument: str) -> Iterable[str]:
    heads = {f"{COMMAND}{name} {known.argument}".rstrip(): known.meaning for name, known in COMMANDS.items()}
    yield "A query, or @NAME PARAMETER=VALUE for a shipped one; Enter asks it once it is whole.\n"
    yield "Alt-Enter begins another line, Tab completes, Ctrl-C stops a query, Ctrl-D ends.\n\n"
    widest = max(map(len, heads))
    yield from (f"{head.ljust(widest)}  {meaning}\n" for head, meaning in heads.items())


def _format(shell: Shell, argument: str) -> Iterable[str]:
    if argument:
        shell.choose(argument)
    else:
        yield f"{shell.forms['solutions']}, {shell.forms['graph']} for graphs; there are {', '.join(answers.FORMS)}\n"


def _timeout(shell: Shell, argument: str) -> Iterable[str]:
    if argument:
        try:
            seconds = float(argument)
        except ValueError:
            seconds = 0
        if not 0 < seconds <= TIMEOUT_MAX:
            raise UsageError(f"not a number of seconds: {argument!r}")
        shell.timeout = seconds
    else:
        yield f"{shell.timeout:g} seconds\n"


def _list(shell: Shell, argument: str) -> Iterable[str]:
    yield answers.listed(shell.width())


def _show(shell: Shell, argument: str) -> Iterable[str]:
    yield queries.load(argument).text if argument else shell.last().text.rstrip("\n") + "\n"


def _explain(shell: Shell, argument: str) -> Iterable[str]:
    question = shell.question(argument) if argument else shell.last()
    yield answers.explained(shell.session, question, shell.timeout)


def _prefixes(shell: Shell, argument: str) -> Iterable[str]:
    yield from (f"PREFIX {prefix}: <{space}>\n" for prefix, space in sorted(terms.ALL_PREFIXES.items()))


def _save(shell: Shell, argument: str) -> Iterable[str]:
    if not argument:
        raise UsageError("name a file")
    shell.save(Path(argument).expanduser())
    return ()


def _quit(shell: Shell, argument: str) -> Iterable[str]:
    raise EOFError


COMMANDS: Mapping[str, Command] = {
    "help": Command("", "tell this", _help),
    "list": Command("", "list the shipped queries with their parameters", _list),
    "show": Command("[@NAME]", "print the text of a shipped query, or of the last one", _show),
    "explain": Command("[QUERY]", "tell how a query, or the last one, is understood, and what each part of it finds", _explain),
    "prefixes": Command("", "print the prefixes that need no declaration", _prefixes),
    "format": Command("[NAME]", "choose the form of the answers, or tell it", _format),
    "save": Command("FILE", "write the last answer to a file; its ending says the form", _save),
    "timeout": Command("[SECONDS]", "say how long a query may take, or tell it", _timeout),
    "quit": Command("", "end", _quit),
}
