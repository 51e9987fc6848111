import esr_core.training


def test_exported_names_stay():
    names = ["ALONE", "Course", "Team", "TrainingData", "first_branch_state", "fit", "new_network", "predict"]
    names += ["predict_affect", "seeded", "skip_first_branch", "team_of_processes", "training_memory_bytes"]
    assert esr_core.training.__all__ == names
