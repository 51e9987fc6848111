import esr_core.training


def test_exported_names_stay():
    names = ["Course", "TrainingData", "fit", "new_network", "predict", "predict_affect", "seeded"]
    assert esr_core.training.__all__ == names
