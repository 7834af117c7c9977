import pytest
import torch

from opi_pytorch.architectures import build_architecture
from opi_pytorch.checkpoint import load_network, load_state, save_network, save_state
from opi_pytorch.network import Network


def network_of(activation, name="resnet20", **options):
    description = build_architecture(name, classes=4, width=0.25, input_shape=(16, 16, 3), activation=activation)
    network = Network(description, seed=3, **options)
    random = torch.Generator().manual_seed(5)
    with torch.no_grad():
        for key, value in network.everything().items():
            if key.rsplit("/")[-1] in ("gamma", "beta", "mean", "variance", "maximum", "bound"):
                value.copy_(torch.rand(value.shape, generator=random) + 0.5)
    return description, network.eval()


IMAGES = torch.randn(3, 3, 16, 16, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("activation", ["clip", "qcfs", "relu", "rate-norm"])
def test_a_network_reads_back_bit_for_bit(tmp_path, activation):
    description, network = network_of(activation)
    save_network(tmp_path / "n.safetensors", description, network.tensors())
    read_description, tensors = load_network(tmp_path / "n.safetensors")
    assert read_description == description
    again = Network(read_description, seed=9).eval()
    again.load(tensors)
    assert torch.equal(again(IMAGES), network(IMAGES))


def test_kernels_are_stored_height_width_in_out():
    _, network = network_of("clip")
    tensors = network.tensors()
    assert list(tensors["stem.conv/kernel"].shape) == [3, 3, 3, 4]
    assert tensors["stem.conv/kernel"][0, 1, 2, 3] == network.layers["stem/conv"].weight[3, 2, 0, 1]
    assert list(tensors["logits/kernel"].shape) == [16, 4]


def test_f16_halves_the_file_and_refuses_what_does_not_fit(tmp_path):
    description, network = network_of("clip")
    tensors = network.tensors()
    save_network(tmp_path / "n.safetensors", description, tensors, half=True)
    assert torch.equal(load_network(tmp_path / "n.safetensors")[1]["logits/kernel"], tensors["logits/kernel"].half().float())
    tensors["logits/bias"][0] = 1e5
    tensors["stem.activation/bound"][0] = 1e-9
    with pytest.raises(ValueError, match="logits/bias must fit into F16|stem.activation/bound must be > 0"):
        save_network(tmp_path / "n.safetensors", description, tensors, half=True)
    tensors["logits/bias"][0] = float("nan")
    with pytest.raises(ValueError, match="logits/bias must be finite"):
        save_network(tmp_path / "n.safetensors", description, tensors)


def test_a_network_with_other_tensors_is_refused_with_all_of_them():
    _, network = network_of("clip")
    tensors = network.tensors()
    del tensors["logits/bias"]
    tensors["logits/kernel"] = torch.zeros(16, 5)
    tensors["extra/kernel"] = torch.zeros(1, 1)
    with pytest.raises(ValueError, match=r"extra/kernel is unknown; .*logits/kernel has shape \[5, 16\], not \[4, 16\]; logits/bias is missing"):
        network.load(tensors)


def test_bounds_that_a_relu_network_lacks_keep_their_start():
    _, relu = network_of("relu")
    description, _ = network_of("clip")
    clip = Network(description, initial_bound=3)
    clip.load(relu.tensors())
    assert clip.everything()["stem.activation/bound"].item() == 3


def test_a_cut_off_file_and_one_of_another_kind_are_refused(tmp_path):
    description, network = network_of("clip")
    path = tmp_path / "n.safetensors"
    save_network(path, description, network.tensors())
    whole = path.read_bytes()
    with pytest.raises(ValueError, match="must be the state of a run"):
        load_state(path)
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match="must be a whole safetensors file"):
        load_network(path)
    save_state(path, {"x": torch.zeros(1)}, {"epoch": 1})
    assert load_state(path)[1] == {"epoch": 1}
    with pytest.raises(ValueError, match="metadata key 'opi-snn'"):
        load_network(path)
    assert load_state(tmp_path / "absent") is None
    assert [p.name for p in tmp_path.iterdir()] == ["n.safetensors"]
