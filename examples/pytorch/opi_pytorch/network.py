"""A network description as a PyTorch module, and its tensors in this repository's layout.

Images are [batch, channels, height, width] here and [height, width, channels] there; kernels are [out, in, height,
width] here and [height, width, in, out] there.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn

from .activations import INITIAL_BOUND, Clip, Qcfs, RateNorm

BATCH_NORM_MOMENTUM = 0.1


class BatchNorm(nn.Module):
    """nn.BatchNorm2d without the count of batches, which nothing reads."""

    def __init__(self, channels, epsilon):
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(channels))
        self.beta = nn.Parameter(torch.zeros(channels))
        self.register_buffer("mean", torch.zeros(channels))
        self.register_buffer("variance", torch.ones(channels))
        self.epsilon = epsilon

    def forward(self, x):
        return F.batch_norm(
            x, self.mean, self.variance, self.gamma, self.beta, self.training, BATCH_NORM_MOMENTUM, self.epsilon
        )


class Network(nn.Module):
    """Runs a description node by node. forward: images [batch, channels, height, width] -> logits [batch, classes]."""

    def __init__(self, description, *, seed=0, initial_bound=None):
        super().__init__()
        self.description = description
        self.layers = nn.ModuleDict()
        self._steps = []
        sizes = {}
        for node in description["nodes"]:
            sizes[node["name"]], layer = _build(node, [sizes[name] for name in node["inputs"]], initial_bound)
            if layer is not None:
                # Module names must not contain dots.
                self.layers[node["name"].replace(".", "/")] = layer
            self._steps.append((node, layer))
        self._initialize(seed)

    def forward(self, images):
        values = {}
        for node, layer in self._steps:
            inputs = [values[name] for name in node["inputs"]]
            values[node["name"]] = images if node["op"] == "input" else _run(node, layer, inputs)
        return values[self.description["output"]]

    def trainable(self):
        """Trainable tensors by NODE/PARAMETER."""
        return dict(self._named(self.named_parameters()))

    def everything(self):
        """Trainable tensors and running statistics by NODE/PARAMETER."""
        return {**self.trainable(), **dict(self._named(self.named_buffers()))}

    def tensors(self):
        """Copies in the layout of the checkpoint format, on the CPU, float32, by NODE/PARAMETER."""
        return {name: _to_checkpoint(name, value) for name, value in self.everything().items()}

    def load(self, tensors):
        """Overwrites the values with those of a checkpoint; bounds and maxima that it lacks keep theirs.

        Raises ValueError listing every tensor that is missing, unknown or of another shape.
        """
        own = self.everything()
        problems = [f"{name} is unknown" for name in tensors if name not in own]
        for name, value in own.items():
            found = tensors.get(name)
            if found is None:
                if not name.endswith(("/bound", "/maximum", "/scale")):
                    problems.append(f"{name} is missing")
                continue
            found = _from_checkpoint(name, found)
            if found.shape != value.shape:
                problems.append(f"{name} has shape {list(found.shape)}, not {list(value.shape)}")
            elif not problems:
                with torch.no_grad():
                    value.copy_(found)
        if problems:
            name = self.description["name"]
            raise ValueError(f"load: tensors must be those of {name}, got: {'; '.join(problems)}.")

    @staticmethod
    def _named(pairs):
        for key, value in pairs:
            # layers.NODE.parameter, the node's own dots written as slashes.
            node, parameter = key.removeprefix("layers.").rsplit(".", 1)
            yield f"{node.replace('/', '.')}/{_PARAMETERS.get(parameter, parameter)}", value

    @torch.no_grad()
    def _initialize(self, seed):
        """Convolutions N(0, 2 / (height width out)), dense kernels U(-1/sqrt(in), 1/sqrt(in)), biases 0."""
        generator = torch.Generator().manual_seed(seed)
        for _, layer in self._steps:
            if isinstance(layer, nn.Conv2d):
                filters, _, height, width = layer.weight.shape
                layer.weight.normal_(0, math.sqrt(2 / (height * width * filters)), generator=generator)
            elif isinstance(layer, nn.Linear):
                limit = 1 / math.sqrt(layer.in_features)
                layer.weight.uniform_(-limit, limit, generator=generator)
            if isinstance(layer, (nn.Conv2d, nn.Linear)) and layer.bias is not None:
                layer.bias.zero_()


_PARAMETERS = {"weight": "kernel"}


def _build(node, sizes, initial_bound):
    """Size of the node's output [channels, height, width] or [features], and its layer or None."""
    op = node["op"]
    size = sizes[0] if sizes else None
    if op == "input":
        height, width, channels = node["shape"]
        return [channels, height, width], None
    if op == "conv2d":
        padding = _padding(node)
        layer = nn.Conv2d(
            size[0], node["filters"], node["kernelSize"], node["strides"], padding, bias=node["bias"]
        )
        return [node["filters"], *_slide(size, node["kernelSize"], node["strides"], padding)], layer
    if op == "dense":
        return [node["units"]], nn.Linear(size[0], node["units"], bias=node["bias"])
    if op == "batch-norm":
        return size, BatchNorm(size[0], node["epsilon"])
    if op == "rate-norm":
        return size, RateNorm()
    if op == "clip":
        return size, Clip(INITIAL_BOUND["clip"] if initial_bound is None else initial_bound)
    if op == "qcfs":
        return size, Qcfs(node["levels"], INITIAL_BOUND["qcfs"] if initial_bound is None else initial_bound)
    if op == "average-pool":
        return [size[0], *_slide(size, node["size"], node["strides"], _padding(node))], None
    if op == "global-average-pool":
        return [size[0]], None
    if op == "flatten":
        return [math.prod(size)], None
    if op in ("relu", "add"):
        return size, None
    raise ValueError(f"Network: node {node['name']} must be an ANN node that training knows, got {op}.")


def _run(node, layer, inputs):
    x = inputs[0]
    match node["op"]:
        case "add":
            return sum(inputs[1:], x)
        case "relu":
            return torch.relu(x)
        case "average-pool":
            return F.avg_pool2d(x, node["size"], node["strides"], _padding(node))
        case "global-average-pool":
            return x.mean((2, 3))
        case "flatten":
            # Rows, columns, channels: the order of the checkpoint format.
            return x.permute(0, 2, 3, 1).flatten(1)
        case _:
            return layer(x)


def _padding(node):
    border = node["padding"]
    if border["top"] != border["bottom"] or border["left"] != border["right"]:
        raise ValueError(f"Network: padding of node {node['name']} must be symmetric, got {border}.")
    return (border["top"], border["left"])


def _slide(size, window, strides, padding):
    return [(size[i + 1] + 2 * padding[i] - window[i]) // strides[i] + 1 for i in (0, 1)]


def _to_checkpoint(name, value):
    value = value.detach().to("cpu", torch.float32)
    if name.endswith("/kernel"):
        value = value.permute(2, 3, 1, 0) if value.dim() == 4 else value.t()
    return value.contiguous().clone()


def _from_checkpoint(name, value):
    if name.endswith("/kernel"):
        return value.permute(3, 2, 0, 1) if value.dim() == 4 else value.t()
    return value
