"""Whatever stands in a scenario file, the answer is a scenario or clear errors, never a crash."""

import copy
import math

from hypothesis import given, settings
from hypothesis import strategies as st

from backhaul.engine.errors import InvalidInput
from backhaul.scenarios.documents import Document, load, merged
from backhaul.scenarios.paths import read, replaced
from backhaul.scenarios.validation import plain, problems, validate

DOCUMENT = load("demo")
BASE = plain(validate(merged(DOCUMENT), DOCUMENT))
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=True),
    st.text(max_size=5),
    st.just([]),
    st.just({}),
    st.lists(st.integers(0, 3), max_size=3),
    st.dictionaries(st.sampled_from(["name", "x"]), st.integers(0, 2)),
    st.dates(),
)


def places(data, place=()):
    found = [place] if place else []
    if isinstance(data, dict):
        found += [p for key, value in data.items() for p in places(value, (*place, key))]
    elif isinstance(data, list):
        found += [p for row, value in enumerate(data) for p in places(value, (*place, row))]
    return found


PLACES = places(BASE)


def errors_of(data):
    scenario, errors = problems(data, Document("mine.toml", data, {}))
    assert (scenario is None) == bool(errors)
    for error in errors:
        assert isinstance(error, InvalidInput)
        assert error.path
        assert error.allowed
        assert error.file == "mine.toml"
    return errors


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PLACES), JUNK)
def test_junk_at_any_place(place, junk):
    """One value replaced by anything: accepted, or refused with a path on the way to it."""
    errors_of(replaced(BASE, place, copy.deepcopy(junk)))
    if (
        isinstance(junk, float)
        and not math.isfinite(junk)
        and not isinstance(read(BASE, place), dict)
    ):
        assert errors_of(replaced(BASE, place, junk)), "nan and infinity are never accepted"


@settings(max_examples=80, deadline=None)
@given(st.sampled_from([p for p in PLACES if isinstance(p[-1], str)]))
def test_unknown_key_beside_any_key(place):
    """A key that no table knows is an error that names it, wherever it stands."""
    if place[-2:-1] == ("options",) or (place[0] in ("policies", "fidelity") and len(place) == 2):
        return  # free names
    path = (*place[:-1], "zzz")
    found = [error for error in errors_of(replaced(BASE, path, 1)) if error.path.endswith("zzz")]
    assert found


@settings(max_examples=80, deadline=None)
@given(st.sampled_from([p for p in PLACES if isinstance(p[-1], str)]))
def test_any_key_can_be_missing(place):
    """Left out, a key has a default or is named as missing; nothing else breaks."""
    parent = place[:-1]
    table = dict(read(BASE, parent)) if parent else dict(BASE)
    del table[place[-1]]
    errors = [str(error) for error in errors_of(replaced(BASE, parent, table))]
    removed = read(BASE, place)
    # What is missing is named itself, or what others called it by is named where they refer to it.
    named = [e for e in errors if place[-1] in e or (isinstance(removed, str) and removed in e)]
    assert bool(named) == bool(errors), errors
