#!/bin/sh
# Your own sequences: which are promoters? Writes into the working folder. Usage: [DATA=FOLDER] sequences.sh
set -eu
DATA=${DATA:-$(dirname "$0")/../../test-data}

keras-model-config --input-shape 60,4 \
    --layer 'Conv1D filters=16 kernel_size=8 activation=relu' \
    --layer GlobalMaxPooling1D \
    --layer 'Dense units=1 activation=sigmoid' \
    --output sequences.json

keras-model-builder --model-config sequences.json \
    --input 'letters columns=sequence alphabet=dna' --target 'labels columns=kind positive=promoter' \
    --loss binary_crossentropy --optimizer adam --optimizer-option learning_rate=0.01 \
    --epochs 15 --seed 7 --output sequences.zip

keras-train-and-eval --model sequences.zip --features "$DATA/promoters.tsv" --check

keras-train-and-eval --model sequences.zip --features "$DATA/promoters.tsv" \
    --output-model sequences.h5mlm --output-metrics sequences_scores.tsv

model-prediction --model sequences.h5mlm --features "$DATA/promoters_new.tsv" --output sequences_predicted.tsv

keras-model-builder --model-config sequences.json \
    --input 'letters alphabet=dna' --target 'labels positive=promoter' \
    --loss binary_crossentropy --optimizer adam --optimizer-option learning_rate=0.01 \
    --epochs 15 --seed 7 --output fasta.zip

keras-train-and-eval --model fasta.zip --features "$DATA/promoters.fasta" \
    --target "$DATA/promoters_kinds.tsv" --target-header \
    --output-model fasta.h5mlm --output-metrics fasta_scores.tsv --output-labels fasta_labels.tsv

model-prediction --model fasta.h5mlm --features "$DATA/promoters_new.fasta" --output fasta_predicted.tsv
