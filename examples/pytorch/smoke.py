#!/usr/bin/env python3
"""Measures training on this machine, on made-up images, and says how long runs would take.

    python smoke.py [NETWORK…] [--seconds 10] [--together] [the options of train.py]

For each network: seconds to start (capture or compile included), steps a second, seconds of augmentation an epoch,
and from them the time of 300 epochs of 50,000 images. --together: all networks at once, in turns on one GPU.
"""

import argparse
import sys
import tempfile
import time

import numpy as np
import torch

import train
from opi_pytorch.augmentation import draw_epoch
from opi_pytorch.datasets import Dataset

EPOCH_IMAGES = 50_000


def make_data(images):
    random = np.random.default_rng(1)
    pixels = random.integers(0, 256, (images, 3, 32, 32)).astype(np.uint8)
    return Dataset("cifar-10", pixels, random.integers(0, 10, images).astype(np.uint8), [str(i) for i in range(10)])


def synchronize(device):
    if device.type == "cuda":
        torch.cuda.synchronize()


def start(name, options, data, folder, stream):
    job = train.parse([name, "--data", ".", "--out", f"{folder}/{name}", "--test-every", "0", *options])[0]
    device = train.device_of(job)
    begun = time.perf_counter()
    with train.stream_context(stream):
        run = train.start_run(job, data, None)
    synchronize(device)
    return run, time.perf_counter() - begun


def augmentation_seconds(run, data):
    """Of an epoch of EPOCH_IMAGES, after one to warm up."""
    device = run.options.device
    rows = draw_epoch(run.recipe, 0, data.images.shape).rows(0, min(len(data), run.options.block_batches * 128))
    for _ in range(2):
        synchronize(device)
        begun = time.perf_counter()
        run._augment(rows)
        synchronize(device)
    return (time.perf_counter() - begun) * EPOCH_IMAGES / len(rows.order)


def steps_a_second(runs, seconds):
    """Of each of the runs, which take turns; every step computes, on the same images again and again."""
    device = runs[0][0].options.device
    size = runs[0][0].recipe.batch_size
    images = torch.zeros(size, 3, 32, 32, device=device)
    labels = torch.arange(size, device=device) % 10
    turn = train.TURN[device.type]
    for run, stream in runs:
        with train.stream_context(stream):
            run._step(images, labels, 0.01)
    synchronize(device)
    begun, turns = time.perf_counter(), 0
    while time.perf_counter() - begun < seconds:
        for run, stream in runs:
            with train.stream_context(stream):
                for _ in range(turn):
                    run._step(images, labels, 0.01)
        turns += 1
        # The host must not run ahead of what it measures.
        if turns % 4 == 0:
            synchronize(device)
    synchronize(device)
    return turns * turn / (time.perf_counter() - begun)


def report(names, starting, rate, augmentation, batch):
    steps = EPOCH_IMAGES // batch
    epoch = steps / rate + augmentation
    print(
        f"{' + '.join(names)}: start {starting:.1f} s, {rate:.2f} steps/s each ({rate * batch * len(names):.0f} images/s),"
        f" augmentation {augmentation:.2f} s an epoch, 300 epochs in about {300 * epoch / 60:.1f} minutes",
        flush=True,
    )


def main(argv):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--together", action="store_true")
    known, rest = parser.parse_known_args(argv)
    names = [word for word in rest if word in train.ARCHITECTURES] or ["resnet20"]
    options = [word for word in rest if word not in train.ARCHITECTURES]
    groups = [names] if known.together else [[name] for name in names]
    device = train.device_of(train.parser().parse_args(options))
    data = make_data(EPOCH_IMAGES if device.type == "cuda" else 2048)
    print(f"{torch.cuda.get_device_name() if device.type == 'cuda' else 'CPU'}, PyTorch {torch.__version__}")
    for group in groups:
        with tempfile.TemporaryDirectory() as folder:
            runs, starting = [], 0.0
            for name in group:
                stream = torch.cuda.Stream() if device.type == "cuda" else None
                run, seconds = start(name, options, data, folder, stream)
                runs.append((run, stream))
                starting += seconds
            augmentation = sum(augmentation_seconds(run, data) for run, _ in runs)
            report(group, starting, steps_a_second(runs, known.seconds), augmentation, runs[0][0].recipe.batch_size)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
