"""Page Convergence: curves of stored validation points."""

from tests.app.conftest import charts, open_page, sentences, store_run


def choose(app, measure: str):
    return app.button_group(key="convergence_measure").set_value(measure).run()


def test_training_stands_beside_validation(store):
    store_run(store, "esr", branches=1)
    app = open_page("convergence", runs="esr")
    dashes = [line["line"]["dash"] for line in charts(choose(app, "loss"))[0]["data"]]
    assert dashes == ["solid", "dash"]
    assert any("learns its pictures by heart" in caption.value for caption in app.caption)


def test_the_learning_rate_can_be_followed(store):
    store_run(store, "esr", branches=1)
    app = choose(open_page("convergence", runs="esr"), "learning rate")
    assert not app.exception
    assert charts(app)[0]["layout"]["yaxis"]["title"]["text"] == "learning rate"


def test_of_a_run_without_a_card_it_is_said_that_memory_is_not_known(store):
    store_run(store, "esr", branches=1)
    app = choose(open_page("convergence", runs="esr"), "memory")
    assert not charts(app)
    assert "only trainings on a CUDA card do" in sentences(app)
