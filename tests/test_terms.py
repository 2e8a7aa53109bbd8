"""The gate: what it takes, every library takes and reads back as it was; what it refuses would do harm."""

from __future__ import annotations

import unicodedata

import pyoxigraph
import pytest
import rdflib
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from kg import terms
from kg.errors import TermError
from tests.strategies import FORBIDDEN, IRI_TEXTS, LANGUAGES, TEXTS, of_rdflib

many = settings(max_examples=150, deadline=None)
some = settings(max_examples=60, deadline=None)


# --- IRIs ------------------------------------------------------------------------------------------------------------------
@many
@given(IRI_TEXTS | st.builds("http://[{}]/".format, st.text("0fF:.1", max_size=12) | st.ip_addresses(v=6).map(str)))
@example("http://[0]/")
def test_an_iri_that_the_gate_takes_is_read_back_by_pyoxigraph_and_rdflib(text: str) -> None:
    assume(terms.is_iri(text))
    line = f"{terms.iri(text)} <urn:p> <urn:o> ."
    (quad,) = pyoxigraph.parse(line, format=pyoxigraph.RdfFormat.N_TRIPLES)
    assert quad.subject == pyoxigraph.NamedNode(text)
    assert rdflib.URIRef(text).n3() == terms.iri(text)
    assert list(rdflib.Graph().parse(data=line, format="nt").subjects()) == [rdflib.URIRef(text)]
    assert list(rdflib.Graph().parse(data=line, format="turtle").subjects()) == [rdflib.URIRef(text)]


@many
@given(st.text(st.sampled_from('ahtp:/?#[]@%20<> "{}|\\^`\t\n\x00é\ue000\ufffe.'), max_size=15) | st.text(max_size=15))
def test_what_pyoxigraph_refuses_as_an_iri_the_gate_refuses(text: str) -> None:
    try:
        pyoxigraph.NamedNode(text)
    except ValueError:
        assert not terms.is_iri(text)


@pytest.mark.parametrize(
    "text",
    ["", "a", "/a", "//a.example/", "#a", "?a", "../a", "a/b:c", "1a:b", "é:b", ":a", "<http://a.example/>", " http://a.example/"]
    + [f"http://a.example/{character}" for character in ' \t\n\r\x00\x7f<>"{}|\\^`']
    + [
        "http://a.example/> <urn:p> <urn:o",
        "http://a.example/%",
        "http://a.example/%2",
        "http://a.example/%zz",
        "http://a.example/#a#b",
    ]
    + ["http://[::1", "http://a]/", "http://a.example:port/", "http://a b/", "http://a.example/\ue000", "http://a.example/\ufffe"]
    + ["http://a.example/\ud800", "http://a.example/[x]", "http://u@v@a.example/"],
)
def test_what_is_no_absolute_iri_is_refused(text: str) -> None:
    assert not terms.is_iri(text)
    with pytest.raises(TermError, match="not an absolute IRI"):
        terms.iri(text)


@pytest.mark.parametrize("prefix", terms.PREFIXES)
def test_a_compact_iri_that_nobody_expanded_is_refused(prefix: str) -> None:
    with pytest.raises(TermError):
        terms.iri(f"{prefix}:name")


def test_a_long_iri_is_checked_at_once() -> None:
    # Any pattern that tries the parts in another way would not come to an end
    assert not terms.is_iri("http://" + "a%C3%A9@" * 20_000 + " ")
    assert terms.is_iri("http://a.example/" + "a%C3%A9/" * 20_000)


def test_an_iri_stays_as_it_is() -> None:
    for text in ("HTTP://A.example/../%c3", "http://a.example:80", "http://bücher.example/é", "http://a.example/e\u0301", "urn:a"):
        assert terms.iri(text) == f"<{text}>"


# --- literals --------------------------------------------------------------------------------------------------------------
@many
@given(TEXTS, st.none() | LANGUAGES)
def test_a_literal_is_read_back_by_pyoxigraph_and_rdflib(text: str, language: str | None) -> None:
    literal = terms.literal(text, language=language)
    line = f"<urn:s> <urn:p> {literal} ."
    (quad,) = pyoxigraph.parse(line, format=pyoxigraph.RdfFormat.N_TRIPLES)
    assert quad.object == pyoxigraph.Literal(text, language=language)
    for syntax in ("nt", "turtle"):
        (read,) = rdflib.Graph().parse(data=line, format=syntax).objects()
        assert read == rdflib.Literal(text, lang=language)
        assert of_rdflib(read) == literal


