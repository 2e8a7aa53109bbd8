"""A conversation with a dump: what a line does, when a query is whole, how a word may go on, and what Ctrl-C stops."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import queries, store
from kg.errors import QueryTimeoutError, UsageError
from kg.prompt import Shell, run, terminal
from kg.prompt.completion import Completer, names
from kg.prompt.lines import is_whole
from kg.prompt.shell import COMMANDS
from kg.questions import Question
from kg.stopping import StoppedError
from tests.writing import SAFETY, command, write

DATA = """
    PREFIX schema: <https://schema.org/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
    PREFIX kg: <https://w3id.org/article-kg/ontology#> PREFIX treaty: <https://w3id.org/article-kg/treaty/>
    <https://data.example.org/article/one> a schema:Article ; schema:headline "One"@en ; schema:mentions treaty:inf-treaty .
    treaty:inf-treaty a kg:Treaty ; skos:prefLabel "INF Treaty"@en , "INF-Vertrag"@de .
    treaty:new-start a kg:Treaty ; skos:prefLabel "New START"@en .
"""
TITLES = "SELECT ?title { ?a schema:headline ?title }"


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[store.Session]:
    """An article on a treaty, loaded once."""
    home = write(tmp_path_factory.mktemp("prompt"), {"a.ttl": DATA})
    with store.Session(home / "a.ttl") as found:
        yield found


class Talk(Shell):
    """A shell that remembers what it printed."""

    def __init__(self, session: store.Session, **given: Any) -> None:
        self.printed: list[str] = []
        super().__init__(session, timeout=SAFETY, out=self._keep, **given)

    def _keep(self, pieces: Iterable[bytes]) -> None:
        self.printed.append(b"".join(pieces).decode())

    def say(self, line: str) -> str:
        """Do a line and return what was printed of it."""
        self.printed = []
        self.do(line)
        return "".join(self.printed)


@pytest.fixture
def talk(session: store.Session) -> Talk:
    return Talk(session)


# --- what a line does ------------------------------------------------------------------------------------------------------
def test_queries_and_shipped_ones_are_answered(talk: Talk) -> None:
    assert talk.say(TITLES) == "title\n-----\nOne\n1 row\n"
    assert talk.say("ASK {}") == "yes\n"
    assert talk.say("CONSTRUCT WHERE { ?a schema:headline ?t }").endswith('schema:headline "One"@en .\n')
    assert "One" in talk.say("@headlines-with-word word=one")
    assert "0 rows" in talk.say("  @headlines-with-word   word='one two' ")
    assert talk.say("  \n") == ""


def test_a_chosen_form_holds_for_the_answers_that_it_fits(talk: Talk) -> None:
    graph = "CONSTRUCT WHERE { ?a schema:headline ?t }"
    assert talk.say(".format csv") == ""
    assert talk.say(TITLES) == "title\r\nOne\r\n"
    assert talk.say(graph).endswith('schema:headline "One"@en .\n')
    talk.do(".format ntriples")
    assert talk.say(graph).startswith("<https://data.example.org/article/one> ")
    assert talk.say(TITLES) == "title\r\nOne\r\n"
    assert talk.say(".format").startswith("csv, ntriples for graphs; there are table, ")
    assert Talk(talk.session, form="tsv").say(TITLES) == '?title\n"One"@en\n'


def test_the_width_is_that_of_the_terminal_when_the_answer_comes(session: store.Session) -> None:
    widths = iter([80, 12])
    talk = Talk(session, width=lambda: next(widths))
    query = "SELECT ('some words to wrap' AS ?a) {}"
    assert talk.say(query).splitlines()[2:-1] == ["some words to wrap"]
    assert talk.say(query).splitlines()[2:-1] == ["some words", "  to wrap"]


def test_the_deadline_can_be_told_and_changed(talk: Talk) -> None:
    talk.do(".timeout 2.5")
    assert (talk.say(".timeout"), talk.timeout) == ("2.5 seconds\n", 2.5)
    for wrong in ("0", "-1", "soon", "inf", "nan"):
        with pytest.raises(UsageError, match="not a number of seconds"):
            talk.do(f".timeout {wrong}")


def test_the_last_query_can_be_shown_explained_and_saved(talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.answers.explained", lambda session, question, timeout: f"explained: {question.text}\n")
    for line in (".show", ".explain", f".save {tmp_path / 'a.csv'}"):
        with pytest.raises(UsageError, match="nothing has been asked yet"):
            talk.do(line)
    talk.do(TITLES)
    assert talk.say(".show") == f"{TITLES}\n"
    assert talk.say(".explain") == f"explained: {TITLES}\n"
    assert talk.say(".explain ASK {}") == "explained: ASK {}\n"
    assert talk.say(f".save {tmp_path / 'a.csv'}") == ""
    assert (tmp_path / "a.csv").read_bytes() == b"title\r\nOne\r\n"
    talk.do(f".save {tmp_path / 'plain'}")
    assert (tmp_path / "plain").read_text() == "title\n-----\nOne\n1 row\n"
    with pytest.raises(UsageError, match="name a file"):
        talk.do(".save")


def test_shipped_queries_prefixes_and_commands_are_listed(talk: Talk) -> None:
    assert all(f"@{name}\n" in talk.say(".list") for name in queries.shipped())
    assert talk.say(".show @dashboard") == queries.load("dashboard").text
    assert "PREFIX treaty: <https://w3id.org/article-kg/treaty/>\n" in talk.say(".prefixes")
    assert all(f"\n.{name}" in talk.say(".help") for name in COMMANDS)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (".formt", "^.formt is no command; did you mean .format\\?$"),
        (".x", "^.x is no command; .help tells them$"),
        (".format ods", "'ods' is no form; there are table, csv"),
        ("@articles-on-treat", "did you mean @articles-on-treaty"),
        ("@articles-on-treaty treaty", "NAME=VALUE, not 'treaty'"),
        ("@articles-on-treaty treaty='INF", "a quotation mark is open"),
    ],
)
def test_a_line_that_cannot_be_done_is_refused_with_what_would_do(line: str, said: str, talk: Talk) -> None:
    with pytest.raises(UsageError, match=said):
        talk.do(line)


def test_a_misspelt_name_is_warned_of(session: store.Session) -> None:
    warned: list[str] = []

    def warn(question: Question) -> None:
        warned.extend(finding.reason for finding in question.warnings())

    Talk(session, warn=warn).do("ASK { ?a schema:hedline ?b }")
    assert ["schema:headline" in reason for reason in warned] == [True]


# --- when a query is whole -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    [
        "ASK {}",
        "SELECT * { ?a ?b ?c } LIMIT 3",
        "SELECT *\nWHERE {\n { ?a ?b ?c } UNION {} }",
        "PREFIX a: <urn:x:> ASK { a:b ?c ?d }",
        "CONSTRUCT { ?a ?b ?c } WHERE { ?a ?b ?c }",
        "CONSTRUCT WHERE { ?a ?b ?c }",
        "DESCRIBE <urn:x:a>",
        "DESCRIBE treaty:inf-treaty",
        "DESCRIBE ?a { ?a ?b ?c }",
        "ASK { ?a ?b '{' }",
        "ASK } {",
        "DELETE WHERE { ?a ?b ?c }",
        "hello",
        ".help",
        "@dashboard",
        "@articles-on-treaty treaty='x",
        "SELECT * {\n",
    ],
)
def test_what_can_be_answered_or_told_to_be_wrong_is_whole(text: str) -> None:
    assert is_whole(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PREFIX a: <urn:x:>",
        "BASE <urn:x:> PREFIX",
        "SELECT ?a",
        "SELECT (COUNT(*) AS ?n)",
        "SELECT * {",
        "SELECT * { { ?a ?b ?c }",
        "SELECT * { ?a ?b 'text",
        'ASK { ?a ?b """text }',
        "CONSTRUCT { ?a ?b ?c }",
        "DESCRIBE",
        "DESCRIBE ?a",
        "DELETE { ?a",
        "# only a comment",
    ],
)
def test_what_is_still_being_written_is_not_whole(text: str) -> None:
    assert not is_whole(text)


