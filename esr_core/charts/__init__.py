"""Charts of records and tables as plotly figures, drawn by the dashboard and, of opened runs, by ``esr_core.figures``.

::

    chart              a figure with its question, its data and how to read it: what the others give
    convergence        validation points of trainings; training_measures says what is followed, curves thins it
    scores             accuracies with intervals; people, groups: the same by subjects and of trials; p-values
    confusion          which class is taken for which
    reliability        accuracy against confidence
    pairs              a measure between branches; class_diversity, kappa_error and annotators say more of it
    parameters         what branching costs; frontier: what quality costs
    region_shares      where maps lie on the face, over many faces; face_regions: of one face
    probabilities      what branches say of a face; face_answers, face_affect, agreement: of several, in other ways
    before_after       what an edit of a face changes; affect_shift: in valence and arousal
    faithfulness       whether the probability follows a map; randomisation: whether a map follows the weights
    timeline           a face of a video over time
    class_counts       what a prepared set holds; subjects, annotator_votes, affect_plane
    parallel           settings against results
    paper_exhibits     the paper's Figures 4 to 7 with its values and ours
    intervals          rows of values with whiskers; heat_map, branch_panels: others of their kinds; legend, labels
"""
