"""Several processes that train one network: who they are, and what they tell each other.

``torchrun`` starts the processes and says in environment variables which of them each is. All of them take the same
steps: of a batch each computes its share, the outputs are joined, so that every process knows the losses of the whole
batch, and gradients are summed by DistributedDataParallel. What is random is drawn for the whole batch by every one.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import numpy as np
import torch
import torch.distributed as dist

# Imported before there is a group: DistributedDataParallel does it later, and default arguments in there then keep the
# group. Its threads outlive it, and one that lets go of a tensor while the interpreter ends aborts the process.
import torch.distributed.nn  # isort: skip
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from esr_core.devices import resolve_device
from esr_core.errors import ConfigError, TrainingError
from esr_core.training.collectives import Place, joined, summed

VARIABLES = ("RANK", "WORLD_SIZE", "LOCAL_RANK")
MEET_WITHIN = timedelta(minutes=5)  # for all processes to be there
ANSWER_WITHIN = timedelta(minutes=30)  # the first process stores, explains and predicts while the others wait
FAILURE = "failure"  # key of the first sentence about what went wrong


@dataclass(frozen=True, slots=True)
class Team:
    """The processes that train one network together; by default this one alone, where every method costs nothing.

    ``config.batch_size`` counts the pictures of one process: a batch has ``size`` times as many.
    """

    rank: int = 0
    size: int = 1
    local_rank: int = 0  # among those of its machine
    group: dist.ProcessGroup | None = None  # for tensors on the device; None = that for messages, which is on the CPU
    store: dist.Store | None = None  # what survives the death of a process: why it died

    def __deepcopy__(self, _: dict[int, Any]) -> "Team":
        """A copy of a network that belongs to the team belongs to the same."""
        return self

    @property
    def is_first(self) -> bool:
        """Whether this process owns the run: it stores and speaks, the others follow."""
        return self.rank == 0

    def share(self, count: int) -> slice:
        """Which of so many pictures are this process's; none where there are fewer pictures than processes."""
        return slice(self.rank * count // self.size, (self.rank + 1) * count // self.size)

    def device(self, name: str) -> torch.device:
        """As ``resolve_device``; of several processes, each takes the CUDA card of its place on the machine.

        Raises:
            ConfigError: if the name is none that several processes can share, or there are fewer cards than processes.
        """
        if self.size == 1:
            return resolve_device(name)
        if name not in ("auto", "cpu", "cuda"):
            raise ConfigError(f"device must be auto, cpu or cuda for a training in several processes, got {name!r}")
        if name == "cpu" or (name == "auto" and not torch.cuda.is_available()):
            return torch.device("cpu")
        return resolve_device(f"cuda:{self.local_rank}")

    def on(self, device: torch.device) -> "Team":
        """The same team with tensors on a device; every process calls it.

        Raises:
            ConfigError: if some processes have a CUDA card and others do not.
        """
        if self.size == 1:
            return self
        has_card = device.type == "cuda"
        if self.any(has_card) and self.any(not has_card):
            raise ConfigError("device must be a CUDA card in all processes or in none, got both; name cpu or cuda")
        if not has_card:
            return self
        torch.cuda.set_device(device)
        return replace(self, group=dist.new_group(backend="nccl", timeout=ANSWER_WITHIN))

    def joined(self, own: Tensor, count: int) -> Tensor:
        """What all processes computed of a batch, (L, B, ...) in float32, from what each computed of its share.

        Its gradient reaches each process's share; multiplied, because DistributedDataParallel takes the mean of
        gradients that are to be summed.
        """
        return own if self.size == 1 else joined(own.float(), Place(self.share(count), count, self.size), self.group)

    def joined_array(self, own: np.ndarray, count: int) -> np.ndarray:
        """The same of an array (B, ...), without a gradient."""
        if self.size == 1:
            return own
        whole = torch.zeros(count, *own.shape[1:])
        whole[self.share(count)] = torch.from_numpy(own)
        dist.all_reduce(whole)  # adding zeros is exact
        return whole.numpy()

    def summed(self, own: Tensor) -> Tensor:
        """The sum of the tensors of all processes; its gradient is the sum of theirs."""
        return own if self.size == 1 else summed(own, self.group)

    def wrapped(self, module: nn.Module, has_turns: bool) -> nn.Module:
        """A module whose gradients are summed over all processes, for an epoch.

        For longer it would not do: after its first step DistributedDataParallel sums in another order, and a training
        that is resumed at the next epoch would not do so.

        Args:
            module: with the parameters that learn.
            has_turns: whether a step may leave some of them out.
        """
        if self.size == 1:
            return module
        return DistributedDataParallel(module, process_group=self.group, find_unused_parameters=has_turns)

    def any(self, flag: bool) -> bool:
        """Whether it is so in any of the processes; every one of them asks. No device is waited for."""
        if self.size == 1:
            return flag
        answer = torch.tensor(float(flag))
        dist.all_reduce(answer, dist.ReduceOp.MAX)
        return bool(answer)

    def meet(self) -> None:
        """Wait for all others to come here, too."""
        self.any(False)

    def told(self, text: str) -> str:
        """What the first process says, for all of them."""
        if self.size == 1:
            return text
        letters = torch.tensor(list(text.encode() if self.is_first else b""), dtype=torch.uint8)
        length = torch.tensor(len(letters))
        dist.broadcast(length, src=0)
        letters = letters if self.is_first else torch.empty(int(length), dtype=torch.uint8)
        dist.broadcast(letters, src=0)
        return bytes(letters.tolist()).decode()

    def first_failure(self, sentence: str) -> str:
        """Note why this process ends, and hear why the first one to do so did."""
        if self.store is None:
            return sentence
        try:
            return self.store.compare_set(FAILURE, "", sentence).decode()
        except dist.DistError:  # whoever kept it is gone as well
            return sentence


ALONE = Team()


@contextmanager
def team_of_processes() -> Iterator[Team]:
    """The team that ``torchrun`` started this process in; ``ALONE`` where it did not.

    Raises:
        ConfigError: if a variable is no number.
        TrainingError: if the others are not there within five minutes.
    """
    rank, size, local_rank = (_number(name) for name in VARIABLES)
    if rank is None or size is None or local_rank is None or size == 1:
        yield ALONE
        return
    try:
        store, rank, size = next(dist.rendezvous("env://", timeout=MEET_WITHIN))
        dist.init_process_group("gloo", store=store, rank=rank, world_size=size, timeout=ANSWER_WITHIN)
    except (ValueError, RuntimeError) as error:  # a variable is missing; nobody answered
        raise TrainingError(f"process {rank} of {size} did not find the others: {error}") from None
    yield Team(rank, size, local_rank, store=store)
    dist.destroy_process_group()  # after an exception it might wait for those that are gone; the process ends anyway


def _number(name: str) -> int | None:
    text = os.environ.get(name)
    if text is not None and not text.isdecimal():
        raise ConfigError(f"{name} must be a whole number, as torchrun sets it, got {text!r}")
    return None if text is None else int(text)
