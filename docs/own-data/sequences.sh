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
