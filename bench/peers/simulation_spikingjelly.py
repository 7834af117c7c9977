#!/usr/bin/env python3
"""Times SpikingJelly on the CPU, in its single-step and its multi-step mode.

    python simulation_spikingjelly.py --case FOLDER [--variants LIST] [--threads N]

Its own layers and IFNode (torch backend: the others need a GPU); what only the image reaches is computed once. The batches
of the multi-step mode are tried in turn.
"""

from importlib.metadata import version

import torch
from spikingjelly.activation_based import functional, layer, neuron
from torch import nn

from measure_peer import main
from spiking_network import build_steps, padding


class Graph(nn.Module):
    """The steps of a network with SpikingJelly's modules; `mode` is 's' or 'm'."""

    def __init__(self, path, mode):
        super().__init__()
        self.steps, self.image, self.output = build_steps(path)
        self.mode = mode
        modules = {step.name: module_of(step) for step in self.steps}
        self.parts = nn.ModuleDict({_key(name): module for name, module in modules.items() if module is not None})
        functional.set_step_mode(self, mode)
        for step in self.steps:
            if step.is_constant and _key(step.name) in self.parts:
                self.parts[_key(step.name)].step_mode = "s"

    def start(self, images, time_steps):
        """Resets the neurons to their initial potentials; returns the values that do not change."""
        functional.reset_net(self)
        values = {self.image: images}
        for step in self.steps:
            if step.theta is not None:
                self.parts[_key(step.name)].v = step.initial
            if step.is_constant:
                values[step.name] = self.compute(step, [values[name] for name in step.inputs])
        if self.mode == "m":
            values = {name: x.unsqueeze(0).expand(time_steps, *x.shape) for name, x in values.items()}
        return values

    def forward(self, values):
        values = dict(values)
        for step in self.steps:
            if not step.is_constant:
                values[step.name] = self.compute(step, [values[name] for name in step.inputs])
        return values[self.output]

    def compute(self, step, inputs):
        key = _key(step.name)
        if key in self.parts:
            return self.parts[key](*inputs)
        if self.mode == "m" and not step.is_constant and step.op != "add":
            return functional.seq_to_ann_forward(inputs[0], step.run)
        return step.run(*inputs)


def _key(name):
    return name.replace(".", "/")


def module_of(step):
    """SpikingJelly's module for a node; None where it has none and plain PyTorch serves."""
    if step.theta is not None:
        return neuron.IFNode(v_threshold=step.theta, v_reset=None)
    if step.op == "average-pool":
        return layer.AvgPool2d(step.node["size"], step.node["strides"], padding(step.node))
    if step.weights is None:
        return None
    kernel, bias = step.weights
    if step.op == "dense":
        module = layer.Linear(kernel.shape[1], kernel.shape[0], bias is not None)
    else:
        node = step.node
        sizes = (kernel.shape[1], kernel.shape[0], node["kernelSize"], node["strides"], padding(node))
        module = layer.Conv2d(*sizes, bias=bias is not None)
    module.load_state_dict({"weight": kernel} if bias is None else {"weight": kernel, "bias": bias})
    return module


def single_step(path, time_steps):
    net = Graph(path, "s").eval()

    def run(images):
        values = net.start(images, time_steps)
        logits = net(values)
        for _ in range(time_steps - 1):
            logits = logits + net(values)
        return logits

    return run


def multi_step(path, time_steps):
    net = Graph(path, "m").eval()
    return lambda images: net(net.start(images, time_steps)).sum(0)


main(
    __doc__,
    [("single-step", single_step, [50]), ("multi-step", multi_step, [2, 8, 25])],
    {"spikingjelly": version("spikingjelly")},
)
