"""The algebra of strategies, on whole generated strategies over a shipped scenario."""

import copy
import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backhaul.engine.errors import InvalidInput
from backhaul.scenarios import Add, Event, Insert, Post, Remove, Scale, Set, Strategy
from backhaul.scenarios.documents import load, merged
from backhaul.scenarios.overlay import FIXED, STANDING, inverse, overlay
from backhaul.scenarios.paths import plain_path, read
from backhaul.scenarios.validation import dotted, plain, validate

DOCUMENT = load("demo")
BASE = plain(validate(merged(DOCUMENT), DOCUMENT))
START = BASE["start"]


def numbers(data, place=()):
    """Places of all numbers that a strategy may change."""
    if isinstance(data, dict):
        return [p for key, value in data.items() for p in numbers(value, (*place, key))]
    if isinstance(data, list):
        return [p for row, value in enumerate(data) for p in numbers(value, (*place, row))]
    free = isinstance(data, int | float) and not isinstance(data, bool)
    fixed = any(plain_path(place) == root for root in FIXED)
    return [place] if free and not fixed else []


NUMBERS = numbers(BASE)
DATABLE = [p for p in NUMBERS if p[0] not in STANDING]
LISTS = ["law.licences", "law.filings", "network.stores", "marketing.campaigns", "goals"]
ENTRIES = [
    f"{name}[{row}]" for name in LISTS for row in range(len(read(BASE, tuple(name.split(".")))))
]
DATES = st.integers(1, 12).map(lambda week: START + datetime.timedelta(weeks=week))


def on(place, start=None):
    """Edits of one number."""
    path = dotted(place)
    return st.one_of(
        st.builds(Set, path=st.just(path), value=st.integers(0, 10**6), start=st.just(start)),
        st.builds(Scale, path=st.just(path), factor=st.floats(0.1, 9.0), start=st.just(start)),
        st.builds(Add, path=st.just(path), amount=st.integers(-50, 50), start=st.just(start)),
    )


@st.composite
def edits(draw, dated=False):
    """Edits of different places: no two of them contradict each other."""
    gone = draw(st.lists(st.sampled_from(ENTRIES), unique=True, max_size=3))
    places = draw(st.lists(st.sampled_from(NUMBERS), unique=True, max_size=6))
    kept = [p for p in places if not any(dotted(p).startswith(entry) for entry in gone)]
    found = [draw(on(place)) for place in kept]
    found += [Remove(path=entry) for entry in gone]
    names = draw(st.lists(st.text("abc", min_size=1, max_size=3), unique=True, max_size=4))
    for name in names:
        at = draw(st.none() | st.integers(0, 3))
        found.append(Insert(path=draw(st.sampled_from(LISTS)), value={"name": name}, at=at))
    if draw(st.booleans()):
        date = draw(DATES)
        found.append(Post(date=date, debit="cash", credit="equity", amount_cents=5))
        found.append(Event(date=date, kind="close_dc"))
    if dated:
        later = draw(st.lists(st.sampled_from(DATABLE), unique=True, max_size=4))
        later = [p for p in later if not any(dotted(p).startswith(entry) for entry in gone)]
        found += [draw(on(place, draw(DATES))) for place in later]
    return draw(st.permutations(found))


def test_empty_strategy_changes_nothing():
    """The neutral element: the data are equal, and the base is not touched."""
    before = copy.deepcopy(BASE)
    over = overlay(BASE, Strategy("none"))
    assert over.data == before == BASE
    assert (over.changes, over.touched) == ((), {})


@settings(max_examples=50, deadline=None)
@given(edits(dated=True), st.randoms(use_true_random=False))
def test_disjoint_edits_commute(found, random):
    """The order of edits has no meaning, on the first day and on later ones."""
    shuffled = list(found)
    random.shuffle(shuffled)
    one = overlay(BASE, Strategy("one", tuple(found)))
    other = overlay(BASE, Strategy("other", tuple(shuffled)))
    assert one.data == other.data
    assert one.changes == other.changes


@settings(max_examples=50, deadline=None)
@given(edits(), st.integers(0, 20))
def test_strategies_laid_together_commute(found, cut):
    """a + b is b + a."""
    first, second = Strategy("a", tuple(found[:cut])), Strategy("b", tuple(found[cut:]))
    assert overlay(BASE, first + second).data == overlay(BASE, second + first).data


@settings(max_examples=60, deadline=None)
@given(edits())
def test_inverse_restores(found):
    """The inverse, laid over the result, gives the base back to the byte."""
    strategy = Strategy("there", tuple(found))
    over = overlay(BASE, strategy).data
    back = overlay(over, inverse(BASE, strategy), free=True).data
    assert back == BASE


@settings(max_examples=60, deadline=None)
@given(edits(dated=True), st.data())
def test_two_edits_of_a_place_on_a_day_are_an_error(found, data):
    """Neither wins: whatever the order, the conflict is named."""
    changing = [e for e in found if isinstance(e, Set | Scale | Add)]
    if not changing:
        return
    one = data.draw(st.sampled_from(changing))
    again = Set(path=one.path, value=1, start=one.start)
    both = data.draw(st.permutations([*found, again]))
    with pytest.raises(InvalidInput, match="one edit of a place on a day"):
        overlay(BASE, Strategy("conflict", tuple(both)))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(DATABLE), st.data())
def test_a_dated_edit_holds_from_its_date(place, data):
    """Before its date nothing differs; from then on only its place does."""
    date = data.draw(DATES)
    over = overlay(BASE, Strategy("late", (Set(path=dotted(place), value=12345, start=date),)))
    assert over.data == BASE
    ((when, changed),) = over.changes
    assert when == date
    assert read(changed, place) == 12345
    expected = copy.deepcopy(BASE)
    inside = expected
    for key in place[:-1]:
        inside = inside[key]
    inside[place[-1]] = 12345
    assert changed == expected


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9), st.floats(0.01, 100))
def test_scaled_whole_numbers_stay_whole(value, factor):
    """Cents do not grow fractions, and rounding is that of exact arithmetic."""
    base = copy.deepcopy(BASE)
    base["finance"]["credit"]["limit_cents_per_store"] = value
    path = "finance.credit.limit_cents_per_store"
    scaled = overlay(base, Strategy("x", (Scale(path=path, factor=factor),))).data
    got = scaled["finance"]["credit"]["limit_cents_per_store"]
    assert isinstance(got, int)
    assert abs(got - value * factor) <= 0.5 + 1e-12 * value * factor
