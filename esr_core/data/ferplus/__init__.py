"""FER+: the pictures of FER-2013, each judged by ten annotators.

Source: Barsoum et al. 2016, doi 10.1145/2993148.2993165. Two layouts are read: ``fer2013.csv`` beside
``fer2013new.csv``, and the folders ``FER2013Train``, ``FER2013Valid`` and ``FER2013Test`` with a ``label.csv`` each,
also in a zip archive. The owners' two kinds of label file count different votes for 1,601 of the 35,710 pictures; the
paper's Figure 7 has those of ``label.csv``, so these are taken where both are there.
"""

from esr_core.data.ferplus.labels import CHOICES, majority, read_labels
from esr_core.data.ferplus.source import ferplus_source

__all__ = ["CHOICES", "ferplus_source", "majority", "read_labels"]
