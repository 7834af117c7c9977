"""One training step over fixed tensors; on a GPU captured once as a CUDA graph and replayed."""

import torch
import torch.nn.functional as F

WARM_UP_STEPS = 3


def memory_format(device, network):
    """Channels last on a GPU, whose tensor cores want it, and on the CPU for layers of 16, 32, ... channels.

    On the CPU oneDNN 3.x writes past the end of 4 channels so.
    """
    filters = [layer.out_channels for layer in network.modules() if isinstance(layer, torch.nn.Conv2d)]
    wide = device.type == "cuda" or all(count % 16 == 0 for count in filters)
    return torch.channels_last if wide else torch.contiguous_format


class TrainingStep:
    """Forward, cross-entropy, backward, update for batches of one size.

    Everything that a step changes lies in tensors: parameters, running statistics, momenta, `loss_sum` and `correct`.
    A replayed graph costs one launch instead of several hundred, which is most of the time of a small network.
    """

    def __init__(self, network, descent, recipe, image_shape, *, half=False, graph=True, compile_network=False):
        """image_shape: [channels, height, width]. half: bfloat16 autocast. graph: capture, where the device is a GPU."""
        self._network, self._descent, self._recipe, self._half = network, descent, recipe, half
        self._forward = torch.compile(network, dynamic=False) if compile_network else network
        self._parameters = list(network.trainable().values())
        self.device = self._parameters[0].device
        size = recipe.batch_size
        self._images = torch.zeros(size, *image_shape, device=self.device)
        self._images = self._images.contiguous(memory_format=memory_format(self.device, network))
        self._labels = torch.zeros(size, dtype=torch.long, device=self.device)
        self._rate = torch.zeros((), device=self.device)
        self.loss_sum = torch.zeros((), dtype=torch.float64, device=self.device)
        self.correct = torch.zeros((), dtype=torch.long, device=self.device)
        self._graph = self._capture() if graph and self.device.type == "cuda" else None

    def __call__(self, images, labels, rate):
        """images [batch, channels, height, width] float32, labels [batch] long, both on the device; rate: a number."""
        self._images.copy_(images)
        self._labels.copy_(labels)
        self._rate.fill_(rate)
        if self._graph is None:
            self._compute()
        else:
            self._graph.replay()

    def _compute(self):
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self._half, cache_enabled=False):
            logits = self._forward(self._images)
        logits = logits.float()
        loss = F.cross_entropy(logits, self._labels, label_smoothing=self._recipe.label_smoothing)
        gradients = torch.autograd.grad(loss, self._parameters)
        self._descent.apply(gradients, self._rate)
        with torch.no_grad():
            self.loss_sum += loss
            self.correct += (logits.argmax(1) == self._labels).sum()

    def _capture(self):
        """Warms up (algorithms are chosen, compilation happens), takes back what that changed, then captures."""
        changed = [
            *self._network.everything().values(), *self._descent.momenta.values(), self.loss_sum, self.correct
        ]
        before = [tensor.detach().clone() for tensor in changed]
        stream = torch.cuda.current_stream()
        side = torch.cuda.Stream()
        side.wait_stream(stream)
        with torch.cuda.stream(side):
            for _ in range(WARM_UP_STEPS):
                self._compute()
        stream.wait_stream(side)
        with torch.no_grad():
            for tensor, value in zip(changed, before):
                tensor.copy_(value)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            self._compute()
        return graph
