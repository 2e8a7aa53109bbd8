"""Where CI meets `kg`: the steps of the Action, the hooks and the commands of docs/ci.md run as they stand."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests import forked
from tests.conftest import ROOT
from tests.test_docs import commands, pattern
from tests.writing import SAFETY, article, names, run, write

ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}
DOCUMENT = (ROOT / "docs" / "ci.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## (.*)\n((?:(?!## ).*\n)*)", DOCUMENT, re.MULTILINE))
EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
BASH = shutil.which("bash") or ""
in_bash = pytest.mark.skipif(os.name == "nt" or not BASH, reason="needs bash, and programs that are scripts")
COMPLETE = {"abstract": "One more.", "themes": "[arms control]"}
SHAPE_FAULT = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n<urn:x:shape> a sh:NodeShape\n"


def steps() -> dict[str, dict[str, Any]]:
    """Return the steps of the Action by name."""
    return {step["name"]: step for step in ACTION["runs"]["steps"]}


def blocks(text: str, language: str) -> list[str]:
    """Return the blocks of code in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def program(path: Path, text: str) -> Path:
    """Write a program for bash and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!{BASH}\n{text}", "utf-8")
    path.chmod(0o755)
    return path


# --- action.yml -------------------------------------------------------------------------------------------------------------
def test_every_input_and_output_of_the_action_is_described_here_and_in_the_document() -> None:
    table = SECTIONS["GitHub Action"]
    for name, given in {**ACTION["inputs"], **ACTION["outputs"]}.items():
        assert given["description"], name
        assert f"`{name}`" in table, name
    for name, given in ACTION["inputs"].items():
        assert isinstance(given.get("default", ""), str), f"{name}: a default is a text, quoted where it looks like something else"
        assert given.get("required", False) != ("default" in given), name


def test_every_input_is_used_and_every_expression_names_something_that_exists() -> None:
    text = (ROOT / "action.yml").read_text("utf-8")
    assert set(re.findall(r"\binputs\.([\w-]+)", text)) == set(ACTION["inputs"])
    ids = {step["id"] for step in ACTION["runs"]["steps"] if "id" in step}
    assert {name for name, _ in re.findall(r"\bsteps\.([\w-]+)\.outputs\.([\w-]+)", text)} <= ids
    assert {expression.partition(".")[0] for expression in EXPRESSION.findall(text)} == {"inputs", "steps"}


def test_no_value_becomes_part_of_a_script() -> None:
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step.get("run", ""), "a value goes through env"
        assert step.get("shell", "bash") == "bash"
        for variable in step.get("env", {}):
            assert re.search(rf"\b{variable}\b", step["run"]) or variable == "INPUT_ANNOTATIONS"


def test_the_scripts_keep_to_the_bash_of_macos() -> None:
    newer = r"\bmapfile\b|\breadarray\b|\bdeclare -A|\$\{\w+@|\$\{\w+(,,|\^\^)|\|&|&>>|\bcoproc\b|\bglobstar\b|\$\{\w+\[-"
    for step in ACTION["runs"]["steps"]:
        assert not re.search(newer, step.get("run", ""))


def test_the_result_is_uploaded_even_when_the_step_failed_but_only_if_there_is_one() -> None:
    upload = steps()["Upload SARIF"]
    assert upload["if"] == "always() && inputs.upload-sarif == 'true' && steps.validate.outputs.sarif != ''"
    assert upload["with"]["sarif_file"] == "${{ steps.validate.outputs.sarif }}"


# --- its steps, as the runner runs them -------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Outcome:
    """What a step left behind: its exit code, its log, its outputs, its summary."""

    code: int
    log: str
    outputs: Mapping[str, str]
    summary: str

    @property
    def commands(self) -> list[str]:
        """What the runner obeys in the log: no line between `stop-commands` and its token; `##[` counts wherever it stands."""
        obeyed, token = [], None
        for line in self.log.splitlines():
            if token:
                token = None if line.strip() == f"::{token}::" else token
            elif found := re.fullmatch(r"::stop-commands::(.+)", line):
                token = found[1]
            elif line.lstrip().startswith("::") or "##[" in line:
                obeyed.append(line)
        assert token is None, "the runner obeys again at the end"
        return obeyed


@pytest.fixture(scope="module")
def real_kg() -> Iterator[str]:
    """The beginning of a command line that is the real `kg`, as bash reads it."""
    with forked.asked_for() as words:
        yield shlex.join(words)


@pytest.fixture
def workspace(tmp_path: Path, real_kg: str) -> Path:
    """A checkout, with a name that needs quotes, and what the runner has beside it: a Python that has `kg`, too."""
    for name in ("temp dir", "it's a workspace"):
        (tmp_path / name).mkdir()
    own = f'if [ "$2" != -m ]; then exec {shlex.quote(sys.executable)} "$@"; fi\n'
    program(tmp_path / "own python", f'{own}[ "$1 $3" = "-P kg" ] || exit 70\nshift 3\nexec {real_kg} "$@"\n')
    return tmp_path / "it's a workspace"


def step(name: str, workspace: Path, outputs: Mapping[str, str], inputs: Mapping[str, str]) -> Outcome:
    """Run a step of the Action as it stands, with what earlier steps gave (`steps.ID.outputs.NAME`)."""
    assert inputs.keys() <= ACTION["inputs"].keys()
    values = {f"inputs.{key}": inputs.get(key, given.get("default", "")) for key, given in ACTION["inputs"].items()} | dict(outputs)
    found = steps()[name]

    def filled(text: str) -> str:
        return EXPRESSION.sub(lambda expression: values[expression[1]], text)

    temp = workspace.parent / "temp dir"
    files = {variable: temp / variable for variable in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for file in files.values():
        file.write_text("", "utf-8")
    script = temp / "script.sh"
    script.write_text(found["run"], "utf-8")
    done = run(
        [BASH, "--noprofile", "--norc", "-eo", "pipefail", str(script)],
        workspace / filled(found.get("working-directory", ".")),
        {
            **{variable: filled(text) for variable, text in found.get("env", {}).items()},
            **{variable: str(file) for variable, file in files.items()},
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_WORKSPACE": str(workspace),
            "RUNNER_TEMP": str(temp),
        },
    )
    rows = files["GITHUB_OUTPUT"].read_text("utf-8").splitlines()
    said = dict(row.split("=", 1) for row in rows)
    return Outcome(done.returncode, done.stdout + done.stderr, said, files["GITHUB_STEP_SUMMARY"].read_text("utf-8"))


def validate(workspace: Path, python: Path | None = None, **inputs: str) -> Outcome:
    """Run the step that validates, with the `kg` of this environment; `_` stands for the hyphen of an input's name."""
    python = python or workspace.parent / "own python"
    given = {name.replace("_", "-"): value for name, value in inputs.items()}
    outcome = step("Validate", workspace, {"steps.install.outputs.python": str(python)}, given)
    assert "Traceback" not in outcome.log
    return outcome


