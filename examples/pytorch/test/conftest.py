import pathlib
import sys

import numpy as np
import pytest
import torch

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
# The same bits on every machine, and no threads that wait for each other on a busy one.
torch.set_num_threads(1)


@pytest.fixture
def tiny_data():
    """64 images of 8x8 in two classes that differ in brightness, under CIFAR-10's name and normalisation."""
    from opi_pytorch.datasets import Dataset

    random = np.random.default_rng(3)
    labels = (np.arange(64) % 2).astype(np.uint8)
    images = random.integers(0, 128, (64, 3, 8, 8)) + 120 * labels[:, None, None, None]
    return Dataset("cifar-10", images.astype(np.uint8), labels, ["dark", "bright"])
