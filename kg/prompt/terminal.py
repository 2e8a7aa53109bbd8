"""Where a conversation meets the terminal: editing, history and completion are prompt_toolkit's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg import sparql
from kg.errors import KgError
from kg.prompt.completion import Completer
from kg.prompt.lines import is_whole
from kg.prompt.shell import Shell

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import CompleteEvent, Completion
    from prompt_toolkit.completion import Completer as TerminalCompleter
    from prompt_toolkit.document import Document
    from prompt_toolkit.formatted_text import StyleAndTextTuples
    from prompt_toolkit.history import History
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
    from prompt_toolkit.lexers import Lexer

_MARK, _FURTHER = "kg> ", "... "
_INTERRUPTED = 130  # what Ctrl-C ends a command with
_COMMENT = "fg:ansibrightblack"  # what stands between the tokens is space, or a comment
_STYLES = {"iri": "fg:ansicyan", "name": "fg:ansicyan", "number": "fg:ansimagenta", "text": "fg:ansigreen", "word": "bold"}
_HISTORY = "query-history"


def run(dump: Path, shell: Shell) -> None:
    """Read questions from the terminal and answer them, until the user ends it."""
    prompts = prompting(dump, shell)
    click.echo(f"Ask {_printable(str(dump))} in SPARQL; .help tells more, Ctrl-D ends.", err=True)
    while True:
        try:
            line = prompts.prompt()
        except KeyboardInterrupt as stop:  # Ctrl-C: the line is given up
            _pass_on(stop)
            continue
        except EOFError:
            return
        if not converse(shell, line):
            return


def converse(shell: Shell, line: str) -> bool:
    """Do what a line says, or tell why it cannot be done; tell whether to go on. Ctrl-C stops the query, and only that."""
    try:
        shell.do(line)
    except EOFError:
        return False
    except KgError as refusal:
        for fault in refusal.each():
            click.echo(f"kg: {_printable(str(fault))}", err=True)
    except KeyboardInterrupt as stop:
        _pass_on(stop)
        shell.session.close()  # whoever works on the answer works for nobody
        click.echo("\nkg: stopped", err=True)  # the terminal has shown ^C
    return True


def _pass_on(stop: KeyboardInterrupt) -> None:
    """Raise what is no Ctrl-C: a terminal that was closed, a request to end."""
    if getattr(stop, "exit_code", _INTERRUPTED) != _INTERRUPTED:
        raise stop


def _printable(text: str) -> str:
    from kg.reports import printable

    return printable(text)


# --- prompt_toolkit --------------------------------------------------------------------------------------------------------
def prompting(dump: Path, shell: Shell, **streams: Any) -> PromptSession[str]:
    """Return what reads lines; `streams` are input and output where they are not the terminal's. Raises `ImportError`."""
    from prompt_toolkit import PromptSession
    from prompt_toolkit.auto_suggest import AutoSuggestFromHistory

    def toolbar() -> str:
        took = "" if shell.seconds is None else f" · the last took {shell.seconds:.2f} s"
        how = f"{_printable(dump.name)} · {shell.forms['solutions']} · at most {shell.timeout:g} s{took}"
        return f" {how} · Tab completes, Alt-Enter: new line"

    return PromptSession(
        _MARK,
        multiline=True,
        prompt_continuation=_FURTHER,
        history=history(),
        auto_suggest=AutoSuggestFromHistory(),
        completer=_completer(Completer(shell.session)),
        complete_while_typing=False,
        lexer=_lexer(),
        key_bindings=_keys(),
        bottom_toolbar=toolbar,
        **streams,
    )


def history() -> History:
    """Return the history of earlier conversations, in the user's data folder; of this one only, where nothing can be kept there."""
    from platformdirs import user_data_path
    from prompt_toolkit.history import FileHistory, InMemoryHistory

    file = user_data_path("article-kg") / _HISTORY
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.open("ab").close()
    except OSError:
        return InMemoryHistory()
    return FileHistory(str(file))


def _completer(known: Completer) -> TerminalCompleter:
    """Return the completer as prompt_toolkit asks it."""
    from prompt_toolkit.completion import Completer, Completion

    class Words(Completer):
        def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
            word, found = known.complete(document.text_before_cursor)
            return [Completion(one.text, -len(word), display_meta=one.meaning) for one in found]

    return Words()


def _lexer() -> Lexer:
    """Return what colours a query while it is written."""
    from prompt_toolkit.formatted_text.utils import split_lines
    from prompt_toolkit.lexers import Lexer

    class Colours(Lexer):
        def lex_document(self, document: Document) -> Callable[[int], StyleAndTextTuples]:
            lines = list(split_lines(coloured(document.text)))
            return lambda number: list(lines[number]) if number < len(lines) else []

    return Colours()


def coloured(text: str) -> Iterator[tuple[str, str]]:
    """Yield the pieces of a query, each with its style before it."""
    at = 0
    for token in sparql.tokens(text):
        if token.start > at:
            yield _COMMENT, text[at : token.start]
        yield _STYLES.get(token.kind, ""), token.text
        at = token.start + len(token.text)
    yield _COMMENT, text[at:]


def _keys() -> KeyBindings:
    """Return what Enter does: it takes the completion that is chosen, asks a query that is whole, or begins another line."""
    from prompt_toolkit.key_binding import KeyBindings

    keys = KeyBindings()

    @keys.add("enter")
    def enter(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if buffer.complete_state and buffer.complete_state.current_completion:
            buffer.complete_state = None
        elif not buffer.text.strip() or is_whole(buffer.text):
            buffer.validate_and_handle()
        else:
            buffer.newline()

    @keys.add("escape", "enter")
    def further(event: KeyPressEvent) -> None:
        event.current_buffer.newline()

    return keys