def recorder(workspace: Path) -> Path:
    """Return a Python that notes the arguments of `kg` and does nothing else with them."""
    noted = shlex.quote(str(workspace.parent / "arguments"))
    real = shlex.quote(sys.executable)
    return program(
        workspace.parent / "bin" / "python",
        f'if [ "$2" != -m ]; then exec {real} "$@"; fi\nshift 4\nprintf "%s\\0" "$@" > {noted}\n',
    )


def arguments(workspace: Path, **inputs: str) -> list[str]:
    """Return what the step hands to `kg validate`, without the reports that it always asks for."""
    outcome = validate(workspace, recorder(workspace), **inputs)
    assert outcome.code == 0
    noted = (workspace.parent / "arguments").read_text("utf-8").split("\0")[:-1]
    return [argument for argument in noted if not re.match(r"--report=(text$|(github|markdown|sarif)=.*/kg-\d+-\d+/)", argument)]


def installed(workspace: Path, **inputs: str) -> tuple[Outcome, list[str]]:
    """Run the step that installs, with a Python that only notes what it is asked; return also what was noted, a call a line."""
    noted = shlex.quote(str(workspace.parent / "calls"))
    fake = program(
        workspace.parent / "bin" / "python3",
        f'printf "<%s>" "$@" >> {noted}\necho >> {noted}\n'
        f'if [ "$2" = venv ]; then mkdir -p "$3/${{LAYOUT:-bin/python}}"; rmdir "$3/${{LAYOUT:-bin/python}}"; '
        f'cp "$0" "$3/${{LAYOUT:-bin/python}}"; fi\n',
    )
    outcome = step("Install kg", workspace, {"steps.python.outputs.python-path": str(fake)}, inputs)
    calls = workspace.parent / "calls"
    return outcome, calls.read_text("utf-8").splitlines() if calls.exists() else []


