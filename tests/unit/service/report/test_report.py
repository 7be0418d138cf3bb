"""The page: whole in itself, equal to the tables, adding up."""

import json
import re
from fractions import Fraction
from html.parser import HTMLParser

import polars as pl
import pytest

from backhaul.engine.errors import CorruptRun
from backhaul.service.report import write_report
from backhaul.service.report.bridge import GROUPS, bridge_chart, bridge_of, statements
from backhaul.service.report.experiment import read_experiment
from backhaul.service.report.headline import headline
from backhaul.service.report.page import render


class Page(HTMLParser):
    """Keeps what a browser would fetch, the figures, and the text of each KPI's row."""

    def __init__(self):
        super().__init__()
        self.fetched, self.rows, self.ids, self.styles = [], {}, [], []
        self._row = self._inside = None
        self.charts = ""

    def handle_starttag(self, tag, attrs):
        own = dict(attrs)
        self.fetched += [own[key] for key in ("src", "href", "data", "srcset") if key in own]
        self.ids += [own["id"]] if "id" in own else []
        self._inside = own.get("id") if tag == "script" else "css" if tag == "style" else None
        if tag == "tr":
            self._row = own.get("data-kpi")
        elif tag in ("td", "th") and self._row:
            self.rows.setdefault(self._row, []).append("")

    def handle_endtag(self, tag):
        if tag in ("script", "style"):
            self._inside = None
        elif tag == "tr":
            self._row = None

    def handle_data(self, data):
        if self._inside == "charts":
            self.charts += data
        elif self._inside == "css":
            self.styles.append(data)
        elif self._row and self.rows.get(self._row):
            self.rows[self._row][-1] += data


def parsed(folder):
    page = Page()
    page.feed(write_report(folder).read_text(encoding="utf-8"))
    return page


@pytest.fixture(scope="module")
def page(compared):
    return parsed(compared)


def number(text):
    return float(re.sub(r"[^0-9.\-]", "", text.replace("\u2212", "-")))


def test_the_page_asks_for_nothing_outside_itself(page):
    """No element and no style fetches anything, and no trace of plotly that loads a base map."""
    assert all(address.startswith("data:") for address in page.fetched)
    assert not re.search(r"@import|url\(", "".join(page.styles))
    kinds = {trace["type"] for spec in json.loads(page.charts).values() for trace in spec["data"]}
    assert kinds == {"scatter", "bar"}


def test_every_chart_has_its_place_and_every_name_is_used_once(page):
    """A chart without a place would silently not be drawn."""
    charts = json.loads(page.charts)
    assert len(charts) == 13
    assert {f"chart-{name}" for name in charts} <= set(page.ids)
    assert len(set(page.ids)) == len(page.ids)
    assert all(spec["data"] for spec in charts.values())


def test_the_headline_says_what_the_table_says(compared):
    """The sentence rounds the table's EBIT difference and interval, nothing else."""
    row = pl.read_parquet(compared / "comparison.parquet").row(
        by_predicate=pl.col("kpi") == "ebit", named=True
    )
    said = headline(read_experiment(compared))
    unit = 1e6 if abs(row["difference"]) >= 1e6 else 1
    amount = re.search(r"([\d,.]+) (?:M )?USD", said.title)[1]
    assert number(amount) == pytest.approx(abs(row["difference"]) / unit, abs=0.5 / unit + 5e-3)
    found = re.findall(r"([\d,.]+) to ([\d,.]+)", said.support)
    unit = 1e6 if "M USD" in said.support else 1
    for ends, kind in zip(found, ("_alone", ""), strict=True):
        wanted = sorted(abs(row[f"{end}{kind}"]) / unit for end in ("low", "high"))
        assert [number(e) for e in ends] == pytest.approx(wanted, abs=0.5 / unit + 5e-3)
    assert "2 paired replications" in said.support
    winner = "baseline" if row["difference"] > 0 else "fixed-routine"
    assert said.title.startswith(f"Strategy {winner} ")


def test_the_kpi_table_is_the_comparison(compared, page):
    """Each row shows the means, the difference and the verdict of the table it was made from."""
    table = pl.read_parquet(compared / "comparison.parquet")
    assert set(page.rows) == set(table["kpi"])
    for row in table.iter_rows(named=True):
        cells = page.rows[row["kpi"]]
        assert row["formula"] in cells[0]
        scale = 100 if row["unit"] == "share" else 1
        size = max(abs(row["a_mean"]), abs(row["b_mean"])) * scale
        for cell, key in zip(cells[2:5], ("a_mean", "b_mean", "difference"), strict=True):
            assert number(cell) == pytest.approx(row[key] * scale, abs=0.006 * size + 0.006)
        assert row["verdict"] in cells[-1]


