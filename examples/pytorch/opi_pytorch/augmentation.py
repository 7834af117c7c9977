"""Training images of one epoch: order and random changes are a function of (seed, epoch, image) alone.

What is drawn is drawn on the CPU, so that a run computes the same images on every device and goes on inside an epoch.
"""

import dataclasses

import numpy as np
import torch

from . import auto_augment


@dataclasses.dataclass(frozen=True)
class EpochDraws:
    """Row i belongs to the i-th image of the epoch, that is image order[i] of the data set."""

    order: np.ndarray  # [n]
    crop: np.ndarray  # [n, 2], rows and columns, in [-crop, crop]
    flip: np.ndarray  # [n], bool
    sub_policy: np.ndarray  # [n]
    chance: np.ndarray  # [n, 2]
    sign: np.ndarray  # [n, 2], -1 or 1
    hole: np.ndarray  # [n, 2], row and column of the centre

    def rows(self, start, end):
        """The same for images start to end of the epoch."""
        return EpochDraws(**{field.name: getattr(self, field.name)[start:end] for field in dataclasses.fields(self)})


def draw_epoch(recipe, epoch, shape):
    """Draws for an epoch. shape: of the data set's images, [n, channels, height, width]."""
    n, _, height, width = shape
    random = np.random.Generator(np.random.Philox(np.random.SeedSequence([recipe.seed, epoch])))
    crop = recipe.crop
    return EpochDraws(
        order=random.permutation(n),
        crop=random.integers(-crop, crop + 1, (n, 2)),
        flip=random.integers(0, 2, n).astype(bool) & recipe.flip,
        sub_policy=random.integers(0, len(auto_augment.POLICY), n),
        chance=random.random((n, 2)),
        sign=2 * random.integers(0, 2, (n, 2)) - 1,
        hole=random.integers(0, [height, width], (n, 2)),
    )


class Augmenter:
    """Augments on the device of the images.

    images: uint8 [n, channels, height, width], the whole training set. normalization: mean and standardDeviation per
    channel, as fractions of 255.
    """

    def __init__(self, images, normalization, recipe):
        if recipe.auto_augment and images.shape[1] != 3:
            raise ValueError(f"Augmenter: auto_augment must be off for images of {images.shape[1]} channels.")
        self._images = images
        self._recipe = recipe
        self._mean, self._deviation = (
            torch.tensor(normalization[key], device=images.device).reshape(-1, 1, 1)
            for key in ("mean", "standardDeviation")
        )

    def __call__(self, draws):
        """float32 [n, channels, height, width] for the rows of `draws`: crop, flip, AutoAugment, normalise, Cutout."""
        images = self._crop_and_flip(draws)
        if self._recipe.auto_augment:
            slots = auto_augment.plan(draws.sub_policy, draws.chance, draws.sign)
            auto_augment.apply(images, slots, self._index)
        normal = self.normalize(images)
        return self._cut(normal, draws.hole) if self._recipe.cutout else normal

    def normalize(self, images):
        """(x/255 - mean) / deviation, float32, the bits of ToTensor and Normalize."""
        return (images.float() / 255 - self._mean) / self._deviation

    def _index(self, values):
        return torch.as_tensor(values, dtype=torch.long).to(self._images.device)

    def _crop_and_flip(self, draws):
        channels, height, width = self._images.shape[1:]
        rows = np.arange(height) + draws.crop[:, :1]
        columns = np.where(draws.flip[:, None], np.arange(width)[::-1], np.arange(width)) + draws.crop[:, 1:]
        picked = self._images[
            self._index(draws.order)[:, None, None, None],
            torch.arange(channels, device=self._images.device)[:, None, None],
            self._index(rows.clip(0, height - 1))[:, None, :, None],
            self._index(columns.clip(0, width - 1))[:, None, None, :],
        ]
        # Black, as a crop of the padded image before normalisation.
        picked.masked_fill_(self._mask((rows < 0) | (rows >= height))[:, None, :, None], 0)
        return picked.masked_fill_(self._mask((columns < 0) | (columns >= width))[:, None, None, :], 0)

    def _cut(self, images, hole):
        """Sets a square around each centre to 0, the mean; clipped at the border."""
        length = self._recipe.cutout
        start = hole - length // 2
        rows, columns = (
            self._mask((position >= start[:, axis, None]) & (position < start[:, axis, None] + length))
            for axis, position in ((0, np.arange(images.shape[2])), (1, np.arange(images.shape[3])))
        )
        return images.masked_fill_(rows[:, None, :, None] & columns[:, None, None, :], 0)

    def _mask(self, values):
        return torch.from_numpy(values).to(self._images.device)
