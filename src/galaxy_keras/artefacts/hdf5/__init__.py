"""HDF5 files as data; nothing here knows what a model is.

`reading.reading_hdf5` yields the root of an audited file as a `reading.AuditedGroup`,
`writing.writing_hdf5` a file to fill; `arrays` stores named arrays and those of layers. Files are
written by h5py and parsed by `parsing`, `structures` and `chunks`, because damaged files can crash
the HDF5 library.
"""
