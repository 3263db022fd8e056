"""Files that describe a network: specs, and the model JSON of Keras 3 and Keras 2.

`architecture_file` reads and writes architectures (`read_architecture`, `write_architecture`), and
decodes and encodes the JSON inside other files (`decode_architecture`, `encode_architecture`);
`spec_file.read_spec_file` reads specs. Needs neither numpy nor h5py.
"""