@many
@given(TEXTS, st.none() | LANGUAGES)
def test_a_literal_is_canonical_as_pyoxigraph_writes_it(text: str, language: str | None) -> None:
    assert terms.literal(text, language=language) == str(pyoxigraph.Literal(text, language=language))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("\t\n\r", r'"\t\n\r"'),
        ('"', r'"\""'),
        ("\\", r'"\\"'),
        ("\x7f", r'"\u007F"'),
        ("'", '"\'"'),
        ("\x80\x85\xa0\u2028\ufeffé中😀", '"\x80\x85\xa0\u2028\ufeffé中😀"'),
        ("", '""'),
    ],
)
def test_a_literal_has_the_canonical_escapes(text: str, written: str) -> None:
    assert terms.literal(text) == written


@pytest.mark.parametrize(
    ("text", "written"), [("\b\f", r"\b\f"), ("\x00\x0b\x1f", r"\u0000\u000B\u001F"), ("\ufffe\uffff", r"\uFFFE\uFFFF")]
)
def test_escapes_of_characters_in_foreign_data_are_canonical_too(text: str, written: str) -> None:
    assert terms.escape(text) == written
    assert str(pyoxigraph.Literal(text)) == f'"{written}"'


@pytest.mark.parametrize("character", [*FORBIDDEN, "\ud800"])
def test_a_character_that_xml_cannot_hold_is_refused(character: str) -> None:
    with pytest.raises(TermError, match="character"):
        terms.literal(f"a{character}b")


@some
@given(st.from_regex(terms._LANGUAGE, fullmatch=True) | LANGUAGES)
def test_a_language_that_the_gate_takes_is_one_for_pyoxigraph_and_in_lower_case(text: str) -> None:
    tag = terms.language_tag(text)
    assert tag == text.lower() == pyoxigraph.Literal("x", language=text).language
    line = f'<urn:s> <urn:p> "x"@{tag} .'
    assert [o.language for o in rdflib.Graph().parse(data=line, format="nt").objects() if isinstance(o, rdflib.Literal)] == [tag]


@pytest.mark.parametrize(
    "text", ["", "e", "en us", "en_US", "en-", "-en", "123", "en--us", "abcdefghi", "en-abcdefghi", "é", "en\n", "en-x", "a-b"]
)
def test_what_is_no_language_tag_is_refused(text: str) -> None:
    with pytest.raises(TermError, match="language tag"):
        terms.literal("x", language=text)


VALUES = {
    terms.XSD_DATE: (
        ["2024-02-29", "0001-01-01", "9999-12-31"],
        ["2023-02-29", "2024-04-31", "0000-01-01", "2024-1-1", "2024-01-01Z", "24-01-01"],
    ),
    terms.XSD_DATE_TIME: (
        ["2024-05-06T00:00:00", "2024-05-06T23:59:59.5+00:00", "2024-05-06T10:00:00-14:00", "2024-05-06T10:00:00+13:59"],
        [
            "2024-05-06T10:00:00Z",
            "2024-05-06T10:00:00-00:00",
            "2024-05-06T24:00:00",
            "2024-05-06T10:60:00",
            "2024-02-30T10:00:00",
            "2024-05-06T10:00",
            "2024-05-06 10:00:00",
            "2024-05-06T10:00:00+14:01",
            "2024-05-06T10:00:00+0000",
            "2024-05-06T10:00:00.",
        ],
    ),
    terms.XSD_GYEAR: (["2024", "0900"], ["0000", "24", "-2024", "12024", "2024Z"]),
    terms.XSD_GYEAR_MONTH: (["2024-12"], ["2024-00", "2024-13", "0000-01", "2024-1"]),
    terms.XSD_DECIMAL: (["0.90", "-1.0", "12345678901234567890.5"], ["1", ".5", "1.", "+1.0", "01.0", "1e2", "1,5", "NaN"]),
    terms.XSD_INTEGER: (["0", "-5", "9" * 50], ["-0", "+1", "01", "1.0", "", " 1", "1 "]),
    terms.XSD_NON_NEGATIVE_INTEGER: (["0", "10"], ["-1", "00", "1_000", "²"]),
}