@in_bash
def test_kg_is_installed_from_beside_the_action_into_an_environment_of_its_own(workspace: Path) -> None:
    outcome, calls = installed(workspace)
    home = workspace.parent / "temp dir" / "kg-venv"
    assert (outcome.code, outcome.outputs) == (0, {"python": str(home / "bin" / "python")})
    assert calls == [f"<-m><venv><{home}>", f"<-m><pip><install><--quiet><--disable-pip-version-check><--><{ROOT}>"]


@in_bash
def test_optional_parts_are_installed_too(workspace: Path) -> None:
    assert installed(workspace, extras="pdf,ner")[1][-1].endswith(f"<--><{ROOT}[pdf,ner]>")


@in_bash
def test_other_requirements_are_taken_a_line_each_as_they_stand(workspace: Path) -> None:
    outcome, calls = installed(workspace, install="article-kg[pdf] == 0.1\r\n\n  \n--index-url=x $(touch pwned)\n./a b.whl")
    assert outcome.code == 0
    assert calls[-1].endswith("<--><article-kg[pdf] == 0.1><--index-url=x $(touch pwned)><./a b.whl>")
    assert names(workspace) == []


@in_bash
def test_extras_beside_other_requirements_are_refused(workspace: Path) -> None:
    outcome, calls = installed(workspace, install="x", extras="pdf")
    message = "::error title=kg::The inputs install and extras do not go together: name the extras in install."
    assert (outcome.code, outcome.commands, calls) == (2, [message], [])


@in_bash
def test_the_python_of_windows_stands_in_another_folder(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAYOUT", "Scripts/python.exe")
    outcome, _ = installed(workspace)
    assert outcome.outputs == {"python": str(workspace.parent / "temp dir" / "kg-venv" / "Scripts" / "python.exe")}


@in_bash
def test_targets_alone_are_all_that_must_be_given(workspace: Path) -> None:
    assert arguments(workspace, targets="articles") == ["--engine=auto", "--", "articles"]


@in_bash
def test_every_input_becomes_its_option(workspace: Path) -> None:
    found = arguments(
        workspace,
        targets="articles\ndata/people.ttl\n",
        shapes="one.ttl\ntwo.ttl",
        only_shapes="true",
        strict="true",
        engine="fast",
        baseline="known.json",
        expect="a.rq\nb.rq",
        args="--timeout=5\n--details",
    )
    options = ["--shapes=one.ttl", "--shapes=two.ttl", "--expect=a.rq", "--expect=b.rq", "--engine=fast", "--baseline=known.json"]
    assert found == [*options, "--only-shapes", "--strict", "--timeout=5", "--details", "--", "articles", "data/people.ttl"]


HOSTILE = [
    "a name with spaces.md",
    'it\'s "quoted" `touch pwned`.md',
    "$(touch pwned); touch pwned & $HOME | cat",
    "-o=pwned",
    "--update-baseline=pwned",
    "*",
    "  \\n%0A::error::x",
    "'; touch pwned; '",
    "${{ inputs.targets }}",
    "Ελληνικά 文.md",
]


@in_bash
def test_hostile_values_reach_kg_as_they_are_and_nothing_else_happens(workspace: Path) -> None:
    lines = "\r\n".join(HOSTILE) + "\n\n   \n"
    found = arguments(workspace, targets=lines, shapes=lines, expect=lines, baseline=HOSTILE[2], engine=HOSTILE[1])
    shapes, expect = ([f"--{name}={line}" for line in HOSTILE] for name in ("shapes", "expect"))
    assert found == [*shapes, *expect, f"--engine={HOSTILE[1]}", f"--baseline={HOSTILE[2]}", "--", *HOSTILE]
    assert names(workspace) == []
    assert arguments(workspace, targets="x", args=lines) == ["--engine=auto", *HOSTILE, "--", "x"]
    assert names(workspace) == []


@in_bash
@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"targets": " \n\n"}, "targets names nothing to check"),
        ({"targets": "a", "sarif": "a\nviolations=0"}, "sarif takes one line"),
        ({"targets": "a", "baseline": "a\nb"}, "baseline takes one line"),
        ({"targets": "a", "strict": "yes"}, "strict is true or false"),
        ({"targets": "a", "upload_sarif": "True\n::error::x"}, "upload-sarif is true or false"),
    ],
)
def test_inputs_that_make_no_sense_are_refused_before_kg_runs(workspace: Path, inputs: dict[str, str], message: str) -> None:
    outcome = validate(workspace, recorder(workspace), **inputs)
    assert (outcome.code, outcome.outputs) == (2, {"conforms": "false"})
    assert outcome.commands == [f"::error title=kg::The input {message}."]
    assert not (workspace.parent / "arguments").exists()


