"""Run SimPy's own tests, examples and documentation, unmodified, on the compiled clock.

SimPy's source distribution is fetched with pip into a temporary folder, and a package named
`simpy`, made of the compiled clock's names, is put before the installed one. The tests are run by
pytest in a process of their own, benchmarks included, and must all pass with none skipped.
"""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VERSION = "4.1.2"
CLOCK = Path(__file__).parents[2] / "sim" / "clock"

# The modules of the package `simpy`, by their names there. `core` is the clock's own file: SimPy's
# tests look for the frames of `run` and `step` in a file of that name.
EVENTS = """
from backhaul.sim.clock._core import (
    NORMAL, PENDING, URGENT, AllOf, AnyOf, Condition, ConditionValue, Event, Initialize,
    Interruption, Process, Timeout,
)
"""
EXCEPTIONS = "from backhaul.sim.clock._core import Interrupt, SimPyException\n"
RESOURCES = {
    "base": "from backhaul.sim.clock._core import BaseResource, Get, Put\n",
    "container": "from backhaul.sim.clock._core import Container, ContainerGet, ContainerPut\n",
    "resource": """
from backhaul.sim.clock._core import (
    Preempted, PreemptiveResource, PriorityRequest, PriorityResource, Release, Request, Resource,
    SortedQueue,
)
""",
    "store": """
from backhaul.sim.clock._core import (
    FilterStore, FilterStoreGet, PriorityItem, PriorityStore, Store, StoreGet, StorePut,
)
""",
}
PACKAGE = f"""
__version__ = "{VERSION}"
from simpy import events, exceptions, resources, rt, util
from simpy.core import Environment
from simpy.events import AllOf, AnyOf, Event, Process, Timeout
from simpy.exceptions import Interrupt, SimPyException
from simpy.resources.container import Container
from simpy.resources.resource import PreemptiveResource, PriorityResource, Resource
from simpy.resources.store import FilterStore, PriorityItem, PriorityStore, Store
from simpy.rt import RealtimeEnvironment
"""


def make_package(folder: Path) -> None:
    """Write the package `simpy` that is the compiled clock."""
    package = folder / "simpy"
    (package / "resources").mkdir(parents=True)
    (package / "__init__.py").write_text(PACKAGE)
    (package / "events.py").write_text(EVENTS)
    (package / "exceptions.py").write_text(EXCEPTIONS)
    (package / "resources" / "__init__.py").write_text(
        "from simpy.resources import base, container, resource, store\n"
    )
    for name, text in RESOURCES.items():
        (package / "resources" / f"{name}.py").write_text(text)
    for name in ("core", "rt", "util"):
        text = (CLOCK / f"{name}.py").read_text()
        (package / f"{name}.py").write_text(text.replace("backhaul.sim.clock.core", "simpy.core"))


def fetch(folder: Path) -> Path:
    """Return the folder of SimPy's sources, fetched with pip."""
    words = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    words += ["--no-deps", "--no-binary", "simpy", f"simpy=={VERSION}", "--dest", str(folder)]
    subprocess.run(words, check=True)
    with tarfile.open(next(folder.glob("simpy-*.tar.gz"))) as archive:
        archive.extractall(folder, filter="data")
    return folder / f"simpy-{VERSION}"


def run_pytest(sources: Path, environment: dict[str, str], *words: str) -> tuple[int, str]:
    """Run pytest in SimPy's folder, with SimPy's own configuration; returns its code and output."""
    command = [sys.executable, "-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider", *words]
    ran = subprocess.run(
        command, cwd=sources, env=environment, capture_output=True, text=True, check=False
    )
    return ran.returncode, ran.stdout + ran.stderr


def outcomes(output: str) -> list[str]:
    """Return the sorted lines PASSED/FAILED NAME of a pytest run, without the reasons."""
    lines = re.findall(r"^((?:PASSED|FAILED|ERROR|SKIPPED|XFAIL) \S+)", output, re.MULTILINE)
    return sorted(lines)


def run_examples(sources: Path, environment: dict[str, str]) -> list[str]:
    """Run the examples of the documentation; returns those whose output is not the printed one."""
    wrong = []
    for program in sorted((sources / "docs" / "examples" / "code").glob("*.py")):
        ran = subprocess.run(
            [sys.executable, program.name],
            cwd=program.parent,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.stdout + ran.stderr != program.with_suffix(".out").read_text():
            wrong.append(program.name)
    return wrong


def main() -> int:
    """Fetch, run, and say how many passed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sources = fetch(folder)
        originals = {**os.environ, "PYTHONPATH": str(shutil.move(sources / "src", folder / "src"))}
        make_package(folder / "path")
        ours = {**os.environ, "PYTHONPATH": str(folder / "path")}
        which = [sys.executable, "-c", "import simpy; print(simpy.core.Environment.__mro__[1])"]
        told = subprocess.run(which, env=ours, check=True, capture_output=True, text=True)
        assert "backhaul.sim.clock._core" in told.stdout, told.stdout

        code, output = run_pytest(sources, ours, "tests", *sys.argv[1:])
        sys.stdout.write(output)
        passed = [line for line in outcomes(output) if line.startswith("PASSED")]
        others = [line for line in outcomes(output) if not line.startswith("PASSED")]
        # SimPy leaves its benchmarks out of its suite, and two of them expect numbers of events
        # that SimPy itself does not give: here both engines must do the same.
        words = ("-m", "benchmark", "--benchmark-disable", "tests/test_benchmark.py")
        benchmarks = outcomes(run_pytest(sources, ours, *words)[1])
        expected = outcomes(run_pytest(sources, originals, *words)[1])
        # One guide prints classes, and so the name of their module; it is expected to differ there.
        documents = run_pytest(sources, ours, "--noconftest", "docs")
        wrong = run_examples(sources, ours)
        sys.stdout.write(
            f"tests: {len(passed)} passed, {len(others)} others\n"
            f"benchmarks: {len(benchmarks)} run, "
            f"{'as' if benchmarks == expected else 'NOT as'} on SimPy itself\n"
            f"documentation: {documents[1].strip().splitlines()[-1]} (class names differ)\n"
            f"examples: {len(wrong)} differ {wrong or ''}\n"
        )
        good = code == 0 and not others and benchmarks == expected and benchmarks
        return 0 if good and not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