# --- how a word may go on --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("before", "word", "wanted"),
    [
        ("SELECT * {\n?a schema:auth", "schema:auth", ["schema:author"]),
        ("SELECT * { ?a sche", "sche", ["schema:"]),
        ("SELECT * { ?a headl", "headl", ["schema:headline"]),
        ("SELECT * { ?a a kg:Trea", "kg:Trea", ["kg:Treaty", "kg:TreatyParticipation"]),
        ("SELECT * { ?a rdf:type kg:State , kg:tre", "kg:tre", ["kg:Treaty", "kg:TreatyParticipation"]),
        ("SELECT * { ?a schema:mentions treaty:", "treaty:", ["treaty:inf-treaty", "treaty:new-start"]),
        ("SELECT * { ?name ?n", "?n", ["?name"]),
        ("SELECT * { ?name $n", "$n", ["$name"]),
        ("SELECT * {} group", "group", ["GROUP", "GROUP_CONCAT"]),
        ("ASK { ?a ?b 'treaty:", "", []),
        ("sel", "sel", ["SELECT"]),
        (".fo", ".fo", [".format"]),
        (".format t", "t", ["table", "tsv", "turtle"]),
        (".show @dash", "@dash", ["@dashboard"]),
        ("@dash", "@dash", ["@dashboard"]),
        ("@articles-on-treaty ", "", ["treaty="]),
        ("@articles-on-treaty treaty=in", "treaty=in", ["treaty=inf-treaty"]),
        ("@articles-on-treaty treaty=x ", "", []),
        ("@articles-by-author author=", "author=", []),
        ("@nothing ", "", []),
    ],
)
def test_a_word_goes_on_as_its_place_allows(before: str, word: str, wanted: list[str], session: store.Session) -> None:
    found = Completer(session).complete(before)
    assert (found[0], [one.text for one in found[1]]) == (word, wanted)


