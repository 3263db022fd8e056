#!/bin/sh
# Your own visits: a note and facts in, two answers out. Writes into the working folder. Usage: [DATA=FOLDER] visits.sh
set -eu
DATA=${DATA:-$(dirname "$0")/../../test-data}

cat > visits.yaml <<'END'
layers:
  - {type: Input, name: note, shape: [20]}
  - {type: Embedding, name: words, input_dim: 64, output_dim: 16, inputs: note}
  - {type: GlobalAveragePooling1D, name: meaning}
  - {type: Input, name: facts, shape: [8]}
  - {type: Concatenate, name: patient, inputs: [meaning, facts]}
  - {type: Dense, name: hidden, units: 32, activation: relu}
  - {type: Dense, name: improved, units: 1, activation: sigmoid, inputs: hidden}
  - {type: Dense, name: days, units: 1, inputs: hidden}
outputs: [improved, days]
END

keras-model-config --spec visits.yaml --output visits.json

keras-model-builder --model-config visits.json \
    --input 'note: words columns=note' \
    --input 'facts: numbers columns=[age,pressure] scale=standard missing=mean' \
    --input 'facts: categories columns=[smoker,ward]' \
    --target 'improved: labels columns=improved positive=yes' \
    --target 'days: values columns=days scale=standard' \
    --loss 'improved: binary_crossentropy' --loss 'days: mse' --loss-weight 'days: 0.5' \
    --metric 'days: mae' --optimizer adam --optimizer-option learning_rate=0.01 \
    --epochs 20 --seed 7 --output visits.zip

keras-train-and-eval --model visits.zip --features "$DATA/visits.tsv" --id-columns name:patient --check

keras-train-and-eval --model visits.zip --features "$DATA/visits.tsv" --id-columns name:patient \
    --scoring 'improved: accuracy' --scoring 'improved: roc_auc' --scoring 'days: r2' \
    --output-model visits.h5mlm --output-metrics visits_scores.tsv --output-history visits_history.tsv \
    --output-true visits_true.tsv --output-predictions visits_held_out.tsv --output-labels visits_labels.tsv

model-prediction --model visits.h5mlm --features "$DATA/visits_new.tsv" --id-columns name:patient \
    --method predict_proba --output visits_predicted.tsv

ml-visualization-ex report --model visits.h5mlm --true visits_true.tsv --true-header \
    --scores visits_held_out.tsv --scores-header --output visits.html

ml-visualization-ex confusion-matrix --output-name improved --true visits_true.tsv --true-header \
    --predicted visits_labels.tsv --predicted-header --output visits.png