@pytest.mark.parametrize(("datatype", "text"), [(datatype, text) for datatype, (good, _) in VALUES.items() for text in good])
def test_a_value_of_a_datatype_is_taken_and_means_something_to_rdflib(datatype: str, text: str) -> None:
    literal = terms.literal(text, datatype=datatype)
    assert literal == f'"{text}"^^{datatype}'
    (read,) = rdflib.Graph().parse(data=f"<urn:s> <urn:p> {literal} .", format="nt").objects()
    assert isinstance(read, rdflib.Literal)
    assert not read.ill_typed


@pytest.mark.parametrize(
    ("datatype", "text"), [(datatype, text) for datatype, (_, bad) in VALUES.items() for text in [*bad, "x", "１", "\n"]]
)
def test_a_text_that_is_no_value_of_the_datatype_is_refused(datatype: str, text: str) -> None:
    with pytest.raises(TermError, match="not a value of xsd:"):
        terms.literal(text, datatype=datatype)


def test_a_datatype_that_we_do_not_write_is_refused() -> None:
    for datatype in (terms.LANG_STRING, f"<{terms.XSD}boolean>", "<urn:type>"):
        with pytest.raises(TermError, match="not a value"):
            terms.literal("true", datatype=datatype)


@pytest.mark.parametrize(
    ("text", "datatype"),
    [
        ("2024", terms.XSD_GYEAR),
        ("2024-05", terms.XSD_GYEAR_MONTH),
        ("2024-05-06", terms.XSD_DATE),
        ("2024-05-06T10:00:00", terms.XSD_DATE_TIME),
    ],
)
def test_a_date_is_as_exact_as_its_text(text: str, datatype: str) -> None:
    assert terms.date_literal(text) == f'"{text}"^^{datatype}'


# --- looking into terms ------------------------------------------------------------------------------------------------------
@many
@given(TEXTS | st.text(st.sampled_from('\\"nutU0')), st.none() | LANGUAGES)
@example('\\u0041"@en', None)
def test_parts_and_value_give_back_what_literal_took(text: str, language: str | None) -> None:
    literal = terms.literal(text, language=language)
    assert terms.parts(literal) == (text, language or "", terms.LANG_STRING if language else terms.XSD_STRING)
    assert terms.value(literal) == text


@some
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_was_escaped_is_found_again(text: str) -> None:
    assert terms.value(f'"{terms.escape(text)}"') == text
    assert terms.parts(f'"{terms.escape(text)}"^^{terms.XSD_DATE}') == (text, "", terms.XSD_DATE)


@pytest.mark.parametrize(
    ("escaped", "text"), [(r"\u00e9", "é"), (r"\U0001F600", "😀"), (r"\'", "'"), (r"\\u0041", r"\u0041"), (r"\b\f", "\b\f")]
)
def test_escapes_of_others_are_understood(escaped: str, text: str) -> None:
    assert terms.value(f'"{escaped}"') == text


def test_the_value_of_an_iri_is_the_iri_and_of_a_blank_node_its_label() -> None:
    assert terms.value("<urn:a>") == "urn:a"
    assert terms.value("_:b1") == "_:b1"


@pytest.mark.parametrize(
    ("term", "short"),
    [
        (terms.HEADLINE, "schema:headline"),
        (terms.XSD_DATE, "xsd:date"),
        (f"<{terms.SCHEMA}>", f"<{terms.SCHEMA}>"),
        (f"<{terms.SCHEMA}a/b>", f"<{terms.SCHEMA}a/b>"),
        (f"<{terms.SCHEMA}a.b>", f"<{terms.SCHEMA}a.b>"),
        (f"<{terms.SCHEMA}1>", f"<{terms.SCHEMA}1>"),
        (f"<{terms.SCHEMA}é>", f"<{terms.SCHEMA}é>"),
        (f"<{terms.SCHEMA}a->", f"<{terms.SCHEMA}a->"),
        ("<urn:a>", "<urn:a>"),
        ("_:b", "_:b"),
    ],
)
def test_an_iri_is_shortened_where_every_format_can_read_it_back(term: str, short: str) -> None:
    assert terms.compact(term) == short


@some
@given(st.sampled_from(sorted(terms.PREFIXES.values())), st.text(st.sampled_from("aZ_-.:1é%/#"), max_size=5))
def test_a_shortened_iri_is_read_back_by_pyoxigraph_and_rdflib(namespace: str, name: str) -> None:
    assume(terms.is_iri(namespace + name))
    prefixes = "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in terms.PREFIXES.items())
    text = f"{prefixes}{terms.compact(terms.iri(namespace + name))} <urn:p> <urn:o> ."
    (quad,) = pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.TURTLE)
    assert quad.subject == pyoxigraph.NamedNode(namespace + name)
    assert list(rdflib.Graph().parse(data=text, format="turtle").subjects()) == [rdflib.URIRef(namespace + name)]


