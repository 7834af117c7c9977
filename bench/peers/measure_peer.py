"""Times peers on a case that simulation_case.js wrote, and prints the JSON document that simulation.js reads."""

import argparse
import json
import pathlib
import platform
import time

import numpy as np
import torch


def read_case(folder):
    """(what case.json says, images [n, channels, height, width])."""
    folder = pathlib.Path(folder)
    about = json.loads((folder / "case.json").read_text())
    images = np.fromfile(folder / "images.f32", "<f4").reshape(-1, *about["imageShape"])
    return about, torch.from_numpy(images).permute(0, 3, 1, 2).contiguous()


def measure(variant, run, images, batch):
    """Times `run(images of a batch) -> logits after the last step` over all images, after one batch to warm up."""
    run(images[:batch])
    predictions = []
    begun, used = time.perf_counter(), time.process_time()
    for first in range(0, len(images), batch):
        predictions += run(images[first : first + batch]).argmax(1).tolist()
    wall, cpu = time.perf_counter() - begun, time.process_time() - used
    per_image = 1000 / len(images)
    return {
        "variant": variant,
        "images": len(images),
        "batch": batch,
        "msPerImage": {"wall": wall * per_image, "cpu": cpu * per_image},
        "predictions": predictions,
    }


def main(description, variants, about=None):
    """variants: (name, make(path of the network, T) -> run, batches tried), by what --variants may choose."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--case", required=True, help="folder that simulation_case.js wrote")
    parser.add_argument("--variants", default=",".join(name for name, _, _ in variants))
    parser.add_argument("--threads", type=int)
    given = parser.parse_args()
    if given.threads is not None:
        torch.set_num_threads(given.threads)
    case, images = read_case(given.case)
    network = pathlib.Path(given.case) / "network.safetensors"
    measured = []
    with torch.inference_mode():
        for name, make, batches in variants:
            if name not in given.variants.split(","):
                continue
            run = make(network, case["timeSteps"])
            for batch in sorted({min(batch, len(images)) for batch in batches}):
                measured.append(measure(name, run, images, batch))
    versions = {"python": platform.python_version(), "torch": torch.__version__, **(about or {})}
    print(json.dumps({"versions": versions, "threads": torch.get_num_threads(), "variants": measured}))
