#!/bin/sh
# The tutorial's chain on 25,000 IMDB reviews beside plain Keras, with the seeds 1 to 5.
# Usage: benchmarks/imdb.sh [FOLDER] [OPTIONS of chain.py]; without FOLDER: ../shared/data/imdb
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
DATA=${1:-$HERE/../../shared/data/imdb}
[ $# = 0 ] || shift
exec python "$HERE/chain.py" --rounds 5 --data "$DATA" "$@"
