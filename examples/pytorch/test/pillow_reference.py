"""The image operations with Pillow itself, one image at a time; the oracle of image_operations."""

from PIL import Image, ImageEnhance, ImageOps

GREY = (128, 128, 128)


def _affine(image, matrix, resample):
    return image.transform(image.size, Image.Transform.AFFINE, matrix, resample, fillcolor=GREY)


def _rotate(image, degrees):
    turned = image.convert("RGBA").rotate(degrees)
    return Image.composite(turned, Image.new("RGBA", turned.size, (128,) * 4), turned).convert(image.mode)


_CUBIC, _NEAREST = Image.Resampling.BICUBIC, Image.Resampling.NEAREST

OPERATIONS = {
    "invert": lambda image, _: ImageOps.invert(image),
    "solarize": ImageOps.solarize,
    "posterize": ImageOps.posterize,
    "autocontrast": lambda image, _: ImageOps.autocontrast(image),
    "equalize": lambda image, _: ImageOps.equalize(image),
    "color": lambda image, factor: ImageEnhance.Color(image).enhance(factor),
    "brightness": lambda image, factor: ImageEnhance.Brightness(image).enhance(factor),
    "contrast": lambda image, factor: ImageEnhance.Contrast(image).enhance(factor),
    "sharpness": lambda image, factor: ImageEnhance.Sharpness(image).enhance(factor),
    "shear_x": lambda image, m: _affine(image, (1, m, 0, 0, 1, 0), _CUBIC),
    "shear_y": lambda image, m: _affine(image, (1, 0, 0, m, 1, 0), _CUBIC),
    "translate_x": lambda image, m: _affine(image, (1, 0, m * image.size[0], 0, 1, 0), _NEAREST),
    "translate_y": lambda image, m: _affine(image, (1, 0, 0, 0, 1, m * image.size[1]), _NEAREST),
    "rotate": _rotate,
}


def apply(name, pixels, magnitude):
    """pixels: uint8 [3, height, width] in numpy; returns the same kind."""
    import numpy as np

    image = Image.fromarray(np.ascontiguousarray(pixels.transpose(1, 2, 0)))
    return np.asarray(OPERATIONS[name](image, magnitude)).transpose(2, 0, 1)
