"""What happens at most once in so many seconds."""

from esr_core.trainer.throttle import Throttle


def test_it_is_due_again_only_after_its_interval():
    now = [50.0]
    throttle = Throttle(2.0, lambda: now[0])
    assert not throttle.is_due()
    now[0] = 52.0
    assert throttle.is_due()
    throttle.restart()
    assert not throttle.is_due()
    now[0] = 53.9
    assert not throttle.is_due()
    now[0] = 54.0
    assert throttle.is_due()
