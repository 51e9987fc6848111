import hashlib

from esr_core.evaluation.provenance import provenance
from esr_core.run_store import RunStore
from tests.app.conftest import store_run


def test_hashes_are_those_of_the_files(tmp_path):
    store = RunStore(tmp_path)
    run_id = store_run(store, "esr")
    known = provenance(store, run_id)
    assert set(known["sha256"]) == {"checkpoints/best.safetensors", "config.json", "manifest.json"}
    for name, digest in known["sha256"].items():
        assert hashlib.sha256((store.folder(run_id) / name).read_bytes()).hexdigest() == digest
    assert known["environment"] == {}
