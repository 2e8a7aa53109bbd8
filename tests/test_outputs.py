"""The files of a dump: formats by name, packed or not, split or whole."""

from __future__ import annotations

import gzip
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kg
from kg import dataset, exporters, pipeline, rdf
from kg.cli import main
from kg.errors import UsageError
from kg.exporters import PACKINGS, Output, Variant
from tests.conftest import ROOT
from tests.forked import kg as run
from tests.strategies import RDF_FORMATS, Triple, read_with_pyoxigraph, read_with_rdflib
from tests.writing import names, tree

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

UNPACK: Mapping[str, Callable[[bytes], bytes]] = {"": bytes, ".gz": gzip.decompress, ".zst": zstd.decompress}
ALL = tuple(name + packing for name in (*RDF_FORMATS, "csv") for packing in PACKINGS)
# Five articles: in two languages, with front matter and without, two of them in one file
EXAMPLES = [
    ROOT / "examples" / name for name in ("climate-pledges.md", "desarme-nuclear.md", "antarctica-notes.txt", "short-notes.xml")
]


@pytest.fixture(autouse=True, scope="module")
def _tools_once() -> Iterator[None]:
    """Load vocabulary and shapes once for all builds of this module: no format needs others."""
    tools = pipeline.load_tools(kg.Config(), "fast")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kg.pipeline.publishing.load_tools", lambda config, *given, **named: replace(tools, config=config))
        yield


# --- names -----------------------------------------------------------------------------------------------------------------
def test_a_name_says_format_and_packing_and_csv_is_all_tables() -> None:
    assert exporters.variants("turtle.gz") == (Variant("turtle", ".gz"),)
    tables = ("articles", "people", "mentions", "citations")
    assert exporters.variants("csv.zst") == tuple(Variant(f"csv:{table}", ".zst") for table in tables)
    assert exporters.variants("csv:people") == (Variant("csv:people"),)
    assert [variant.file_name() for variant in exporters.variants("csv")] == [f"{table}.csv" for table in tables]


def test_what_is_named_twice_is_written_once() -> None:
    assert exporters.all_variants(["csv:people", "csv", "csv:people"])[0] == Variant("csv:people")
    assert len(exporters.all_variants(["csv:people", "csv", "csv:people"])) == 4


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("turtel", "'turtle'"),
        ("turtle.gzip", "'turtle.gz'"),
        ("json-ld", "'jsonld'"),
        ("csv:mention", "'csv:mentions'"),
        ("nquads.zstd", "'nquads.zst'"),
    ],
)
def test_a_wrong_name_is_told_the_nearest_right_one(name: str, hint: str) -> None:
    with pytest.raises(UsageError, match=f"unknown format '{name}'; did you mean {hint}"):
        exporters.variants(name)
    with pytest.raises(UsageError, match=f"did you mean {hint}"):
        kg.Config(formats=(name,)).override()


@pytest.mark.parametrize("name", ["", ".gz", "turtle.gz.zst", "turtle.", "csv.", "pdf", "csv:"])
def test_other_names_are_unknown(name: str) -> None:
    with pytest.raises(UsageError, match="unknown format"):
        exporters.variants(name)


# --- packing ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("packing", PACKINGS)
@settings(max_examples=20, deadline=None)
@given(pieces=st.lists(st.binary(max_size=200)))
def test_what_is_packed_in_pieces_is_unpacked_as_it_was(packing: str, pieces: list[bytes]) -> None:
    def packed(pieces: Iterable[bytes]) -> bytes:
        packer = PACKINGS[packing]()
        return b"".join([*map(packer.compress, pieces), packer.flush()])

    assert UNPACK[packing](packed(pieces)) == b"".join(pieces)
    assert packed(pieces) == packed(pieces)


def test_gzip_tells_no_time_no_name_and_no_system() -> None:
    packer = PACKINGS[".gz"]()
    assert (packer.compress(b"x") + packer.flush())[:10] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"


# --- a dump in every format ------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("outputs") / "dump"
    assert pipeline.publish(EXAMPLES, folder, kg.Config(formats=ALL)).published
    return folder


