"""Every rule is planted alone into a clean load of eight crates and must be found alone."""

from dataclasses import replace

import pytest

from backhaul.engine.packing import (
    Axle,
    Bin,
    Item,
    PackedBin,
    PackingProblem,
    Placement,
    Rules,
    Tractor,
    check_layout,
)

# A hold of 12 x 4 x 6. Stop 1 stands at the front (x = 0), stop 0 at the door: a crate of 4 x 4 x 2
# of 30 units below and a lighter one of 10 on top of it, at each stop.
HOLD = Bin("hold", (12, 4, 6), max_weight=80)
ITEMS = (
    Item("far-low", (4, 4, 2), weight=30, stop=1),
    Item("far-top", (4, 4, 2), weight=10, stop=1),
    Item("near-low", (4, 4, 2), weight=30, stop=0),
    Item("near-top", (4, 4, 2), weight=10, stop=0),
)
RULES = Rules(min_support=0.75, lifo=True, fragility=True, check_sequence=True, axle_every_leg=True)
AT = ((0, 0, 0), (0, 0, 2), (8, 0, 0), (8, 0, 2))


def build(*, items=None, at=None, hold=HOLD, rules=RULES, seq=(0, 1, 2, 3), orientation=None):
    changed = list(ITEMS)
    for k, change in (items or {}).items():
        changed[k] = replace(changed[k], **change)
    spots = list(AT)
    for k, spot in (at or {}).items():
        spots[k] = spot
    problem = PackingProblem([hold], changed, problem="bin_packing", rules=rules)
    placements = [
        Placement(k, (orientation or {}).get(k, "xyz"), spot, seq[k])
        for k, spot in enumerate(spots)
        if spot is not None
    ]
    return problem, [PackedBin(0, tuple(placements))]


def codes(**changes):
    return check_layout(*build(**changes)).codes()


def test_a_clean_load_has_no_violation():
    """4 crates of 32 in a hold of 288: 128 / 288 of the room, nothing floats."""
    report = check_layout(*build())
    assert report.ok
    assert report.figures["utilisation"] == pytest.approx(128 / 288)
    assert report.figures["floating"] == 0
    assert report.figures["lowest_support"] == 1.0


@pytest.mark.parametrize(
    ("expected", "changes"),
    [
        # moved out beyond the door; the crate on top goes along
        (["outside"], {"at": {2: (9, 0, 0), 3: (9, 0, 2)}}),
        # 4 x 4 both ways round, but turned onto another side than allowed
        (["orientation"], {"orientation": {3: "yxz"}}),
        # one long inside the other, side by side with it off the floor would float: same floor
        (["overlap"], {"at": {2: (3, 0, 0), 3: (3, 0, 4)}, "rules": Rules()}),
        (["weight"], {"hold": replace(HOLD, max_weight=79)}),
        # 2 of 4 overhang: half of the base rests, 0.75 is needed
        (["support"], {"at": {3: (6, 0, 2)}}),
        (["stackable"], {"items": {2: {"stackable": False}}}),
        # carries 10
        (["max_load"], {"items": {2: {"max_load": 9}}}),
        ([], {"items": {2: {"max_load": 10}}}),
        (["fragility"], {"items": {2: {"fragile": True}}}),
        ([], {"items": {2: {"fragile": True}, 3: {"fragile": True}}}),
        # later above earlier, without touching the way out
        (["lifo_above"], {"items": {3: {"stop": 1}}}),
        # stop 0 behind stop 1: the two far crates cannot leave
        (["lifo_blocked"], {"items": {0: {"stop": 0}, 1: {"stop": 0}, 2: {"stop": 1},
                                      3: {"stop": 1}}}),
        # a side door frees them
        ([], {"items": {0: {"stop": 0}, 1: {"stop": 0}, 2: {"stop": 1}, 3: {"stop": 1}},
              "hold": replace(HOLD, doors=("+x", "+y"))}),
        # the top before what carries it
        (["sequence"], {"seq": (1, 0, 2, 3)}),
        # the near ones first: no way in for the far ones
        (["sequence"], {"seq": (2, 3, 0, 1)}),
        (["sequence"], {"seq": (0, 1, 2, 2)}),
        (["missing_item"], {"at": {3: None}}),
        (["item_copies"], {"items": {3: {"copies": 0}}}),
    ],
)  # fmt: skip
def test_a_planted_fault_is_found_alone(expected, changes):
    """Each case says beside it why that code, and no other, is right."""
    assert codes(**changes) == expected


def test_axle_loads_by_the_lever_rule():
    """Centres 2 and 10 with 40 each on a beam of 12: rear = (40 * 2 + 40 * 10) / 12 = 40."""
    axles = (Axle("front", 0, max=45, tare=5), Axle("rear", 12, max=40))
    report = check_layout(*build(hold=replace(HOLD, axles=axles)))
    # after stop 0 the far 40 rest at 2: front 40 * 10 / 12 + 5 = 38.3 stays below 45
    assert report.ok
    assert report.figures["axles"] == [{"front": 45.0, "rear": 40.0}]
    over = (Axle("front", 0, max=44, tare=5), Axle("rear", 12, min=7))
    report = check_layout(*build(hold=replace(HOLD, axles=over)))
    # at departure the front is 1 over; after stop 0 the rear carries 6.67, below its least 7
    assert [v.text.split(":")[0] for v in report.violations] == ["departure", "after stop 0"]


def test_a_tractor_shares_the_load_of_the_kingpin():
    """Kingpin 40: 1/4 of it on the front axle, 3/4 on the rear."""
    axles = (Axle("pin", 0), Axle("bogie", 12))
    tractor = Tractor(4, 1, front_tare=7, rear_tare=2, front_max=17, rear_max=31)
    report = check_layout(*build(hold=replace(HOLD, axles=axles, tractor=tractor)))
    assert report.figures["axles"][0]["tractor_front"] == 17.0
    assert report.figures["axles"][0]["tractor_rear"] == 32.0
    assert report.codes() == ["axle"]


def test_centre_of_gravity_as_a_share():
    """All four: 6 of 12, the middle; after stop 0 only the far ones: 2 of 12."""
    report = check_layout(*build(hold=replace(HOLD, cog={"x": (0.4, 0.6)})))
    assert report.codes() == ["cog"]
    assert "after stop 0" in report.violations[0].text


def test_loads_are_handed_down_by_contact_area():
    """10 on two crates, 3/4 on one of them: it carries 7.5, and hands that on."""
    items = [
        Item("floor", (4, 4, 2), copies=2, max_load=7),
        Item("top", (4, 4, 2), weight=10),
    ]
    problem = PackingProblem([HOLD], items)
    at = [Placement(0, "xyz", (0, 0, 0)), Placement(0, "xyz", (4, 0, 0))]
    at.append(Placement(1, "xyz", (1, 0, 2)))
    report = check_layout(problem, [PackedBin(0, tuple(at))])
    assert [v.text for v in report.violations] == ["floor#1 carries 7.500, at most 7"]


def test_a_wrong_claim_of_cost_is_found():
    """One bin of cost 1 is open: claiming 2 is wrong, claiming 1 is right."""
    assert check_layout(*build(), cost=2).codes() == ["cost"]
    assert check_layout(*build(), cost=1).ok


def test_bin_copies():
    """One hold exists; two are used."""
    problem, bins = build()
    assert check_layout(problem, [*bins, PackedBin(0, ())]).codes() == ["bin_copies"]
