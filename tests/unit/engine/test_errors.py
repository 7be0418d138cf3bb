"""Errors are a table: each has its code, class and exit code, and survives pickling."""

import pickle

import pytest

from backhaul.engine.errors import ERROR_CODES, BackhaulError, InvalidInput


def subclasses(kind):
    return {kind}.union(*(subclasses(k) for k in kind.__subclasses__()))


def test_the_table_lists_every_class():
    """A class that is missing in the table could not be documented from it."""
    assert set(ERROR_CODES.values()) == subclasses(BackhaulError)
    assert all(kind.code == code for code, kind in ERROR_CODES.items())


def test_invalid_input_names_file_path_value_and_what_is_allowed():
    """A person must be able to act on the one line."""
    error = InvalidInput("stores[2].dc", "Boston", "one of Atlanta, Dallas", file="demo.toml")
    assert str(error) == "demo.toml: stores[2].dc: found Boston, allowed: one of Atlanta, Dallas"


@pytest.mark.parametrize("file", [None, "a.toml"])
def test_errors_cross_process_borders(file):
    """Experiments run in worker processes: an error must come back whole."""
    error = pickle.loads(pickle.dumps(InvalidInput("a.b", 3, "at most 2", file=file)))
    assert (error.path, error.value, error.allowed, error.file) == ("a.b", 3, "at most 2", file)
