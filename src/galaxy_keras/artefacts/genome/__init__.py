"""Files of genomes: reference sequences, intervals, signals and variants.

`reference.Genome` gives any stretch of a FASTA file, `intervals.read_intervals` reads BED and its
relatives, `signals.read_signal` bigWig and bedGraph, `variants.iterate_variants` VCF.
"""
