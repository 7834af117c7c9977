import struct

import numpy as np
import pytest

from opi_pytorch.datasets import load_dataset


def write_cifar100_test(folder, labels=None, records=10_000):
    place = folder / "cifar-100-binary"
    place.mkdir()
    data = np.random.default_rng(1).integers(0, 256, (records, 3074)).astype(np.uint8)
    data[:, 0] = 19
    data[:, 1] = np.arange(records) % 100 if labels is None else labels
    data.tofile(place / "test.bin")
    (place / "fine_label_names.txt").write_text("\n".join(f"class{i}" for i in range(100)) + "\n")
    return data


def test_cifar_100_has_planes_and_fine_labels(tmp_path):
    data = write_cifar100_test(tmp_path)
    for folder in (tmp_path, tmp_path / "cifar-100-binary"):
        read = load_dataset("cifar-100", "test", folder)
        assert read.images.shape == (10_000, 3, 32, 32) and read.classes[7] == "class7"
        assert np.array_equal(read.labels, data[:, 1])
        assert np.array_equal(read.images[5, 1, 2], data[5, 2 + 1024 + 64 : 2 + 1024 + 96])


def test_a_truncated_file_and_an_impossible_label_are_refused_by_name(tmp_path):
    write_cifar100_test(tmp_path, records=9_999)
    with pytest.raises(ValueError, match=r"test\.bin: must have 30740000 bytes, got 30736926"):
        load_dataset("cifar-100", "test", tmp_path)
    (tmp_path / "other").mkdir()
    write_cifar100_test(tmp_path / "other", labels=100)
    with pytest.raises(ValueError, match="labels must be < 100, got 100"):
        load_dataset("cifar-100", "test", tmp_path / "other")


def test_every_missing_file_is_named(tmp_path):
    with pytest.raises(ValueError, match="data_batch_1.bin.*data_batch_5.bin"):
        load_dataset("cifar-10", "train", tmp_path)


def test_an_idx_header_of_another_kind_is_refused(tmp_path):
    (tmp_path / "t10k-images-idx3-ubyte").write_bytes(struct.pack(">4I", 0x803, 10_000, 28, 28) + bytes(7_840_000))
    (tmp_path / "t10k-labels-idx1-ubyte").write_bytes(struct.pack(">2I", 0x802, 10_000) + bytes(10_000))
    with pytest.raises(ValueError, match="labels-idx1-ubyte: must be an IDX file of 10000 records"):
        load_dataset("mnist", "test", tmp_path)
