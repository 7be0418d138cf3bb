"""`backhaul solve replenishment`: one JSON object on stdout, the answer in a file, errors in a line."""

import csv
import json
import sys

import pytest

from backhaul.service import cli


@pytest.fixture
def run(monkeypatch, capsys):
    def call(*words):
        monkeypatch.setattr(sys, "argv", ["backhaul", *map(str, words)])
        code = 0
        try:
            cli.main()
        except SystemExit as ended:
            code = ended.code or 0
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


@pytest.mark.parametrize("suffix", [".csv", ".json"])
def test_items_in_levels_out(run, tmp_path, suffix):
    """The first row of the table of Zheng and Federgruen: (6, 40), 35.02."""
    items, out = tmp_path / f"items{suffix}", tmp_path / "levels.csv"
    if suffix == ".csv":
        items.write_text("dist,mean,K,h,b\npoisson,10,64,1,9\n")
    else:
        items.write_text(json.dumps({"mean": [10], "K": 64, "b": 9}))
    code, out_text, err_text = run("solve", "replenishment", items, "--out", out)
    assert code == 0, err_text
    report = json.loads(out_text)
    assert report["status"] == "optimal"
    assert report["cost"] == pytest.approx(35.021555, abs=1e-6)
    (row,) = csv.DictReader(out.read_text().splitlines())
    assert (row["s"], row["S"]) == ("6", "40")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("mean,b\n1,9\n-2,9\n", "items.csv: mean[1]"),
        ("mean,b\n1,9\nmany,9\n", "items.csv: mean[1]"),
        ("mean,b,colour\n1,9,red\n", "items.csv: colour"),
        ("mean,b\n1\n", "items.csv: line 2"),
        ("b\n9\n", "items.csv: mean"),
        ("", "items.csv: file"),
        ("mean,b,policy\n1,9,s_S\n1,9,s_nQ\n", "items.csv: policy"),
    ],
)
def test_a_bad_file_is_one_line_and_exit_code_2(run, tmp_path, text, place):
    """No traceback, nothing on stdout, no file written."""
    items, out = tmp_path / "items.csv", tmp_path / "levels.csv"
    items.write_text(text)
    code, out_text, err_text = run("solve", "replenishment", items, "--out", out)
    assert code == 2
    assert out_text == ""
    assert err_text.startswith(f"backhaul: {place}: found ")
    assert not out.exists()


def test_a_missing_file_is_named(run, tmp_path):
    """The path is in the message."""
    code, _, err_text = run("solve", "replenishment", tmp_path / "none.csv")
    assert code == 2
    assert "none.csv" in err_text
