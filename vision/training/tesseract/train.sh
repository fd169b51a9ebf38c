#!/usr/bin/env bash
# Trains Tesseract on pressed plates, from nothing:
#
#   vision/training/tesseract/train.sh plate WORK
#   vision/training/tesseract/train.sh legend WORK
#
# in this order. WORK is a folder for lines and checkpoints, some hundred
# megabytes; a run that was stopped goes on from its last checkpoint. Each ends
# with its traineddata in assets/tessdata. README.md says how long it takes and
# what it reaches.
set -euo pipefail

kind=${1:?plate or legend} all=${2:?a folder to work in}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
fonts=${FONTS:-}
export OMP_THREAD_LIMIT=1 # one core: a second one gives these networks nothing
mkdir -p "$all/$kind"
all=$(cd "$all" && pwd)
work=$all/$kind

case $kind in
plate | legend) ;;
*)
	echo "train.sh: $kind: plate or legend" >&2
	exit 1
	;;
esac
# Blocks of three rows by two columns of pixels; two convolutions that halve the
# height twice; the last three rows side by side; then to the right and to the
# left. Both networks are built alike: small print, which is read as capitals,
# goes on from what the plates' network has learnt of letters.
network='[1,36,0,1 S3,2 Ct3,3,32 Mp2,1 Ct3,3,48 Mp2,1 S3,1 Lfx96 Lrx96 O1c1]'
characters=0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ

# Each stage: name, lines, strength of the camera's effects, iterations in all,
# learning rate.
stages=${STAGES:-"
easy 12000 0.25 14000 0.002
hard 120000 1 110000 0.001
fine 120000 1 150000 0.0002"}

# starter writes the character set and what lstmtraining wants to know of it. Its
# tools insist on a table of Chinese characters, which may be empty.
starter() {
	local i=3 c
	mkdir -p "$work/scripts" "$work/start"
	echo '# no Chinese characters' >"$work/scripts/radical-stroke.txt"
	{
		echo $((${#characters} + 3))
		echo 'NULL 0 Common 0'
		echo 'Joined 7 0,255,0,255,0,0,0,0,0,0 Latin 1 0 1 Joined'
		echo '|Broken|0|1 f 0,255,0,255,0,0,0,0,0,0 Common 2 10 2 |Broken|0|1'
		while IFS= read -r -n 1 c; do
			[[ -n $c ]] || continue
			case $c in
			[0-9]) echo "$c 8 0,255,0,255,0,0,0,0,0,0 Common $i 2 $i $c" ;;
			*) echo "$c 5 0,255,0,255,0,0,0,0,0,0 Latin $i 0 $i $c" ;;
			esac
			i=$((i + 1))
		done <<<"$characters"
	} >"$work/$kind.unicharset"
	combine_lang_model --input_unicharset "$work/$kind.unicharset" --script_dir "$work/scripts" \
		--output_dir "$work/start" --lang "$kind" --pass_through_recoder >"$work/starter.log" 2>&1
}

# lines makes the lines of a stage once.
lines() {
	local name=$1 n=$2 strength=$3 seed=$4
	[[ -f $work/$name.list ]] && return
	mkdir -p "$work/$name"
	"$work/generate" lines -kind "$kind" -lines "$n" -strength "$strength" -seed "$seed" -fonts "$fonts" -out "$work/$name"
	ls "$work/$name"/*.lstmf >"$work/$name.list"
}

train() {
	local name=$1 iterations=$2 rate=$3
	local start=(--net_spec "$network" --learning_rate "$rate") from
	for from in "$work/model_checkpoint" "$all/plate/model_checkpoint"; do
		if [[ -f $from ]]; then
			start=(--continue_from "$from" --learning_rate "$rate" --reset_learning_rate)
			break
		fi
	done
	nice -n 10 lstmtraining --traineddata "$work/start/$kind/$kind.traineddata" "${start[@]}" \
		--model_output "$work/model" --train_listfile "$work/$name.list" \
		--max_iterations "$iterations" >>"$work/training.log" 2>&1
}

# finish writes the network in whole numbers: a quarter of the size, twice as fast.
finish() {
	lstmtraining --stop_training --convert_to_int --continue_from "$work/model_checkpoint" \
		--traineddata "$work/start/$kind/$kind.traineddata" --model_output "$work/$kind.traineddata" >>"$work/training.log" 2>&1
	mkdir -p "$root/assets/tessdata"
	cp "$work/$kind.traineddata" "$root/assets/tessdata/"
}

(cd "$root" && go build -o "$work/generate" ./vision/training/tesseract)
starter
seed=0
while read -r name n strength iterations rate; do
	[[ -n $name ]] || continue
	seed=$((seed + 1))
	lines "$name" "$n" "$strength" "$seed"
	train "$name" "$iterations" "$rate"
done <<<"$stages"
finish
