"""Sources that are broken, cut short or beyond measure: each is built or refused with its place, and nothing hangs."""

from __future__ import annotations

import gzip
import hashlib
import re
from functools import lru_cache
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg import pipeline
from kg.cli import main
from tests.writing import article, tree, write

CREDIT = (
    '<meta name="author" content="Marie Novak"><meta property="og:site_name" content="Example Press">'
    '<meta property="article:published_time" content="2024-05-06">'
)


def page(body: str, head: str = CREDIT, title: str = "A page") -> str:
    return f'<!doctype html>\n<html lang="en"><head><title>{title}</title>{head}</head>\n<body>{body}</body></html>\n'


PARAGRAPH = "<p>The delegates signed it in the morning, and by noon all of them had gone home again, as they said.</p>\n"
# What does not shrink
DULL = "".join(f"<p>{hashlib.sha256(bytes([n])).hexdigest()}</p>" for n in range(30))
STORY = f"<article><h1>A page</h1>{PARAGRAPH * 5}</article>"
RSS = "<rss version='2.0'><channel><title>Example Press</title><language>en</language>"
ITEM = (
    "<item><title>Item {n}</title><author>novak@example.com (Marie Novak)</author>"
    "<pubDate>Mon, 06 May 2024 10:00:00 +0000</pubDate><description>A text of item {n}.</description></item>"
)


def warc(*pages: str) -> bytes:
    records = []
    for number, html in enumerate(pages):
        answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + html.encode()
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.com/{number}\r\nContent-Length: {len(answer)}\r\n"
        )
        records.append(f"{head}\r\n".encode() + answer + b"\r\n\r\n")
    return b"".join(records)


# What is in the file, and what must be said of it: None where it is built without a word
CASES: dict[str, tuple[str, str | bytes, str | None]] = {
    "half a page": (
        "a.html",
        page(STORY).rpartition("</p>")[0] + "</p",
        r"a\.html:\d+:\d+: warning: the page ends in the middle of a tag",
    ),
    "half a post": ("a.md", article()[:60], r"a\.md:1:1: violation: front matter begins here"),
    "half a feed": (
        "a.xml",
        RSS + ITEM.format(n=1) + ITEM.format(n=2)[:-30],
        r"a\.xml:1:\d+: violation: ",
    ),
    "half a WARC": ("a.warc", warc(page(STORY), page(STORY))[:-400], r"a\.warc#?\d*: violation: "),
    "half a packed WARC": ("a.warc.gz", gzip.compress(warc(page(STORY), page(DULL)))[:-400], r"a\.warc\.gz.*: violation: "),
    "half a line of JSON": ("a.jsonl", '{"title": "One", "authors": ["Marie', r"a\.jsonl#1:1:\d+: violation: "),
    "another encoding than declared": (
        "a.html",
        page(STORY.replace("noon", "no\xf6n"), CREDIT + "<meta charset=utf-8>").encode("latin-1"),
        r"a\.html:\d+:\d+: warning: 5 places with bytes that are no utf-8",
    ),
    "deep HTML": ("a.html", page("<div>" * 50_000 + "x"), r"a\.html:3:\d+: violation: .*2,000 deep"),
    "a hundred thousand attributes": (
        "a.html",
        page("<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">x</p>"),
        r"a\.html:3:7: violation: a tag with 100,000 attributes",
    ),
    "a page of ten thousand paragraphs": ("a.html", page(f"<article><h1>A page</h1>{PARAGRAPH * 10_000}</article>"), None),
    "a line of 5 MB": ("a.html", page(f"<article><h1>A page</h1><p>{'word ' * 1_000_000}</p></article>").replace("\n", " "), None),
    "a title of 100 kB": ("a.html", page(STORY.replace("A page", "long " * 20_000), title="long " * 20_000), None),
    "a title of 100 kB in front matter": ("a.md", article(title="long " * 20_000), None),
    "front matter that never closes": ("a.md", "---\ntitle: One\n\nText.\n", r"a\.md:1:1: violation: front matter begins here"),
    "two articles in a page": (
        "a.html",
        page(STORY + STORY.replace("delegates", "ministers").replace("A page", "Another page")),
        None,
    ),
    "JSON-LD that is no JSON": (
        "a.html",
        page(STORY, CREDIT + '\n<script type="application/ld+json">{"@type": "Article", headline: ]</script>'),
        r"a\.html:\d+:\d+: warning: .*JSON",
    ),
    "the year 20190 in a page": (
        "a.html",
        page(STORY, CREDIT.replace("2024-05-06", "20190-05-06") + '<meta name="dcterms.created" content="2024-05-06">'),
        r"a\.html:2:\d+: warning: .*20190-05-06",
    ),
    "the year 20190 in front matter": ("a.md", article(date="20190-05-06"), r"a\.md:5:7: violation: .*20190-05-06"),
    "quotes without end": ("a.html", page('<p title="' + "x" * 100_000), r"a\.html:3:7: warning: the quotes of an attribute"),
    "comments without end": ("a.html", page(STORY + "<!-- " * 50_000), None),
    "a page of NULs": ("a.html", b"<!doctype html>" + b"\0" * 1_000_000, r"a\.html(:\d+)?(:\d+)?: violation: "),
}


_load_tools = lru_cache(pipeline.load_tools)


def call(*arguments: str) -> Result:
    """Run a command in this process; it must not fail in a way of its own."""
    found = CliRunner().invoke(main, arguments)
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exc_info
    return found


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which we stand; the vocabulary is loaded once for all tests."""
    monkeypatch.setattr("kg.pipeline.publishing.load_tools", _load_tools)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", CASES)
def test_a_bad_source_is_built_or_refused_with_its_place(name: str, home: Path) -> None:
    file, body, words = CASES[name]
    write(home / "in", {file: body, "good.md": article(id="good", title="The good one")})
    write(home / "out", {})
    done = call("build", "in", "-o", "out")
    assert done.exit_code == (words is not None and "violation" in words), done.stderr
    assert words is None or re.search(rf"(?m)^in/{words}", done.stderr), done.stderr
    assert bool(tree(home / "out")) == (done.exit_code == 0)


@pytest.mark.parametrize("name", ["half a feed", "half a WARC", "half a packed WARC", "half a line of JSON"])
def test_what_is_whole_before_the_fault_is_kept(name: str, home: Path) -> None:
    file, body, _ = CASES[name]
    whole = '{"title": "Zero", "authors": ["Marie Novak"]}\n' if file.endswith("jsonl") else ""
    write(home, {file: whole + body if isinstance(body, str) else body})
    done = call("read", file)
    assert done.exit_code == 1
    assert done.stdout.count('"title"') == 1


def test_a_text_of_20_mb_is_read_whole(home: Path) -> None:
    text = "Title\nBy Marie Novak\nExample Press, May 6, 2024\n\n" + "One more word. " * 1_400_000
    done = call("read", "--text", str(write(home, {"a.txt": text}) / "a.txt"))
    assert (done.exit_code, done.stdout.strip()) == (0, text.strip())
