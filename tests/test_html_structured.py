"""What a page declares by mark-up: JSON-LD, microdata, RDFa, microformats, meta and link elements."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

import pytest

from kg.article import Record, Span
from kg.readers.html import metas, microdata, rdfa, structured, values
from kg.readers.html.claims import Claim
from kg.readers.html.page import Page, parse

ADDRESS = "https://press.example.org/2024/05/river-rises"


def page(body: str, head: str = "<title>The River Rises</title>", url: str | None = ADDRESS) -> Page:
    source = f"<!DOCTYPE html>\n<html>\n<head>{head}</head>\n<body>\n{body}\n</body>\n</html>\n"
    return parse(Record("page.html", "html", source.encode(), url=url))


def script(*data: object) -> str:
    return "\n".join(f'<script type="application/ld+json">{json.dumps(one)}</script>' for one in data)


def said(claims: Iterable[Claim]) -> list[tuple[str, str, str]]:
    """Return each claim as field, text and evidence without its family."""
    return [(claim.field, claim.datum.text, claim.datum.evidence.partition(": ")[2]) for claim in claims]


def of(field: str, claims: Iterable[Claim]) -> list[str]:
    return [claim.datum.text for claim in claims if claim.field == field]


def article(**properties: object) -> dict[str, object]:
    return {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "The River Rises", **properties}


# --- JSON-LD ---------------------------------------------------------------------------------------------------------
def test_json_ld_gives_every_field_of_an_article() -> None:
    data = article(
        alternativeHeadline="not this",
        datePublished="2024-05-06T08:00:00+02:00",
        dateModified="2024-05-07",
        description="What the <b>water</b> took.",
        author={"@type": "Person", "name": "Marie Novak", "url": "/people/novak", "description": "Writes on rivers."},
        publisher={"@type": "Organization", "name": "Example Press"},
        copyrightHolder={"@type": "Organization", "name": "Example Holding"},
        copyrightNotice="© 2024 Example Holding",
        contentLocation={"@type": "Place", "name": "Upper Valley"},
        inLanguage="en",
        keywords="river, flood",
        articleSection="Weather",
        mainEntityOfPage={"@type": "WebPage", "@id": ADDRESS},
        license="https://creativecommons.org/licenses/by/4.0/",
        isBasedOn={"@type": "Article", "url": "https://agency.example.org/river", "publisher": {"name": "Example Agency"}},
    )
    assert said(structured.claims(page(script(data)))) == [
        ("title", "The River Rises", "headline"),
        ("published", "2024-05-06T08:00:00+02:00", "datePublished"),
        ("modified", "2024-05-07", "dateModified"),
        ("abstract", "What the water took.", "description"),
        ("notice", "© 2024 Example Holding", "copyrightNotice"),
        ("author", "Marie Novak", "author"),
        ("publisher", "Example Press", "publisher"),
        ("holder", "Example Holding", "copyrightHolder"),
        ("region", "Upper Valley", "contentLocation"),
        ("language", "en", "inLanguage"),
        ("tag", "river", "keywords"),
        ("tag", "flood", "keywords"),
        ("theme", "Weather", "articleSection"),
        ("url", ADDRESS, "mainEntityOfPage"),
        ("license", "https://creativecommons.org/licenses/by/4.0/", "license"),
        ("original_url", "https://agency.example.org/river", "isBasedOn"),
        ("original_publisher", "Example Agency", "isBasedOn publisher"),
        ("type", "NewsArticle", "@type"),
        ("url", ADDRESS, "page @id"),
    ]


def test_an_author_brings_his_page_his_bio_and_what_he_is() -> None:
    data = article(author={"@type": "Person", "name": "Marie Novak", "url": "/people/novak", "description": "Writes on rivers."})
    author = next(claim for claim in structured.claims(page(script(data))) if claim.field == "author")
    assert author.organization is False
    assert author.url is not None
    assert author.url.text == "https://press.example.org/people/novak"
    assert author.bio is not None
    assert author.bio.text == "Writes on rivers."


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("Marie Novak", ["Marie Novak"]),
        ("By Marie Novak and Ann Bee", ["Marie Novak", "Ann Bee"]),
        (["Marie Novak", {"name": "Ann Bee"}], ["Marie Novak", "Ann Bee"]),
        ({"@type": "Person", "name": ["Marie Novak", "Ann Bee"]}, ["Marie Novak", "Ann Bee"]),
        ({"@type": "Person", "givenName": "Marie", "familyName": "Novak"}, ["Marie Novak"]),
        ({"@type": "Organization", "name": "Bee & Sons"}, ["Bee & Sons"]),
        ({"@list": [{"name": "Marie Novak"}, {"name": "Ann Bee"}]}, ["Marie Novak", "Ann Bee"]),
        ("Office for Rivers and Lakes", ["Office for Rivers and Lakes"]),
        ("Marie O&amp;#8217;Novak", ["Marie O’Novak"]),
        ("https://press.example.org/people/novak", []),
        ({"@id": "https://press.example.org/people/novak"}, []),
        (["admin", "{{author}}", "undefined", "novak@press.example.org", "[object Object]", "", "8. November 2021"], []),
        ({"@type": "Person", "name": {"broken": True}}, []),
    ],
)
def test_names_of_authors_in_every_form(author: object, names: list[str]) -> None:
    assert of("author", structured.claims(page(script(article(author=author))))) == names


def test_a_graph_is_joined_by_its_identifiers() -> None:
    data = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebSite", "@id": "/#site", "name": "Example Press", "publisher": {"@id": "/#company"}},
            {"@type": "WebPage", "@id": ADDRESS, "name": "The River Rises - Example Press", "datePublished": "2024-05-06"},
            {
                "@type": "Article",
                "@id": f"{ADDRESS}#article",
                "isPartOf": {"@id": ADDRESS},
                "headline": "The River Rises",
                "author": {"@id": "#novak"},
                "publisher": {"@id": "/#company"},
            },
            {"@type": "Organization", "@id": "/#company", "name": "Example Company"},
            {"@type": "Person", "@id": "#novak", "name": "Marie Novak"},
        ],
    }
    assert said(structured.claims(page(script(data)))) == [
        ("title", "The River Rises", "headline"),
        ("author", "Marie Novak", "author"),
        ("publisher", "Example Company", "publisher"),
        ("title", "The River Rises - Example Press", "page name"),
        ("published", "2024-05-06", "page datePublished"),
        ("url", ADDRESS, "page @id"),
        ("publisher", "Example Press", "WebSite name"),
    ]


def test_a_node_may_refer_to_a_script_that_follows_and_to_itself() -> None:
    first = article(author={"@id": "#novak"}, isPartOf={"@id": "#self"}, **{"@id": "#self"})
    second = {"@context": "http://schema.org/", "@type": "Person", "@id": "#novak", "name": "Marie Novak"}
    assert of("author", structured.claims(page(script(first, second)))) == ["Marie Novak"]


def test_authors_of_other_articles_are_not_claimed() -> None:
    teaser = {"@type": "NewsArticle", "headline": "Another Story", "url": "/other", "author": "Ann Bee"}
    own = article(author="Marie Novak", hasPart=[teaser], comment=[{"@type": "Comment", "author": "Cem Dee"}])
    listed = {"@context": "https://schema.org", "@type": "ItemList", "itemListElement": [{"item": teaser}]}
    assert of("author", structured.claims(page(script(listed, teaser, own)))) == ["Marie Novak"]


def test_several_articles_of_which_none_is_the_pages_claim_nothing() -> None:
    teasers = [{"@type": "NewsArticle", "headline": f"Story {number}", "author": "Ann Bee"} for number in range(3)]
    assert said(structured.claims(page(script(*teasers)))) == []


def test_an_article_with_another_address_and_another_title_is_not_the_pages() -> None:
    other = article(headline="Another Story", url="https://press.example.org/other", author="Ann Bee")
    assert said(structured.claims(page(script(other)))) == []


def test_an_article_is_known_by_its_address_however_it_is_written() -> None:
    data = article(headline="Shorter Title", mainEntityOfPage="http://www.press.example.org/2024/05/river-rises/?utm_source=x#top")
    assert of("title", structured.claims(page(script(data)))) == ["Shorter Title"]


def test_a_video_beside_the_article_is_not_the_article() -> None:
    video = {"@context": "https://schema.org", "@type": "VideoObject", "name": "Watch the water", "author": "Ann Bee"}
    assert said(structured.claims(page(script(video)))) == []
    assert of("author", structured.claims(page(script(video, article(author="Marie Novak"))))) == ["Marie Novak"]


def test_the_title_that_the_page_shows_too_comes_first_and_the_sites_name_is_none() -> None:
    data = article(headline="Rises, the river does", name="The River Rises")
    assert of("title", structured.claims(page(script(data)))) == ["The River Rises", "Rises, the river does"]
    assert of("title", structured.claims(page(script(article(name="Example Press"))))) == ["The River Rises"]


@pytest.mark.parametrize(
    "data",
    [
        {"@context": {"s": "https://schema.org/"}, "@type": "s:NewsArticle", "s:headline": "The River Rises"},
        {"@context": {"@vocab": "http://schema.org/"}, "@type": "NewsArticle", "headline": "The River Rises"},
        {
            "@context": ["https://schema.org", {"x": "https://x.example.org/"}],
            "@type": "NewsArticle",
            "headline": "The River Rises",
        },
        {
            "@context": ["https://schema.org", {"title": "schema:headline", "kind": "@type"}],
            "kind": "NewsArticle",
            "title": "The River Rises",
        },
        {"@context": "https://x.example.org/context", "@type": "NewsArticle", "headline": "The River Rises"},
        {"@type": "schema:NewsArticle", "schema:headline": "The River Rises"},
        {"@type": "http://schema.org/NewsArticle", "https://schema.org/headline": {"@value": "The River Rises", "@language": "en"}},
        {"@context": "http://www.schema.org", "@type": ["Thing", "NewsArticle"], "Headline ": "The River Rises"},
    ],
)
def test_keys_and_types_are_understood_by_their_context(data: dict[str, object]) -> None:
    assert said(structured.claims(page(script(data))))[0] == ("title", "The River Rises", "headline")


def test_bare_keys_of_another_vocabulary_are_not_schema_org() -> None:
    data = {"@context": {"@vocab": "https://x.example.org/"}, "@type": "NewsArticle", "headline": "The River Rises"}
    assert said(structured.claims(page(script(data)))) == []


@pytest.mark.parametrize(
    "text",
    [
        '<!-- {"@type": "NewsArticle", "headline": "The River Rises"} -->',
        '//<![CDATA[\n{"@type": "NewsArticle", "headline": "The River Rises"}\n//]]>',
        '/*<![CDATA[*/ {"@type": "NewsArticle", "headline": "The River Rises"} /*]]>*/',
        '\ufeff{"@type": "NewsArticle", "headline": "The River Rises"};',
        '{"@type": "NewsArticle", "headline": "The River Rises",}',
        '{"@type": "NewsArticle", "headline": "The River Rises", "image": ["a.jpg",], }',
        '{"@type": "NewsArticle", "headline": "The River\nRises", "description": "tab\there"}',
        '{"@type": "NewsArticle" "headline": "The River Rises"}',
        '{"@type": "NewsArticle", "image": , "headline": "The River Rises"}',
        '{"@type": "NewsArticle", "author": Marie Novak,\n "headline": "The River Rises"}',
        '{"@type": "NewsArticle", /* made by hand */ "headline": "The River Rises"} // end',
        '{"@type": "NewsArticle", "alternateName": "It\\\'s \\x up", "headline": "The River Rises"}',
        '{"@type": "NewsArticle", "description": "He said "run" and ran", "headline": "The River Rises"}',
        "{&quot;@type&quot;: &quot;NewsArticle&quot;, &quot;headline&quot;: &quot;The River Rises&quot;}",
        '{"@type": "Organization"}{"@type": "NewsArticle", "headline": "The River Rises"}',
        '{"@type": "NewsArticle", "headline": "The River Rises"} trailing words',
        '{"@type": "NewsArticle", "wordCount": NaN, "headline": "The River Rises"}',
    ],
)
def test_common_faults_of_json_are_mended(text: str) -> None:
    notes: list[str] = []
    found = structured.claims(
        page(f'<script type="application/ld+json">{text}</script>'), lambda reason, span: notes.append(reason)
    )
    assert of("title", found) == ["The River Rises"]
    assert notes == []


@pytest.mark.parametrize(
    "text", ["words", '{"@type": "NewsArticle", "headline"', "[" * 100_000, '{"a":' * 100_000, '"', "{]", "&quot;"]
)
def test_a_script_that_stays_broken_is_noted_and_the_others_are_read(text: str) -> None:
    notes: list[tuple[str, Span]] = []
    whole = page(f'<script type="application/ld+json">{text}</script>\n{script(article())}')
    assert of("title", structured.claims(whole, lambda reason, span: notes.append((reason, span)))) == ["The River Rises"]
    [(reason, span)] = notes
    assert reason.startswith("JSON-LD ")
    assert whole.record.body[slice(*span)].decode() == text


def test_without_a_listener_a_broken_script_is_passed_over() -> None:
    assert said(structured.claims(page('<script type="application/ld+json">words</script>'))) == []


@pytest.mark.parametrize("name", ["Marie Novák", "Marie / Novak", 'Marie "Mia" Novak'])
def test_a_value_is_found_in_its_script_however_it_is_escaped(name: str) -> None:
    for written in (json.dumps(name), json.dumps(name, ensure_ascii=False), json.dumps(name).replace("/", "\\/")):
        text = f'{{"@type": "NewsArticle", "headline": {written}, "alternateName": 1}}'
        whole = page(f'<p>{name}</p>\n<script type="application/ld+json">{text}</script>', f"<title>{name}</title>")
        [claim] = [claim for claim in structured.claims(whole) if claim.field == "title"]
        assert claim.datum.span is not None
        assert whole.record.body[slice(*claim.datum.span)].decode() == written[1:-1]


def test_a_lone_surrogate_does_no_harm() -> None:
    found = structured.claims(page('<script type="application/ld+json">{"@type": "Article", "headline": "River \\ud800"}</script>'))
    assert of("title", found) == ["River \ufffd"]


def test_deep_and_wide_nodes_take_time_in_proportion() -> None:
    deep: object = {"name": "Marie Novak"}
    for _ in range(200):
        deep = {"author": deep, "mainEntity": deep}
    wide = article(author=[{"@type": "Person", "name": f"Ann {'bcdef'[number % 5]}{number}"} for number in range(3000)])
    assert len(of("author", structured.claims(page(script(wide))))) > 100
    list(structured.claims(page('<script type="application/ld+json">' + '{"author":[' * 300 + "]}" * 300 + "</script>")))
    list(structured.claims(page('<script type="application/ld+json">{"a": "' + '\\" ' * 200_000 + "</script>")))
    list(structured.claims(page('<script type="application/ld+json">{"a": "' + '" ' * 200_000 + "</script>")))


# --- microdata -------------------------------------------------------------------------------------------------------
MICRODATA = """
<article itemscope itemtype="https://schema.org/NewsArticle">
<h1 itemprop="headline">The River <em>Rises</em></h1>
<p itemprop="author" itemscope itemtype="http://schema.org/Person">by
<a itemprop="url" href="/people/novak"><b itemprop="name">Marie Novak</b></a></p>
<a itemprop="author" href="/people/bee" rel="author">Ann Bee</a>
<time itemprop="datePublished" datetime="2024-05-06">yesterday</time>
<meta itemprop="dateModified" content="2024-05-07">
<link itemprop="mainEntityOfPage" href="/2024/05/river-rises">
<span itemprop="keywords">river, flood</span>
<div itemprop="publisher" itemscope itemtype="https://schema.org/Organization">
<img itemprop="logo" src="x.png"><meta itemprop="name" content="Example Press"></div>
<div itemprop="comment" itemscope itemtype="http://schema.org/Comment"><span itemprop="author">Cem Dee</span></div>
<span itemprop="copyrightHolder">(Image credit: Some Agency)</span>
</article>
<aside itemscope itemtype="https://schema.org/NewsArticle">
<h3 itemprop="headline">Another Story</h3><b itemprop="author">Cem Dee</b></aside>
"""


def test_microdata_is_read_with_its_nested_items() -> None:
    found = list(microdata.claims(page(MICRODATA)))
    assert said(found) == [
        ("title", "The River Rises", "headline"),
        ("published", "2024-05-06", "datePublished"),
        ("modified", "2024-05-07", "dateModified"),
        ("author", "Marie Novak", "author"),
        ("author", "Ann Bee", "author"),
        ("publisher", "Example Press", "publisher"),
        ("tag", "river", "keywords"),
        ("tag", "flood", "keywords"),
        ("url", ADDRESS, "mainEntityOfPage"),
        ("type", "NewsArticle", "@type"),
    ]
    assert [claim.url and claim.url.text for claim in found if claim.field == "author"] == [
        "https://press.example.org/people/novak",
        "https://press.example.org/people/bee",
    ]


def test_microdata_refers_to_elements_elsewhere() -> None:
    body = """<p id="who">by <span itemprop="author">Marie Novak</span></p><h2 id="what" itemprop="headline">The River Rises</h2>
    <div itemscope itemtype="http://schema.org/Article" itemref="who what nowhere"></div>"""
    assert said(microdata.claims(page(body))) == [("title", "The River Rises", "headline"), ("author", "Marie Novak", "author")]


def test_properties_that_stand_in_no_item_are_the_pages() -> None:
    body = '<h1 itemProp="headline">The River Rises</h1><span itemprop="author">By: Marie Novak</span>'
    assert said(microdata.claims(page(body))) == [("title", "The River Rises", "headline"), ("author", "Marie Novak", "author")]


def test_the_entry_of_a_blog_is_chosen_by_its_title() -> None:
    entries = "".join(
        f'<div itemprop="blogPost" itemscope itemtype="https://schema.org/BlogPosting"><b itemprop="headline">{title}</b>'
        f'<i itemprop="author">{name}</i></div>'
        for title, name in (("Older Words", "Ann Bee"), ("The River Rises", "Marie Novak"), ("Newer Words", "Cem Dee"))
    )
    body = f'<div itemscope itemtype="https://schema.org/Blog">{entries}</div>'
    assert of("author", microdata.claims(page(body))) == ["Marie Novak"]


# --- microformats ----------------------------------------------------------------------------------------------------
def test_an_hatom_entry_gives_title_author_dates_and_tags() -> None:
    body = """<article class="post hentry">
    <h1 class="entry-title"><a href="/2024/05/river-rises" rel="bookmark">The River Rises</a></h1>
    <span class="author vcard"><img alt="a face"><a class="url fn n" href="/people/novak">Marie Novak</a></span>
    <time class="entry-date published" datetime="2024-05-06">6 May</time><abbr class="updated" title="2024-05-07">7 May</abbr>
    <a rel="category tag" href="/c/weather">Weather</a> <a rel="tag" href="/t/flood">flood</a>
    <div class="comment"><cite class="author vcard"><b class="fn">Cem Dee</b></cite></div></article>"""
    assert said(microdata.claims(page(body))) == [
        ("title", "The River Rises", "entry-title"),
        ("published", "2024-05-06", "dt-published"),
        ("modified", "2024-05-07", "dt-updated"),
        ("author", "Marie Novak", "p-author"),
        ("tag", "flood", "p-category"),
        ("theme", "Weather", "articleSection"),
        ("url", ADDRESS, "u-url"),
    ]


def test_an_h_entry_gives_its_author() -> None:
    body = """<div class="h-entry"><h1 class="p-name">The River Rises</h1><a class="p-author h-card" href="/n">Marie Novak</a>
    <time class="dt-published" datetime="2024-05-06"></time></div>
    <div class="h-entry"><h2 class="p-name">Another Story</h2><a class="p-author h-card">Cem Dee</a></div>"""
    assert of("author", microdata.claims(page(body))) == ["Marie Novak"]


# --- RDFa ------------------------------------------------------------------------------------------------------------
def test_rdfa_lite_is_read() -> None:
    body = """<div vocab="https://schema.org/" typeof="NewsArticle" resource="#it"><h1 property="headline">The River Rises</h1>
    <p property="author" typeof="Person"><a property="url" href="/people/novak"><b property="name">Marie Novak</b></a></p>
    <time property="datePublished" datetime="2024-05-06">6 May</time></div>"""
    assert said(rdfa.claims(page(body))) == [
        ("title", "The River Rises", "headline"),
        ("published", "2024-05-06", "datePublished"),
        ("author", "Marie Novak", "author"),
        ("type", "NewsArticle", "@type"),
    ]


def test_rdfa_of_older_sites_is_read_by_its_prefixes() -> None:
    body = """<div about="/2024/05/river-rises" typeof="sioc:Item foaf:Document"><h1 property="dc:title">The River Rises</h1>
    <span property="dc:date dc:created" content="2024-05-06T08:00:00+02:00" rel="sioc:has_creator">
    <a about="/user/3" typeof="sioc:UserAccount" property="foaf:name">Marie Novak</a></span></div>
    <div about="/comment/1" typeof="sioc:Post sioct:Comment"><span rel="sioc:has_creator">
    <a about="/user/4" typeof="sioc:UserAccount" property="foaf:name">Cem Dee</a></span></div>"""
    assert said(rdfa.claims(page(body))) == [
        ("title", "The River Rises", "dc:title"),
        ("published", "2024-05-06T08:00:00+02:00", "dc:created"),
        ("published", "2024-05-06T08:00:00+02:00", "dc:date"),
        ("author", "Marie Novak", "sioc:has_creator"),
        ("url", ADDRESS, "@id"),
    ]


def test_rdfa_prefixes_may_be_declared() -> None:
    body = """<div prefix="s: http://schema.org/" typeof="s:Article"><h1 property="s:name">The River Rises</h1>
    <span rel="s:author"><b typeof="s:Person" property="s:name">Marie Novak</b></span><i property="x:author">Cem Dee</i></div>"""
    assert said(rdfa.claims(page(body))) == [("title", "The River Rises", "name"), ("author", "Marie Novak", "author")]


# --- meta and link elements ------------------------------------------------------------------------------------------
def metas_of(head: str, body: str = "") -> list[tuple[str, str, str]]:
    return said(metas.claims(page(body, head)))


def test_meta_elements_give_the_strongest_name_of_each_field_first() -> None:
    head = """<meta name="twitter:title" content="River"><meta property="og:title" content="The River Rises"/>
    <meta name="author" content="Marie Novak, Ann Bee"><meta property="og:site_name" content="Example Press">
    <meta property="article:published_time" content="2024-05-06"><meta name="Last-Modified" content="2024-05-07">
    <meta name="keywords" content="river, flood"><meta property="article:section" content="Weather">
    <meta name="description" content="What the water took."><meta property="og:url" content="/2024/05/river-rises">
    <link rel="canonical" href="https://press.example.org/canonical">"""
    assert metas_of(head) == [
        ("title", "The River Rises", "og:title"),
        ("title", "River", "twitter:title"),
        ("author", "Marie Novak", "author"),
        ("author", "Ann Bee", "author"),
        ("published", "2024-05-06", "article:published_time"),
        ("modified", "2024-05-07", "Last-Modified"),
        ("publisher", "Example Press", "og:site_name"),
        ("url", "https://press.example.org/canonical", "canonical"),
        ("url", ADDRESS, "og:url"),
        ("tag", "river", "keywords"),
        ("tag", "flood", "keywords"),
        ("theme", "Weather", "article:section"),
        ("abstract", "What the water took.", "description"),
    ]


@pytest.mark.parametrize(
    ("head", "names"),
    [
        (
            '<meta name="citation_author" content="Novak, Marie"><meta name="citation_author" content="Bee, Ann">',
            ["Marie Novak", "Ann Bee"],
        ),
        ('<meta name="DC.Creator" content="Novak, Marie Eva">', ["Marie Eva Novak"]),
        ('<meta property="article:author" content="https://social.example.org/novak">', []),
        ('<meta name="author" content="admin"><meta name="author" content="%%author%%"><meta name="author" content="">', []),
        ('<meta name="twitter:label1" content="Written by"><meta name="twitter:data1" content="Marie Novak">', ["Marie Novak"]),
        ('<meta name="twitter:label1" content="Reading time"><meta name="twitter:data1" content="5 minutes">', []),
        ('<meta name="twitter:creator" content="@novak">', []),
        ('<meta name="parsely-author" content="Marie Novak">', ["Marie Novak"]),
        ('<meta name="author" content="Text: Marie Novak">', ["Marie Novak"]),
    ],
)
def test_authors_in_meta_elements(head: str, names: list[str]) -> None:
    assert [text for field, text, _ in metas_of(head) if field == "author"] == names


def test_rights_are_a_notice_a_holder_or_a_licence() -> None:
    head = """<meta name="copyright" content="© 2024 Example Press"><meta name="rights" content="Example Holding">
    <meta name="dcterms.license" content="CC BY 4.0"><link rel="license" href="https://creativecommons.org/licenses/by/4.0/">"""
    body = """<a rel="license" href="https://creativecommons.org/licenses/by-sa/4.0/">licence</a>
    <figure><figcaption>
    <a rel="license" href="https://creativecommons.org/licenses/by/2.0/">of the picture</a></figcaption></figure>"""
    assert metas_of(head, body) == [
        ("license", "CC BY 4.0", "dcterms.license"),
        ("notice", "© 2024 Example Press", "copyright"),
        ("holder", "Example Holding", "rights"),
        ("license", "https://creativecommons.org/licenses/by/4.0/", "license"),
        ("license", "https://creativecommons.org/licenses/by-sa/4.0/", "license"),
    ]


def test_the_language_of_the_root_comes_before_what_meta_elements_say() -> None:
    source = (
        b'<html lang="en-GB"><head><meta property="og:locale" content="en_US"><meta http-equiv="content-language" content="en, de">'
    )
    found = metas.claims(parse(Record("page.html", "html", source + b"<body>words")))
    assert said(found) == [
        ("language", "en-GB", "lang"),
        ("language", "en", "content-language"),
        ("language", "en-US", "og:locale"),
    ]


def test_an_original_is_another_page() -> None:
    head = f"""<meta name="original-source" content="https://agency.example.org/river">
    <meta name="syndication-source" content="{ADDRESS}">
    <link rel="original-source" href="https://agency.example.org/">"""
    assert metas_of(head) == [("original_url", "https://agency.example.org/river", "original-source")]


def test_doubly_escaped_values_are_resolved_and_addresses_left_alone() -> None:
    head = """<meta property="og:title" content="Water &amp;amp; &amp;#8217;Mud&amp;#8217;">
    <meta property="og:url" content="/a?b=1&amp;copy=2">"""
    assert metas_of(head) == [
        ("title", "Water & ’Mud’", "og:title"),
        ("url", "https://press.example.org/a?b=1&copy=2", "og:url"),
    ]


def test_relative_addresses_are_dropped_where_the_page_has_none() -> None:
    assert said(metas.claims(page("", '<link rel="canonical" href="/a">', url=None))) == []


def test_a_span_covers_the_value_in_its_own_tag_even_in_a_page_of_one_line() -> None:
    head = '<title>River</title><meta name="dc.title" content="River"><meta property="og:title" content="River">'
    source = f"<html><head>{head}</head><body><h1>River</h1></body></html>"
    whole = parse(Record("page.html", "html", source.encode()))
    spans = {claim.datum.evidence: claim.datum.span for claim in metas.claims(whole)}
    assert spans == {
        "meta: og:title": Span(source.index('River"></head'), source.index('River"></head') + 5),
        "meta: dc.title": Span(source.index('River"><meta'), source.index('River"><meta') + 5),
    }


# --- hostile pages ---------------------------------------------------------------------------------------------------
Reader = Callable[[Page], Iterable[Claim]]


@pytest.mark.parametrize("read", [structured.claims, microdata.claims, rdfa.claims, metas.claims])
@pytest.mark.parametrize(
    "body",
    [
        '<script type="application/ld+json"></script><i itemprop></i><i itemscope itemprop="author author"></i>',
        "<i typeof property></i>",
        '<meta name="author"><meta content="x"><meta name=" " content=" "><link rel><a rel="license">',
        '<link rel="canonical" href="http://[bad">',
        '<i itemscope itemref="a" id="a" itemprop="author"><i itemscope itemref="a" id="b" itemprop="author">x</i></i>',
        '<script type="application/ld+json">[null, 1, "x", [[]], {"@type": 7, "@id": 8, "@graph": 10}]</script>',
        '<script type="application/ld+json">{"@type": "Article", "@context": 9, "author": null}</script>',
        '<script type="application/ld+json">{"@context": {"a": "b", "b": "a"}, "a": 1, "@type": "Article", "url": "http://[bad"}</script>',
        '<i class="hentry"><i class="vcard author"></i><i class="published"></i><i rel="bookmark"></i></i>',
        '<i typeof="Article" about="#a"><i rel="schema:author"><i about="#a" typeof="Person" rel="schema:author"></i></i></i>',
    ],
)
def test_mark_up_without_sense_does_no_harm(read: Reader, body: str) -> None:
    for claim in read(page(body)):
        assert claim.datum.text


@pytest.mark.parametrize("read", [structured.claims, microdata.claims, rdfa.claims, metas.claims])
@pytest.mark.parametrize(
    "piece",
    [
        '<meta property="article:tag" content="x &amp;amp; y">',
        '<i itemprop="author">A &amp; B</i>',
        '<i itemscope itemtype="http://schema.org/Article" itemref="q"><b itemprop="headline">x</b></i>',
        '<i typeof="Article" property="author">x</i>',
        '<i class="hentry"><i class="author vcard">x</i></i>',
        '<script type="application/ld+json">{"@type": "Article", "author": "x"}</script>',
        '<a rel="license" href="/x">x</a>',
    ],
)
def test_many_elements_come_to_an_end(read: Reader, piece: str) -> None:
    whole = page(piece * 20_000)
    assert all(claim.datum.text for claim in read(whole))


# --- values ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Water &amp;amp; mud", "Water & mud"),
        ("The <em>river</em> rises<br>again", "The river rises again"),
        ("How to use <div> and <span>", "How to use <div> and <span>"),
        ("1 < 2 &lt; 3", "1 < 2 < 3"),
        ("a\n b\x00\tc", "a b c"),
    ],
)
def test_values_are_made_plain(text: str, plain: str) -> None:
    assert values.plain(text) == plain


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("river, flood ,, mud", ["river", "flood", "mud"]),
        ("Novak, Marie; Bee, Ann", ["Novak, Marie", "Bee, Ann"]),
        ("river | flood", ["river", "flood"]),
        ("river\nflood", ["river", "flood"]),
        ("rock &amp; roll, mud", ["rock & roll", "mud"]),
        ("", []),
    ],
)
def test_lists_in_one_value_are_taken_apart(text: str, words: list[str]) -> None:
    assert values.keywords(text) == words


@pytest.mark.parametrize(
    ("text", "turned"),
    [("Novak, Marie", "Marie Novak"), ("Marie Novak", "Marie Novak"), ("Novak, M.; Bee, A.", "Novak, M.; Bee, A.")],
)
def test_a_surname_that_comes_first_is_turned_round(text: str, turned: str) -> None:
    assert values.turned(text) == turned
