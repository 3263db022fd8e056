#!/bin/sh
# Trains the model of the gallery on the invented reviews of test-data, as tables of word indices.
# Usage: train_gallery_model.sh OUTPUT_FOLDER
set -eu
DATA=$(cd "$(dirname "$0")/../test-data" && pwd)
OUT=${1:?"give a folder for the results"}
mkdir -p "$OUT"

keras-model-config --input-shape 40 \
    --layer 'Embedding input_dim=64 output_dim=16' \
    --layer 'LSTM units=24' \
    --layer 'Dense units=1 activation=sigmoid' \
    --summary --output "$OUT/architecture.json"

keras-model-builder --model-config "$OUT/architecture.json" --task classifier \
    --loss binary_crossentropy --optimizer adam --optimizer-option learning_rate=0.005 \
    --metric accuracy --epochs 12 --batch-size 32 --seed 7 \
    --output "$OUT/builder.zip"

keras-train-and-eval --model "$OUT/builder.zip" \
    --features "$DATA/reviews_X_train.tsv" --target "$DATA/reviews_y_train.tsv" \
    --scheme train-val --test-size 0.2 --scoring f1 --scoring accuracy \
    --output-model "$OUT/fitted.h5mlm" --output-metrics "$OUT/metrics.tsv" \
    --output-history "$OUT/history.tsv"

model-prediction --model "$OUT/fitted.h5mlm" \
    --features "$DATA/reviews_X_test.tsv" --output "$OUT/predictions.tsv"
