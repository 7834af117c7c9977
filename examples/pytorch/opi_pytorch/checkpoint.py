"""One-file safetensors checkpoints as packages/network reads them, and the state of a run under way."""

import json
import os
import pathlib
import uuid

import torch
from safetensors import safe_open
from safetensors.torch import save

# Key of the metadata under which the description stands as JSON.
NETWORK_KEY = "opi-snn"
STATE_KEY = "opi-snn-pytorch-state"
LARGEST_HALF = 65504.0


def save_network(path, description, tensors, *, half=False):
    """Writes a network. tensors: float32 by NODE/PARAMETER in the checkpoint layout. half: store as F16.

    Raises ValueError listing every tensor that is not finite, has a bound that is not positive, or does not fit F16.
    """
    problems = []
    stored = {}
    for name, value in tensors.items():
        value = value.contiguous()
        if not torch.isfinite(value).all():
            problems.append(f"{name} must be finite")
        if half:
            if value.abs().max() > LARGEST_HALF:
                problems.append(f"{name} must fit into F16")
            value = value.half()
        if name.endswith("/bound") and not (value > 0).all():
            problems.append(f"{name} must be > 0")
        stored[name] = value
    if problems:
        raise ValueError(f"save_network: {'; '.join(problems)}.")
    write_whole_file(path, save(stored, {NETWORK_KEY: _canonical(description)}))


def load_network(path):
    """Reads a network: (description, float32 tensors by NODE/PARAMETER). Raises ValueError if there is none."""
    tensors, metadata = _read(path)
    if NETWORK_KEY not in metadata:
        raise ValueError(f"load_network: {path} must have the metadata key '{NETWORK_KEY}', got {sorted(metadata)}.")
    return json.loads(metadata[NETWORK_KEY]), {name: value.float() for name, value in tensors.items()}


def save_state(path, tensors, state):
    """Writes tensors and plain data of a run under way; the old file stays whole until the new one is."""
    write_whole_file(path, save({name: v.contiguous() for name, v in tensors.items()}, {STATE_KEY: _canonical(state)}))


def load_state(path):
    """(tensors, plain data), or None if there is no file. Raises ValueError for another kind of file."""
    if not pathlib.Path(path).exists():
        return None
    tensors, metadata = _read(path)
    if STATE_KEY not in metadata:
        raise ValueError(f"load_state: {path} must be the state of a run, got metadata {sorted(metadata)}.")
    return tensors, json.loads(metadata[STATE_KEY])


def write_whole_file(path, content):
    """Writes aside, flushes to the disk, renames: the path holds the old file or the whole new one at every moment."""
    path = pathlib.Path(path)
    aside = path.with_name(f"{path.name}.{uuid.uuid4()}.partial")
    try:
        with open(aside, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)


def _read(path):
    try:
        with safe_open(path, "pt") as file:
            return {name: file.get_tensor(name) for name in file.keys()}, file.metadata() or {}
    except Exception as error:
        raise ValueError(f"{path} must be a whole safetensors file ({error}).") from error


def _canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
