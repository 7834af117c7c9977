import numpy as np
import pillow_reference
import pytest
import torch

from opi_pytorch import image_operations
from opi_pytorch.auto_augment import magnitude


def make_images():
    """Noise, smooth ramps, few values, one value, nearly one value: what stresses histograms, clipping and borders."""
    random = np.random.default_rng(7)
    rows, columns = np.mgrid[0:32, 0:32]
    ramp = np.stack([rows * 8 % 256, columns * 5 + 40, (rows + columns) * 3 + 10]).astype(np.uint8)
    flat = np.full((3, 32, 32), 77, np.uint8)
    nearly = flat.copy()
    nearly[1, 3, 4] = 78
    dark = random.integers(0, 9, (3, 32, 32)).astype(np.uint8)
    skewed = (255 * random.random((3, 32, 32)) ** 4).astype(np.uint8)
    noise = [random.integers(0, 256, (3, 32, 32)).astype(np.uint8) for _ in range(8)]
    two = (random.integers(0, 2, (3, 32, 32)) * 255).astype(np.uint8)
    return np.stack([ramp, flat, nearly, dark, skewed, two, *noise])


IMAGES = make_images()


@pytest.mark.parametrize("level", range(10))
@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize("name", sorted(pillow_reference.OPERATIONS))
def test_every_operation_gives_pillows_bytes_at_every_level(name, level, sign):
    strength = magnitude(name, level, sign)
    got = getattr(image_operations, name)(torch.from_numpy(IMAGES.copy()), strength).numpy()
    expected = np.stack([pillow_reference.apply(name, image, strength) for image in IMAGES])
    wrong = np.argwhere(got != expected)
    assert wrong.size == 0, f"{len(wrong)} bytes differ, first at {wrong[0]}: {got[tuple(wrong[0])]} for {expected[tuple(wrong[0])]}"


@pytest.mark.parametrize("degrees", [-30, -6.5, 0, 3, 45, 90, 123.4])
def test_rotation_gives_pillows_bytes_for_any_angle(degrees):
    got = image_operations.rotate(torch.from_numpy(IMAGES.copy()), degrees).numpy()
    expected = np.stack([pillow_reference.apply("rotate", image, degrees) for image in IMAGES])
    np.testing.assert_array_equal(got, expected)
