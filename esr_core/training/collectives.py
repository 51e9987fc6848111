"""What processes compute together, with gradients: PyTorch's own functions of the kind are on their way out."""

from typing import Any, NamedTuple, cast

import torch
import torch.distributed as dist
from torch import Tensor


class Place(NamedTuple):
    """Where the share of one process lies in a batch."""

    share: slice
    batch: int  # pictures of all
    size: int  # processes


def joined(own: Tensor, place: Place, group: dist.ProcessGroup | None) -> Tensor:
    """Shares (L, b, ...) put together to (L, B, ...), in every process.

    Its gradient reaches each process's share, times the number of processes: DistributedDataParallel takes the mean of
    gradients that are to be summed.
    """
    return cast(Tensor, _Joined.apply(own, place, group))


def summed(own: Tensor, group: dist.ProcessGroup | None) -> Tensor:
    """The sum of the tensors of all processes, in every process; its gradient is the sum of theirs."""
    return cast(Tensor, _Summed.apply(own, group))


class _Joined(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, own: Tensor, place: Place, group: dist.ProcessGroup | None) -> Tensor:  # noqa: ANN401 - torch gives it no type
        ctx.place = place
        whole = own.new_zeros(own.shape[0], place.batch, *own.shape[2:])
        whole[:, place.share] = own
        dist.all_reduce(whole, group=group)  # adding zeros is exact
        return whole

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None]:  # noqa: ANN401 - as above
        return gradients[0][:, ctx.place.share] * ctx.place.size, None, None


class _Summed(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, own: Tensor, group: dist.ProcessGroup | None) -> Tensor:  # noqa: ANN401 - as above
        ctx.group = group
        return _sum(own, group)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:  # noqa: ANN401 - as above
        return _sum(gradients[0], ctx.group), None


def _sum(own: Tensor, group: dist.ProcessGroup | None) -> Tensor:
    total = own.clone(memory_format=torch.contiguous_format)
    dist.all_reduce(total, group=group)
    return total