# --- the step with the real kg ----------------------------------------------------------------------------------------------
@in_bash
def test_faults_are_told_in_every_way_and_then_the_step_fails(workspace: Path) -> None:
    shutil.copytree(ROOT / "examples-faulty", workspace / "my articles")
    outcome = validate(workspace, targets="my articles", sarif="out/kg results.sarif", engine="fast")
    assert outcome.code == 1
    expected = {"conforms": "false", "exit-code": "1", "violations": "4", "warnings": "0", "sarif": "out/kg results.sarif"}
    assert outcome.outputs == expected
    assert next(line for line in outcome.commands if line.startswith("::error ")) == (
        "::error file=my articles/impossible-date.md,line=5,endLine=5,col=7,endColumn=17::"
        "'2023-02-30' is no date: no such day: February 2023 has 28 days, not 30"
    )
    assert len(outcome.commands) == 6
    assert "my articles/impossible-date.md:5:7: violation: '2023-02-30' is no date" in outcome.log
    assert "4 violations, 2 infos in 2 files" in outcome.log
    assert "| violation | `my articles/impossible-date.md:5:7` |" in outcome.summary
    log = json.loads((workspace / "out" / "kg results.sarif").read_text("utf-8"))
    assert [result["level"] for result in log["runs"][0]["results"]].count("error") == 4


@in_bash
def test_without_faults_the_step_passes(workspace: Path) -> None:
    write(workspace, {"articles/a.md": article(**COMPLETE)})
    outcome = validate(workspace, targets="articles", upload_sarif="true", summary="false", annotations="false", engine="fast")
    sarif = outcome.outputs["sarif"]
    assert (outcome.code, outcome.commands, outcome.summary) == (0, [], "")
    assert outcome.outputs == {"conforms": "true", "exit-code": "0", "violations": "0", "warnings": "0", "sarif": sarif}
    assert json.loads(Path(sarif).read_text("utf-8"))["version"] == "2.1.0"
    assert names(workspace) == ["articles"]


@in_bash
def test_in_another_folder_places_are_named_from_the_root_of_the_workspace(workspace: Path) -> None:
    write(
        workspace,
        {"the press/a,b: c.md": article(date="2023-02-30"), "the press/kg.toml": "", "bad.md": article(date="2023-02-31")},
    )
    outcome = validate(workspace, targets="a,b: c.md\n../bad.md", engine="fast", working_directory="the press", sarif="kg.sarif")
    assert (outcome.code, outcome.outputs["sarif"]) == (1, "the press/kg.sarif")
    places = [line.partition(",line=")[0] for line in outcome.commands if line.startswith("::error ")]
    assert places == ["::error file=the press/a%2Cb%3A c.md", "::error file=bad.md"]
    run_ = json.loads((workspace / "the press" / "kg.sarif").read_text("utf-8"))["runs"][0]
    uris = [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in run_["results"]]
    assert set(uris) == {"the%20press/a%2Cb%3A%20c.md", (workspace / "bad.md").as_uri()}
    assert run_["originalUriBaseIds"] == {"%SRCROOT%": {"description": {"text": "The workspace."}}}


@in_bash
def test_no_article_commands_the_runner(workspace: Path) -> None:
    title = '"##[add-mask]e %0A::error::x ::set-output name=conforms::true"'
    write(workspace, {"::warning::x.md": article(title, date="2023-02-30"), "b ##[error]c.md": article(title, author=None)})
    outcome = validate(workspace, targets="::warning::x.md\nb ##[error]c.md", args="--details", engine="fast")
    assert outcome.code == 1
    assert [re.sub(r",line=.*", "", line) for line in outcome.commands if not line.startswith("::notice ")] == [
        "::error file=%3A%3Awarning%3A%3Ax.md",
        r"::error file=b #\u0023[error]c.md",
    ]


