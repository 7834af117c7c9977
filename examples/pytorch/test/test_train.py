import json
import os
import signal

import pytest

import train
from opi_pytorch.checkpoint import load_network, load_state

SETTINGS = ["--width", "0.25", "--batch-size", "16", "--epochs", "2", "--device", "cpu", "--data", "anywhere"]


@pytest.fixture(autouse=True)
def data(monkeypatch, tiny_data):
    monkeypatch.setattr(train, "load_dataset", lambda name, split, folder: tiny_data)


def test_a_network_is_written_with_where_it_comes_from(tmp_path, capsys):
    assert train.main(["resnet20", *SETTINGS, "--out", str(tmp_path), "--f16", "--label-smoothing", "0.1"]) == 0
    description, tensors = load_network(tmp_path / "network.safetensors")
    provenance = description["provenance"]
    assert description["name"] == "resnet20" and description["classes"] == ["dark", "bright"]
    assert provenance["recipe"]["epochs"] == 2 and provenance["recipe"]["labelSmoothing"] == 0.1
    assert provenance["recipe"]["augmentation"] == {"crop": 4, "flip": True, "autoAugment": "cifar-10", "cutout": 16}
    assert provenance["precision"] == "f32" and provenance["versions"]["torch"]
    assert str(tmp_path) not in json.dumps(description)
    half = load_network(tmp_path / "network.f16.safetensors")[1]
    assert half.keys() == tensors.keys()
    assert "2 epochs, test accuracy" in capsys.readouterr().out


def test_a_run_that_may_not_go_on_pauses_and_finishes_when_resumed(tmp_path, capsys):
    command = ["resnet20", *SETTINGS, "--out", str(tmp_path), "--resume"]
    assert train.main([*command, "--stop-after", "0"]) == train.PAUSED
    assert "paused after 0.00 of 2 epochs" in capsys.readouterr().out
    assert load_state(tmp_path / "state.safetensors")[1]["epoch"] == 0
    assert train.main(command) == 0
    # A finished one stays finished.
    assert train.main(command) == 0


def test_a_signal_pauses():
    interruption = train.Interruption(None)
    assert not interruption
    os.kill(os.getpid(), signal.SIGTERM)
    assert interruption
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_jobs_share_what_is_given_once_and_run_side_by_side(tmp_path):
    jobs = [["resnet20", "--out", str(tmp_path / "a")], ["resnet20", "--activation", "qcfs", "--out", str(tmp_path / "b")]]
    (tmp_path / "jobs.json").write_text(json.dumps(jobs))
    assert train.main([*SETTINGS, "--jobs", str(tmp_path / "jobs.json"), "--bound-decay", "1e-4", "--cutout", "2"]) == 0
    first, second = (load_network(tmp_path / name / "network.safetensors")[0] for name in "ab")
    assert {node["op"] for node in second["nodes"]} - {node["op"] for node in first["nodes"]} == {"qcfs"}
    assert first["provenance"]["recipe"]["boundDecay"] == second["provenance"]["recipe"]["boundDecay"] == 1e-4


def test_defaults_follow_the_data_set():
    job = train.parse(["resnet20", "--data-set", "cifar-100", "--data", "d", "--out", "o"])[0]
    recipe = train.recipe_of(job)
    assert (recipe.learning_rate, recipe.cutout, recipe.auto_augment) == (0.02, 8, True)


def test_the_committed_jobs_are_complete():
    file = os.path.join(os.path.dirname(train.__file__), "checkpoints.jobs.json")
    jobs = train.parse(["--jobs", file, "--data", "d"])
    assert [train.recipe_of(job).epochs for job in jobs] == [300] * 8


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["--data", "d", "--out", "o"], "the command must name its network"),
        (["resnet20", "--out", "o"], "the command must name its data"),
        (["resnet21", "--data", "d", "--out", "o"], "invalid choice: 'resnet21'"),
    ],
)
def test_what_is_missing_is_named(arguments, message, capsys):
    with pytest.raises(SystemExit):
        train.parse(arguments)
    assert message in capsys.readouterr().err


def test_a_problem_of_the_run_is_one_line_and_exit_code_1(tmp_path, capsys):
    command = ["resnet20", *SETTINGS, "--out", str(tmp_path)]
    assert train.main(command) == 0
    assert train.main(command) == 1
    assert "folder must be empty" in capsys.readouterr().err
    assert train.main([*command, "--momentum", "2"]) == 1
    assert "momentum must be in [0, 1), got 2.0" in capsys.readouterr().err
