#!/usr/bin/env python3
"""Times whole training steps in PyTorch on the CPU: forward, cross-entropy, backward, SGD; data already in memory.

    python training_step.py [--networks resnet20,vgg16] [--formats contiguous,channels-last] [--batch 128]
                            [--repetitions 10]

Networks and activations are those of examples/pytorch, the optimizer is torch.optim.SGD. Prints one JSON document in
the shape of packages/training/bench/step.bench.js; training.js beside this file runs both in turn.
"""

import argparse
import datetime
import json
import math
import pathlib
import platform
import statistics
import sys
import time

import torch
import torch.nn.functional as F

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "examples" / "pytorch"))
from opi_pytorch.architectures import build_architecture  # noqa: E402
from opi_pytorch.network import Network  # noqa: E402

WARM_UP = 2
FORMATS = {"contiguous": torch.contiguous_format, "channels-last": torch.channels_last}


def make_step(name, memory_format, size):
    """A function that does one step and returns its loss."""
    network = Network(build_architecture(name, classes=10), seed=1).to(memory_format=memory_format).train()
    bounds = [value for key, value in network.trainable().items() if key.endswith("/bound")]
    weights = [value for key, value in network.trainable().items() if not key.endswith("/bound")]
    groups = [{"params": weights}, {"params": bounds}]
    optimizer = torch.optim.SGD(groups, lr=0.01, momentum=0.9, weight_decay=5e-4)
    images = (torch.arange(size * 3072) * 7919 % 1013 / 506 - 1).reshape(size, 3, 32, 32)
    images = images.contiguous(memory_format=memory_format)
    labels = torch.arange(size) % 10

    def step():
        optimizer.zero_grad()
        loss = F.cross_entropy(network(images), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def measure(name, memory_format, size, repetitions):
    step = make_step(name, FORMATS[memory_format], size)
    wall, cpu, checksum = [], [], 0.0
    for i in range(-WARM_UP, repetitions):
        begun, used = time.perf_counter(), time.process_time()
        loss = step()
        if i < 0:
            continue
        wall.append(time.perf_counter() - begun)
        cpu.append(time.process_time() - used)
        checksum += loss
    if not math.isfinite(checksum):
        raise ArithmeticError(f"the loss became {checksum}: nothing was measured")
    return {
        "network": name,
        "format": memory_format,
        "batchSize": size,
        "samplesPerSecond": round(size / statistics.median(wall), 1),
        "samplesPerCpuSecond": round(size / statistics.median(cpu), 1),
        "stepMilliseconds": {kind: summary(times) for kind, times in (("wall", wall), ("cpu", cpu))},
        "checksum": checksum,
    }


def summary(times):
    return {"median": round(1000 * statistics.median(times), 1), "best": round(1000 * min(times), 1)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--networks", default="resnet20,vgg16")
    parser.add_argument("--formats", default="contiguous,channels-last")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--repetitions", type=int, default=10)
    given = parser.parse_args()
    networks = [
        measure(name, memory_format, given.batch, given.repetitions)
        for name in given.networks.split(",")
        for memory_format in given.formats.split(",")
    ]
    document = {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
        "repetitions": given.repetitions,
        "networks": networks,
    }
    print(json.dumps(document, indent=2))


main()
