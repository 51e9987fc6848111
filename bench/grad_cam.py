"""Grad-CAM of all nine branches of the wild network on one face: the closed form against its rivals.

Usage: python -m bench.grad_cam [--repeats 15] [--threads N]

Every rival explains the same class of each branch, the closed form all others too; their maps are compared before
anything is timed. captum is asked in two ways: of the network cut down to one branch, and of the network as it is,
where each call runs all branches. The goals are 15 times the speed of a forward and a full backward pass per branch and
6 times that of captum. bfloat16 is timed where the processor has it, for one without takes seconds; its error is told.
"""

import argparse
from collections.abc import Callable

import torch
from captum.attr import LayerGradCam
from torch import Tensor

from bench._peak import has_bfloat16
from bench._published import as_published
from bench._timing import paired, ratios, summary
from esr_core.explanations import grad_cam
from esr_core.networks import ESR, for_inference

CLOSED_FORM, FOLDED, HALF = "closed form", "closed form, for_inference", "closed form, bfloat16"
PASSES, CAPTUM = "forward and backward per branch", "captum on each branch cut out"
WHOLE = "captum on the whole, per branch"
GOALS = {PASSES: 15, CAPTUM: 6, WHOLE: 6}


def passes_per_branch(net: ESR, images: Tensor, classes: list[int]) -> Tensor:
    """As the published code does: each branch runs the shared layers again and every parameter gets a gradient."""
    maps = []
    for branch, class_idx in zip(net.each_branch(), classes, strict=True):
        net.zero_grad()
        feature_maps = branch.blocks(net.shared(images))
        feature_maps.retain_grad()
        branch.classify(feature_maps)[0, class_idx].backward()
        weights = feature_maps.grad.mean(dim=(2, 3), keepdim=True)
        maps.append((weights * feature_maps.detach()).sum(dim=1).relu())
    return torch.stack(maps, dim=1)  # (B, N, h, w)


def captum_per_branch(net: ESR, images: Tensor, classes: list[int]) -> Tensor:
    """One LayerGradCam for each branch, which runs the shared layers and that branch alone."""
    maps = []
    for branch, class_idx in zip(net.each_branch(), classes, strict=True):
        explainer = LayerGradCam(torch.nn.Sequential(net.shared, branch), branch.blocks[-1])
        maps.append(explainer.attribute(images, target=class_idx, relu_attributions=True)[:, 0].detach())
    return torch.stack(maps, dim=1)


def captum_on_the_whole(net: ESR, images: Tensor, classes: list[int]) -> Tensor:
    """One LayerGradCam for each branch of the network as it is; every call runs all branches."""
    maps = []
    for n, branch in enumerate(net.each_branch()):
        explainer = LayerGradCam(net, branch.blocks[-1])
        maps.append(explainer.attribute(images, target=(n, classes[n]), relu_attributions=True)[:, 0].detach())
    return torch.stack(maps, dim=1)


def rivals() -> dict[str, Callable[[], Tensor]]:
    """All on one network and face, after a check that those of full precision agree."""
    torch.manual_seed(0)
    net = ESR("wild", branching_level=4, num_branches=9, affect_head=True).eval()
    published, folded = as_published(net), for_inference(net)
    face = torch.rand(1, 3, 96, 96)
    classes = net(face)[0].argmax(dim=1)  # (N,)
    contestants: dict[str, Callable[[], Tensor]] = {
        CLOSED_FORM: lambda: grad_cam(net, face, classes[None]),
        FOLDED: lambda: grad_cam(folded, face, classes[None]),
        PASSES: lambda: passes_per_branch(published, face, classes.tolist()),
        CAPTUM: lambda: captum_per_branch(net, face, classes.tolist()),
        WHOLE: lambda: captum_on_the_whole(net, face, classes.tolist()),
    }
    expected = contestants[CLOSED_FORM]()
    for run in contestants.values():
        torch.testing.assert_close(run(), expected, rtol=0, atol=1e-5)
    half = for_inference(net, torch.bfloat16)
    error = (grad_cam(half, face, classes[None]) - expected).abs()
    error /= expected.amax(dim=(2, 3), keepdim=True).clamp_min(1e-12)
    print(f"bfloat16: a map moves by {error.mean():.1e} of its maximum in the mean, by {error.max():.1e} at most")
    if has_bfloat16():
        contestants[HALF] = lambda: grad_cam(half, face, classes[None])
    return contestants


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=15, help="rounds to take the median of (default 15)")
    parser.add_argument("--threads", type=int, help="threads of PyTorch (default: its own choice)")
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    seconds = paired(rivals(), options.repeats)
    print(f"medians (and quartiles) of {options.repeats} rounds, {torch.get_num_threads()} threads")
    for name, values in seconds.items():
        print(f"{name:34} {summary([1000 * value for value in values])} ms")
    for slower, goal in GOALS.items():
        for faster in (name for name in (CLOSED_FORM, FOLDED, HALF) if name in seconds):
            print(f"{slower} / {faster}:{summary(ratios(seconds, slower, faster))} times, goal {goal}")


if __name__ == "__main__":
    main()
