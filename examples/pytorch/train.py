#!/usr/bin/env python3
"""Trains networks for conversion in PyTorch; see README.md beside this file.

    python train.py resnet20 --data-set cifar-10 --data DIR --epochs 300 --out DIR
"""

import argparse
import contextlib
import json
import pathlib
import platform
import signal
import sys
import time

import numpy as np
import torch

from opi_pytorch.architectures import ARCHITECTURES, build_architecture
from opi_pytorch.checkpoint import load_network, save_network
from opi_pytorch.datasets import LAYOUTS, NORMALIZATIONS, load_dataset
from opi_pytorch.recipe import CUTOUTS, LEARNING_RATES, Recipe
from opi_pytorch.run import Options, TrainingError, TrainingRun

# Exit code of a run that paused on purpose or on a signal and goes on with --resume (EX_TEMPFAIL).
PAUSED = 75
# Steps enqueued for one network before the next has its turn.
TURN = {"cuda": 32, "cpu": 1}
BLOCK_BATCHES = {"cuda": 512, "cpu": 16}


def parser():
    result = argparse.ArgumentParser(
        description="Train image networks for conversion to spiking ones, with PyTorch.",
        epilog="Several networks share one GPU with --jobs: a JSON list of lists of arguments, each added to those given here.",
    )
    add = result.add_argument
    add("network", nargs="?", choices=ARCHITECTURES)
    add("--jobs", type=pathlib.Path, help="train several networks side by side")
    add("--data-set", choices=list(LAYOUTS), default="cifar-10")
    add("--data", type=pathlib.Path, help="folder with the official binary files, or with their folder")
    add("--out", type=pathlib.Path, help="folder of state, log and network")
    add("--resume", action="store_true", help="go on from the state in --out, if there is one")
    add("--stop-after", type=float, metavar="SECONDS", help=f"save and leave with exit code {PAUSED} after so long")
    add("--checkpoint-minutes", type=float, default=2.0, help="longest time between two saved states")
    add("--test-every", type=int, default=10, help="epochs between two logged test accuracies; 0: no test set at all")
    add("--images", type=int, help="train on the first so many images only")
    architecture = result.add_argument_group("network")
    add = architecture.add_argument
    add("--activation", choices=["clip", "qcfs", "relu", "rate-norm"], default="clip")
    add("--levels", type=int, default=4, help="L of qcfs")
    add("--initial-bound", type=float, help="where bounds start; default 4 for clip, 8 for qcfs")
    add("--hidden-units", type=int, default=4096, help="units of VGG-16's hidden dense layers")
    add("--width", type=float, default=1.0, help="factor on every layer's channels")
    add("--from", dest="start", type=pathlib.Path, help="begin with the values of this checkpoint")
    add("--f16", action="store_true", help="also write network.f16.safetensors")
    recipe = result.add_argument_group("recipe")
    add = recipe.add_argument
    add("--epochs", type=int, default=300)
    add("--batch-size", type=int, default=128)
    add("--learning-rate", type=float, help="default by data set: " + str(LEARNING_RATES))
    add("--momentum", type=float, default=0.9)
    add("--nesterov", action="store_true")
    add("--weight-decay", type=float, default=5e-4)
    add("--bound-decay", type=float, default=5e-4, help="weight decay of the activation bounds")
    add("--label-smoothing", type=float, default=0.0)
    add("--warm-up-epochs", type=float, default=0.0)
    add("--crop", type=int, default=4)
    add("--no-flip", action="store_true")
    add("--no-auto-augment", action="store_true")
    add("--cutout", type=int, help="side of the square; default by data set: " + str(CUTOUTS))
    add("--seed", type=int, default=42)
    machine = result.add_argument_group("machine")
    add = machine.add_argument
    add("--device", choices=["auto", "cuda", "cpu"], default="auto")
    add("--precision", choices=["auto", "bf16", "f32"], default="auto", help="auto: bf16 autocast on a GPU")
    add("--no-graph", action="store_true", help="launch every kernel instead of replaying a CUDA graph")
    add("--compile", action="store_true", help="torch.compile the network: a minute first, faster steps after")
    add("--deterministic", action="store_true", help="only algorithms that repeat their bits")
    add("--threads", type=int, help="CPU threads of PyTorch")
    return result


def parse(argv):
    """One namespace a network."""
    arguments = parser()
    common = arguments.parse_args(argv)
    if common.jobs is None:
        jobs = [common]
    else:
        jobs = [arguments.parse_args([*argv, *map(str, job)]) for job in json.loads(common.jobs.read_text())]
    for job in jobs:
        for name in ("network", "data", "out"):
            if getattr(job, name) is None:
                arguments.error(f"{'every job' if common.jobs else 'the command'} must name its {name}")
    if len({job.out.resolve() for job in jobs}) < len(jobs):
        arguments.error("every job must have a folder of its own")
    return jobs


def recipe_of(job):
    color = job.data_set.startswith("cifar")
    return Recipe(
        epochs=job.epochs,
        batch_size=job.batch_size,
        learning_rate=LEARNING_RATES[job.data_set] if job.learning_rate is None else job.learning_rate,
        momentum=job.momentum,
        nesterov=job.nesterov,
        weight_decay=job.weight_decay,
        bound_decay=job.bound_decay,
        label_smoothing=job.label_smoothing,
        warm_up_epochs=job.warm_up_epochs,
        crop=job.crop,
        flip=job.data_set != "mnist" and not job.no_flip,
        auto_augment=color and not job.no_auto_augment,
        cutout=CUTOUTS[job.data_set] if job.cutout is None else job.cutout,
        seed=job.seed,
    )


