"""Network descriptions, node for node those of packages/network (`buildArchitecture`).

A description is plain data: nodes in topological order, each with `op`, `name` and `inputs`. The test compares every
one with a fixture that the TypeScript builders wrote.
"""

import math

BATCH_NORM_EPSILON = 1e-5

VGG16_BLOCKS = [[64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]]
# (blocks, channels, stride) of every stage.
RESNET18_STAGES = [(2, 64, 1), (2, 128, 2), (2, 256, 2), (2, 512, 2)]
CIFAR_RESNET_DEPTHS = [20, 32, 44, 56]

ARCHITECTURES = ["vgg16", "resnet18"] + [f"resnet{depth}" for depth in CIFAR_RESNET_DEPTHS]


def build_architecture(
    name, *, classes, activation="clip", levels=4, input_shape=(32, 32, 3), width=1.0, hidden_units=4096
):
    """Description of one architecture.

    activation: relu, clip, qcfs (with `levels` steps) or rate-norm.
    width: factor on every layer's channels. hidden_units: units of VGG-16's two hidden dense layers, not scaled.
    Raises ValueError for an unknown name or activation.
    """
    if name not in ARCHITECTURES:
        raise ValueError(
            f"build_architecture: name must be one of {', '.join(ARCHITECTURES)}, got {name!r}."
        )
    graph = _Graph(activation, levels, width)
    x = graph.add("input", "input", [], shape=list(input_shape))
    if name == "vgg16":
        x = _vgg16(graph, x, hidden_units)
    else:
        x = _resnet(graph, x, _stages(name))
    output = graph.dense("logits", x, classes)
    return {
        "format": "opi-snn-network",
        "formatVersion": 1,
        "name": name,
        "nodes": graph.nodes,
        "output": output,
    }


def _stages(name):
    if name == "resnet18":
        return RESNET18_STAGES
    blocks = (int(name.removeprefix("resnet")) - 2) // 6
    return [(blocks, 16, 1), (blocks, 32, 2), (blocks, 64, 2)]


def _vgg16(graph, x, hidden_units):
    for block, channels in enumerate(VGG16_BLOCKS, 1):
        for index, filters in enumerate(channels, 1):
            x = graph.convolution_block(f"block{block}", index, x, filters)
        x = graph.average_pool(f"block{block}.pool", x)
    x = graph.add("flatten", "flatten", [x])
    for name in ("hidden1", "hidden2"):
        x = graph.activation(f"{name}.activation", graph.dense(name, x, hidden_units))
    return x


def _resnet(graph, x, stages):
    channels = graph.scaled(stages[0][1])
    x = graph.convolution("stem.conv", x, channels, 3)
    x = graph.activation("stem.activation", graph.batch_norm("stem.norm", x))
    for stage, (blocks, published, stage_stride) in enumerate(stages, 1):
        filters = graph.scaled(published)
        for block in range(1, blocks + 1):
            stride = stage_stride if block == 1 else 1
            changes_shape = stride != 1 or channels != filters
            x = _basic_block(graph, f"stage{stage}.block{block}", x, filters, stride, changes_shape)
            channels = filters
    return graph.add("global-average-pool", "pool", [x])


def _basic_block(graph, name, start, filters, stride, changes_shape):
    x = graph.convolution(f"{name}.conv1", start, filters, 3, stride)
    x = graph.activation(f"{name}.activation1", graph.batch_norm(f"{name}.norm1", x))
    x = graph.convolution(f"{name}.conv2", x, filters, 3)
    x = graph.batch_norm(f"{name}.norm2", x)
    shortcut = start
    if changes_shape:
        shortcut = graph.convolution(f"{name}.shortcut.conv", start, filters, 1, stride)
        shortcut = graph.batch_norm(f"{name}.shortcut.norm", shortcut)
    return graph.activation(f"{name}.activation2", graph.add("add", f"{name}.add", [x, shortcut]))


class _Graph:
    """Appends nodes; every method returns the name of the node it appended."""

    def __init__(self, activation, levels, width):
        if activation not in ("relu", "clip", "qcfs", "rate-norm"):
            raise ValueError(
                f"build_architecture: activation must be relu, clip, qcfs or rate-norm, got {activation!r}."
            )
        self._activation = activation
        self._levels = levels
        self._width = width
        self.nodes = []

    def add(self, op, name, inputs, **attributes):
        self.nodes.append({"op": op, "name": name, "inputs": list(inputs), **attributes})
        return name

    def scaled(self, published):
        return max(1, math.floor(published * self._width + 0.5))

    def convolution(self, name, start, filters, size, stride=1, bias=False):
        return self.add(
            "conv2d",
            name,
            [start],
            kernelSize=[size, size],
            filters=filters,
            strides=[stride, stride],
            padding=_border((size - 1) // 2),
            bias=bias,
        )

    def convolution_block(self, block, index, start, filters):
        x = self.convolution(f"{block}.conv{index}", start, self.scaled(filters), 3, bias=True)
        return self.activation(f"{block}.activation{index}", self.batch_norm(f"{block}.norm{index}", x))

    def batch_norm(self, name, start):
        return self.add("batch-norm", name, [start], epsilon=BATCH_NORM_EPSILON)

    def activation(self, name, start):
        extra = {"levels": self._levels} if self._activation == "qcfs" else {}
        return self.add(self._activation, name, [start], **extra)

    def average_pool(self, name, start):
        return self.add("average-pool", name, [start], size=[2, 2], strides=[2, 2], padding=_border(0))

    def dense(self, name, start, units):
        return self.add("dense", name, [start], units=units, bias=True)


def _border(width):
    return {"top": width, "bottom": width, "left": width, "right": width}
