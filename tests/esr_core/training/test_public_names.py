import esr_core.training


def test_exported_names_stay():
    assert esr_core.training.__all__ == ["Course", "TrainingData", "fit", "new_network", "predict"]
