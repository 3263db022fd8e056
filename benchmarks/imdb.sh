#!/bin/sh
# The chain of the Galaxy tutorial on 25,000 IMDB reviews, beside the same in plain Keras.
# Usage: benchmarks/imdb.sh [FOLDER]    FOLDER holds X_train, y_train, X_test, y_test as .tsv.gz
#        SEEDS="1 2 3 4 5" PLAIN=no benchmarks/imdb.sh FOLDER
# Without FOLDER: ../shared/data/imdb. The README says how to get the files of the tutorial.
# Results go to benchmark-output/; scores and times are printed.
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
DATA=${1:-$HERE/../../shared/data/imdb}
OUT=${OUT:-$HERE/../benchmark-output}
SEEDS=${SEEDS:-1}
export TF_CPP_MIN_LOG_LEVEL=3
mkdir -p "$OUT"
TIMES=$OUT/times.tsv
rm -f "$TIMES"

measure() { name=$1; shift; python "$HERE/measure.py" "$TIMES" "$name" "$@"; }

for seed in $SEEDS; do
    measure "config $seed" keras-model-config --input-shape 500 \
        --layer 'Embedding input_dim=10000 output_dim=32' --layer 'LSTM units=100' \
        --layer 'Dense units=1 activation=sigmoid' --output "$OUT/architecture.json"
    measure "builder $seed" keras-model-builder --model-config "$OUT/architecture.json" --task classifier \
        --loss binary_crossentropy --optimizer adam --metric acc --epochs 2 --batch-size 128 \
        --seed "$seed" --output "$OUT/builder.zip"
    measure "train $seed" keras-train-and-eval --model "$OUT/builder.zip" \
        --features "$DATA/X_train.tsv.gz" --target "$DATA/y_train.tsv.gz" \
        --scheme train-val --test-size 0.2 --scoring f1 --seed "$seed" \
        --output-model "$OUT/fitted-$seed.h5mlm" --output-metrics "$OUT/metrics-$seed.tsv"
    measure "predict $seed" model-prediction --model "$OUT/fitted-$seed.h5mlm" \
        --features "$DATA/X_test.tsv.gz" --output "$OUT/ours-$seed.tsv"
    measure "plot $seed" ml-visualization-ex confusion-matrix --true "$DATA/y_test.tsv.gz" \
        --predicted "$OUT/ours-$seed.tsv" --predicted-header --output "$OUT/confusion-$seed.png"
    if [ "${PLAIN:-yes}" = yes ]; then
        measure "plain Keras $seed" python "$HERE/plain_keras_imdb.py" "$DATA" "$seed" "$OUT/plain-$seed.tsv"
    fi
done

echo "galaxy-keras on 25,000 test reviews"
python "$HERE/score_imdb.py" "$DATA/y_test.tsv.gz" $(for seed in $SEEDS; do echo "$OUT/ours-$seed.tsv"; done)
if [ "${PLAIN:-yes}" = yes ]; then
    echo "plain Keras on the same"
    python "$HERE/score_imdb.py" "$DATA/y_test.tsv.gz" $(for seed in $SEEDS; do echo "$OUT/plain-$seed.tsv"; done)
fi
cat "$TIMES"
