"""The whole path on real photographs, thin: prepare, train a little, store."""

import pytest

from esr_core.config import NetworkConfig, ProtocolConfig, TrainingConfig
from esr_core.data.london import london_source
from esr_core.data.preparation import prepare
from esr_core.run_store import RunStore
from esr_core.trainer import train_run


@pytest.mark.slow
def test_esr_4_level_3_trains_on_real_photographs_and_is_stored_complete(london_folder, tmp_path):
    card = prepare(london_source(london_folder), tmp_path / "london")
    assert card.num_pictures + card.num_rejected == 204
    config = TrainingConfig(
        data=str(tmp_path / "london"),
        network=NetworkConfig(branching_level=3, num_branches=4, class_names=card.class_names),
        protocol=ProtocolConfig(kind="subject-folds", training_folds=2),
        strategy="frozen",
        batch_size=16,
        epochs_first_branch=2,
        epochs_later_branch=1,
        device="cpu",
    )
    store = RunStore(tmp_path / "runs")
    run = train_run(store, store.create(config).run_id)
    assert run.status.state == "finished"
    assert store.check(run.run_id) == []
    assert len(store.load_network(run.run_id).branches) == 4
    people = {part: {name.split("_")[0] for name in ids} for part, ids in store.parts(run.run_id).items()}
    assert not people["training"] & people["validation"]
    assert not people["training"] & people["test"]