@pytest.fixture(scope="module")
def split(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("outputs") / "split"
    config = kg.Config(formats=(*RDF_FORMATS, "nquads.gz", "csv"), shard_size=2)
    assert pipeline.publish(EXAMPLES, folder, config).published
    return folder


@pytest.fixture(scope="module")
def triples(dump: Path) -> set[Triple]:
    return read_with_pyoxigraph((dump / "articles.nq").read_text("utf-8"), "nquads")


@pytest.mark.parametrize("packing", [".gz", ".zst"])
def test_a_packed_file_is_the_plain_one(dump: Path, packing: str) -> None:
    packed = [path for path in dump.iterdir() if path.suffix == packing]
    assert len(packed) == len(RDF_FORMATS) + len(exporters.NAMES["csv"])
    for path in packed:
        assert UNPACK[packing](path.read_bytes()) == path.with_suffix("").read_bytes(), path.name


def test_what_is_only_packed_stands_beside_the_plain_quads(dump: Path, tmp_path: Path) -> None:
    pipeline.publish(EXAMPLES, tmp_path / "dump", kg.Config(formats=("turtle.zst", "nquads.gz", "csv:people")))
    mine = {name: body for name, body in tree(tmp_path / "dump").items() if name.startswith(("articles", "people"))}
    assert sorted(mine) == ["articles.nq", "articles.nq.gz", "articles.ttl.zst", "people.csv"]
    assert mine == {name: (dump / name).read_bytes() for name in mine}


def test_the_manifest_knows_every_file(dump: Path, split: Path) -> None:
    for folder in (dump, split):
        files = json.loads((folder / "manifest.json").read_bytes())["files"]
        assert sorted([*files, "manifest.json"]) == names(folder)
        assert {name: row["sha256"] for name, row in files.items()} == {name: dataset.sha256(folder / name) for name in files}
        assert all(row["bytes"] == (folder / name).stat().st_size for name, row in files.items())
        about = (folder / "dataset.ttl").read_text("utf-8")
        assert all(row["sha256"] in about for name, row in files.items() if name.startswith("articles"))


# --- a dump in several files -------------------------------------------------------------------------------------------------
def shards(folder: Path, format: str) -> list[Path]:
    form = exporters.FORMATS[format]
    return sorted(folder.glob(f"{form.stem}-*{form.suffix}"))


@pytest.mark.parametrize("format", [name for name in RDF_FORMATS if name != "nquads"])
def test_each_of_several_files_is_read_by_itself_and_together_they_are_the_graph(
    format: str, split: Path, triples: set[Triple]
) -> None:
    paths = shards(split, format)
    suffix = exporters.FORMATS[format].suffix
    assert [path.name.removesuffix(suffix) for path in paths] == [
        f"articles-{part}" for part in ("00001", "00002", "00003", "shared")
    ]
    parts = [read_with_pyoxigraph(path.read_text("utf-8"), format) for path in paths]
    assert set.union(*parts) == triples
    assert not (split / f"articles{suffix}").exists()
    assert [sum(o == "<https://schema.org/Article>" for _, _, o in part) for part in parts] == [2, 2, 1, 0]
    if format == "turtle":
        assert sum(map(len, parts)) == len(triples), "no statement stands in two files"
        assert read_with_rdflib(paths[0].read_text("utf-8"), format) == parts[0]


def test_the_plain_quads_stay_whole_and_packed_ones_are_split(split: Path, dump: Path) -> None:
    assert (split / "articles.nq").read_bytes() == (dump / "articles.nq").read_bytes()
    parts = [gzip.decompress((split / f"articles-{part}.nq.gz").read_bytes()) for part in ("00001", "00002", "00003", "shared")]
    assert b"".join(parts) == (split / "articles.nq").read_bytes()


def test_tables_are_split_with_their_articles_and_people_are_one_table(split: Path, dump: Path) -> None:
    for table in ("articles", "mentions", "citations"):
        bodies = [path.read_bytes().partition(b"\r\n") for path in shards(split, f"csv:{table}")]
        assert len(bodies) == 3
        assert b"".join([bodies[0][0], b"\r\n", *(rows for _, _, rows in bodies)]) == (dump / f"{table}.csv").read_bytes()
    assert (split / "people.csv").read_bytes() == (dump / "people.csv").read_bytes()


def test_a_split_dump_is_the_same_in_two_builds_and_is_ours(split: Path, tmp_path: Path) -> None:
    config = kg.Config(formats=(*RDF_FORMATS, "nquads.gz", "csv"), shard_size=2)
    for _ in range(2):
        assert pipeline.publish(EXAMPLES, tmp_path / "split", config).published
        assert tree(tmp_path / "split") == tree(split)
    assert dataset.strangers(split) == []
    assert list(dataset.changed_files(split)) == []


def test_a_file_of_a_split_dump_that_was_changed_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "dump"
    pipeline.publish([ROOT / "examples" / "climate-pledges.md"], folder, kg.Config(formats=("turtle", "csv.gz"), shard_size=1))
    (folder / "articles-00001.ttl").write_text("# gone\n")
    (folder / "mentions-00001.csv.gz").unlink()
    assert [finding.place.source for finding in dataset.changed_files(folder)] == [
        str(folder / "articles-00001.ttl"),
        str(folder / "mentions-00001.csv.gz"),
    ]


@settings(max_examples=30, deadline=None)
@given(pieces=st.lists(st.sampled_from([b"", b"<urn:a> <urn:b> <urn:c> .\n"]), min_size=1), most=st.integers(1, 4))
def test_each_file_holds_so_many_articles_and_the_last_one_the_rest(
    pieces: list[bytes], most: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("parts")
    output = Output(folder, Variant("ntriples"), most)
    for piece in pieces:
        output.add(piece)
    output.share(b"<urn:s> <urn:b> <urn:c> .\n")
    written = output.end(defaultdict(set, {"<urn:t>": {("<urn:b>", "<urn:c>")}}))
    parts = [pieces[begin : begin + most] for begin in range(0, len(pieces), most)]
    assert [(folder / f"articles-{number:05}.nt").read_bytes() for number in range(1, len(parts) + 1)] == list(map(b"".join, parts))
    assert (folder / "articles-shared.nt").read_text().splitlines() == ["<urn:s> <urn:b> <urn:c> .", "<urn:t> <urn:b> <urn:c> ."]
    assert sorted(written) == names(folder)


# --- kg export -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ALL)
def test_export_writes_what_a_build_writes(name: str, dump: Path) -> None:
    found: dict[str, bytes] = {}
    for file, body in exporters.export_source(dump, name):
        found[file] = found.get(file, b"") + body
    assert found == {variant.file_name(): (dump / variant.file_name()).read_bytes() for variant in exporters.variants(name)}


def test_export_prints_packed_bytes_and_writes_tables_into_a_folder(dump: Path, tmp_path: Path) -> None:
    packed = run("export", dump, "-f", "turtle.zst", cwd=tmp_path)
    assert (packed.returncode, packed.stderr) == (0, b"")
    assert packed.stdout == (dump / "articles.ttl.zst").read_bytes()
    assert run("export", dump, "-f", "csv.gz", "-o", "tables/all", cwd=tmp_path).returncode == 0
    assert names(tmp_path / "tables" / "all") == [f"{table}.csv.gz" for table in ("articles", "citations", "mentions", "people")]
    assert (tmp_path / "tables/all/people.csv.gz").read_bytes() == (dump / "people.csv.gz").read_bytes()
    one = run("export", dump, "-f", "csv:people", "-o", "people.csv", cwd=tmp_path)
    assert (one.returncode, (tmp_path / "people.csv").read_bytes()) == (0, (dump / "people.csv").read_bytes())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("-f csv", "kg: csv is several files: name a folder (-o), or one of them, such as csv:mentions\n"),
        ("-f csv -o people.csv", "kg: people.csv: this is a file, and several are to be written: name a folder\n"),
        ("-f turtle.gzip", "kg: unknown format 'turtle.gzip'; did you mean 'turtle.gz'?\n"),
    ],
)
def test_an_export_that_cannot_be_is_wrong_usage(words: str, message: str, dump: Path, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("old")
    done = run("export", dump, *words.split(), cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.decode()) == (2, b"", message)
    assert names(tmp_path) == ["people.csv"]


def test_the_options_are_in_the_help_of_build() -> None:
    context = main.make_context("kg", ["build"], resilient_parsing=True)
    options = {option for parameter in main.get_command(context, "build").params for option in parameter.opts}  # type: ignore[union-attr]
    assert {"--format", "--shard-size"} <= options


def test_packed_turtle_is_read_again(dump: Path) -> None:
    assert {s[:3] for s in rdf.read(dump / "articles.ttl.gz")} == {s[:3] for s in rdf.read(dump / "articles.ttl")}
