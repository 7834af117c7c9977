import numpy as np
import pillow_reference
import pytest
import torch

from opi_pytorch import auto_augment
from opi_pytorch.augmentation import draw_epoch
from opi_pytorch.recipe import Recipe


def test_a_batch_gets_what_pillow_gives_image_by_image():
    shape = (200, 3, 16, 16)
    images = np.random.default_rng(5).integers(0, 256, shape).astype(np.uint8)
    draws = draw_epoch(Recipe(seed=11), 0, shape)
    slots = auto_augment.plan(draws.sub_policy, draws.chance, draws.sign)
    got = auto_augment.apply(torch.from_numpy(images.copy()), slots, torch.as_tensor).numpy()
    for i, image in enumerate(images):
        for slot, (name, probability, level) in enumerate(auto_augment.POLICY[draws.sub_policy[i]]):
            if draws.chance[i, slot] < probability:
                strength = auto_augment.magnitude(name, level, draws.sign[i, slot])
                image = pillow_reference.apply(name, image, strength)
        np.testing.assert_array_equal(got[i], image, f"image {i}, sub-policy {draws.sub_policy[i]}")


def test_an_operation_happens_with_its_probability():
    shape = (100_000, 3, 2, 2)
    draws = draw_epoch(Recipe(seed=1), 0, shape)
    second = auto_augment.plan(draws.sub_policy, draws.chance, draws.sign)[1]
    found = sum(len(v) for (name, _), v in second.items() if name == "translate_y")
    # Sub-policies 4 and 22, with probability 0.7 each; 6 standard deviations, false alarm below 1e-8.
    p = 2 / 25 * 0.7
    assert abs(found - 100_000 * p) < 6 * (100_000 * p * (1 - p)) ** 0.5


@pytest.mark.parametrize(
    "name, level, sign, expected",
    [
        ("shear_y", 9, -1, -0.3),
        ("translate_x", 9, 1, 150 / 331),
        ("rotate", 2, -1, 30 * 2 / 9),
        ("color", 0, 1, 1),
        ("sharpness", 9, -1, 1 - 0.9),
        ("posterize", 7, 1, 5),
        ("solarize", 8, 1, 256 / 9),
        ("equalize", 5, 1, 0),
    ],
)
def test_magnitudes_are_those_of_the_published_code(name, level, sign, expected):
    assert auto_augment.magnitude(name, level, sign) == pytest.approx(expected, rel=1e-12)
