"""A training run: from a starting state to the last epoch, with checkpoints from which it goes on exactly."""

import dataclasses
import fcntl
import json
import math
import pathlib
import time

import torch

from .augmentation import Augmenter, draw_epoch
from .checkpoint import load_state, save_state, write_whole_file
from .datasets import NORMALIZATIONS, Dataset
from .descent import MomentumDescent
from .network import Network
from .recipe import Recipe
from .step import TrainingStep, memory_format

STATE_FILE = "state.safetensors"
LOG_FILE = "training-log.jsonl"
EVALUATION_BATCH = 500


class TrainingError(Exception):
    """What stops a run: a folder in use or with another run, a loss that diverges."""


@dataclasses.dataclass(frozen=True)
class Options:
    """What a run needs besides network, recipe and data; none of it changes what float32 computes."""

    device: torch.device
    half: bool = False
    graph: bool = True
    compile_network: bool = False
    checkpoint_seconds: float = 120.0
    # Test accuracy is measured every so many epochs and after the last, for the log alone; 0 for never.
    test_every: int = 10
    # Images augmented at once; many on a GPU, where launches cost more than memory.
    block_batches: int = 512
    quiet: bool = False


class TrainingRun:
    """Call `advance` until it returns True, on one stream; `network` then holds the last epoch's values."""

    def __init__(
        self, description, recipe: Recipe, train: Dataset, test: Dataset | None, folder, options: Options, *,
        resume=False, initial_bound=None, start=None,
    ):
        """start: tensors of a trained network to begin with. Raises TrainingError, ValueError."""
        if recipe.batch_size > len(train):
            raise ValueError(f"TrainingRun: batch_size must be <= {len(train)} images, got {recipe.batch_size}.")
        self.recipe, self.options, self.folder = recipe, options, pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock = _lock(self.folder)
        device = options.device
        self.network = Network(description, seed=recipe.seed, initial_bound=initial_bound)
        if start is not None:
            self.network.load(start)
        self.network.to(device, memory_format=memory_format(device, self.network)).train()
        self._descent = MomentumDescent(self.network.trainable(), recipe)
        self._identity = {
            "description": description,
            "recipe": dataclasses.asdict(recipe),
            "dataHash": train.hash(),
            "options": {"device": device.type, "half": options.half},
            "initialBound": initial_bound,
        }
        self.epoch, self.step, self.seconds, self.log = 0, 0, 0.0, []
        self._sums = (0.0, 0)
        self._resume(resume)
        images = torch.from_numpy(train.images).to(device)
        self._labels = torch.from_numpy(train.labels).to(device, torch.long)
        self._augment = Augmenter(images, NORMALIZATIONS[train.name], recipe)
        self._test = test
        self._shape = train.images.shape
        self._steps = len(train) // recipe.batch_size
        self._step = TrainingStep(
            self.network, self._descent, recipe, train.images.shape[1:],
            half=options.half, graph=options.graph, compile_network=options.compile_network,
        )
        self._step.loss_sum.fill_(self._sums[0])
        self._step.correct.fill_(self._sums[1])
        self._draws = self._block = None
        self._clock = self._saved = time.monotonic()

    def advance(self, steps):
        """Trains at most so many steps, inside one epoch; returns whether the run is done."""
        if self.epoch >= self.recipe.epochs:
            return True
        size = self.recipe.batch_size
        for _ in range(min(steps, self._steps - self.step)):
            images, order = self._block_of(self.step)
            at = slice((self.step % self._block_length) * size, (self.step % self._block_length + 1) * size)
            self._step(images[at], self._labels[order[at]], self.recipe.rate(self.epoch + self.step / self._steps))
            self.step += 1
        if self.step == self._steps:
            self._end_epoch()
        elif time.monotonic() - self._saved > self.options.checkpoint_seconds:
            self.save()
        return self.epoch >= self.recipe.epochs

    def save(self):
        """Writes the state and the log; refuses values that are not finite, so that the last good state is kept."""
        tensors = {name: value.detach().cpu() for name, value in self.network.everything().items()}
        tensors |= {f"momentum/{name}": value.cpu() for name, value in self._descent.momenta.items()}
        broken = [name for name, value in tensors.items() if not torch.isfinite(value).all()]
        if broken:
            raise self._divergence(f"values that are not finite in {broken[0]}")
        state = {
            "identity": self._identity,
            "epoch": self.epoch,
            "step": self.step,
            "sums": [self._step.loss_sum.item(), self._step.correct.item()],
            "seconds": self.seconds + time.monotonic() - self._clock,
            "log": self.log,
        }
        save_state(self.folder / STATE_FILE, tensors, state)
        lines = "".join(json.dumps(entry) + "\n" for entry in self.log)
        write_whole_file(self.folder / LOG_FILE, lines.encode())
        self._saved = time.monotonic()

    @property
    def progress(self):
        """Epochs done, with a fraction."""
        return self.epoch + self.step / self._steps

    @property
    def _block_length(self):
        return min(self.options.block_batches, self._steps)

    def _block_of(self, step):
        """Augmented images of the block of batches that holds `step`, and which images of the set they are."""
        if self._draws is None:
            self._draws = draw_epoch(self.recipe, self.epoch, self._shape)
        number = step // self._block_length
        if self._block is None or self._block[0] != number:
            self._block = None
            size = self._block_length * self.recipe.batch_size
            last = self._steps * self.recipe.batch_size
            rows = self._draws.rows(number * size, min((number + 1) * size, last))
            order = torch.from_numpy(rows.order).to(self.options.device)
            self._block = (number, self._augment(rows), order)
        return self._block[1:]

    def _end_epoch(self):
        count = self._steps * self.recipe.batch_size
        loss = self._step.loss_sum.item() / self._steps
        classes = self._labels.max().item() + 1
        # Guessing costs log(classes).
        if not math.isfinite(loss) or loss > 2 * math.log(classes) + 1:
            raise self._divergence(f"a mean loss of {loss:.3g}")
        entry = {"epoch": self.epoch + 1, "loss": loss, "accuracy": self._step.correct.item() / count}
        now = time.monotonic()
        seconds, self.seconds, self._clock = self.seconds + now - self._clock, 0.0, now
        every = self.options.test_every
        if self._test is not None and every and ((self.epoch + 1) % every == 0 or self.epoch + 1 == self.recipe.epochs):
            entry["testAccuracy"] = self.evaluate(self._test)
        entry["learningRate"] = self.recipe.rate(self.epoch)
        entry["seconds"] = round(seconds, 2)
        entry["bounds"] = {
            name.removesuffix("/bound"): value.item()
            for name, value in self.network.trainable().items()
            if name.endswith("/bound")
        }
        self.log.append(entry)
        self.epoch, self.step = self.epoch + 1, 0
        self._draws = self._block = None
        self._step.loss_sum.zero_()
        self._step.correct.zero_()
        if not self.options.quiet:
            test = f", test {100 * entry['testAccuracy']:.2f} %" if "testAccuracy" in entry else ""
            print(
                f"{self.folder.name}: epoch {self.epoch}/{self.recipe.epochs} loss {loss:.4f}"
                f" accuracy {100 * entry['accuracy']:.2f} %{test}, {seconds:.2f} s",
                flush=True,
            )
        if self.epoch == self.recipe.epochs or time.monotonic() - self._saved > self.options.checkpoint_seconds:
            self.save()

    @torch.no_grad()
    def evaluate(self, data):
        """Share of right answers, in float32 and inference mode."""
        self.network.eval()
        right = torch.zeros((), dtype=torch.long, device=self.options.device)
        for start in range(0, len(data), EVALUATION_BATCH):
            at = slice(start, start + EVALUATION_BATCH)
            images = torch.from_numpy(data.images[at]).to(self.options.device)
            labels = torch.from_numpy(data.labels[at]).to(self.options.device)
            right += (self.network(self._augment.normalize(images)).argmax(1) == labels).sum()
        self.network.train()
        return right.item() / len(data)

    def _resume(self, resume):
        found = load_state(self.folder / STATE_FILE)
        if found is None:
            return
        tensors, state = found
        if not resume:
            raise TrainingError(
                f"TrainingRun: folder must be empty, got {self.folder} with {state['epoch']} epochs. "
                "Pass --resume to go on with it, or choose another folder."
            )
        # Through JSON: what was read must be compared with what would be written.
        identity = json.loads(json.dumps(self._identity))
        differences = [
            f"\n  {key}: was {state['identity'].get(key)}\n  {' ' * len(key)}  now {value}"
            for key, value in identity.items()
            if state["identity"].get(key) != value
        ]
        if differences:
            raise TrainingError(
                "TrainingRun: a resumed run must have the settings it was begun with, got differences in "
                f"{self.folder}:{''.join(differences)}"
            )
        with torch.no_grad():
            for name, value in self.network.everything().items():
                value.copy_(tensors[name])
            for name, value in self._descent.momenta.items():
                value.copy_(tensors[f"momentum/{name}"])
        self.epoch, self.step, self.seconds, self.log = (state[key] for key in ("epoch", "step", "seconds", "log"))
        self._sums = tuple(state["sums"])

    def _divergence(self, found):
        return TrainingError(
            f"TrainingRun: the loss must stay finite and near or below guessing, got {found} (epoch {self.epoch + 1}, "
            f"step {self.step}). Lower the learning rate or warm up longer; the last good state is kept."
        )


def _lock(folder):
    """Held as long as the file object lives; the system frees it when the process ends, however it ends."""
    file = open(folder / "lock", "a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise TrainingError(
            f"TrainingRun: folder must not be in use, got {folder}, into which another run writes. Choose another."
        ) from error
    return file
