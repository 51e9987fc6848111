"""Ensembles with shared representations (ESR): networks, data, training, explanations and stored runs.

Source: Siqueira, Magg and Wermter, "Efficient Facial Feature Learning with Wide Ensemble-based
Convolutional Neural Networks", AAAI 2020.
"""

__version__ = "0.1.0"
