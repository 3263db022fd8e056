#!/bin/sh
# Your own pictures: which shape is it? Writes into the working folder. Usage: [DATA=FOLDER] pictures.sh
set -eu
DATA=${DATA:-$(dirname "$0")/../../test-data}

keras-model-config --input-shape 24,24,3 \
    --layer 'RandomFlip mode=horizontal' \
    --layer 'Conv2D filters=16 kernel_size=3 activation=relu' \
    --layer MaxPooling2D \
    --layer 'Conv2D filters=32 kernel_size=3 activation=relu' \
    --layer MaxPooling2D \
    --layer Flatten \
    --layer 'Dense units=3 activation=softmax' \
    --output pictures.json

keras-model-builder --model-config pictures.json --input image --target labels \
    --loss categorical_crossentropy --optimizer adam --optimizer-option learning_rate=0.003 \
    --batch-size 16 --epochs 20 --seed 7 --output pictures.zip

keras-train-and-eval --model pictures.zip --features "$DATA/shapes.zip" --check

keras-train-and-eval --model pictures.zip --features "$DATA/shapes.zip" --split stratified \
    --output-model pictures.h5mlm --output-metrics pictures_scores.tsv --output-examples pictures_examples.tsv

model-prediction --model pictures.h5mlm --features "$DATA/shapes_new.zip" --output pictures_predicted.tsv
