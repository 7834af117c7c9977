"""AutoAugment's CIFAR-10 policy (Cubuk et al. 2019, appendix, table 7), as the conversion papers' code applies it.

A sub-policy is drawn for every image; each of its two operations happens with its probability; shears, translations
and enhancements take a random sign. Rotation has none in that code, and neither here.
"""

import numpy as np

from . import image_operations as operations

# (operation, probability, level 0 to 9), twice.
POLICY = [
    (("invert", 0.1, 7), ("contrast", 0.2, 6)),
    (("rotate", 0.7, 2), ("translate_x", 0.3, 9)),
    (("sharpness", 0.8, 1), ("sharpness", 0.9, 3)),
    (("shear_y", 0.5, 8), ("translate_y", 0.7, 9)),
    (("autocontrast", 0.5, 8), ("equalize", 0.9, 2)),
    (("shear_y", 0.2, 7), ("posterize", 0.3, 7)),
    (("color", 0.4, 3), ("brightness", 0.6, 7)),
    (("sharpness", 0.3, 9), ("brightness", 0.7, 9)),
    (("equalize", 0.6, 5), ("equalize", 0.5, 1)),
    (("contrast", 0.6, 7), ("sharpness", 0.6, 5)),
    (("color", 0.7, 7), ("translate_x", 0.5, 8)),
    (("equalize", 0.3, 7), ("autocontrast", 0.4, 8)),
    (("translate_y", 0.4, 3), ("sharpness", 0.2, 6)),
    (("brightness", 0.9, 6), ("color", 0.2, 8)),
    (("solarize", 0.5, 2), ("invert", 0.0, 3)),
    (("equalize", 0.2, 0), ("autocontrast", 0.6, 0)),
    (("equalize", 0.2, 8), ("equalize", 0.6, 4)),
    (("color", 0.9, 9), ("equalize", 0.6, 6)),
    (("autocontrast", 0.8, 4), ("solarize", 0.2, 8)),
    (("brightness", 0.1, 3), ("color", 0.7, 0)),
    (("solarize", 0.4, 5), ("autocontrast", 0.9, 3)),
    (("translate_y", 0.9, 9), ("translate_y", 0.7, 9)),
    (("autocontrast", 0.9, 2), ("solarize", 0.8, 3)),
    (("equalize", 0.8, 8), ("invert", 0.1, 3)),
    (("translate_y", 0.7, 9), ("autocontrast", 0.9, 1)),
]


def magnitude(operation, level, sign):
    """What an operation of image_operations takes, at a level 0 to 9 and with a sign -1 or 1."""
    match operation:
        case "shear_x" | "shear_y":
            return sign * (0.3 * level / 9)
        case "translate_x" | "translate_y":
            return sign * (150 / 331 * level / 9)
        case "rotate":
            return 30 * level / 9
        case "color" | "contrast" | "sharpness" | "brightness":
            return 1 + sign * (0.9 * level / 9)
        case "posterize":
            return round(8 - 4 * level / 9)
        case "solarize":
            return 256 - 256 * level / 9
        case _:
            return 0.0


def plan(sub_policy, chance, sign):
    """Which images get which operation: for each of the two slots a dict (operation, magnitude) -> indices.

    sub_policy: int [n] in [0, 25); chance: [n, 2] in [0, 1); sign: [n, 2] of -1 and 1; all numpy.
    """
    slots = []
    for slot in (0, 1):
        groups = {}
        for number, sub in enumerate(POLICY):
            name, probability, level = sub[slot]
            chosen = (sub_policy == number) & (chance[:, slot] < probability)
            for direction in (-1, 1):
                indices = (chosen & (sign[:, slot] == direction)).nonzero()[0]
                if indices.size:
                    groups.setdefault((name, magnitude(name, level, direction)), []).append(indices)
        slots.append({key: np.concatenate(parts) for key, parts in groups.items()})
    return slots


def apply(images, slots, index):
    """Applies a plan. images: uint8 [n, 3, h, w], overwritten and returned. index: makes an array a tensor beside them."""
    for groups in slots:
        for (name, strength), indices in groups.items():
            at = index(indices)
            images[at] = getattr(operations, name)(images[at], strength)
    return images
