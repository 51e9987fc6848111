"""Data: adapters of data sets, faces in photographs, the prepared store, protocols and augmentation."""
