import dataclasses

import numpy as np
import pytest
import torch

from opi_pytorch.augmentation import Augmenter, draw_epoch
from opi_pytorch.datasets import NORMALIZATIONS
from opi_pytorch.recipe import Recipe

NORMALIZATION = NORMALIZATIONS["cifar-10"]
IMAGES = np.random.default_rng(2).integers(0, 256, (40, 3, 12, 12)).astype(np.uint8)
PLAIN = Recipe(auto_augment=False, crop=2, cutout=6, seed=9)


def augment(recipe, epoch=0, start=0, end=40):
    draws = draw_epoch(recipe, epoch, IMAGES.shape)
    return Augmenter(torch.from_numpy(IMAGES), NORMALIZATION, recipe)(draws.rows(start, end)), draws


def test_crop_flip_normalise_and_cutout_happen_in_this_order_pixel_by_pixel():
    got, draws = augment(PLAIN)
    mean, deviation = (np.array(NORMALIZATION[k], np.float32) for k in ("mean", "standardDeviation"))
    for i in range(40):
        padded = np.zeros((3, 16, 16), np.uint8)
        padded[:, 2:14, 2:14] = IMAGES[draws.order[i]]
        top, left = draws.crop[i] + 2
        image = padded[:, top : top + 12, left : left + 12]
        if draws.flip[i]:
            image = image[:, :, ::-1]
        normal = (image.astype(np.float32) / np.float32(255) - mean[:, None, None]) / deviation[:, None, None]
        row, column = draws.hole[i]
        normal[:, max(0, row - 3) : row + 3, max(0, column - 3) : column + 3] = 0
        np.testing.assert_array_equal(got[i].numpy(), normal)


@pytest.mark.parametrize("recipe", [PLAIN, Recipe(seed=4)])
def test_images_do_not_depend_on_how_many_are_augmented_at_once(recipe):
    whole = augment(recipe)[0]
    parts = torch.cat([augment(recipe, start=start, end=start + 8)[0] for start in range(0, 40, 8)])
    assert torch.equal(whole, parts)


def test_draws_are_a_function_of_seed_and_epoch_and_cover_their_ranges():
    shape = (5000, 3, 32, 32)
    first, again, next_epoch = (draw_epoch(Recipe(seed=1), epoch, shape) for epoch in (3, 3, 4))
    other = draw_epoch(Recipe(seed=2), 3, shape)
    for field in dataclasses.fields(first):
        values = getattr(first, field.name)
        assert np.array_equal(values, getattr(again, field.name))
        assert not np.array_equal(values, getattr(next_epoch, field.name))
        assert not np.array_equal(values, getattr(other, field.name))
    assert sorted(first.order) == list(range(5000))
    assert set(first.crop.ravel()) == set(range(-4, 5))
    assert set(first.sign.ravel()) == {-1, 1}
    assert set(first.sub_policy) == set(range(25))
    assert set(first.hole.ravel()) == set(range(32))


def test_nothing_is_changed_when_nothing_is_asked_for():
    recipe = Recipe(auto_augment=False, crop=0, flip=False, cutout=0)
    got, draws = augment(recipe)
    plain = Augmenter(torch.from_numpy(IMAGES), NORMALIZATION, recipe).normalize(torch.from_numpy(IMAGES))
    assert torch.equal(got, plain[draws.order])


def test_auto_augment_needs_colour():
    with pytest.raises(ValueError, match="auto_augment must be off for images of 1 channels"):
        Augmenter(torch.zeros(1, 1, 28, 28, dtype=torch.uint8), NORMALIZATIONS["mnist"], Recipe())
