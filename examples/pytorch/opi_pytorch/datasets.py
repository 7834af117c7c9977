"""CIFAR-10, CIFAR-100, MNIST and Fashion-MNIST from the official binary files, in their official folders."""

import dataclasses
import hashlib
import pathlib
import struct

import numpy as np

NORMALIZATIONS = {
    "cifar-10": {"mean": [0.4914, 0.4822, 0.4465], "standardDeviation": [0.2023, 0.1994, 0.201]},
    "cifar-100": {
        "mean": [129.3 / 255, 124.1 / 255, 112.4 / 255],
        "standardDeviation": [68.2 / 255, 65.4 / 255, 70.4 / 255],
    },
    "mnist": {"mean": [0.1307], "standardDeviation": [0.3081]},
    "fashion-mnist": {"mean": [0.286], "standardDeviation": [0.353]},
}

FASHION_CLASSES = "t-shirt trouser pullover dress coat sandal shirt sneaker bag ankle-boot".split()


@dataclasses.dataclass(frozen=True)
class _Layout:
    folders: tuple
    # (file, records) of each split; for IDX sets the stem of the two files.
    train: tuple
    test: tuple
    # CIFAR: bytes of label before the planes; the last one is the label. None: IDX.
    label_bytes: int | None
    class_file: str | None
    classes: int


LAYOUTS = {
    "cifar-10": _Layout(
        ("cifar-10-batches-bin",),
        tuple((f"data_batch_{i}.bin", 10_000) for i in range(1, 6)),
        (("test_batch.bin", 10_000),),
        1,
        "batches.meta.txt",
        10,
    ),
    "cifar-100": _Layout(
        ("cifar-100-binary",), (("train.bin", 50_000),), (("test.bin", 10_000),), 2, "fine_label_names.txt", 100
    ),
    "mnist": _Layout(("mnist", "MNIST/raw"), (("train", 60_000),), (("t10k", 10_000),), None, None, 10),
    "fashion-mnist": _Layout(
        ("fashion-mnist", "FashionMNIST/raw"), (("train", 60_000),), (("t10k", 10_000),), None, None, 10
    ),
}


@dataclasses.dataclass(frozen=True)
class Dataset:
    """images: uint8 [n, channels, height, width]; labels: uint8 [n]; classes: their names in label order."""

    name: str
    images: np.ndarray
    labels: np.ndarray
    classes: list

    def __len__(self):
        return len(self.labels)

    def hash(self):
        """SHA-256 of uint32le [n, height, width, channels], images in that order, labels: as packages/datasets."""
        n, channels, height, width = self.images.shape
        digest = hashlib.sha256(struct.pack("<4I", n, height, width, channels))
        for start in range(0, n, 10_000):
            digest.update(np.ascontiguousarray(self.images[start : start + 10_000].transpose(0, 2, 3, 1)))
        digest.update(np.ascontiguousarray(self.labels))
        return digest.hexdigest()

    def first(self, count):
        """The first `count` images as a set of their own."""
        if not 1 <= count <= len(self):
            raise ValueError(f"first: count must be in [1, {len(self)}], got {count}.")
        return dataclasses.replace(self, images=self.images[:count], labels=self.labels[:count])


def load_dataset(name, split, folder):
    """Reads a split ('train' or 'test') from `folder` or its official subfolder.

    Raises ValueError naming every file that is missing, of the wrong length, or holds an impossible header or label.
    """
    if name not in LAYOUTS:
        raise ValueError(f"load_dataset: name must be one of {', '.join(LAYOUTS)}, got {name!r}.")
    layout = LAYOUTS[name]
    place = _place(pathlib.Path(folder), layout)
    parts, problems = [], []
    for file, records in getattr(layout, split):
        try:
            read = _read_idx if layout.label_bytes is None else _read_cifar
            images, labels = read(place, file, records, layout)
            if labels.max() >= layout.classes:
                raise ValueError(f"{place / file}: labels must be < {layout.classes}, got {labels.max()}")
            parts.append((images, labels))
        except (ValueError, OSError) as error:
            problems.append(str(error))
    if problems:
        raise ValueError(f"load_dataset: the {split} split of {name} must be complete: {'; '.join(problems)}.")
    images, labels = (np.concatenate(arrays) for arrays in zip(*parts))
    return Dataset(name, images, labels, _class_names(name, place, layout))


def _place(folder, layout):
    inner = [folder / sub for sub in layout.folders if (folder / sub).is_dir()]
    return inner[0] if inner else folder


def _read_cifar(place, file, records, layout):
    size = layout.label_bytes + 3072
    data = np.fromfile(place / file, np.uint8)
    if data.size != records * size:
        raise ValueError(f"{place / file}: must have {records * size} bytes, got {data.size}")
    data = data.reshape(records, size)
    return data[:, layout.label_bytes :].reshape(records, 3, 32, 32), data[:, layout.label_bytes - 1].copy()


def _read_idx(place, stem, records, _layout):
    images = np.fromfile(place / f"{stem}-images-idx3-ubyte", np.uint8)
    labels = np.fromfile(place / f"{stem}-labels-idx1-ubyte", np.uint8)
    for data, header, path in (
        (images, struct.pack(">4I", 0x803, records, 28, 28), "images-idx3"),
        (labels, struct.pack(">2I", 0x801, records), "labels-idx1"),
    ):
        pixels = 784 if path.startswith("images") else 1
        if data.size != len(header) + records * pixels or data[: len(header)].tobytes() != header:
            raise ValueError(f"{place / stem}-{path}-ubyte: must be an IDX file of {records} records")
    return images[16:].reshape(records, 1, 28, 28), labels[8:].copy()


def _class_names(name, place, layout):
    if name == "fashion-mnist":
        return FASHION_CLASSES
    if layout.class_file is None:
        return [str(digit) for digit in range(10)]
    names = (place / layout.class_file).read_text().split()
    if len(names) != layout.classes:
        raise ValueError(f"load_dataset: {layout.class_file} must have {layout.classes} names, got {len(names)}.")
    return names
