#!/bin/sh
# The five commands in a row on the invented reviews of test-data: from text to a confusion matrix.
# Usage: demo.sh OUTPUT_FOLDER
set -eu
DATA=$(cd "$(dirname "$0")/../../test-data" && pwd)
OUT=${1:?"give a folder for the results"}
mkdir -p "$OUT"

echo "1. keras-model-config: an architecture"
keras-model-config --input-shape 40 \
    --layer 'Embedding input_dim=64 output_dim=16' \
    --layer 'LSTM units=24' \
    --layer 'Dense units=1 activation=sigmoid' \
    --summary --output "$OUT/architecture.json"

echo "2. keras-model-builder: how words become its input, and how to train it"
keras-model-builder --model-config "$OUT/architecture.json" \
    --input 'words columns=review' --target 'labels columns=sentiment positive=positive' \
    --loss binary_crossentropy --optimizer adam --optimizer-option learning_rate=0.005 \
    --metric accuracy --epochs 12 --batch-size 32 --seed 7 \
    --output "$OUT/builder.zip"

echo "3. keras-train-and-eval: learn from 1,200 reviews, measure on 300"
keras-train-and-eval --model "$OUT/builder.zip" --features "$DATA/reviews_text_train.tsv" \
    --scheme train-val --test-size 0.2 --scoring f1 --scoring accuracy \
    --output-model "$OUT/fitted.h5mlm" --output-metrics "$OUT/metrics.tsv" \
    --output-history "$OUT/history.tsv"

echo "4. model-prediction: 500 reviews that it has never seen"
model-prediction --model "$OUT/fitted.h5mlm" \
    --features "$DATA/reviews_text_test.tsv" --output "$OUT/predictions.tsv"

echo "5. ml-visualization-ex: right and wrong in one picture"
ml-visualization-ex confusion-matrix --true "$DATA/reviews_text_test.tsv" --true-header \
    --true-columns name:sentiment --predicted "$OUT/predictions.tsv" --predicted-header \
    --title "500 invented reviews" --output "$OUT/confusion_matrix.png"
ml-visualization-ex training-history --history "$OUT/history.tsv" --output "$OUT/history.png"

echo
echo "Scores on the held-out 300 reviews are in $OUT/metrics.tsv; look at"
echo "    $OUT/confusion_matrix.png"
echo "    $OUT/history.png"
