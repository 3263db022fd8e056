#!/bin/sh
# Windows of an invented genome: from peaks to motifs and effects of variants; docs/genome.md explains it.
set -eu
DATA=${DATA:-$(dirname "$0")/../../test-data}

keras-model-config --input-shape 200,4 --output model.json \
    --layer 'Conv1D filters=16 kernel_size=13 activation=relu name=motifs' \
    --layer 'GlobalMaxPooling1D' \
    --layer 'Dense units=1 activation=sigmoid'
keras-model-builder --model-config model.json --output builder.zip --seed 5 \
    --input 'letters length=200 alphabet=dna' --target labels \
    --loss binary_crossentropy --optimizer adam --optimizer-option learning_rate=0.01 \
    --epochs 40

keras-train-and-eval --model builder.zip \
    --features "$DATA/genome/genome.fa" --intervals "$DATA/genome/peaks.tsv" \
    --target-columns name:bound --split chromosome --test-chromosomes chr8,chr9 \
    --scoring roc_auc --output-model fitted.h5mlm --output-metrics metrics.tsv

model-prediction --model fitted.h5mlm \
    --features "$DATA/genome/genome.fa" --intervals "$DATA/genome/peaks.tsv" \
    --method predict_proba --output peaks.tsv
model-prediction --model fitted.h5mlm \
    --features "$DATA/genome/genome.fa" --variants "$DATA/genome/variants.vcf" \
    --method variant-effect --output effects.tsv

ml-visualization-ex motifs --model fitted.h5mlm \
    --features "$DATA/genome/genome.fa" --intervals "$DATA/genome/peaks.tsv" \
    --output motifs.png --output-meme motifs.meme
ml-visualization-ex in-silico-mutagenesis --model fitted.h5mlm \
    --features "$DATA/genome/genome.fa" --interval chr1:333-532 \
    --output mutagenesis.png --output-table mutagenesis.tsv
