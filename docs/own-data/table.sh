#!/bin/sh
# Your own table: which patients come back? Writes into the working folder. Usage: [DATA=FOLDER] table.sh
set -eu
DATA=${DATA:-$(dirname "$0")/../../test-data}

keras-model-config --input-shape 18 \
    --layer 'Dense units=16 activation=relu' \
    --layer 'Dense units=1 activation=sigmoid' \
    --output table.json

keras-model-builder --model-config table.json \
    --input 'numbers columns=[age,pressure,glucose,creatinine,platelets]
        scale=standard missing=median indicator=true' \
    --input 'categories columns=[smoker,admission,ward]' \
    --target 'labels columns=returned positive=yes' \
    --loss binary_crossentropy --optimizer adam --optimizer-option learning_rate=0.01 \
    --epochs 20 --seed 7 --output table.zip

keras-train-and-eval --model table.zip --features "$DATA/clinic.csv" --check

keras-train-and-eval --model table.zip --features "$DATA/clinic.csv" \
    --scoring accuracy --scoring roc_auc --id-columns name:patient \
    --output-model table.h5mlm --output-metrics table_scores.tsv --output-examples table_examples.tsv

model-prediction --model table.h5mlm --features "$DATA/clinic_new.csv" --id-columns name:patient \
    --method predict_proba --output table_predicted.tsv
