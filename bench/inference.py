"""32 faces through all nine branches of the wild network: as the dashboard runs it against a plain loop.

Usage: python -m bench.inference [--faces 32] [--repeats 9] [--threads N] [--device cuda]

The plain loop is what the published code does at inference: the shared layers once, then one branch after the other,
on the network as trained. In float32 both give the same logits, which is checked before anything is timed; bfloat16 is
timed where the device has it, and its error told. The goal is twice the speed. Of each, the share of the device's peak
is given: its arithmetic a second against that of one big matrix product in the same precision.
"""

import argparse
import statistics
from collections.abc import Callable

import torch
from torch import Tensor

from bench._peak import exact_float32, has_bfloat16, share_of_peak
from bench._published import as_published
from bench._timing import paired, ratios, summary
from esr_core.devices import resolve_device, synchronise
from esr_core.networks import ESR, for_inference

PLAIN, FOLDED, HALF = "plain loop over branches", "for_inference", "for_inference, bfloat16"
GOAL = 2


def plain_loop(net: ESR, images: Tensor) -> Tensor:
    """Logits (B, N, C): the shared layers once, then every branch in turn."""
    features = net.shared(images)
    return torch.stack([branch(features) for branch in net.branches], dim=1)


def rivals(num_faces: int, device: torch.device) -> dict[str, Callable[[], Tensor]]:
    """Both on one network and the same faces, after a check that they agree; a device is not waited for."""
    torch.manual_seed(0)
    net = ESR("wild", branching_level=4, num_branches=9, affect_head=True).eval().requires_grad_(False).to(device)
    published, folded = as_published(net), for_inference(net)
    faces = torch.rand(num_faces, 3, 96, 96).to(device)

    contestants: dict[str, Callable[[], Tensor]] = {
        PLAIN: lambda: plain_loop(published, faces),
        FOLDED: lambda: folded(faces),
    }
    with exact_float32():
        expected = contestants[PLAIN]()
        torch.testing.assert_close(contestants[FOLDED](), expected, rtol=0, atol=1e-4)
    if has_bfloat16(device):
        half = for_inference(net, torch.bfloat16)
        contestants[HALF] = lambda: half(faces)
        error = (contestants[HALF]() - expected).abs() / expected.std()
        print(f"bfloat16: a logit moves by {error.mean():.1e} deviations in the mean, {error.max():.1e} at most")
    return contestants


def finished(run: Callable[[], Tensor], device: torch.device) -> Callable[[], None]:
    """The same, over when the device has done it: a CUDA card goes on computing after a call has returned."""

    def run_to_its_end() -> None:
        run()
        synchronise(device)

    return run_to_its_end


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faces", type=int, default=32, help="how many at once (default 32)")
    parser.add_argument("--repeats", type=int, default=9, help="rounds to take the median of (default 9)")
    parser.add_argument("--threads", type=int, help="threads of PyTorch (default: its own choice)")
    parser.add_argument("--device", default="cpu", help="to compute on (default cpu)")
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    device = resolve_device(options.device)
    timed = {name: finished(run, device) for name, run in rivals(options.faces, device).items()}
    seconds = paired(timed, options.repeats)
    print(f"medians (and quartiles) of {options.repeats} rounds on {device}, {torch.get_num_threads()} threads")
    for name, values in seconds.items():
        dtype = torch.bfloat16 if name == HALF else torch.float32
        used = share_of_peak(timed[name], statistics.median(values), device, dtype)
        print(f"{name:28} {summary([1000 * value for value in values], 2)} ms for {options.faces} faces", end="")
        print(f"; {used:.0%} of a matrix product's speed")
    for faster in (name for name in seconds if name != PLAIN):
        print(f"{PLAIN} / {faster}:{summary(ratios(seconds, PLAIN, faster), 2)} times, goal {GOAL}")


if __name__ == "__main__":
    main()
