#!/bin/sh
# A network that learns to write like a play. Writes into the working folder. Usage: [DATA=FOLDER] macbeth.sh
set -eu
DATA=${DATA:-$(dirname "$0")/../../test-data}

keras-model-config --input-shape 10,40 \
    --layer 'SimpleRNN units=128' \
    --layer 'Dense units=40 activation=softmax' \
    --output macbeth.json

keras-model-builder --model-config macbeth.json \
    --input 'characters output=one-hot' --target next \
    --loss sparse_categorical_crossentropy --optimizer rmsprop --metric accuracy \
    --epochs 40 --batch-size 32 --seed 1 --output macbeth.zip

keras-train-and-eval --model macbeth.zip --features "$DATA/macbeth.txt" --features-format text \
    --test-size 0 --sample-prompt 'when shall we three' \
    --output-model macbeth.h5mlm --output-metrics macbeth_scores.tsv

model-prediction --model macbeth.h5mlm --method generate \
    --prompt 'when shall we three' --prompt 'double, double' \
    --length 60 --temperature 0.5 --samples 3 --seed 7 --output macbeth_texts.tsv
