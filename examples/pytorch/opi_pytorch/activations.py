"""The activations that a network can be trained with for conversion; definitions and gradients as in packages/training.

All keep the dtype of their input (bfloat16 under autocast); bounds stay float32 and their gradients are summed in it.
"""

import torch
from torch import nn

MINIMUM_BOUND = 1e-3
INITIAL_BOUND = {"clip": 4.0, "qcfs": 8.0}
RATE_NORM_MOMENTUM = 0.1
RATE_NORM_INITIAL_SCALE = 10.0


def _takes_numbers(x):
    """Whether kernels may take a bound as a number: a GPU would wait for it, a compiler would compile for each value."""
    return x.device.type == "cpu" and not torch.compiler.is_compiling()


class _ClipFunction(torch.autograd.Function):
    """y = min(max(x, 0), bound); dy/dx = 1 for 0 < x <= bound, dy/dbound = 1 for x > bound."""

    @staticmethod
    def forward(ctx, x, bound):
        limit = bound.to(x.dtype)
        ctx.save_for_backward(x, limit)
        ctx.bound_dtype = bound.dtype
        if _takes_numbers(x):
            return torch.ops.aten.hardtanh(x, 0, limit.item())
        return torch.minimum(x.clamp_min(0), limit)

    @staticmethod
    def backward(ctx, dy):
        x, limit = ctx.saved_tensors
        if _takes_numbers(x):
            # The same values in a quarter of the time, one kernel each. hardtanh has no gradient at its upper limit, so
            # that the next number is given.
            if dy.stride() != x.stride():
                dy = torch.empty_like(x).copy_(dy)
            beyond = torch.nextafter(limit, torch.full_like(limit, torch.inf)).item()
            above = torch.ops.aten.threshold_backward(dy, x, limit.item())
            dx = torch.ops.aten.hardtanh_backward(dy, x, 0, beyond)
        else:
            above = torch.where(x > limit, dy, 0)
            # threshold_backward is dy where x > 0, else 0, in one kernel.
            dx = torch.ops.aten.threshold_backward(dy, x, 0) - above
        return dx, above.sum(dtype=ctx.bound_dtype).reshape(limit.shape)


class _QcfsFunction(torch.autograd.Function):
    """y = bound clip(floor(x L/bound + 1/2)/L, 0, 1), straight through the floor (Bu et al., ICLR 2022, Eq. 15).

    dy/dx = 1 for -bound/(2L) < x < bound - bound/(2L), else 0; dy/dbound = q - x/bound inside, 1 above, 0 below, the
    derivative of the authors' code (the printed one is wrong by their own note).
    """

    @staticmethod
    def forward(ctx, x, bound, levels):
        wide = x.to(bound.dtype)
        q = torch.floor(wide / bound * levels + 0.5).clamp(0, levels) / levels
        ctx.save_for_backward(x, bound)
        ctx.levels = levels
        return (q * bound).to(x.dtype)

    @staticmethod
    def backward(ctx, dy):
        x, bound = ctx.saved_tensors
        levels = ctx.levels
        wide, d_wide = x.to(bound.dtype), dy.to(bound.dtype)
        ratio = wide / bound
        q = torch.floor(ratio * levels + 0.5).clamp(0, levels) / levels
        half = bound / (2 * levels)
        above = wide >= bound - half
        inside = ~above & (wide > -half)
        d_bound = torch.where(above, 1.0, torch.where(inside, q - ratio, 0.0)).to(bound.dtype)
        return dy * inside, (d_wide * d_bound).sum().reshape(bound.shape), None


class Clip(nn.Module):
    """Trainable clip (TCL, Ho & Chang 2021; OPI's activation) with one bound for the layer."""

    def __init__(self, initial_bound):
        super().__init__()
        self.bound = nn.Parameter(torch.full((1,), float(initial_bound)))

    def forward(self, x):
        return _ClipFunction.apply(x, self.bound)


class Qcfs(nn.Module):
    """Quantization-clip-floor-shift with `levels` steps and one trainable bound for the layer."""

    def __init__(self, levels, initial_bound):
        super().__init__()
        self.levels = levels
        self.bound = nn.Parameter(torch.full((1,), float(initial_bound)))

    def forward(self, x):
        return _QcfsFunction.apply(x, self.bound, self.levels)


class RateNorm(nn.Module):
    """Rate-norm layer (Ding et al. 2021): y = clip(x / v, 0, 1) with v = m sigmoid(s) + 1e-6.

    m: running mean of the batch's largest value, momentum 0.1, without gradient; it starts at 1. s stays at 10: this
    is the first stage of their training.
    """

    def __init__(self):
        super().__init__()
        self.register_buffer("maximum", torch.ones(1))
        self.register_buffer("scale", torch.full((1,), RATE_NORM_INITIAL_SCALE))

    def threshold(self):
        return self.maximum * torch.sigmoid(self.scale) + 1e-6

    def forward(self, x):
        if self.training:
            with torch.no_grad():
                largest = x.detach().amax().to(self.maximum.dtype).reshape(1)
                self.maximum.lerp_(largest, RATE_NORM_MOMENTUM)
        return (x / self.threshold().to(x.dtype)).clamp(0, 1)