def test_what_is_offered_is_told_with_its_label(session: store.Session) -> None:
    completer = Completer(session)
    offered = [one for before in ("ASK { ?a kg:repub", "ASK { ?a ?b treaty:inf", ".he") for one in completer.complete(before)[1]]
    assert offered == [
        ("kg:republicationOf", next(name.meaning for name in names() if name.text == "kg:republicationOf")),
        ("treaty:inf-treaty", "INF Treaty"),
        (".help", "tell this"),
    ]
    assert offered[0].meaning


def test_an_empty_line_offers_all_that_can_begin_one(session: store.Session) -> None:
    offered = {one.text for one in Completer(session).complete("")[1]}
    assert {"SELECT", ".help", "@dashboard"} <= offered


def test_entities_that_take_too_long_are_not_offered(session: store.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(text: str, most: int, timeout: float) -> Any:
        raise QueryTimeoutError(f"no answer within {timeout:g} seconds")

    monkeypatch.setattr(session, "ask", ask)
    assert Completer(session).complete("ASK { ?a ?b treaty:")[1] == []


def test_every_name_of_our_graphs_is_offered_once() -> None:
    offered = [name.text for name in names()]
    assert len(set(offered)) == len(offered)
    assert {"schema:headline", "kg:Treaty", "skos:broader", "nif:anchorOf", "schema:NewsArticle", "xsd:date"} <= set(offered)


@given(st.lists(st.sampled_from(["SELECT", "?a", "'x'", "<urn:x:a>", "# note", "\n", " ", "{", "a:b", "1.5", '"'])).map("".join))
def test_colours_leave_the_text_as_it_is(text: str) -> None:
    assert "".join(piece for _, piece in terminal.coloured(text)) == text


# --- the terminal ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def keys() -> Iterator[Any]:
    """What keys are typed into."""
    from prompt_toolkit.input import create_pipe_input

    with create_pipe_input() as found:
        yield found


@pytest.fixture
def typed(keys: Any, talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[str]]:
    """A function that types keys into a conversation until it ends."""
    from prompt_toolkit.output import DummyOutput

    monkeypatch.setattr("platformdirs.user_data_path", lambda name: tmp_path / "data")
    prompting = terminal.prompting
    monkeypatch.setattr(terminal, "prompting", lambda *given: prompting(*given, input=keys, output=DummyOutput()))

    def type_in(text: str) -> list[str]:
        talk.printed = []
        keys.send_text(text)
        run(Path("dump"), talk)
        return talk.printed

    return type_in


ENTER, TAB, CTRL_C, CTRL_D, ALT_ENTER = "\r", "\t", "\x03", "\x04", "\x1b\r"


def test_enter_asks_a_query_that_is_whole_and_else_begins_a_line(typed: Any) -> None:
    assert typed(f"SELECT ?title {{{ENTER}?a schema:headline ?title{ENTER}}}{ENTER}ASK {{}}{ENTER}.quit{ENTER}") == [
        "title\n-----\nOne\n1 row\n",
        "yes\n",
    ]
    assert typed(f"ASK {{}}{ALT_ENTER}LIMIT 1{ENTER}{CTRL_D}") == ["yes\n"]


def test_tab_completes_a_word(typed: Any, keys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    complete = Completer.complete

    def completed(self: Completer, before: str) -> Any:
        keys.send_text(f" 'One'@en }}{ENTER}{CTRL_D}")  # what comes after the completion is typed after it
        return complete(self, before)

    monkeypatch.setattr(Completer, "complete", completed)
    assert typed(f"ASK {{ ?a schema:headl{TAB}") == ["yes\n"]


def test_ctrl_c_gives_a_line_up(typed: Any) -> None:
    assert typed(f"ASK {{ ?a {CTRL_C}ASK {{}}{ENTER}{CTRL_D}") == ["yes\n"]


def test_a_wrong_question_costs_itself(typed: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert typed(f"ASK {{ ?a ?b }}{ENTER}.nope{ENTER}ASK {{}}{ENTER}{CTRL_D}") == ["yes\n"]
    told = capsys.readouterr().err
    assert "kg: query:1:13: not SPARQL: " in told
    assert "kg: .nope is no command" in told


def test_what_was_asked_is_kept_for_the_next_conversation(typed: Any, tmp_path: Path) -> None:
    typed(f"ASK {{}}{ENTER}{CTRL_D}")
    assert "ASK {}" in (tmp_path / "data" / "query-history").read_text()
    assert typed(f"\x1b[A{ENTER}{CTRL_D}") == ["yes\n"]


def test_a_history_that_cannot_be_kept_is_no_hindrance(typed: Any, tmp_path: Path) -> None:
    write(tmp_path, {"data": "a file"})
    assert typed(f"ASK {{}}{ENTER}{CTRL_D}") == ["yes\n"]


def test_ctrl_c_stops_the_query_and_not_the_conversation(
    session: store.Session, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    talk = Talk(session)

    def stop(number: int) -> Any:
        def answer(*given: object) -> Any:
            raise StoppedError(number)

        return answer

    monkeypatch.setattr(session, "answer", stop(2))
    assert terminal.converse(talk, TITLES)
    assert capsys.readouterr().err == "\nkg: stopped\n"
    monkeypatch.setattr(session, "answer", stop(15))  # a request to end
    with pytest.raises(StoppedError):
        terminal.converse(talk, TITLES)
    monkeypatch.undo()
    assert terminal.converse(talk, TITLES)
    assert talk.printed == ["title\n-----\nOne\n1 row\n"]


# Makes standard input the terminal whose Ctrl-C reaches a command, whoever ignores it here, and becomes that command
_HERE = """import fcntl, os, signal, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])"""


class Terminal:
    """A terminal in which a command runs: what is typed there, and what it shows."""

    def __init__(self, words: list[str], **environment: str) -> None:
        import pty

        self._keys, own = pty.openpty()
        self._shown = b""
        here = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", _HERE, *words],
            stdin=own,
            stdout=own,
            stderr=own,
            env={**os.environ, **here, **environment},
            start_new_session=True,
        )
        os.close(own)

    def type(self, text: str) -> None:
        os.write(self._keys, text.encode())

    def wait_for(self, shown: bytes) -> None:
        """Read until that is shown, and forget what was before."""
        while shown not in self._shown:
            assert self._read(SAFETY), self._shown
        self._shown = self._shown.partition(shown)[2]

    def press_until(self, key: str, shown: bytes) -> None:
        """Press a key again and again until that is shown: while a line is still being taken, what is pressed may do nothing."""
        for _ in range(SAFETY):
            self.type(key)
            while self._read(0.2):
                pass
            if shown in self._shown:
                break
        self.wait_for(shown)

    def _read(self, seconds: float) -> bool:
        """Read what is shown next; tell whether anything is."""
        is_there = bool(select.select([self._keys], [], [], seconds)[0])
        if is_there:
            self._shown += os.read(self._keys, 1 << 16)
        return is_there

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._keys)


@pytest.mark.skipif(os.name != "posix", reason="no terminals to play with")
def test_ctrl_c_on_a_terminal_stops_the_query_that_runs(tmp_path: Path) -> None:
    home = write(tmp_path, {"a.ttl": DATA})
    with closing(Terminal(command("query", home / "a.ttl", "-i"), XDG_DATA_HOME=str(tmp_path))) as screen:
        screen.wait_for(b"kg>")
        screen.type(f"SELECT (COUNT(*) AS ?n) {{ {' . '.join(f'?a{i} ?b{i} ?c{i}' for i in range(12))} }}{ENTER}")
        screen.wait_for(b"?c11")
        screen.press_until(CTRL_C, b"kg: stopped")
        screen.wait_for(b"kg>")
        screen.type(f"ASK {{}}{ENTER}")
        screen.wait_for(b"yes")
        screen.wait_for(b"kg>")
        screen.type(CTRL_D)
        assert screen.process.wait(SAFETY) == 0
