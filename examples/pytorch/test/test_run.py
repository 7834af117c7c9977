import dataclasses
import os
import pathlib
import random
import signal
import subprocess
import sys
import time

import pytest
import torch

from opi_pytorch.architectures import build_architecture
from opi_pytorch.checkpoint import load_state
from opi_pytorch.recipe import Recipe
from opi_pytorch.run import LOG_FILE, STATE_FILE, Options, TrainingError, TrainingRun

RECIPE = Recipe(epochs=3, batch_size=16, learning_rate=0.05, crop=1, cutout=2, seed=6)
OPTIONS = Options(device=torch.device("cpu"), block_batches=3, test_every=2, quiet=True)
DESCRIPTION = build_architecture("resnet20", classes=2, width=0.25, input_shape=(8, 8, 3))


def start(data, folder, recipe=RECIPE, options=OPTIONS, **more):
    return TrainingRun(DESCRIPTION, recipe, data, data, folder, options, **more)


def finish(run):
    while not run.advance(1):
        pass
    return run


def same_bits(first, second):
    return all(torch.equal(a, b) for a, b in zip(first.network.everything().values(), second.network.everything().values()))


def test_a_run_learns_and_logs_every_epoch(tiny_data, tmp_path):
    recipe = dataclasses.replace(RECIPE, epochs=12, auto_augment=False, cutout=0)
    run = finish(start(tiny_data, tmp_path, recipe))
    assert [entry["epoch"] for entry in run.log] == list(range(1, 13))
    assert run.log[-1]["loss"] < 0.5 * run.log[0]["loss"]
    assert [entry["epoch"] for entry in run.log if "testAccuracy" in entry] == [2, 4, 6, 8, 10, 12]
    assert run.log[-1]["testAccuracy"] > 0.9
    assert len(run.log[-1]["bounds"]) == 19
    assert len((tmp_path / LOG_FILE).read_text().splitlines()) == 12


@pytest.mark.parametrize("steps", [1, 5, 8, 11])
def test_a_resumed_run_has_the_bits_of_an_uninterrupted_one(tiny_data, tmp_path, steps):
    whole = finish(start(tiny_data, tmp_path / "whole"))
    first = start(tiny_data, tmp_path / "parts")
    for _ in range(steps):
        first.advance(1)
    first.save()
    del first
    second = finish(start(tiny_data, tmp_path / "parts", resume=True))
    assert same_bits(whole, second)
    assert [{**e, "seconds": 0} for e in whole.log] == [{**e, "seconds": 0} for e in second.log]


def test_steps_at_once_and_blocks_of_images_change_no_bits(tiny_data, tmp_path):
    first = finish(start(tiny_data, tmp_path / "a"))
    second = start(tiny_data, tmp_path / "b", options=dataclasses.replace(OPTIONS, block_batches=64))
    while not second.advance(100):
        pass
    assert same_bits(first, second)


CHILD = """
import sys, pickle, torch
sys.path[:0] = [{tests!r}, {example!r}]
torch.set_num_threads(1)
import dataclasses, test_run
data = pickle.load(open({data!r}, "rb"))
options = dataclasses.replace(test_run.OPTIONS, checkpoint_seconds=0.0)
run = test_run.start(data, {folder!r}, options=options, resume=True)
print("started", flush=True)
test_run.finish(run)
"""


def test_a_run_killed_at_random_moments_ends_with_the_same_bits(tiny_data, tmp_path):
    import pickle

    whole = finish(start(tiny_data, tmp_path / "whole"))
    folder = tmp_path / "killed"
    folder.mkdir()
    (tmp_path / "data").write_bytes(pickle.dumps(tiny_data))
    tests = pathlib.Path(__file__).parent
    code = CHILD.format(
        tests=str(tests), example=str(tests.parent), data=str(tmp_path / "data"), folder=str(folder)
    )
    moments = random.Random(8)
    for _ in range(2):
        child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
        assert child.stdout.readline() == b"started\n"
        time.sleep(moments.uniform(0.05, 0.5))
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        child.stdout.close()
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
    tensors, state = load_state(folder / STATE_FILE)
    assert state["epoch"] == 3
    for name, value in whole.network.everything().items():
        assert torch.equal(tensors[name], value), name


def test_a_folder_with_another_run_is_refused_with_the_difference(tiny_data, tmp_path):
    finish(start(tiny_data, tmp_path))
    with pytest.raises(TrainingError, match="folder must be empty, got .* with 3 epochs. Pass --resume"):
        start(tiny_data, tmp_path)
    other = dataclasses.replace(RECIPE, bound_decay=1e-4)
    with pytest.raises(TrainingError, match="recipe: was .*'bound_decay': 0.0005.*\n.*now .*'bound_decay': 0.0001"):
        start(tiny_data, tmp_path, other, resume=True)
    with pytest.raises(TrainingError, match="dataHash: was"):
        start(tiny_data.first(32), tmp_path, resume=True)


def test_two_runs_into_one_folder_are_refused(tiny_data, tmp_path):
    run = start(tiny_data, tmp_path)
    with pytest.raises(TrainingError, match="folder must not be in use"):
        start(tiny_data, tmp_path)
    del run
    start(tiny_data, tmp_path)


def test_a_diverging_run_stops_and_keeps_the_last_good_state(tiny_data, tmp_path):
    run = start(tiny_data, tmp_path)
    run.advance(2)
    run.save()
    good = (tmp_path / STATE_FILE).read_bytes()
    with torch.no_grad():
        run.network.everything()["logits/bias"].fill_(float("nan"))
    with pytest.raises(TrainingError, match="values that are not finite in .*last good state is kept"):
        run.save()
    with pytest.raises(TrainingError, match="the loss must stay finite.*got a mean loss of nan"):
        finish(run)
    assert (tmp_path / STATE_FILE).read_bytes() == good


@pytest.mark.parametrize("activation", ["qcfs", "relu", "rate-norm"])
def test_other_activations_train_too(tiny_data, tmp_path, activation):
    recipe = dataclasses.replace(RECIPE, epochs=4, auto_augment=False)
    description = build_architecture("resnet20", classes=2, width=0.25, input_shape=(8, 8, 3), activation=activation)
    run = TrainingRun(description, recipe, tiny_data, None, tmp_path, OPTIONS)
    finish(run)
    assert run.log[-1]["loss"] < run.log[0]["loss"]
    assert "testAccuracy" not in run.log[-1]


def test_bfloat16_trains_on_the_cpu_too(tiny_data, tmp_path):
    recipe = dataclasses.replace(RECIPE, epochs=4, auto_augment=False, cutout=0)
    run = finish(start(tiny_data, tmp_path, recipe, dataclasses.replace(OPTIONS, half=True)))
    assert run.log[-1]["loss"] < run.log[0]["loss"]
