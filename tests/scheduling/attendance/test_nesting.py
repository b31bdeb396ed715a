import numpy as np
import pytest

from scheduling.attendance import PRIOR, fit, posterior
from scheduling.attendance.nesting import ALIKE, Cells, nest
from tests.scheduling.attendance.world import MONDAY, counted


def _tree(counts, *, rho=0.0):
    """Return the tree of (source, office, vacancy, day, people, came) rows."""
    keys = [sorted({"\x1f".join(row[: depth + 1]) for row in counts}) for depth in range(3)]
    groups = tuple(np.array([keys[depth].index("\x1f".join(row[: depth + 1])) for row in counts]) for depth in range(3))
    cells = Cells(
        groups=groups,
        day=np.array([row[3] for row in counts]),
        people=np.array([row[4] for row in counts], dtype=float),
        came=np.array([row[5] for row in counts], dtype=float),
        fresh=np.ones(len(counts)),
    )
    return nest(cells, tuple(keys), day_correlation=rho)


def test_one_group_is_the_company_and_moves_as_beta():
    tree, _ = _tree([("hh", "A", "x", 0, 20, 9)])

    expected = posterior(PRIOR, came=9, of=20)
    for known in ({}, {"source": "hh"}, {"source": "hh", "office": "A", "vacancy": "x"}):
        belief = tree.belief(**known)
        assert (belief.mean, belief.weight) == pytest.approx((expected.mean, expected.weight))


def test_several_days_add_up_each_with_its_own_design_effect():
    tree, _ = _tree([("hh", "A", "x", 0, 20, 9), ("hh", "A", "x", 1, 30, 3)], rho=0.05)

    expected = posterior(posterior(PRIOR, came=9, of=20, day_correlation=0.05), came=3, of=30, day_correlation=0.05)
    belief = tree.belief(source="hh", office="A", vacancy="x")
    assert (belief.mean, belief.weight) == pytest.approx((expected.mean, expected.weight))


def test_groups_are_pulled_towards_each_other_the_small_one_more():
    tree, _ = _tree([("big", "A", "x", 0, 400, 40), ("small", "A", "x", 1, 10, 6)])

    big, small = tree.belief(source="big").mean, tree.belief(source="small").mean
    assert 0.1 < big < 0.13
    assert 0.12 < small < 0.6
    assert abs(small - 0.6) / 0.6 > abs(big - 0.1) / 0.1


def test_a_strangers_group_has_the_companys_mean_and_less_weight():
    tree, _ = _tree([("a", "A", "x", 0, 100, 10), ("b", "A", "x", 1, 100, 40)])

    stranger = tree.belief(source="new")
    assert stranger.mean == tree.root.mean
    assert stranger.weight < tree.root.weight


def test_groups_that_differ_widely_get_a_smaller_spread_than_groups_that_agree():
    apart, _ = _tree(
        [(name, "A", "x", n, 100, came) for n, (name, came) in enumerate(zip("abcd", (5, 60, 20, 90), strict=True))]
    )
    alike, _ = _tree([(name, "A", "x", n, 100, 30) for n, name in enumerate("abcd")])

    assert apart.levels[0].spread < 10
    assert alike.levels[0].spread > 100


def test_many_groups_that_scatter_do_not_make_the_company_certain():
    tree, _ = _tree([(f"s{n}", "A", "x", n, 1000, came) for n, came in enumerate((50, 700, 300, 900))])

    assert tree.root.weight < PRIOR.weight + 4 * (tree.levels[0].spread + 1)


def test_what_a_row_is_fitted_to_leaves_its_own_day_out():
    same, different = (
        _tree([("a", "A", "x", 0, 50, came), ("a", "A", "x", 1, 50, 10), ("b", "A", "x", 0, 50, came)])[1]
        for came in (0, 50)
    )

    assert same[0] == pytest.approx(different[0])
    assert same[2] == pytest.approx(different[2])
    assert same[1] != pytest.approx(different[1])


def test_a_single_day_leaves_only_the_prior_to_fit_to():
    _, offset = _tree([("a", "A", "x", 0, 50, 25)])

    assert offset.tolist() == pytest.approx([PRIOR.mean])


def test_unknown_codes_below_a_known_group_use_the_group():
    model = fit(counted(30, 60, source="hh", office="A", vacancy="x"), as_of=MONDAY)

    assert model.belief(source="hh") == model.belief(source="hh", office="", vacancy="")
    assert model.belief(source="hh").mean == pytest.approx(model.belief(source="hh", office="A", vacancy="x").mean)


def test_without_siblings_all_members_are_alike():
    tree, _ = _tree([("a", "A", "x", 0, 50, 25)])

    assert all(level.spread < ALIKE for level in tree.levels)  # but a stranger may differ
    assert tree.belief(source="new").weight < tree.root.weight


def test_people_of_any_source_are_the_groups_there_by_their_weight():
    tree, _ = _tree([("a", "north", "x", 0, 100, 10), ("b", "north", "x", 1, 100, 20), ("a", "south", "y", 2, 100, 60)])

    north, south = tree.belief(office="north"), tree.belief(office="south", vacancy="y")
    parts = [tree.belief(source=source, office="north", vacancy="x") for source in "ab"]
    assert north.mean == pytest.approx(sum(p.mean * p.weight for p in parts) / sum(p.weight for p in parts))
    assert 0.1 < north.mean < 0.3
    assert south.mean == pytest.approx(tree.belief(source="a", office="south", vacancy="y").mean)
    assert max(north.weight, south.weight) <= tree.root.weight
    assert tree.belief(vacancy="never seen").mean == tree.root.mean
