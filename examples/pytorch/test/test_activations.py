import math

import pytest
import torch

from opi_pytorch.activations import Clip, Qcfs, RateNorm

X = torch.tensor([-1.0, -0.2, 0.0, 0.3, 0.99, 1.0, 1.01, 5.0])


def gradients(layer, x):
    x = x.clone().requires_grad_()
    y = layer(x)
    weight = torch.arange(1.0, len(x) + 1)
    dx, d_bound = torch.autograd.grad((y * weight).sum(), [x, layer.bound])
    return y, dx / weight, d_bound


def test_clip_cuts_off_below_zero_and_above_the_bound_which_learns_from_what_is_above():
    y, dx, d_bound = gradients(Clip(1.0), X)
    assert y.tolist() == pytest.approx([0, 0, 0, 0.3, 0.99, 1, 1, 1])
    assert dx.tolist() == [0, 0, 0, 1, 1, 1, 0, 0]
    assert d_bound.item() == 7 + 8


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_the_clips_kernels_compute_its_definition_for_every_dtype_and_layout(dtype, layout):
    layer = Clip(1.7)
    bound = layer.bound.to(dtype)
    generator = torch.Generator().manual_seed(5)
    x = 2 * torch.randn(4, 16, 8, 8, generator=generator).to(dtype)
    near = torch.nextafter(bound.detach(), torch.tensor([9.0], dtype=dtype)).item()
    x.view(-1)[:5] = torch.tensor([0, -0.0, bound.item(), near, 1e-30], dtype=dtype)
    x = x.contiguous(memory_format=layout).requires_grad_()
    dy = torch.randn(x.shape, generator=generator).to(dtype)
    y = layer(x)
    dx, d_bound = torch.autograd.grad(y, [x, layer.bound], dy)
    assert torch.equal(y, torch.minimum(x.clamp_min(0), bound))
    assert torch.equal(dx, torch.where((x > 0) & (x <= bound), dy, 0))
    assert d_bound.item() == pytest.approx(dy[x > bound].sum(dtype=torch.float64).item(), rel=1e-3)


def test_qcfs_rounds_to_its_levels_and_lets_gradients_through_its_floor():
    layer = Qcfs(4, 2.0)
    x = torch.tensor([-0.3, -0.2, 0.2, 0.26, 0.8, 1.7, 1.8, 9.0])
    y, dx, d_bound = gradients(layer, x)
    assert y.tolist() == [0, 0, 0, 0.5, 1, 1.5, 2, 2]
    assert dx.tolist() == [0, 1, 1, 1, 1, 1, 0, 0]
    inside = sum(w * (q - v / 2) for w, q, v in [(2, 0, -0.2), (3, 0, 0.2), (4, 0.25, 0.26), (5, 0.5, 0.8), (6, 0.75, 1.7)])
    assert d_bound.item() == pytest.approx(inside + 7 + 8, rel=1e-5)


def test_the_clips_gradient_to_its_bound_is_the_difference_of_the_function():
    layer = Clip(0.7).double()
    x = torch.linspace(-1, 2, 4001, dtype=torch.float64)
    d_bound = torch.autograd.grad(layer(x).sum(), layer.bound)[0].item()
    with torch.no_grad():
        low, high = (sum_at(layer, x, 0.7 + step) for step in (-1e-5, 1e-5))
    assert d_bound == pytest.approx((high - low) / 2e-5, rel=1e-6)


def sum_at(layer, x, bound):
    layer.bound.fill_(bound)
    return layer(x).sum().item()


def test_activations_keep_bfloat16_and_sum_the_bounds_gradient_in_float32():
    for layer in (Clip(1.0), Qcfs(4, 1.0)):
        x = torch.full((4096,), 3.0, dtype=torch.bfloat16, requires_grad=True)
        y = layer(x)
        d_bound = torch.autograd.grad(y.sum(), layer.bound)[0]
        assert y.dtype == torch.bfloat16
        # bfloat16 cannot count past 256.
        assert d_bound.dtype == torch.float32 and d_bound.item() == 4096


def test_rate_norm_divides_by_a_running_maximum_and_is_at_most_one():
    layer = RateNorm()
    y = layer(torch.tensor([-1.0, 2.0, 5.0]))
    maximum = 0.9 * 1 + 0.1 * 5
    threshold = maximum / (1 + math.exp(-10)) + 1e-6
    assert layer.maximum.item() == pytest.approx(maximum)
    assert y.tolist() == pytest.approx([0, min(1, 2 / threshold), 1])
    layer.eval()
    layer(torch.tensor([100.0]))
    assert layer.maximum.item() == pytest.approx(maximum)
