"""The command line of the packing kernel."""

import json

import pytest
from typer.testing import CliRunner

from backhaul.engine.packing import check_layout, layout_from_dict, read_any
from backhaul.service.cli import app

TEXT = "tiny_001 10 10 10 2\n5 1 5 1 5 1 8\n4 0 3 0 2 1 5\n"


def run(*arguments):
    return CliRunner().invoke(app, ["solve", "packing", *map(str, arguments)])


def test_one_json_object_and_a_valid_file(tmp_path):
    """The eight cubes of edge 5 fill the container: utilisation 1, and the file says where."""
    file, out = tmp_path / "tiny.txt", tmp_path / "out.json"
    file.write_text(TEXT)
    result = run(file, "--instance", "tiny_001", "--seconds", "0.2", "--out", out)
    assert result.exit_code == 0
    summary = json.loads(result.stdout)
    assert summary["utilisation"] == 1.0
    assert summary["packed"] == 8
    problem = read_any(file)
    assert check_layout(problem, layout_from_dict(problem, json.loads(out.read_text()))).ok


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("tiny 10 10 10 2\n5 1 5 1\n", "complete"),
        ("tiny 10 ten 10 1\n5 5 5\n", "whole numbers"),
        ("bpp 100 3 50 50\n", "sizes"),
    ],
)
def test_a_broken_text_file_is_named(tmp_path, text, word):
    """Each has one fault: missing rows, a word for a number, a wrong count."""
    file = tmp_path / "broken.txt"
    file.write_text(text)
    result = run(file, "--seconds", "0")
    assert result.exception is not None
    assert word in str(result.exception)