@in_bash
def test_shapes_that_cannot_be_used_are_annotated_where_they_are_wrong(workspace: Path) -> None:
    write(workspace, {"in here/shapes.ttl": SHAPE_FAULT, "in here/a.ttl": "<urn:x:a> <urn:x:b> 1 .\n"})
    outcome = validate(workspace, targets="a.ttl", shapes="shapes.ttl", working_directory="in here", sarif="kg.sarif")
    assert (outcome.code, outcome.summary) == (1, "")
    assert outcome.outputs == {"conforms": "false", "exit-code": "1"}
    assert len(outcome.commands) == 1
    assert outcome.commands[0].startswith("::error file=in here/shapes.ttl,line=")
    assert names(workspace / "in here") == ["a.ttl", "shapes.ttl"]


@in_bash
def test_a_target_that_does_not_exist_is_wrong_usage_and_an_old_sarif_file_is_not_taken_for_new(workspace: Path) -> None:
    write(workspace, {"kg.sarif": "old"})
    outcome = validate(workspace, targets="$(touch pwned)", sarif="kg.sarif")
    assert (outcome.code, outcome.outputs) == (2, {"conforms": "false", "exit-code": "2"})
    assert len(outcome.commands) == 1
    assert re.fullmatch(r"::error title=kg::.*\$\(touch pwned\).* does not exist\.", outcome.commands[0])
    assert names(workspace) == ["kg.sarif"]