def describe(job, data):
    channels, height, width = data.images.shape[1:]
    description = build_architecture(
        job.network,
        classes=len(data.classes),
        activation=job.activation,
        levels=job.levels,
        input_shape=(height, width, channels),
        width=job.width,
        hidden_units=job.hidden_units,
    )
    return {**description, "preprocessing": NORMALIZATIONS[data.name], "classes": data.classes}


def device_of(job):
    if job.device == "cuda" and not torch.cuda.is_available():
        raise TrainingError("train: device must be available, got cuda, which PyTorch does not find here.")
    return torch.device("cuda" if job.device != "cpu" and torch.cuda.is_available() else "cpu")


def start_run(job, train, test):
    device = device_of(job)
    options = Options(
        device=device,
        half=job.precision == "bf16" or (job.precision == "auto" and device.type == "cuda"),
        graph=not job.no_graph,
        compile_network=job.compile,
        checkpoint_seconds=60 * job.checkpoint_minutes,
        test_every=job.test_every,
        block_batches=BLOCK_BATCHES[device.type],
    )
    start = None if job.start is None else load_network(job.start)[1]
    return TrainingRun(
        describe(job, train), recipe_of(job), train, test, job.out, options,
        resume=job.resume, initial_bound=job.initial_bound, start=start,
    )


def provenance(job, run, train):
    last = run.log[-1]
    options = run.options
    gpu = options.device.type == "cuda"
    return {
        "dataSet": train.name,
        "dataHash": train.hash(),
        "recipe": {"name": "paper", **run.recipe.to_json(NORMALIZATIONS[train.name])},
        "activation": job.activation,
        "initialBound": job.initial_bound,
        **({"from": load_network(job.start)[0].get("provenance")} if job.start else {}),
        "backend": "pytorch",
        "precision": "bf16 autocast" if options.half else "f32",
        "machine": torch.cuda.get_device_name(options.device) if gpu else f"CPU, {torch.get_num_threads()} threads",
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "cuda": torch.version.cuda,
            "numpy": np.__version__,
        },
        "trainingSeconds": round(sum(entry["seconds"] for entry in run.log), 1),
        "trainingLoss": last["loss"],
        "trainingAccuracy": last["accuracy"],
        **({"testAccuracy": last["testAccuracy"]} if "testAccuracy" in last else {}),
    }


def finish(job, run, train):
    """Writes the network after the last epoch."""
    description = {**describe(job, train), "provenance": provenance(job, run, train)}
    tensors = run.network.tensors()
    path = job.out / "network.safetensors"
    save_network(path, description, tensors)
    if job.f16:
        save_network(job.out / "network.f16.safetensors", description, tensors, half=True)
    last = run.log[-1]
    kind, share = ("test", last["testAccuracy"]) if "testAccuracy" in last else ("training", last["accuracy"])
    print(f"{path}: {run.recipe.epochs} epochs, {kind} accuracy {100 * share:.2f} %")


class Interruption:
    """Remembers SIGINT and SIGTERM, and the time that --stop-after allows."""

    def __init__(self, seconds):
        self._end = None if seconds is None else time.monotonic() + seconds
        self._signalled = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._remember)

    def _remember(self, number, _frame):
        self._signalled = True
        # A second one is not asked for twice.
        signal.signal(number, signal.SIG_DFL)

    def __bool__(self):
        return self._signalled or (self._end is not None and time.monotonic() > self._end)


def stream_context(stream):
    return contextlib.nullcontext() if stream is None else torch.cuda.stream(stream)


def train_all(jobs, interruption):
    """Trains the jobs in turns. Returns the exit code."""
    data = {}
    for job in jobs:
        for split in ("train", "test")[: 2 if job.test_every else 1]:
            if (job.data_set, split) not in data:
                data[job.data_set, split] = load_dataset(job.data_set, split, job.data)
    active, failed = [], False
    for job in jobs:
        train = data[job.data_set, "train"]
        train = train if job.images is None else train.first(job.images)
        stream = torch.cuda.Stream() if device_of(job).type == "cuda" else None
        with stream_context(stream):
            active.append((job, start_run(job, train, data.get((job.data_set, "test"))), train, stream))
    while active and not interruption:
        for entry in list(active):
            job, run, train, stream = entry
            try:
                with stream_context(stream):
                    if run.advance(TURN[run.options.device.type]):
                        finish(job, run, train)
                        active.remove(entry)
            except TrainingError as error:
                print(error, file=sys.stderr)
                active.remove(entry)
                failed = True
    failed |= pause(active)
    return PAUSED if active and not failed else int(failed)


def pause(active):
    """Saves what is under way; returns whether some of it could not be."""
    failed = False
    for job, run, _, stream in active:
        try:
            with stream_context(stream):
                run.save()
            print(f"{job.out}: paused after {run.progress:.2f} of {run.recipe.epochs} epochs; go on with --resume")
        except TrainingError as error:
            print(error, file=sys.stderr)
            failed = True
    return failed


def main(argv):
    jobs = parse(argv)
    interruption = Interruption(jobs[0].stop_after)
    if jobs[0].threads:
        torch.set_num_threads(jobs[0].threads)
    torch.backends.cudnn.benchmark = not jobs[0].deterministic
    torch.backends.cudnn.deterministic = jobs[0].deterministic
    try:
        return train_all(jobs, interruption)
    except (TrainingError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
