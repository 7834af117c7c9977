"""Stochastic gradient descent whose whole state lies in tensors, so that a CUDA graph can hold it."""

import torch

from .activations import MINIMUM_BOUND


class MomentumDescent:
    """torch.optim.SGD's update for two groups, weights and activation bounds, each with its own decay.

        g <- g + decay w;   m <- momentum m + g;   w <- w - rate m          (Nesterov: w <- w - rate (g + momentum m))

    Bounds are kept at or above MINIMUM_BOUND: one that reached 0 would never recover.
    """

    def __init__(self, parameters, recipe):
        """parameters: dict of trainable tensors by name; names ending in /bound are bounds."""
        self._recipe = recipe
        self.momenta = {name: torch.zeros_like(parameter) for name, parameter in parameters.items()}
        bounds = [name for name in parameters if name.endswith("/bound")]
        weights = [name for name in parameters if name not in bounds]
        self._order = list(parameters)
        self._groups = [
            (names, [parameters[name] for name in names], [self.momenta[name] for name in names], decay)
            for names, decay in ((weights, recipe.weight_decay), (bounds, recipe.bound_decay))
            if names
        ]
        self._bounds = [parameters[name] for name in bounds]

    @torch.no_grad()
    def apply(self, gradients, rate):
        """One step. gradients: in the order of the parameters. rate: tensor without axes, on the same device."""
        by_name = dict(zip(self._order, gradients))
        momentum = self._recipe.momentum
        for names, values, momenta, decay in self._groups:
            g = [_like(by_name[name], value) for name, value in zip(names, values)]
            if decay > 0:
                g = torch._foreach_add(g, values, alpha=decay)
            torch._foreach_mul_(momenta, momentum)
            torch._foreach_add_(momenta, g)
            direction = torch._foreach_add(g, momenta, alpha=momentum) if self._recipe.nesterov else momenta
            torch._foreach_sub_(values, torch._foreach_mul(direction, rate))
        if self._bounds:
            torch._foreach_clamp_min_(self._bounds, MINIMUM_BOUND)


def _like(gradient, value):
    """One stray memory layout in a list makes every fused operation on it fall back to one launch a tensor."""
    if gradient.stride() == value.stride():
        return gradient
    return torch.empty_strided(value.shape, value.stride(), dtype=value.dtype, device=value.device).copy_(gradient)
