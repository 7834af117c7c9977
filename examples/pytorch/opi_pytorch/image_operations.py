"""The image operations of AutoAugment on batches, with the results of Pillow byte for byte.

Every function takes uint8 [batch, channels, height, width] on any device and returns the same kind. The magnitude is
one number for the batch. Rounding follows Pillow: float32 or float64 where Pillow has it, truncation where it truncates.
"""

import math

import torch

FILL = 128


def invert(images, _magnitude=None):
    """255 - x."""
    return 255 - images


def solarize(images, magnitude):
    """Inverts what is not below the threshold `magnitude` (0 to 256)."""
    return torch.where(images < magnitude, images, 255 - images)


def posterize(images, magnitude):
    """Keeps the upper `magnitude` bits (1 to 8)."""
    return images & (256 - 2 ** (8 - int(magnitude)))


def autocontrast(images, _magnitude=None):
    """Stretches every channel of every image so that its darkest value becomes 0 and its brightest 255."""
    flat = images.flatten(2)
    low, high = flat.amin(2).double()[..., None, None], flat.amax(2).double()[..., None, None]
    # Not 255.0 / (...), which PyTorch computes as 255 times a rounded reciprocal.
    scale = torch.full_like(low, 255.0) / (high - low)
    stretched = (images.double() * scale + -low * scale).trunc().clamp(0, 255)
    return torch.where(high > low, stretched, images.double()).to(torch.uint8)


