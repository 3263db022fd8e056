"""Windows of a genome as samples: their places, targets, strands, clusters, and alleles.

Only numpy and scipy are imported. Places are counted through all chromosomes
(`artefacts.genome.reference.Genome.offsets`), from 0, ends not included.
"""
