#!/bin/sh
# Your own categories: which patients come back? Writes into the working folder. Usage: [DATA=FOLDER] categories.sh
set -eu
DATA=${DATA:-$(dirname "$0")/../../test-data}

keras-model-config --input-shape 8 \
    --layer 'Dense units=8 activation=relu' \
    --layer 'Dense units=1 activation=sigmoid' \
    --output categories.json

keras-model-builder --model-config categories.json \
    --input 'categories columns=[smoker,admission,ward]' --target 'labels columns=returned positive=yes' \
    --loss binary_crossentropy --optimizer adam --optimizer-option learning_rate=0.01 \
    --epochs 15 --seed 7 --output categories.zip

keras-train-and-eval --model categories.zip --features "$DATA/clinic.csv" --check

keras-train-and-eval --model categories.zip --features "$DATA/clinic.csv" \
    --output-model categories.h5mlm --output-metrics categories_scores.tsv

model-prediction --model categories.h5mlm --features "$DATA/clinic_new.csv" --output categories_predicted.tsv