def equalize(images, _magnitude=None):
    """Flattens the histogram of every channel of every image, in integer arithmetic.

    A channel of n pixels whose last used bin holds k of them: step = (n - k) // 255, table[i] = (step // 2 + number of
    pixels below i) // step. step 0 leaves the channel alone.
    """
    batch, channels, height, width = images.shape
    flat = images.flatten(2).flatten(0, 1).long()
    histogram = torch.zeros(batch * channels, 256, dtype=torch.long, device=images.device)
    histogram.scatter_add_(1, flat, torch.ones_like(flat))
    last = histogram.gather(1, flat.amax(1, keepdim=True))
    step = (height * width - last) // 255
    below = histogram.cumsum(1) - histogram
    table = ((step // 2 + below) // step.clamp_min(1)).clamp_max(255)
    result = torch.where(step > 0, table.gather(1, flat), flat)
    return result.to(torch.uint8).reshape(images.shape)


def color(images, factor):
    """Blends with the grey image; factor 0 is grey, 1 the image itself."""
    return _blend(_grey(images)[:, None].expand_as(images), images, factor)


def brightness(images, factor):
    """Blends with black."""
    return _blend(torch.zeros_like(images), images, factor)


def contrast(images, factor):
    """Blends with the mean of the grey image."""
    grey = _grey(images).flatten(1)
    mean = (grey.sum(1, dtype=torch.long).double() / grey.shape[1] + 0.5).to(torch.uint8)
    return _blend(mean[:, None, None, None].expand_as(images), images, factor)


def sharpness(images, factor):
    """Blends with the image smoothed by (1 1 1; 1 5 1; 1 1 1) / 13, whose border is the image's own."""
    height, width = images.shape[2:]
    wide = images.int()
    # Slices, not a convolution: the batch has another size every time, for each of which cuDNN would tune itself anew.
    sums = 4 * wide[:, :, 1:-1, 1:-1]
    for row in range(3):
        for column in range(3):
            sums += wide[:, :, row : row + height - 2, column : column + width - 2]
    smooth = images.clone()
    # To the nearest integer, of which 13 leaves no ties.
    smooth[:, :, 1:-1, 1:-1] = ((2 * sums + 13) // 26).to(torch.uint8)
    return _blend(smooth, images, factor)


def translate_x(images, magnitude):
    """Each pixel comes from `magnitude` widths to its right; nearest pixel, filled with grey."""
    shift = magnitude * images.shape[3]
    sources = [math.floor(x + 0.5 + shift) for x in range(images.shape[3])]
    return _take(images, sources, 3)


def translate_y(images, magnitude):
    """Each pixel comes from `magnitude` heights below it; nearest pixel, filled with grey."""
    shift = magnitude * images.shape[2]
    sources = [math.floor(y + 0.5 + shift) for y in range(images.shape[2])]
    return _take(images, sources, 2)


def shear_x(images, magnitude):
    """Each pixel comes from `magnitude` times its height to its right; bicubic, filled with grey."""
    return shear_y(images.transpose(2, 3), magnitude).transpose(2, 3).contiguous()


def shear_y(images, magnitude):
    """Each pixel comes from `magnitude` times its column below it; bicubic, filled with grey."""
    height, width = images.shape[2:]
    rows = torch.arange(height, dtype=torch.float64)[:, None] + 0.5
    columns = torch.arange(width, dtype=torch.float64) + 0.5
    source = magnitude * columns + rows
    outside = ((source < 0) | (source >= height)).to(images.device)
    first = (source - 0.5).floor()
    d = (source - 0.5 - first).to(images.device)
    index = first.long().to(images.device)
    column = torch.arange(width, device=images.device).expand(height, width)
    v1, v2, v3, v4 = (
        images[:, :, (index + offset).clamp(0, height - 1), column].double() for offset in (-1, 0, 1, 2)
    )
    value = v2 + d * (-v1 + v3 + d * (2 * (v1 - v2) + v3 - v4 + d * (-v1 + v2 - v3 + v4)))
    return value.clamp(0, 255).to(torch.uint8).masked_fill(outside, FILL)


def rotate(images, degrees):
    """Counter-clockwise about the centre; nearest pixel in 16.16 fixed-point arithmetic, filled with grey."""
    height, width = images.shape[2:]
    angle = -math.radians(degrees % 360.0)
    cosine, sine = round(math.cos(angle), 15), round(math.sin(angle), 15)
    a, b, d, e = cosine, sine, round(-math.sin(angle), 15), cosine
    c = a * (-width / 2) + b * (-height / 2) + width / 2
    f = d * (-width / 2) + e * (-height / 2) + height / 2
    columns, rows = torch.arange(width), torch.arange(height)[:, None]
    x = (_fixed(c + a * 0.5 + b * 0.5) + columns * _fixed(a) + rows * _fixed(b)) >> 16
    y = (_fixed(f + d * 0.5 + e * 0.5) + columns * _fixed(d) + rows * _fixed(e)) >> 16
    outside = ((x < 0) | (x >= width) | (y < 0) | (y >= height)).to(images.device)
    x, y = x.clamp(0, width - 1).to(images.device), y.clamp(0, height - 1).to(images.device)
    return images[:, :, y, x].masked_fill(outside, FILL)


def _fixed(value):
    return math.floor(value * 65536.0 + 0.5)


def _grey(images):
    """Luma [batch, height, width] of RGB: (19595 R + 38470 G + 7471 B + 2^15) / 2^16; one channel is its own luma."""
    if images.shape[1] == 1:
        return images[:, 0]
    red, green, blue = images.int().unbind(1)
    return ((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16).to(torch.uint8)


def _blend(degenerate, images, factor):
    """degenerate + factor (images - degenerate) in float32, truncated."""
    difference = (images.int() - degenerate.int()).float()
    factor = torch.tensor(factor, dtype=torch.float32, device=images.device)
    return (degenerate.float() + factor * difference).clamp(0, 255).to(torch.uint8)


def _take(images, sources, axis):
    size = images.shape[axis]
    index = torch.tensor([min(max(source, 0), size - 1) for source in sources], device=images.device)
    outside = torch.tensor([not 0 <= source < size for source in sources], device=images.device)
    if axis == 2:
        outside = outside[:, None]
    return images.index_select(axis, index).masked_fill(outside, FILL)
