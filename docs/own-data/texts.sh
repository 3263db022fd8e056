#!/bin/sh
# Your own texts: which reviews are positive? Writes into the working folder. Usage: [DATA=FOLDER] texts.sh
set -eu
DATA=${DATA:-$(dirname "$0")/../../test-data}

keras-model-config --input-shape 40 \
    --layer 'Embedding input_dim=64 output_dim=16' \
    --layer 'Conv1D filters=32 kernel_size=6 padding=same activation=relu' \
    --layer GlobalAveragePooling1D \
    --layer 'Dense units=1 activation=sigmoid' \
    --output texts.json

keras-model-builder --model-config texts.json \
    --input 'words columns=review' --target 'labels columns=sentiment positive=positive' \
    --loss binary_crossentropy --optimizer adam --optimizer-option learning_rate=0.01 \
    --epochs 10 --seed 7 --output texts.zip

keras-train-and-eval --model texts.zip --features "$DATA/reviews_text_train.tsv" --check

keras-train-and-eval --model texts.zip --features "$DATA/reviews_text_train.tsv" \
    --output-model texts.h5mlm --output-metrics texts_scores.tsv --output-examples texts_examples.tsv

model-prediction --model texts.h5mlm --features "$DATA/reviews_text_test.tsv" --output texts_predicted.tsv