# --- what comes after -------------------------------------------------------------------------------------------------------
def outcome_script() -> Any:
    """Return the program that the Action ends with, as a module."""
    spec = importlib.util.spec_from_file_location("outcome", ROOT / ".github" / "outcome.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_summary_that_is_too_long_ends_at_a_line_and_says_so() -> None:
    script = outcome_script()
    row = f"| {'ä' * 100} |\n"
    short = script.shortened(row * 10_000)
    assert len(short.encode()) <= 1_048_576
    assert short == row * short.count(row) + script.CUT
    assert script.shortened(row) == row


def test_a_run_that_says_nothing_is_an_error_all_the_same() -> None:
    script = outcome_script()
    expected = ["::error title=kg::kg came to no report (exit code 137); the log of this step says why."]
    assert list(script.refusals("", "137", ".")) == expected
    assert list(script.refusals("Killed\n", "137", ".")) == expected


def test_of_many_refusals_as_many_are_annotated_as_are_shown() -> None:
    script = outcome_script()
    lines = "\n".join(f"kg: C:\\a b\\s,{n}.ttl:{n}:2: 100% wrong" for n in range(1, 50))
    found = list(script.refusals(lines, "1", "sub"))
    assert len(found) == 10
    assert found[0] == "::error file=C%3A\\a b\\s%2C1.ttl,line=1,col=2::100%25 wrong"


# --- pre-commit -------------------------------------------------------------------------------------------------------------
@pytest.fixture
def home(tmp_path: Path, real_kg: str) -> Path:
    """A folder in which to stand, with `kg` and a `pip` that does nothing to be found."""
    program(tmp_path / "bin" / "kg", f'exec {real_kg} "$@"\n')
    program(tmp_path / "bin" / "pip", 'printf "<%s>" "$@" >> "$PIP_CALLS"\n')
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def in_home(home: Path, script: str) -> subprocess.CompletedProcess[str]:
    """Run a script in the folder, as a CI does: it ends with its first command that fails."""
    path = os.pathsep.join([str(home.parent / "bin"), os.environ["PATH"]])
    done = run(
        [BASH, "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        home,
        {"PATH": path, "PIP_CALLS": str(home.parent / "calls")},
    )
    assert "Traceback" not in done.stderr
    return done


def hook(home: Path, name: str, *files: str, args: list[str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a hook as pre-commit does: entry, arguments, files."""
    words = [*shlex.split(HOOKS[name]["entry"]), *(args or HOOKS[name]["args"]), *files]
    return in_home(home, shlex.join(words))


def test_every_hook_says_what_it_does_on_which_files_and_ends_its_options() -> None:
    for given in HOOKS.values():
        assert given["description"]
        assert given["language"] == "python"
        assert given["require_serial"] is True
        assert given["args"][-1] == "--"
        assert "files" in given or "types_or" in given
        assert f"`{given['id']}`" in SECTIONS["pre-commit"]


def test_the_rdf_hook_takes_every_ending_that_is_of_rdf_alone() -> None:
    from kg import rdf

    taken = re.compile(HOOKS["kg-validate-rdf"]["files"])
    assert {ending for ending in rdf.SUFFIXES if not taken.search(f"a{ending}")} == {".json", ".xml"}
    assert not taken.search("a.md")


@in_bash
def test_the_hook_for_articles_names_the_fault_at_its_line(home: Path) -> None:
    write(home, {"a good one.md": article(), "-o.md": article(date="2023-02-30")})
    done = hook(home, "kg-validate", "a good one.md", "-o.md")
    assert done.returncode == 1
    assert re.findall("^(.*): violation: ", done.stdout, re.MULTILINE) == ["-o.md:5:7"]


@in_bash
def test_the_hook_for_rdf_names_the_line_of_a_syntax_error_and_checks_the_other_files(home: Path) -> None:
    shapes = (
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n<urn:x:shape> a sh:NodeShape ; sh:targetSubjectsOf <urn:x:p> ;\n"
        '  sh:property [ sh:path <urn:x:p> ; sh:maxCount 1 ; sh:message "one p" ] .\n'
    )
    write(home, {"shapes.ttl": shapes, "bad.ttl": "<urn:x:a> <urn:x:p>\n"})
    write(home, {"two.ttl": "<urn:x:a> <urn:x:p> 1, 2 .\n", "good.ttl": "<urn:x:a> <urn:x:p> 1 .\n"})
    args = yaml.safe_load(blocks(SECTIONS["pre-commit"], "yaml")[0])["repos"][0]["hooks"][1]["args"]
    done = hook(home, "kg-validate-rdf", "bad.ttl", "two.ttl", "good.ttl", args=args)
    assert done.returncode == 1
    assert re.findall("^(.*): violation: ", done.stdout, re.MULTILINE) == ["bad.ttl:2:1", "two.ttl:1:21"]


@in_bash
def test_the_hook_for_vocabularies_names_the_line(home: Path) -> None:
    skos = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
    write(home, {"a.ttl": f'{skos}<urn:x:a> a skos:Concept ; skos:prefLabel "Quokkas"@en .\n', "b.ttl": f"{skos}<urn:x:a> a\n"})
    done = hook(home, "kg-vocabulary-check", "a.ttl", "b.ttl")
    assert done.returncode == 1
    assert set(re.findall(r"(\w\.ttl):\d", done.stdout + done.stderr)) == {"b.ttl"}


# --- docs/ci.md -------------------------------------------------------------------------------------------------------------
@pytest.fixture
def project(home: Path) -> Path:
    """A project such as the document speaks of."""
    write(home / "articles", {f"{n}.md": article(f"Part {n}", id=f"part-{n}", **COMPLETE) for n in range(2)})
    shutil.copytree(ROOT / "docs" / "expectations", home / "expectations")
    return write(home, {"data/a.ttl": "<urn:x:a> <urn:x:p> 1 .\n", "shapes.ttl": (ROOT / "shapes" / "person.ttl").read_bytes()})


@in_bash
def test_the_recipe_for_any_ci_runs_as_it_stands(project: Path) -> None:
    recipe, own = blocks(SECTIONS["Any CI"], "sh")
    done = in_home(project, recipe)
    assert (done.returncode, (project.parent / "calls").read_text("utf-8")) == (
        0,
        "<install><article-kg @ git+https://github.com/OWNER/kg@v0>",
    )
    assert {"kg.sarif", "kg-junit.xml"} <= set(names(project))
    assert in_home(project, own).returncode == 0


@in_bash
def test_the_recipe_for_a_release_runs_as_it_stands_and_misses_what_is_expected_and_not_there(project: Path) -> None:
    (recipe,) = blocks(SECTIONS["A release"], "sh")
    done = in_home(project, recipe)
    assert done.returncode == 1
    assert [line for line in done.stdout.splitlines() if "violation" in line] == [
        "expectations/at-least-ten-articles.rq:1: violation: At least 10 articles: not so in dump/articles.nq"
    ]


@in_bash
def test_the_way_to_adopt_kg_on_a_project_with_old_faults_is_as_shown(project: Path) -> None:
    write(project / "articles", {"old.md": article(date="2023-02-30", id="old")})
    (block,) = blocks(SECTIONS["A project with old faults"], "console")
    for line, shown in commands(block):
        done = in_home(project, f"{line} 2>&1")
        assert done.returncode == 0
        assert re.fullmatch(pattern(shown), done.stdout.rstrip("\n"), re.DOTALL if shown.startswith("…") else 0), done.stdout


def test_the_script_for_gitlab_is_the_recipe_and_keeps_what_that_writes() -> None:
    (block,) = blocks(SECTIONS["GitLab"], "yaml")
    job = yaml.safe_load(block)["validate"]
    assert job["script"] == blocks(SECTIONS["Any CI"], "sh")[0].splitlines()
    assert job["artifacts"] == {"when": "always", "paths": ["kg.sarif"], "reports": {"junit": "kg-junit.xml"}}


def test_the_workflows_use_inputs_that_the_action_has() -> None:
    workflows = [yaml.safe_load(block) for block in blocks(SECTIONS["GitHub Action"], "yaml")]
    used = [step["with"] for flow in workflows for step in flow["jobs"]["validate"]["steps"] if step.get("uses") == "OWNER/kg@v0"]
    assert len(used) == 2
    for given in used:
        assert given.keys() <= ACTION["inputs"].keys()
        assert "targets" in given
    assert workflows[1]["permissions"]["security-events"] == "write"


def test_the_configuration_of_pre_commit_names_hooks_that_exist() -> None:
    (block,) = blocks(SECTIONS["pre-commit"], "yaml")
    (repository,) = yaml.safe_load(block)["repos"]
    assert [given["id"] for given in repository["hooks"]] == list(HOOKS)


def test_every_option_and_report_that_the_document_names_exists() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "kg", "validate", "--help"], cwd=ROOT, check=True, capture_output=True, text=True, timeout=SAFETY
    ).stdout
    from kg.reports import REPORTS

    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", re.sub(r"`(pre-commit|pip) [^`]*`", "", DOCUMENT)))
    assert {option for option in named if option not in shown} == set()
    assert set(re.findall(r"^\| `(\w+)` \|", SECTIONS["Any CI"], re.MULTILINE)) == set(REPORTS)
    assert {int(code) for code in re.findall(r"^\| (\d) \|", SECTIONS["Any CI"], re.MULTILINE)} == {0, 1, 2, 3}


def test_every_link_within_the_document_leads_somewhere() -> None:
    anchors = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in SECTIONS}
    assert set(re.findall(r"\]\(#([\w-]+)\)", DOCUMENT)) <= anchors


# --- the workflow that `kg init` writes --------------------------------------------------------------------------------------
@in_bash
def test_the_workflow_of_a_new_project_runs_as_it_stands_and_keeps_a_dump(home: Path) -> None:
    assert in_home(home, "kg init").returncode == 0
    (job,) = yaml.safe_load((home / ".github" / "workflows" / "kg.yml").read_text("utf-8"))["jobs"].values()
    done = in_home(home, "\n".join(step["run"] for step in job["steps"] if "run" in step))
    assert (done.returncode, done.stdout) == (0, "")
    assert (home.parent / "calls").read_text("utf-8") == "<install><article-kg @ git+https://github.com/OWNER/kg@v0>"
    upload = job["steps"][-1]
    assert upload["uses"].startswith("actions/upload-artifact@")
    assert (home / upload["with"]["path"] / "manifest.json").is_file()


@in_bash
def test_the_workflow_of_a_new_project_shows_a_fault_at_its_line_and_ends_there(home: Path) -> None:
    in_home(home, "kg init")
    write(home, {"articles/bad.md": article(date="2023-02-30")})
    (job,) = yaml.safe_load((home / ".github" / "workflows" / "kg.yml").read_text("utf-8"))["jobs"].values()
    done = in_home(home, "\n".join(step["run"] for step in job["steps"] if "run" in step))
    assert done.returncode == 1
    assert "::error file=articles/bad.md,line=5," in done.stdout
    assert not (home / "dump").exists()


def test_the_workflow_of_a_new_project_takes_no_more_rights_than_it_needs_and_what_this_project_uses_too() -> None:
    workflow = yaml.safe_load((ROOT / "kg" / "scaffold" / "workflow.yml").read_text("utf-8"))
    (job,) = workflow["jobs"].values()
    assert workflow["permissions"] == {"contents": "read"}
    own = (ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8")
    used = [step["uses"] for step in job["steps"] if "uses" in step]
    assert [name for name in used if name not in own] == ["actions/upload-artifact@v4"]
    assert "${{" not in str(job)
