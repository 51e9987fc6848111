"""Batch norm whose statistics are those of the whole batch, of which each process has a share."""

import torch
from torch import Tensor, nn

from esr_core.training.distributed import Team


class JoinedBatchNorm(nn.BatchNorm2d):
    """As ``nn.BatchNorm2d`` over the pictures of all processes together; the same parameters and buffers.

    PyTorch's ``SyncBatchNorm`` does it on CUDA alone, and waits for the device in every layer.
    """

    running_mean: Tensor
    running_var: Tensor
    num_batches_tracked: Tensor
    momentum: float

    def __init__(self, like: nn.BatchNorm2d, team: Team) -> None:
        super().__init__(like.num_features, like.eps, like.momentum)
        self.team = team
        self.weight, self.bias = like.weight, like.bias
        for name, buffer in like.named_buffers():
            setattr(self, name, buffer)
        self.train(like.training)

    def forward(self, inputs: Tensor) -> Tensor:
        """Normalised features (b, K, h, w) of this process's share of the batch, which may be empty."""
        if not self.training:
            return super().forward(inputs)
        values = inputs.float()
        per_channel = (1, -1, 1, 1)
        own = torch.cat([values.sum(dim=(0, 2, 3)), values.new_full((1,), values[:, 0].numel())])
        total = self.team.summed(own)
        count = total[-1]
        mean = total[:-1] / count
        centred = values - mean.view(per_channel)
        variance = self.team.summed(centred.square().sum(dim=(0, 2, 3))) / count
        self._note(mean, variance * count / (count - 1))
        scale = self.weight * (variance + self.eps).rsqrt()
        return (centred * scale.view(per_channel) + self.bias.view(per_channel)).to(inputs.dtype)

    @torch.no_grad()
    def _note(self, mean: Tensor, variance: Tensor) -> None:
        """Move the running statistics towards those of a batch."""
        self.num_batches_tracked.add_(1)
        self.running_mean.lerp_(mean, self.momentum)
        self.running_var.lerp_(variance, self.momentum)


def join_batch_norm(network: nn.Module, team: Team) -> None:
    """Let every batch norm of a network see the batches of the whole team; those that do so already are kept."""
    if team.size == 1:
        return
    for parent in list(network.modules()):
        for name, child in parent.named_children():
            if type(child) is nn.BatchNorm2d:
                setattr(parent, name, JoinedBatchNorm(child, team))
