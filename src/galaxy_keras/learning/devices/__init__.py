"""What computes: Keras's backend, CPU or GPUs, threads, and the processes of a cluster.

What may enter: code that differs by device. Its doors are `backend.load_keras`, which comes before
Keras, `devices.prepare_device`, which comes before TensorFlow computes, `distribution.use_devices`
and `cluster.join_cluster`, which return a `distribution.Distribution`, and
`rendezvous.synchronize_processes`.
"""
