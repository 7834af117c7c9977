#!/usr/bin/env python3
"""Times dense simulations in PyTorch on the CPU: step by step, tuned by hand, and with T folded into the batch.

    python simulation_torch.py --case FOLDER [--variants LIST] [--threads N]

step loop: as people write it, contiguous tensors, new tensors in every step. tuned: channels last, potentials and spikes
in place, what only the image reaches computed once. folded: a layer computes all T steps at once as one batch, then its
neurons step through them. The batches of tuned and folded are tried in turn.
"""

import torch

from measure_peer import main
from spiking_network import build_steps


def step_loop(path, time_steps):
    steps, image, output = build_steps(path)

    def run(images):
        potentials, logits = {}, 0
        for _ in range(time_steps):
            values = {image: images}
            for step in steps:
                inputs = [values[name] for name in step.inputs]
                if step.theta is None:
                    values[step.name] = step.run(*inputs)
                    continue
                v = potentials.get(step.name, step.initial)
                u = v + inputs[0]
                spikes = (u >= step.theta).float()
                potentials[step.name] = u - step.theta * spikes
                values[step.name] = spikes
            logits = logits + values[output]
        return logits

    return run


def tuned(path, time_steps):
    steps, image, output = build_steps(path, torch.channels_last)
    once = [step for step in steps if step.is_constant]
    repeated = [step for step in steps if not step.is_constant]

    def run(images):
        values = {image: images.contiguous(memory_format=torch.channels_last)}
        for step in once:
            values[step.name] = step.run(*[values[name] for name in step.inputs])
        potentials, logits = {}, None
        for _ in range(time_steps):
            for step in repeated:
                inputs = [values[name] for name in step.inputs]
                if step.theta is None:
                    values[step.name] = step.run(*inputs)
                    continue
                v = potentials.get(step.name)
                if v is None:
                    v = potentials[step.name] = torch.full_like(inputs[0], step.initial)
                    values[step.name] = torch.empty_like(v)
                fire_in_place(v, inputs[0], step.theta, values[step.name])
            logits = values[output].clone() if logits is None else logits.add_(values[output])
        return logits

    return run


def fire_in_place(v, current, theta, spikes):
    v.add_(current)
    torch.ge(v, theta, out=spikes)
    v.sub_(spikes, alpha=theta)


def folded(path, time_steps):
    steps, image, output = build_steps(path, torch.channels_last)

    def run(images):
        batch = len(images)
        values = {image: images.contiguous(memory_format=torch.channels_last)}
        constant = {image} | {step.name for step in steps if step.is_constant}
        for step in steps:
            inputs = [values[name] for name in step.inputs]
            if step.theta is not None:
                current = None if step.inputs[0] in constant else inputs[0]
                values[step.name] = fire_all(step, inputs[0], current, time_steps, batch)
            else:
                values[step.name] = step.run(*inputs)
        return values[output].view(time_steps, batch, -1).sum(0)

    return run


def fire_all(step, first, current, time_steps, batch):
    """Spikes of all steps, [T * batch, ...]; `current` is None where `first` is the current of every step."""
    v = torch.full_like(first[:batch], step.initial)
    shape = (time_steps * batch, *first.shape[1:])
    memory_format = torch.channels_last if first.dim() == 4 else torch.contiguous_format
    spikes = torch.empty(shape, memory_format=memory_format)
    for t in range(time_steps):
        part = slice(t * batch, (t + 1) * batch)
        fire_in_place(v, first if current is None else current[part], step.theta, spikes[part])
    return spikes


main(
    __doc__,
    [
        ("step loop", step_loop, [50]),
        ("tuned", tuned, [10, 25, 50]),
        ("folded", folded, [2, 4, 8]),
    ],
)
