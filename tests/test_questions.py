"""A question is text or the name of a shipped query; its parameters are set, and its faults are told where it is written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib

from kg import parameters, queries, questions, sparql, store, terms
from kg.errors import QueryError, QueryTimeoutError, UsageError
from kg.questions import Question
from kg.store import Request
from tests.dumps import said, write_dump

ONE, TWO = "https://data.example.org/article/one", "https://data.example.org/article/two"
INF = "<https://w3id.org/article-kg/treaty/inf-treaty>"
HEAD = """# Which articles have a word in their headline, and name a treaty?
#
# $word (text) = arms: the word
# $treaty (treaty): the treaty
# $year (year, optional): only that year
SELECT ?a {
  ?a schema:headline ?headline ; schema:mentions ?treaty
  FILTER(CONTAINS(?headline, ?word) && COALESCE(?year = 2024, true))
}
"""


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[store.Session]:
    """A dump of two articles, of which one names a treaty."""
    one = said(ONE, (terms.HEADLINE, terms.literal("On arms", language="en")), (terms.MENTIONS, INF))
    two = said(TWO, (terms.HEADLINE, terms.literal("On cats", language="en")))
    with store.Session(write_dump(tmp_path_factory.mktemp("questions") / "dump", {ONE: one, TWO: two})) as found:
        yield found


def answers(session: store.Session, question: Question) -> list[str]:
    found = json.loads(session.answer(Request(question.bound)).body)
    return sorted(row["a"]["value"] for row in found["results"]["bindings"])


# --- text ------------------------------------------------------------------------------------------------------------------
def test_a_query_without_parameters_is_asked_as_it_is(session: store.Session) -> None:
    text = "SELECT ?a { ?a schema:headline ?h }"
    assert questions.compose(text, {}, session) == text


@pytest.mark.parametrize("name", ["t", "?t", "$t"])
@pytest.mark.parametrize("value", ["treaty:inf-treaty", INF, rdflib.URIRef(INF[1:-1])])
def test_any_variable_of_a_query_can_be_set(name: str, value: object, session: store.Session) -> None:
    question = questions.find("SELECT ?a { ?a schema:mentions ?t }", {name: value}, session)
    assert (question.bindings, answers(session, question)) == ({"t": INF}, [ONE])


def test_what_is_set_to_nothing_is_not_set(session: store.Session) -> None:
    question = questions.find("SELECT ?a { ?a schema:headline ?h }", {"h": None}, session)
    assert answers(session, question) == [ONE, TWO]


def test_a_text_of_python_stays_a_text(session: store.Session) -> None:
    text = "SELECT ?a { ?a ?p ?x }"
    assert questions.find(text, {"x": "5"}, session).bindings["x"].startswith('"5"^^')
    assert questions.find(text, {"x": "5"}, session, is_typed=True).bindings == {"x": '"5"'}


# --- parameters ------------------------------------------------------------------------------------------------------------
def test_a_parameter_is_of_its_kind_or_has_its_default_or_is_free(session: store.Session) -> None:
    question = questions.find(HEAD, {"treaty": "INF Treaty"}, session)
    assert question.bindings == {"word": '"arms"', "treaty": INF}
    assert answers(session, question) == [ONE]
    assert answers(session, questions.find(HEAD, {"treaty": "inf-treaty", "word": "cats"}, session)) == []
    assert answers(session, questions.find(HEAD, {"treaty": "inf-treaty", "year": "2023"}, session)) == []
    assert answers(session, questions.find(HEAD, {"treaty": "inf-treaty", "year": 2024}, session)) == [ONE]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (
            {},
            "file.rq needs a value for treaty; it takes word (text) = arms: the word; treaty (treaty): the treaty; year (year, opt",
        ),
        ({"treaty": None}, "file.rq needs a value for treaty"),
        ({"treaty": "inf-treaty", "wrod": "cats"}, "file.rq has no parameter wrod; did you mean word?"),
        ({"treaty": "inf-treaty", "headline": "x"}, "file.rq has no parameter headline; it takes word (text) = arms: the word"),
        ({"treaty": "INF Treatty"}, "treaty: no treaty is called 'INF Treatty'"),
        ({"treaty": "inf-treaty", "year": "soon"}, "year: not a year: 'soon'"),
    ],
)
def test_parameters_that_do_not_fit_are_refused_with_those_that_there_are(
    settings: dict[str, object], words: str, session: store.Session
) -> None:
    with pytest.raises(UsageError) as caught:
        questions.find(HEAD, settings, session, "file.rq")
    assert str(caught.value).startswith(words)


# --- shipped queries -------------------------------------------------------------------------------------------------------
def test_a_shipped_query_is_asked_by_its_name(session: store.Session) -> None:
    question = questions.find("@headlines-with-word", {"word": "arms"}, session)
    assert (question.name, question.text) == ("@headlines-with-word", queries.load("headlines-with-word").text)
    assert b"On arms" in session.answer(Request(question.bound)).body


def test_an_unknown_name_is_refused_with_the_nearest(session: store.Session) -> None:
    with pytest.raises(UsageError, match="did you mean @headlines-with-word"):
        questions.compose("@headline-with-words", {}, session)


@pytest.mark.parametrize("name", queries.shipped())
def test_every_shipped_query_can_be_bound(name: str, session: store.Session) -> None:
    known = queries.load(name).parameters
    question = questions.find(f"@{name}", {parameter.name: rdflib.URIRef("urn:x") for parameter in known}, session)
    assert set(question.bindings) == {parameter.name for parameter in known}
    session.answer(Request(question.bound))


# --- faults ----------------------------------------------------------------------------------------------------------------
def test_a_fault_is_told_where_it_stands_in_the_text_as_it_is_written(session: store.Session) -> None:
    text = "SELECT ?a { ?a schema:mentions ?t { ?a ?p ?t }\n OPTIONAL { ?a schema:about ?t } ?a\n{ ?t ?u } } ORDER ?a"
    question = questions.find(text, {"t": INF}, session, "file.rq")
    with pytest.raises(QueryError) as caught:
        session.answer(Request(question.bound))
    helped = question.helped(caught.value)
    assert str(helped) == ("file.rq:3:1: not SPARQL: { cannot stand here; a variable, name or IRI could")


def test_a_place_behind_what_is_bound_is_found_again() -> None:
    text = "SELECT ?a { ?a ?b ?t { ?a ?p ?t } <!> }"
    question = Question(text, {"t": INF})
    at = sparql.place(question.bound, question.bound.index("<!>"))
    inside = sparql.place(question.bound, question.bound.index("VALUES") + 3)
    # What the grammar takes keeps the place that the engine told
    assert str(question.helped(QueryError("other", at)).place) == str(sparql.place(text, text.index("<!>")))
    assert str(question.helped(QueryError("other", inside)).place) == str(sparql.place(text, text.index("{") + 1))


def test_an_error_without_place_is_left_alone() -> None:
    error = QueryTimeoutError("no answer within 1 seconds")
    assert Question("ASK {}", {}).helped(error) is error


def test_brackets_that_do_not_match_are_told_before_anything_is_bound(session: store.Session) -> None:
    with pytest.raises(QueryError) as caught:
        questions.find("SELECT ?a {\n ?a ?b ?t", {"t": "x"}, session, "file.rq")
    assert str(caught.value) == "file.rq:1:11: not SPARQL: { is never closed"


def test_warnings_name_the_source() -> None:
    (found,) = Question("ASK {\n ?a schema:hedline ?h }", {}, "file.rq").warnings()
    assert str(found).startswith("file.rq:2:5: warning: schema:hedline")


def test_what_is_put_into_a_query_has_its_place(tmp_path: Path) -> None:
    text = "CONSTRUCT WHERE { ?a ?b ?t }"
    made = parameters.insertions(text, {"t": INF})
    assert [insertion.at for insertion in made] == [text.index(" WHERE"), text.index("{") + 1]
