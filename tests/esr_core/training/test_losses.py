import pytest
import torch

from esr_core.training.losses import RunningMeans, StepLosses


def test_the_running_mean_counts_only_the_steps_a_branch_learnt_from():
    running = RunningMeans(3, torch.device("cpu"))
    running.add(torch.tensor([1.0, 5.0]), torch.tensor([1.0, 0.5]), (0, 1))
    running.add(torch.tensor([3.0]), torch.tensor([0.5]), (0,))
    assert running.means().loss == (2.0, 5.0, None)
    assert running.means().accuracy == (0.75, 0.5, None)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_the_first_loss_that_is_not_finite_is_found_with_its_branch_and_step(value):
    steps = StepLosses()
    steps.add(torch.tensor([1.0]), (0,))
    steps.add(torch.tensor([1.0, 2.0]), (0, 1))
    assert steps.first_not_finite() is None
    steps.add(torch.tensor([1.0, value]), (0, 2))
    steps.add(torch.tensor([value]), (0,))
    assert steps.first_not_finite() == (3, 3)


def test_an_epoch_without_steps_has_no_bad_loss():
    assert StepLosses().first_not_finite() is None


def test_where_nothing_is_right_or_wrong_there_is_no_accuracy():
    running = RunningMeans(1, torch.device("cpu"))
    running.add(torch.tensor([1.0]), None, (0,))
    assert running.means().accuracy == (None,)
