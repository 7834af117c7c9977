import pytest

from opi_pytorch.recipe import Recipe


def test_the_rate_follows_a_cosine_that_moves_every_epoch():
    recipe = Recipe(epochs=4, learning_rate=0.2)
    assert [recipe.rate(e) for e in (0, 0.9, 1, 2, 3.5)] == pytest.approx(
        [0.2, 0.2, 0.1 * (1 + 2**-0.5), 0.1, 0.1 * (1 - 2**-0.5)]
    )


def test_a_warm_up_climbs_linearly_before_it():
    recipe = Recipe(epochs=5, learning_rate=0.2, warm_up_epochs=1)
    assert [recipe.rate(e) for e in (0, 0.5, 1, 3)] == pytest.approx([0, 0.1, 0.2, 0.1])


def test_all_problems_are_named_at_once():
    with pytest.raises(ValueError, match=r"epochs must be an integer >= 1, got 0\. .*momentum must be in \[0, 1\), got 1"):
        Recipe(epochs=0, momentum=1)
