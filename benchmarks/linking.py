"""How right and how fast links are: precision, recall and F by type and kind, and articles a second with 200,000 names.

    python benchmarks/linking.py [--data ../shared] [--misses]

Right and wrong are counted on our own annotated texts (`tests/linking/`; those called held-out were written without a look at
the rules) and, where they are beside the project, on annotated news with Wikidata ids, scored by the script that comes with
them: strictly (the very words) and weakly (overlapping words, the same id). A mention counts there only if the vocabulary knows
a Wikidata id of its entity. `--misses` prints what is wrong and what is missing.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import platform
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from kg import linkers, readers, terms, vocabulary
from kg.article import Article, Datum, Record
from kg.vocabulary import Source, Vocabulary

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 5
NAMES = 200_000
LENGTH = 4_000


def load(name: str, path: Path) -> Any:
    """Return a module that stands outside of the packages: the tests' reader of annotated texts, the script that scores."""
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} is no module")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def figures(right: int, wrong: int, missing: int | None) -> str:
    """Return precision, recall and F in percent; precision alone where nobody knows what is missing."""
    if missing is None:
        return f"P {100 * right / max(1, right + wrong):5.1f}   ({right} right, {wrong} wrong)"
    precision, recall = right / max(1, right + wrong), right / max(1, right + missing)
    both = 2 * precision * recall / max(1e-9, precision + recall)
    return (
        f"P {100 * precision:5.1f}  R {100 * recall:5.1f}  F {100 * both:5.1f}   ({right} right, {wrong} wrong, {missing} missing)"
    )


def show_own(words: Vocabulary, misses: bool) -> None:
    """Print the figures of our annotated texts: by file, and over all files by type of entity and by kind of mention."""
    annotated = load("annotated", ROOT / "tests" / "annotated.py")
    by_row: dict[str, Counter[str]] = {}
    lines: list[str] = []

    def count(row: str, what: str) -> None:
        by_row.setdefault(row, Counter())[what] += 1

    for path in sorted(annotated.FOLDER.glob("*.txt")):
        for passage in annotated.passages(path):
            linked = linkers.link(passage.article, words).mentions
            kinds = {(m.begin, m.end, terms.shorten(m.entity)): linkers.RULES[m.rule].kind for m in linked}
            for what, spans in zip(("right", "wrong", "missing"), passage.judge(frozenset(kinds)), strict=True):
                for span in spans:
                    count(f"file {path.stem}", what)
                    count(f"type {span[2].partition(':')[0]}", what)
                    if span in kinds:
                        count(f"kind {kinds[span]}", what)
                    if what != "right":
                        lines.append(f"  {what}: {passage.show(span)}")
    for row, counts in sorted(by_row.items()):
        print(f"{row:>34}  {figures(counts['right'], counts['wrong'], counts['missing'] if 'kind' not in row else None)}")
    if misses:
        print(*lines, sep="\n")


def article(text: str) -> Article:
    """Return an English article of that text."""
    return replace(readers.read(Record("text.txt", "text", text.encode())), language=Datum("en"))


def show_shared(words: Vocabulary, folder: Path) -> None:
    """Print the figures of the annotated news, for states and for everything with an id."""
    scorer = load("score_linking", folder / "score" / "score_linking.py")
    ids = {entity: found for entity in words if (found := words.wikidata(entity))}
    slices = {
        "states": {found for entity, found in ids.items() if terms.STATE in words.types(entity)},
        "all ids": set(ids.values()),
    }
    for path in sorted((folder / "data" / "linking").glob("*.jsonl")):
        documents = scorer.load(str(path))
        found = {name: spans(article(document["text"]), words, ids) for name, document in documents.items()}
        for name, keep in slices.items():
            for weak in (False, True):
                score = scorer.score(documents, found, weak=weak, keep=keep)
                row = f"{path.name.split('.')[0]}, {name}, {'weak' if weak else 'strict'}"
                print(f"{row:>44}  P {score['linking_PRF'][0]:5}  R {score['linking_PRF'][1]:5}  F {score['linking_PRF'][2]:5}")


def spans(source: Article, words: Vocabulary, ids: Mapping[str, str]) -> dict[tuple[int, int], str]:
    """Return what is linked to entities with an id."""
    mentions = linkers.link(source, words).mentions
    return {(m.begin, m.end): ids[m.entity] for m in mentions if m.entity in ids}


def made_up_names(count: int) -> Iterable[str]:
    """Yield names of two or three made-up words, as different as those of people are."""
    chance = random.Random(7)
    syllables = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]
    pool = ["".join(chance.choices(syllables, k=chance.randint(2, 4))).capitalize() for _ in range(25_000)]
    return (" ".join(chance.choices(pool, k=chance.choice((2, 2, 3)))) for _ in range(count))


def write_names(path: Path) -> None:
    """Write a vocabulary of made-up people to a file."""
    names = "".join(f'<https://names.example/{n}> skos:prefLabel "{name}"@en .\n' for n, name in enumerate(made_up_names(NAMES)))
    path.write_text(f"@prefix skos: <{terms.SKOS}> .\n{names}", encoding="utf-8")


def show_speed() -> None:
    """Print how long 200,000 names more take to load, and how many articles are linked a second."""
    annotated = load("annotated", ROOT / "tests" / "annotated.py")
    text = "\n\n".join(p.article.text for path in annotated.FOLDER.glob("*news.txt") for p in annotated.passages(path))
    articles = [article(text[begin : begin + LENGTH]) for begin in range(0, len(text) - LENGTH, LENGTH)]
    with tempfile.TemporaryDirectory() as name:
        os.environ["KG_CACHE"] = name
        path = Path(name) / "names.ttl"
        write_names(path)
        for label, sources in (("shipped", []), (f"shipped and {NAMES:,} names", [Source(path, "person")])):
            for again in ("first time", "from the cache"):
                begin = time.process_time()
                words = vocabulary.load(sources=sources)
                words.matches("", "en", ())
                print(f"{f'load {label}, {again}':>52}  {time.process_time() - begin:6.2f} s")
            best = min(seconds(articles, words) for _ in range(ROUNDS)) / len(articles)
            mentions = sum(len(linkers.link(a, words).mentions) for a in articles) / len(articles)
            row = f"link, {LENGTH / 1000:.0f} kB and {mentions:.0f} mentions an article"
            print(f"{row:>52}  {1 / best:6,.0f} articles/s, {LENGTH / best / 1e6:.1f} MB/s")


def seconds(articles: Iterable[Article], words: Vocabulary) -> float:
    """Return the CPU time for linking the articles once."""
    begin = time.process_time()
    for source in articles:
        linkers.link(source, words)
    return time.process_time() - begin


def main() -> None:
    """Print the figures."""
    arguments = argparse.ArgumentParser(description="precision, recall and speed of links")
    arguments.add_argument("--data", type=Path, default=ROOT.parent / "shared", help="folder with data/linking and score")
    arguments.add_argument("--misses", action="store_true", help="print what is wrong and what is missing")
    chosen = arguments.parse_args()
    words = vocabulary.load()
    print(f"{platform.machine()}, Python {platform.python_version()}, {len(words):,} entities")
    show_own(words, chosen.misses)
    if (chosen.data / "data" / "linking").is_dir():
        show_shared(words, chosen.data)
    else:
        print(f"no annotated news at {chosen.data}: its figures are left out")
    show_speed()


if __name__ == "__main__":
    main()
