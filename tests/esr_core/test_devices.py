"""Device names on machines with and without cards."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from types import SimpleNamespace

import psutil
import pytest
import torch

from esr_core.devices import (
    Clock,
    available_devices,
    computes_bfloat16,
    memory_for_a_training,
    resolve_device,
    undisturbed,
)
from esr_core.errors import ConfigError

CPU = torch.device("cpu")


@pytest.fixture
def machine(monkeypatch):
    """Pretends a machine with so many CUDA cards, and with Apple's MPS or without."""

    def pretend(cards=0, mps=False):
        monkeypatch.setattr(torch.cuda, "is_available", lambda: cards > 0)
        monkeypatch.setattr(torch.cuda, "device_count", lambda: cards)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)

    return pretend


@pytest.mark.parametrize(
    ("cards", "mps", "device"),
    [
        (0, False, torch.device("cpu")),
        (0, True, torch.device("mps")),
        (2, False, torch.device("cuda", 0)),
        (1, True, torch.device("cuda", 0)),
    ],
)
def test_auto_prefers_cuda_then_mps_then_the_cpu(machine, cards, mps, device):
    machine(cards, mps)
    assert resolve_device("auto") == device


@pytest.mark.parametrize(
    ("name", "device"),
    [
        ("cpu", torch.device("cpu")),
        ("cuda", torch.device("cuda", 0)),
        ("cuda:1", torch.device("cuda", 1)),
        ("mps", torch.device("mps")),
    ],
)
def test_a_device_that_is_there_is_taken_by_name(machine, name, device):
    machine(cards=2, mps=True)
    assert resolve_device(name) == device


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("cuda", "device 'cuda' is not on this machine: it has 0 CUDA cards"),
        ("cuda:0", "device 'cuda:0' is not on this machine: it has 0 CUDA cards"),
        ("mps", "device 'mps' is not on this machine"),
    ],
)
def test_a_device_that_is_not_there_is_refused(machine, name, message):
    machine()
    with pytest.raises(ConfigError, match=message):
        resolve_device(name)


def test_a_card_beyond_the_last_is_refused_with_their_number(machine):
    machine(cards=2)
    with pytest.raises(ConfigError, match="'cuda:2' is not on this machine: it has 2 CUDA cards"):
        resolve_device("cuda:2")


@pytest.mark.parametrize("name", ["", "gpu", "CPU", "cuda:-1", "cuda:one", "cuda:²", "cpu:0", "tpu"])
def test_an_unknown_name_is_refused_with_the_names_there_are(machine, name):
    machine(cards=1, mps=True)
    with pytest.raises(ConfigError, match=f"device must be auto, cpu, cuda, cuda:<index> or mps, got '{name}'"):
        resolve_device(name)


@pytest.mark.parametrize(
    ("cards", "mps", "names"),
    [
        (0, False, ("auto", "cpu")),
        (2, False, ("auto", "cuda:0", "cuda:1", "cpu")),
        (0, True, ("auto", "mps", "cpu")),
    ],
)
def test_every_available_device_can_be_taken(machine, cards, mps, names):
    machine(cards, mps)
    assert available_devices() == names
    assert [resolve_device(name).type for name in names[1:]] == [name.partition(":")[0] for name in names[1:]]


def test_a_training_has_all_of_its_card_and_on_the_cpu_what_the_machine_can_give(machine, monkeypatch):
    machine(cards=2)
    monkeypatch.setattr(
        torch.cuda, "get_device_properties", lambda device: SimpleNamespace(total_memory=(device.index + 1) * 10**9)
    )
    assert memory_for_a_training("cuda:1") == 2 * 10**9
    assert memory_for_a_training("auto") == 10**9
    assert 0 < memory_for_a_training("cpu") < psutil.virtual_memory().total
    with pytest.raises(ConfigError, match="'cuda:2' is not on this machine"):
        memory_for_a_training("cuda:2")


@pytest.mark.parametrize(
    ("capabilities", "native"),
    [
        ({"avx512_f": True, "avx512_bf16": True}, True),
        ({"avx512_f": True, "avx512_bf16": False, "amx_bf16": True}, True),
        ({"avx512_f": True, "avx512_bf16": False, "amx_bf16": False}, False),
        ({"neon": True, "bf16": True}, True),
        ({"neon": True, "bf16": False}, False),
    ],
)
def test_a_processor_computes_bfloat16_where_it_has_instructions_for_it(monkeypatch, capabilities, native):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities)
    assert computes_bfloat16(torch.device("cpu")) is native


@pytest.mark.parametrize(("capability", "native"), [((7, 5), False), ((8, 0), True), ((9, 0), True)])
def test_a_card_computes_bfloat16_from_ampere_on(monkeypatch, capability, native):
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: capability)
    assert computes_bfloat16(torch.device("cuda", 0)) is native


def test_no_other_device_is_known_to():
    assert not computes_bfloat16(torch.device("mps"))


@pytest.fixture
def two_threads() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(threads)


def threads_of_one_that_begins() -> int:
    """Threads that PyTorch computes on in a thread that computes there first."""
    with ThreadPoolExecutor(1) as beginner:
        return beginner.submit(torch.get_num_threads).result()


@pytest.mark.usefixtures("two_threads")
def test_while_one_core_is_measured_all_other_threads_compute_as_before_even_those_that_begin_meanwhile():
    begun, ended = Event(), Event()

    def measure(_clock: Clock) -> int:
        begun.set()
        ended.wait(60)
        return torch.get_num_threads()

    with ThreadPoolExecutor(2) as at_once:
        first = at_once.submit(undisturbed, CPU, measure)
        begun.wait(60)
        assert (torch.get_num_threads(), threads_of_one_that_begins()) == (2, 2)
        second = at_once.submit(undisturbed, CPU, lambda _clock: torch.get_num_threads())  # as when two visitors come
        assert second.result() == 1
        ended.set()
        assert first.result() == 1
    assert (torch.get_num_threads(), threads_of_one_that_begins()) == (2, 2)


@pytest.mark.usefixtures("two_threads")
def test_what_fails_while_it_is_measured_fails_where_it_was_asked_for_and_leaves_the_threads():
    with pytest.raises(ZeroDivisionError):
        undisturbed(CPU, lambda _clock: 1 // 0)
    assert (torch.get_num_threads(), threads_of_one_that_begins()) == (2, 2)