def test_the_bridge_adds_up_to_the_cent(compared):
    """Start and steps give the end exactly, and the ends are the ledger's EBIT: the KPI."""
    experiment = read_experiment(compared)
    bridge = bridge_of(experiment, statements(experiment))
    assert len(bridge.steps) > 5
    assert bridge.start[1] + sum(cents for _, cents in bridge.steps) == bridge.end[1]
    ebit = experiment.comparison.row(by_predicate=pl.col("kpi") == "ebit", named=True)
    assert float(bridge.start[1]) / 100 == pytest.approx(ebit["a_mean"], abs=1e-6)
    assert float(bridge.end[1]) / 100 == pytest.approx(ebit["b_mean"], abs=1e-6)


def test_the_drawn_bridge_has_no_gap(compared):
    """Each bar begins where the one above it ends; the last total is where the steps arrive."""
    experiment = read_experiment(compared)
    bridge = bridge_of(experiment, statements(experiment))
    bars = [trace for trace in bridge_chart(experiment, bridge).data if trace["type"] == "bar"]
    assert len(bars) == len(bridge.steps) + 2
    ends = [bar["base"][0] + bar["x"][0] for bar in bars]
    for before, bar in zip(ends, bars[1:-1], strict=False):
        assert bar["base"][0] == pytest.approx(before, abs=1e-6)
    assert ends[-1] == pytest.approx(ends[-2], abs=1e-6)


def test_an_account_that_no_line_names_is_still_in_the_total(compared, monkeypatch):
    """A new account of the ledger must not fall out of EBIT."""
    experiment = read_experiment(compared)
    whole = statements(experiment)[0]
    kept = tuple(group for group in GROUPS if group[0] != "Card fees")
    monkeypatch.setattr("backhaul.service.report.bridge.GROUPS", kept)
    other = statements(experiment)[0]
    assert other.ebit == whole.ebit
    assert other.lines["Other"] == whole.lines["Card fees"] != Fraction(0)


def test_a_plain_run_goes_from_sales_to_net_profit(single):
    """Without a rival the bridge explains the profit itself, and each KPI stands with its range."""
    experiment = read_experiment(single)
    bridge = bridge_of(experiment, statements(experiment))
    assert bridge.start[0] == "Sales"
    assert bridge.start[1] + sum(cents for _, cents in bridge.steps) == bridge.end[1]
    net = experiment.kpis.filter(pl.col("kpi") == "net_profit")["value"].mean()
    assert float(bridge.end[1]) / 100 == pytest.approx(net, abs=1e-6)
    sales = experiment.kpis.filter(pl.col("kpi") == "sales")["value"]
    cells = [number(cell) for cell in parsed(single).rows["sales"][2:5]]
    assert cells == [round(value) for value in (sales.mean(), sales.min(), sales.max())]


def test_a_strategy_against_itself_differs_by_exactly_nothing(itself):
    """The sentence says so, both sides keep a name, and an interrupted experiment says that too."""
    experiment = read_experiment(itself)
    assert experiment.labels == ("baseline (A)", "baseline (B)")
    assert "exactly 0" in headline(experiment).title
    text = render(experiment)
    assert "No line of the statement differs" in text
    assert "was interrupted" in text


def test_names_cannot_break_the_page(compared):
    """A scenario's name is text, whatever is in it."""
    experiment = read_experiment(compared)
    object.__setattr__(experiment, "scenario", '</script><b id="x">')
    page = Page()
    page.feed(render(experiment))
    assert "x" not in page.ids


def test_runs_of_an_earlier_experiment_are_not_counted(part):
    """The folder is used again with fewer replications; an unpaired run is left out as well."""
    runs = read_experiment(part(1, ["baseline-0", "baseline-1", "fixed-routine-1"])).runs
    assert [run.folder.name for side in runs for run in side] == ["fixed-routine-1", "baseline-1"]


def test_one_pair_gives_no_interval(part):
    """One difference says nothing about its spread, whatever the table holds."""
    experiment = read_experiment(part(1, ["baseline-0", "fixed-routine-0"]))
    assert "too few for an interval" in headline(experiment).support


@pytest.mark.parametrize("missing", ["experiment.json", "kpis.parquet"])
def test_a_missing_file_is_named(compared, tmp_path, missing):
    """One clear error, and no half-written page."""
    (tmp_path / "runs").symlink_to(compared / "runs")
    for name in ("experiment.json", "kpis.parquet", "comparison.parquet"):
        if name != missing:
            (tmp_path / name).write_bytes((compared / name).read_bytes())
    with pytest.raises(CorruptRun, match=re.escape(missing)):
        write_report(tmp_path)
    assert not list(tmp_path.glob("*report*"))
