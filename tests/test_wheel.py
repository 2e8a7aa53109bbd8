"""What is installed is whole: a wheel, in an environment of its own, works from any folder."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this project."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, text=True)
    (found,) = folder.glob("article_kg-*.whl")
    return found


def test_a_wheel_holds_ontology_and_shapes_and_nothing_of_the_tests(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    expected = {f"kg/data/{path.relative_to(ROOT).as_posix()}" for path in [*ROOT.glob("ontology/*.*"), *ROOT.glob("shapes/*.ttl")]}
    assert expected <= names
    assert {path.relative_to(ROOT).as_posix() for path in ROOT.glob("kg/scaffold/*.*")} | {"kg/scaffold/gitignore"} <= names
    assert {path.relative_to(ROOT).as_posix() for path in ROOT.glob("kg/queries/*.rq")} <= names
    assert "kg/py.typed" in names
    assert [name for name in names if name.startswith(("tests", "examples"))] == []


def test_an_installed_wheel_builds_a_dump_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    # The libraries come from here, so that the test needs no network; kg itself comes from the wheel alone
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=False, symlinks=True)
    scripts = environment / ("Scripts" if sys.platform == "win32" else "bin")
    site = next(environment.rglob("site-packages"))
    (site / "libraries.pth").write_text(sysconfig.get_path("platlib") + "\n" + sysconfig.get_path("purelib") + "\n")
    zipfile.ZipFile(wheel).extractall(site)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    def run(*arguments: str) -> str:
        command = [str(scripts / "python"), "-I", *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, cwd=elsewhere).stdout

    assert Path(run("-c", "import kg; print(kg.__file__)").strip()).is_relative_to(site)
    run("-m", "kg", "build", str(ROOT / "examples" / "climate-pledges.md"), "-o", "dump", "--quiet")
    assert (elsewhere / "dump" / "articles.ttl").stat().st_size > 10_000
    run("-m", "kg", "init", "press")
    assert (elsewhere / "press" / ".github" / "workflows" / "kg.yml").is_file()
