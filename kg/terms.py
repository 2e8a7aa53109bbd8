"""Every IRI that `kg` uses, how it mints its own, and the gate through which every RDF term passes.

A term is its canonical N-Triples text (the escapes of RDFC-1.0): `iri()` and `literal()` are the only makers. They
check and escape, once; nothing else in the project writes a quote or a backslash. So sorting, deduplicating and
N-Quads are work on strings.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from kg.errors import TermError

Term = str

KG = "https://w3id.org/article-kg/ontology#"
SCHEMA = "https://schema.org/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
NIF = "http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#"
ITSRDF = "http://www.w3.org/2005/11/its/rdf#"
DCTERMS = "http://purl.org/dc/terms/"
DCAT = "http://www.w3.org/ns/dcat#"
PROV = "http://www.w3.org/ns/prov#"
VOID = "http://rdfs.org/ns/void#"
SPDX = "http://spdx.org/rdf/terms#"
WIKIDATA = "http://www.wikidata.org/entity/"

PREFIXES: Mapping[str, str] = {
    "dcat": DCAT,
    "dcterms": DCTERMS,
    "itsrdf": ITSRDF,
    "kg": KG,
    "nif": NIF,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": SCHEMA,
    "skos": SKOS,
    "spdx": SPDX,
    "void": VOID,
    "xsd": XSD,
}

ENTITIES = "https://w3id.org/article-kg/"
VOCABULARY = "https://w3id.org/article-kg/vocabulary/"
# For Turtle, tables and queries; not in the JSON-LD context, where addresses stand in full
ENTITY_PREFIXES: Mapping[str, str] = {
    kind: f"{ENTITIES}{kind}/" for kind in ("bloc", "initiative", "organization", "person", "region", "state", "theme", "treaty")
}
# All that a query need not declare, and that Turtle does
ALL_PREFIXES: Mapping[str, str] = {**PREFIXES, **ENTITY_PREFIXES}
DEFAULT_BASE = "https://data.example.org/"

# --- our own classes -------------------------------------------------------------------------------------------------
ACTOR = f"<{KG}Actor>"
BLOC = f"<{KG}Bloc>"
CITATION_CLASS = f"<{KG}Citation>"
INITIATIVE = f"<{KG}Initiative>"
MENTION_CLASS = f"<{KG}Mention>"
MENTION_KIND_CLASS = f"<{KG}MentionKind>"
REGION = f"<{KG}Region>"
STATE = f"<{KG}State>"
THEME = f"<{KG}Theme>"
TREATY = f"<{KG}Treaty>"
TREATY_PARTICIPATION = f"<{KG}TreatyParticipation>"

# --- our own individuals: how a mention names its entity ---------------------------------------------------------------
ACRONYM_KIND = f"<{KG}Acronym>"
DEMONYM_KIND = f"<{KG}Demonym>"
METONYM_KIND = f"<{KG}Metonym>"
NAME_KIND = f"<{KG}Name>"

# --- our own properties ----------------------------------------------------------------------------------------------
ACRONYM = f"<{KG}acronym>"
AFTER = f"<{KG}after>"
AMBIGUOUS_LABEL = f"<{KG}ambiguousLabel>"
BEFORE = f"<{KG}before>"
BYLINE_TEXT = f"<{KG}bylineText>"
CITATION = f"<{KG}citation>"
DEMONYM = f"<{KG}demonym>"
DEPOSITARY = f"<{KG}depositary>"
DISCLAIMER = f"<{KG}disclaimer>"
EXISTED_FROM = f"<{KG}existedFrom>"
EXISTED_UNTIL = f"<{KG}existedUntil>"
IN_FORCE_FROM = f"<{KG}inForceFrom>"
IN_FORCE_UNTIL = f"<{KG}inForceUntil>"
INITIATOR = f"<{KG}initiator>"
M49_CODE = f"<{KG}m49Code>"
ISO_ALPHA2 = f"<{KG}isoAlpha2>"
ISO_ALPHA3 = f"<{KG}isoAlpha3>"
MENTION = f"<{KG}mention>"
MENTION_KIND = f"<{KG}mentionKind>"
METONYM = f"<{KG}metonym>"
PARTICIPANT = f"<{KG}participant>"
PARTICIPATION = f"<{KG}participation>"
PARTICIPATION_STATUS = f"<{KG}participationStatus>"
REPUBLICATION_OF = f"<{KG}republicationOf>"
STATUS_DATE = f"<{KG}statusDate>"
SUCCESSOR_STATE = f"<{KG}successorState>"
TEXT = f"<{KG}text>"
TEXT_DIGEST = f"<{KG}textDigest>"

# --- schema.org ------------------------------------------------------------------------------------------------------
ARTICLE = f"<{SCHEMA}Article>"
CONTACT_POINT_CLASS = f"<{SCHEMA}ContactPoint>"
CREATIVE_WORK = f"<{SCHEMA}CreativeWork>"
ORGANIZATION = f"<{SCHEMA}Organization>"
PERSON = f"<{SCHEMA}Person>"
ROLE = f"<{SCHEMA}Role>"
ABOUT = f"<{SCHEMA}about>"
ABSTRACT = f"<{SCHEMA}abstract>"
AFFILIATION = f"<{SCHEMA}affiliation>"
ARTICLE_BODY = f"<{SCHEMA}articleBody>"
AUTHOR = f"<{SCHEMA}author>"
CONTACT_POINT = f"<{SCHEMA}contactPoint>"
CONTACT_TYPE = f"<{SCHEMA}contactType>"
CONTAINED_IN_PLACE = f"<{SCHEMA}containedInPlace>"
COPYRIGHT_HOLDER = f"<{SCHEMA}copyrightHolder>"
COPYRIGHT_NOTICE = f"<{SCHEMA}copyrightNotice>"
COPYRIGHT_YEAR = f"<{SCHEMA}copyrightYear>"
DATE_MODIFIED = f"<{SCHEMA}dateModified>"
DATE_PUBLISHED = f"<{SCHEMA}datePublished>"
DESCRIPTION = f"<{SCHEMA}description>"
EMAIL = f"<{SCHEMA}email>"
END_DATE = f"<{SCHEMA}endDate>"
FAMILY_NAME = f"<{SCHEMA}familyName>"
HAS_OCCUPATION = f"<{SCHEMA}hasOccupation>"
HEADLINE = f"<{SCHEMA}headline>"
IN_LANGUAGE = f"<{SCHEMA}inLanguage>"
KEYWORDS = f"<{SCHEMA}keywords>"
LEGISLATION_DATE = f"<{SCHEMA}legislationDate>"
LICENSE = f"<{SCHEMA}license>"
MEMBER = f"<{SCHEMA}member>"
MENTIONS = f"<{SCHEMA}mentions>"
NAME = f"<{SCHEMA}name>"
PUBLISHER = f"<{SCHEMA}publisher>"
ROLE_NAME = f"<{SCHEMA}roleName>"
SAME_AS = f"<{SCHEMA}sameAs>"
SCHEMA_CITATION = f"<{SCHEMA}citation>"
SPATIAL_COVERAGE = f"<{SCHEMA}spatialCoverage>"
START_DATE = f"<{SCHEMA}startDate>"
SCHEMA_TEXT = f"<{SCHEMA}text>"
URL = f"<{SCHEMA}url>"
USAGE_INFO = f"<{SCHEMA}usageInfo>"
WORD_COUNT = f"<{SCHEMA}wordCount>"

# schema.org 28: the types below schema:Article, https://schema.org/Article
ARTICLE_TYPES = frozenset(
    "AdvertiserContentArticle AnalysisNewsArticle APIReference AskPublicNewsArticle BackgroundNewsArticle BlogPosting "
    "DiscussionForumPosting LiveBlogPosting MedicalScholarlyArticle NewsArticle OpinionNewsArticle Report "
    "ReportageNewsArticle ReviewNewsArticle SatiricalArticle ScholarlyArticle SocialMediaPosting TechArticle".split()
)

# --- other people's terms --------------------------------------------------------------------------------------------
TYPE = f"<{RDF}type>"
LANG_STRING = f"<{RDF}langString>"
SUB_CLASS_OF = f"<{RDFS}subClassOf>"
CONTEXT = f"<{NIF}Context>"
PHRASE = f"<{NIF}Phrase>"
ANCHOR_OF = f"<{NIF}anchorOf>"
BEGIN_INDEX = f"<{NIF}beginIndex>"
END_INDEX = f"<{NIF}endIndex>"
IS_STRING = f"<{NIF}isString>"
REFERENCE_CONTEXT = f"<{NIF}referenceContext>"
TA_CONFIDENCE = f"<{ITSRDF}taConfidence>"
TA_IDENT_REF = f"<{ITSRDF}taIdentRef>"
CONCEPT = f"<{SKOS}Concept>"
ALT_LABEL = f"<{SKOS}altLabel>"
BROADER = f"<{SKOS}broader>"
CLOSE_MATCH = f"<{SKOS}closeMatch>"
EXACT_MATCH = f"<{SKOS}exactMatch>"
HIDDEN_LABEL = f"<{SKOS}hiddenLabel>"
PREF_LABEL = f"<{SKOS}prefLabel>"
SCOPE_NOTE = f"<{SKOS}scopeNote>"
SOURCE = f"<{DCTERMS}source>"

# --- what a dump says of itself: VoID, DCAT, Dublin Core, PROV, SPDX ---------------------------------------------------
DATASET = f"<{VOID}Dataset>"
LINKSET = f"<{VOID}Linkset>"
CATALOGUED_DATASET = f"<{DCAT}Dataset>"
DISTRIBUTION_CLASS = f"<{DCAT}Distribution>"
CHECKSUM_CLASS = f"<{SPDX}Checksum>"
RIGHTS_STATEMENT = f"<{DCTERMS}RightsStatement>"
ACTIVITY = f"<{PROV}Activity>"
COLLECTION = f"<{PROV}Collection>"
ENTITY = f"<{PROV}Entity>"
SOFTWARE_AGENT = f"<{PROV}SoftwareAgent>"
ALGORITHM = f"<{SPDX}algorithm>"
BYTE_SIZE = f"<{DCAT}byteSize>"
CHECKSUM = f"<{SPDX}checksum>"
CHECKSUM_VALUE = f"<{SPDX}checksumValue>"
CLASS = f"<{VOID}class>"
CLASS_PARTITION = f"<{VOID}classPartition>"
COLLECTION_SIZE = f"<{SCHEMA}collectionSize>"
COMPRESS_FORMAT = f"<{DCAT}compressFormat>"
DATA_DUMP = f"<{VOID}dataDump>"
DISTINCT_SUBJECTS = f"<{VOID}distinctSubjects>"
DISTRIBUTION = f"<{DCAT}distribution>"
ENTITY_COUNT = f"<{VOID}entities>"
EXAMPLE_RESOURCE = f"<{VOID}exampleResource>"
ISSUED = f"<{DCTERMS}issued>"
LABEL = f"<{RDFS}label>"
LINK_PREDICATE = f"<{VOID}linkPredicate>"
MEDIA_TYPE = f"<{DCAT}mediaType>"
OBJECTS_TARGET = f"<{VOID}objectsTarget>"
OF_LICENSE = f"<{DCTERMS}license>"
OF_PUBLISHER = f"<{DCTERMS}publisher>"
OF_RIGHTS = f"<{DCTERMS}rights>"
PROPERTY = f"<{VOID}property>"
PROPERTY_PARTITION = f"<{VOID}propertyPartition>"
SHA256 = f"<{SPDX}checksumAlgorithm_sha256>"
SOFTWARE_VERSION = f"<{SCHEMA}softwareVersion>"
SUBJECTS_TARGET = f"<{VOID}subjectsTarget>"
SUBSET = f"<{VOID}subset>"
TITLE = f"<{DCTERMS}title>"
TRIPLES = f"<{VOID}triples>"
URI_SPACE = f"<{VOID}uriSpace>"
USED = f"<{PROV}used>"
USED_VOCABULARY = f"<{VOID}vocabulary>"
VERSION = f"<{DCAT}version>"
WAS_ASSOCIATED_WITH = f"<{PROV}wasAssociatedWith>"
WAS_DERIVED_FROM = f"<{PROV}wasDerivedFrom>"
WAS_GENERATED_BY = f"<{PROV}wasGeneratedBy>"

XSD_DATE = f"<{XSD}date>"
XSD_DATE_TIME = f"<{XSD}dateTime>"
XSD_DECIMAL = f"<{XSD}decimal>"
XSD_GYEAR = f"<{XSD}gYear>"
XSD_GYEAR_MONTH = f"<{XSD}gYearMonth>"
XSD_INTEGER = f"<{XSD}integer>"
XSD_NON_NEGATIVE_INTEGER = f"<{XSD}nonNegativeInteger>"
XSD_STRING = f"<{XSD}string>"


class Statement(NamedTuple):
    """One quad, each part as N-Triples text; `span` are the bytes of the source it came from, where known."""

    subject: Term
    predicate: Term
    object: Term
    graph: Term
    span: tuple[int, int] | None = None


# --- the gate --------------------------------------------------------------------------------------------------------
_UCS = (
    "\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef"
    + "".join(f"{chr(plane * 0x10000)}-{chr(plane * 0x10000 + 0xFFFD)}" for plane in range(1, 14))
    + "\U000e1000-\U000efffd"
)
_CHARS = rf"A-Za-z0-9\-._~!$&'()*+,;={_UCS}"
_HEX = "%[0-9A-Fa-f]{2}"
# RFC 3987, section 2.2, without the private characters that it allows in a query; possessive, so that it runs in linear time
_IRI = re.compile(
    r"[A-Za-z][A-Za-z0-9+.\-]*+:"
    rf"(?://(?:(?:[{_CHARS}:]++|{_HEX})*+@)?(?:\[(?P<ipv6>[0-9A-Fa-f:.]++)\]|(?:[{_CHARS}]++|{_HEX})*+)(?::[0-9]*+)?(?=[/?#]|\Z)|(?!//))"
    rf"(?:[{_CHARS}:@/]++|{_HEX})*+"
    rf"(?:\?(?:[{_CHARS}:@/?]++|{_HEX})*+)?"
    rf"(?:#(?:[{_CHARS}:@/?]++|{_HEX})*+)?"
)
# RFC 5646, section 2.1, without the grandfathered tags
_LANGUAGE = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"
    r"(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?|x(?:-[a-z0-9]{1,8})+",
    re.IGNORECASE,
)
# What XML 1.0 cannot hold, so that every literal can be written in every format
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_UNSAFE = re.compile(r'[\x00-\x1f"\\\x7f\ufffe\uffff]')
# Either of the two
_SUSPECT = re.compile(r'[\x00-\x1f"\\\x7f\ud800-\udfff\ufffe\uffff]')
_ESCAPES = {
    **{code: f"\\u{code:04X}" for code in (*range(32), 127, 0xFFFE, 0xFFFF)},
    **str.maketrans({"\b": r"\b", "\t": r"\t", "\n": r"\n", "\f": r"\f", "\r": r"\r", '"': r"\"", "\\": r"\\"}),
}

_LEXICAL = {
    XSD_DATE_TIME: re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:(?!-00:00)[+-](?:(?:0\d|1[0-3]):\d\d|14:00))?"),
    XSD_DATE: re.compile(r"\d{4}-\d\d-\d\d"),
    XSD_DECIMAL: re.compile(r"-?(?:0|[1-9]\d*)\.\d+"),
    XSD_GYEAR: re.compile(r"(?!0000)\d{4}"),
    XSD_GYEAR_MONTH: re.compile(r"(?!0000)\d{4}-(?:0[1-9]|1[0-2])"),
    XSD_INTEGER: re.compile(r"0|-?[1-9]\d*"),
    XSD_NON_NEGATIVE_INTEGER: re.compile(r"0|[1-9]\d*"),
    XSD_STRING: re.compile(r".*", re.DOTALL),
}


@lru_cache(maxsize=1 << 16)
def iri(text: str) -> Term:
    """Return the term of an absolute IRI (RFC 3987), unchanged; anything else is a `TermError`.

    So is one that begins with one of our prefixes ("schema:name"): a compact IRI that nobody expanded.
    """
    if not is_iri(text):
        raise TermError(f"not an absolute IRI: {text[:200]!r}")
    return f"<{text}>"


def is_iri(text: str) -> bool:
    """Tell whether `iri` would take the text."""
    found = _IRI.fullmatch(text)
    if found is None or text.partition(":")[0] in PREFIXES:
        return False
    return found["ipv6"] is None or _is_ipv6(found["ipv6"])


def _is_ipv6(host: str) -> bool:
    try:
        ipaddress.IPv6Address(host)
    except ValueError:
        return False
    return True


def literal(text: str, *, language: str | None = None, datatype: Term = XSD_STRING) -> Term:
    """Return the term of a literal; with a language (BCP 47) a language-tagged string.

    Raises `TermError` for a character that XML cannot hold, a language that is no tag, or a text that is no value of
    the datatype. Dates must exist; instants have their offset as `+00:00`, never `Z` nor `-00:00`, and numbers neither
    `+` nor leading zeros, so that every library reads them back alike.
    """
    if datatype != XSD_STRING and language is None:
        return _typed(text, datatype)
    quoted = _quoted(text)
    return quoted if language is None else f"{quoted}@{language_tag(language)}"


@lru_cache(maxsize=1 << 14)
def _typed(text: str, datatype: Term) -> Term:
    """Return the literal of a number or a date: there are few of them, and each is checked once."""
    quoted = _quoted(text)
    if not _is_value(text, datatype):
        raise TermError(f"not a value of {compact(datatype)}: {text[:80]!r}")
    return f"{quoted}^^{datatype}"


def _quoted(text: str) -> str:
    if _SUSPECT.search(text) is None:
        return f'"{text}"'
    if found := _FORBIDDEN.search(text):
        raise TermError(f"a character that no text may hold: {found[0]!r}")
    return f'"{text.translate(_ESCAPES)}"'


def escape(text: str) -> str:
    """Return the text as it stands between the quotes of canonical N-Triples."""
    return text.translate(_ESCAPES) if _UNSAFE.search(text) else text


@lru_cache(maxsize=4096)
def language_tag(text: str) -> str:
    """Return a language tag in lower case; `TermError` for what is none (BCP 47)."""
    if not _LANGUAGE.fullmatch(text):
        raise TermError(f"not a language tag (BCP 47), such as en or pt-BR: {text[:80]!r}")
    return text.lower()


def _is_value(text: str, datatype: Term) -> bool:
    """Tell whether the text is in the lexical space that we write for the datatype."""
    pattern = _LEXICAL.get(datatype)
    if pattern is None or not text.isascii() or not pattern.fullmatch(text):
        return False
    try:
        if datatype == XSD_DATE:
            date.fromisoformat(text)
        elif datatype == XSD_DATE_TIME:
            datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def date_literal(text: str) -> Term:
    """Return the literal of a date, with the datatype that fits how exact it is: day, instant, month or year."""
    kinds = {4: XSD_GYEAR, 7: XSD_GYEAR_MONTH, 10: XSD_DATE}
    return literal(text, datatype=kinds.get(len(text), XSD_DATE_TIME))


# --- looking into terms ----------------------------------------------------------------------------------------------
class Literal(NamedTuple):
    """The parts of a literal: text without escapes, language or "", datatype IRI as a term."""

    text: str
    language: str
    datatype: Term


_UNESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_UNESCAPED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r"}


def value(term: Term) -> str:
    """Return the IRI without its brackets, or the text of a literal."""
    return term[1:-1] if term[0] == "<" else (parts(term).text if term[0] == '"' else term)


def parts(term: Term) -> Literal:
    """Return the parts of a literal term."""
    end = term.rindex('"')
    text, rest = term[1:end], term[end + 1 :]
    if "\\" in text:
        text = _UNESCAPE.sub(_unescape, text)
    if rest.startswith("@"):
        return Literal(text, rest[1:], LANG_STRING)
    return Literal(text, "", rest[2:] or XSD_STRING)


def _unescape(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _UNESCAPED.get(match[3], match[3])


_LOCAL = re.compile(r"[A-Za-z_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?")
_NAMESPACE_PREFIX = {namespace: prefix for prefix, namespace in PREFIXES.items()}
_ENTITY_PREFIX = {namespace: prefix for prefix, namespace in ENTITY_PREFIXES.items()}


def is_local_name(name: str) -> bool:
    """Tell whether a name can follow a prefix in every format without escapes."""
    return _LOCAL.fullmatch(name) is not None


@lru_cache(maxsize=1 << 14)
def compact(term: Term) -> str:
    """Return an IRI term as `prefix:name` where one of our prefixes fits, else unchanged."""
    cut = max(term.rfind("#"), term.rfind("/")) + 1
    prefix = _NAMESPACE_PREFIX.get(term[1:cut])
    name = term[cut:-1]
    return f"{prefix}:{name}" if prefix and is_local_name(name) else term


@lru_cache(maxsize=1 << 14)
def shorten(term: Term) -> str:
    """Return an IRI term as `compact` does, the entities that we ship by their kind as well (`treaty:new-start`)."""
    cut = term.rfind("/") + 1
    prefix = _ENTITY_PREFIX.get(term[1:cut])
    name = term[cut:-1]
    return f"{prefix}:{name}" if prefix and is_local_name(name) else compact(term)


# --- minting ---------------------------------------------------------------------------------------------------------
_PLAIN = frozenset(" \t\n\r\u00a0-'’‘`´\"“”„«»‹›.,:;!?¿¡()[]…–—‐‑·/")
_SLUG_LENGTH = 120
# Variation selectors: they choose among the drawings of one Chinese character, and no IRI may have them
_SELECTORS = re.compile("[\U000e0100-\U000e01ef]")


@lru_cache(maxsize=1 << 12)
def slug(name: str) -> str:
    """Return a name as a path segment: letters and digits of every script, the rest hyphens.

    A name with symbols ("C++", "AT&T") gets six hex digits of its sha256, so that it meets no other; so does one that
    is cut at 120 characters.
    """
    name = unicodedata.normalize("NFC", _SELECTORS.sub("", name))
    kept = "".join([c if _is_letter(c) else " " for c in name.lower()])
    words = "-".join(unicodedata.normalize("NFC", kept).split())
    symbols = any(c not in _PLAIN and not _is_letter(c) for c in set(name))
    if symbols or not words or len(words) > _SLUG_LENGTH:
        digest = hashlib.sha256(name.encode()).hexdigest()[:6]
        return f"{words[:_SLUG_LENGTH].rstrip('-')}-{digest}".lstrip("-")
    return words


@lru_cache(maxsize=1 << 12)
def _is_letter(character: str) -> bool:
    """Tell whether a character is a letter, a digit or a mark on one: scripts such as Devanagari write vowels as marks."""
    return character.isalnum() or unicodedata.category(character)[0] == "M"


def article_iri(base: str, identifier: str) -> Term:
    """Return the IRI of the article with that id: letters, digits, `._~-` and `/`, no empty or dot segment.

    Anything else is a `TermError`: an id that climbs ("../x") would name something outside.
    """
    segments = identifier.split("/")
    if {"", ".", ".."}.intersection(segments) or not all(c in "._~-" or _is_letter(c) for c in set("".join(segments))):
        raise TermError(f"an id is letters, digits and . _ ~ - /, with no empty or dot segment; not {identifier[:80]!r}")
    return iri(f"{base}article/{identifier}")


def entity_iri(base: str, kind: str, name: str) -> Term:
    """Return the IRI under the base of a person, organization, theme or region with that name."""
    return iri(f"{base}{kind}/{slug(name)}")


def base_iri(text: str) -> str:
    """Return the base of everything that is published, ending in `/`; `TermError` where it cannot be one."""
    if not is_iri(text) or not text.startswith(("http://", "https://")) or "?" in text or "#" in text:
        raise TermError(f"a base is an http or https address without ? and #: {text[:200]!r}")
    return text if text.endswith("/") else f"{text}/"
