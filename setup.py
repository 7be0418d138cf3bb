"""Declare the Cython event core; everything else is in pyproject.toml."""

from pathlib import Path

from setuptools import Extension, setup

# bindings/events/_name.pyx becomes backhaul.sim.clock._name
SOURCES = sorted(Path("bindings/events").glob("_*.pyx"))

setup(
    ext_modules=[
        Extension(f"backhaul.sim.clock.{path.stem}", [path.as_posix()], extra_compile_args=["-O3"])
        for path in SOURCES
    ]
)
