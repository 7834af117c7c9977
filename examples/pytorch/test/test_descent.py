import pytest
import torch

from opi_pytorch.activations import MINIMUM_BOUND
from opi_pytorch.descent import MomentumDescent
from opi_pytorch.recipe import Recipe


@pytest.mark.parametrize("nesterov", [False, True])
def test_an_update_is_that_of_torch_optim_sgd_with_a_decay_of_its_own_for_bounds(nesterov):
    random = torch.Generator().manual_seed(1)
    ours = {name: torch.randn(shape, generator=random).abs() + 1 for name, shape in
            [("a/kernel", (4, 3, 3, 3)), ("a/bias", (4,)), ("b/bound", (1,))]}
    theirs = [torch.nn.Parameter(value.clone()) for value in ours.values()]
    recipe = Recipe(nesterov=nesterov, weight_decay=0.01, bound_decay=0.1)
    descent = MomentumDescent(ours, recipe)
    groups = [{"params": theirs[:2], "weight_decay": 0.01}, {"params": theirs[2:], "weight_decay": 0.1}]
    sgd = torch.optim.SGD(groups, lr=0.1, momentum=0.9, nesterov=nesterov)
    for _ in range(5):
        gradients = [torch.randn(value.shape, generator=random) for value in theirs]
        # Another memory layout must not matter.
        gradients[0] = gradients[0].contiguous(memory_format=torch.channels_last)
        for parameter, gradient in zip(theirs, gradients):
            parameter.grad = gradient
        sgd.step()
        descent.apply(gradients, torch.tensor(0.1))
    for value, expected in zip(ours.values(), theirs):
        torch.testing.assert_close(value, expected.data, rtol=1e-6, atol=1e-7)


def test_a_bound_never_falls_below_its_minimum():
    bounds = {"a/bound": torch.tensor([0.01])}
    MomentumDescent(bounds, Recipe()).apply([torch.tensor([100.0])], torch.tensor(0.1))
    assert bounds["a/bound"].item() == pytest.approx(MINIMUM_BOUND)
