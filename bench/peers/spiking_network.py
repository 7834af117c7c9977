"""A converted network as plain PyTorch operations: the same file as ours, the theta of each layer folded into the weights
that read it, so that neurons emit 0 and 1."""

import pathlib
import sys

import torch
import torch.nn.functional as F

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "examples" / "pytorch"))
from opi_pytorch.checkpoint import load_network  # noqa: E402


class Step:
    """One node: `run(*inputs)`, or for a neuron its `theta` and `initial` potential. `is_constant`: the same at every
    time-step, because only the image reaches it. `module`: what SpikingJelly's layers are made of."""

    def __init__(self, node, inputs, run=None, *, is_constant=False, theta=None, initial=None, weights=None):
        self.name, self.op, self.inputs, self.run = node["name"], node["op"], inputs, run
        self.node, self.is_constant, self.theta, self.initial, self.weights = node, is_constant, theta, initial, weights


def build_steps(path, memory_format=torch.contiguous_format):
    """Steps in topological order, without the input (named None), and the name of the output.

    Raises ValueError for networks outside what is compared: thresholds per channel, random potentials, reset to zero.
    """
    description, tensors = load_network(path)
    scales, constant, steps = {}, {}, []
    for node in description["nodes"]:
        name, op = node["name"], node["op"]
        if op == "input":
            scales[name], constant[name] = 1.0, True
            continue
        inputs = node["inputs"]
        constant[name] = op != "integrate-and-fire" and all(constant[i] for i in inputs)
        before = [scales[i] for i in inputs]
        scales[name] = 1.0
        if op == "integrate-and-fire":
            theta = _theta(node, tensors)
            scales[name] = theta
            step = Step(node, inputs, theta=theta / 1.0, initial=theta * node["initialPotential"]["fraction"])
        elif op in ("conv2d", "dense"):
            weights = _weights(node, tensors, before[0], memory_format)
            step = Step(node, inputs, _linear(node, *weights), weights=weights)
        elif op == "add":
            step = Step(node, inputs, _add(before))
        else:
            scales[name] = before[0]
            step = Step(node, inputs, _reshape(node))
        step.is_constant = constant[name]
        steps.append(step)
    image = next(node["name"] for node in description["nodes"] if node["op"] == "input")
    return steps, image, description["output"]


def _theta(node, tensors):
    threshold = tensors[f"{node['name']}/threshold"]
    initial = node["initialPotential"]
    if threshold.numel() != 1 or node["reset"] != "subtraction" or initial["kind"] != "fraction":
        raise ValueError(f"build_steps: neuron {node['name']} must have one theta, reset by subtraction, a fraction.")
    return threshold.item()


def _weights(node, tensors, scale, memory_format):
    kernel = tensors[f"{node['name']}/kernel"] * scale
    bias = tensors.get(f"{node['name']}/bias")
    if node["op"] == "dense":
        return kernel.T.contiguous(), bias
    return kernel.permute(3, 2, 0, 1).contiguous(memory_format=memory_format), bias


def padding(node):
    """Zeros around the image, vertical and horizontal. Raises ValueError where the sides differ."""
    sides = node["padding"]
    if sides["top"] != sides["bottom"] or sides["left"] != sides["right"]:
        raise ValueError(f"padding: node {node['name']} must have equal sides, got {sides}.")
    return sides["top"], sides["left"]


def _linear(node, kernel, bias):
    if node["op"] == "dense":
        return lambda x: F.linear(x, kernel, bias)
    strides, sides = node["strides"], padding(node)
    return lambda x: F.conv2d(x, kernel, bias, strides, sides)


def _add(scales):
    def add(*inputs):
        terms = [x if scale == 1 else x * scale for x, scale in zip(inputs, scales)]
        return sum(terms[1:], terms[0])

    return add


def _reshape(node):
    op = node["op"]
    if op == "average-pool":
        size, strides, sides = node["size"], node["strides"], padding(node)
        return lambda x: F.avg_pool2d(x, size, strides, sides)
    if op == "global-average-pool":
        return lambda x: x.mean((2, 3))
    if op == "flatten":
        # The file's features are ordered [height, width, channels].
        return lambda x: x.permute(0, 2, 3, 1).flatten(1)
    raise ValueError(f"build_steps: node {node['name']} must be known, got {op}.")
