"""Everything that decides what a run computes, besides network and data."""

import dataclasses
import math

# Initial learning rate by data set (Bu et al., ICLR 2022, appendix A.1).
LEARNING_RATES = {"cifar-10": 0.1, "cifar-100": 0.02, "mnist": 0.1, "fashion-mnist": 0.1}
# Side of the Cutout square by data set; none where the publications say nothing.
CUTOUTS = {"cifar-10": 16, "cifar-100": 8, "mnist": 0, "fashion-mnist": 0}


@dataclasses.dataclass(frozen=True)
class Recipe:
    """The published recipe by default: 300 epochs, SGD 0.9, cosine per epoch, decay 5e-4 also on the bounds."""

    epochs: int = 300
    batch_size: int = 128
    learning_rate: float = 0.1
    momentum: float = 0.9
    nesterov: bool = False
    weight_decay: float = 5e-4
    bound_decay: float = 5e-4
    label_smoothing: float = 0.0
    warm_up_epochs: float = 0.0
    crop: int = 4
    flip: bool = True
    auto_augment: bool = True
    cutout: int = 16
    seed: int = 42

    def __post_init__(self):
        problems = [
            f"{name} must be {condition}, got {getattr(self, name)!r}."
            for name, condition, holds in [
                ("epochs", "an integer >= 1", self.epochs >= 1),
                ("batch_size", "an integer >= 1", self.batch_size >= 1),
                ("learning_rate", "> 0", 0 < self.learning_rate < math.inf),
                ("momentum", "in [0, 1)", 0 <= self.momentum < 1),
                ("weight_decay", ">= 0", 0 <= self.weight_decay < math.inf),
                ("bound_decay", ">= 0", 0 <= self.bound_decay < math.inf),
                ("label_smoothing", "in [0, 1)", 0 <= self.label_smoothing < 1),
                ("warm_up_epochs", ">= 0", 0 <= self.warm_up_epochs < math.inf),
                ("crop", ">= 0", self.crop >= 0),
                ("cutout", ">= 0", self.cutout >= 0),
                ("seed", "in [0, 2^53)", 0 <= self.seed < 2**53),
            ]
            if not holds
        ]
        if problems:
            raise ValueError("Recipe: " + " ".join(problems))

    def rate(self, epoch):
        """Learning rate at a position in epochs (fractional inside one): cosine per epoch to 0, after a linear warm-up."""
        warm_up = min(self.warm_up_epochs, self.epochs)
        if epoch < warm_up:
            return self.learning_rate * epoch / warm_up
        progress = max(0.0, math.floor(epoch) - warm_up) / (self.epochs - warm_up) if self.epochs > warm_up else 0.0
        return self.learning_rate * 0.5 * (1 + math.cos(math.pi * progress))

    def to_json(self, normalization):
        """With the keys that `opi train` writes into a checkpoint's provenance."""
        augmentation = {
            "crop": self.crop,
            "flip": self.flip,
            **({"autoAugment": "cifar-10"} if self.auto_augment else {}),
            **({"cutout": self.cutout} if self.cutout else {}),
        }
        return {
            "epochs": self.epochs,
            "batchSize": self.batch_size,
            "learningRate": self.learning_rate,
            "schedule": {"kind": "cosine", "per": "epoch", "warmUpEpochs": self.warm_up_epochs},
            "momentum": self.momentum,
            "nesterov": self.nesterov,
            "weightDecay": self.weight_decay,
            "boundDecay": self.bound_decay,
            "labelSmoothing": self.label_smoothing,
            "augmentation": augmentation,
            "normalization": normalization,
            "seed": self.seed,
        }