# --- minting -----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Marie Novak", "marie-novak"),
        ("  Marie\u00a0 Novak, Jr. ", "marie-novak-jr"),
        ("O’Brien-Smith", "o-brien-smith"),
        ("Søren Ærø", "søren-ærø"),
        ("Жуков", "жуков"),
        ("محمد علي", "محمد-علي"),
        ("习近平", "习近平"),
        ("葛\U000e0100城", "葛城"),
        ("हिन्दी", "हिन्दी"),
        ("İstanbul", "i\u0307stanbul"),
        ("Cafe\u0301", "café"),
        ("ΑΣ", "ας"),
    ],
)
def test_a_slug_keeps_letters_and_digits_of_every_script(name: str, expected: str) -> None:
    assert terms.slug(name) == expected


def test_names_that_differ_in_symbols_differ() -> None:
    names = ["C", "C++", "C#", "C+", "AT&T", "ATT", "AT T", "", "+", "++", "😀", "😁", "a@b", "a b"]
    assert len({terms.slug(name) for name in names}) == len(names)
    assert terms.slug("C++").startswith("c-")
    assert terms.slug("AT&T").startswith("at-t-")


def test_long_names_are_cut_and_stay_apart() -> None:
    one, other = (terms.slug("word " * 100 + end) for end in ("a", "b"))
    assert one != other
    assert len(one) <= 127
    assert terms.slug("a" * 120) == "a" * 120


@many
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_every_name_gives_a_slug_that_stands_in_an_iri_and_in_an_id(name: str) -> None:
    slug = terms.slug(name)
    assert slug == terms.slug(unicodedata.normalize("NFD", name)) == unicodedata.normalize("NFC", slug)
    iri = terms.entity_iri(terms.DEFAULT_BASE, "person", name)
    assert iri == f"<{terms.DEFAULT_BASE}person/{slug}>"
    assert terms.article_iri(terms.DEFAULT_BASE, f"undated/{slug}") == f"<{terms.DEFAULT_BASE}article/undated/{slug}>"
    assert pyoxigraph.NamedNode(terms.value(iri)).value == terms.value(iri)


@pytest.mark.parametrize(
    "identifier", ["a", "2024-05-06/peace", "a.b_c~d-1", "é/中", "हिन्दी", "ภาษาไทย", "..a", "a..", ".a/...", "1"]
)
def test_an_id_is_letters_digits_and_some_signs(identifier: str) -> None:
    assert terms.article_iri(terms.DEFAULT_BASE, identifier) == f"<{terms.DEFAULT_BASE}article/{identifier}>"


@pytest.mark.parametrize(
    "identifier",
    [
        "",
        "/",
        "/a",
        "a/",
        "a//b",
        ".",
        "..",
        "../a",
        "a/..",
        "a/../b",
        "a/./b",
        "a b",
        "a#b",
        "a?b",
        "a%2e%2e",
        "a\n",
        "a\\b",
        "a:b",
        "a<b>",
    ],
)
def test_an_id_that_climbs_or_is_no_path_is_refused(identifier: str) -> None:
    with pytest.raises(TermError, match="an id is letters"):
        terms.article_iri(terms.DEFAULT_BASE, identifier)


@pytest.mark.parametrize(
    "base", ["", "a", "ftp://a.example/", "http://a.example/?q", "http://a.example/#", "http://a b/", "urn:a:"]
)
def test_a_base_is_an_address_without_query_and_fragment(base: str) -> None:
    with pytest.raises(TermError, match="a base is an http or https address"):
        terms.base_iri(base)


def test_a_base_ends_in_a_slash() -> None:
    assert terms.base_iri("https://a.example") == terms.base_iri("https://a.example/") == "https://a.example/"
    assert terms.base_iri("http://a.example/x") == "http://a.example/x/"


def test_no_prefix_is_a_scheme_in_common_use() -> None:
    assert {"http", "https", "urn", "mailto", "tel", "doi", "data", "file", "ftp", "tag", "about", "geo", "news"}.isdisjoint(
        terms.PREFIXES
    )
