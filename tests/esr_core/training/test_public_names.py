import esr_core.training


def test_exported_names_stay():
    names = ["ALONE", "Course", "Team", "TrainingData", "fit", "new_network", "predict", "predict_affect", "seeded"]
    names += ["team_of_processes", "training_memory_bytes"]
    assert esr_core.training.__all__ == names
