# shellcheck shell=bash
#
# What SecondLook needs from the distribution (Debian 12, Ubuntu 24.04), and how
# to install what is missing. Sourced by run and test; prints to standard error
# only, so that the output of "run read --json" stays clean.

# Each entry is "package: what for". The scripts that source this file use them.
# shellcheck disable=SC2034
build_packages=(
	"ca-certificates: to fetch Go modules"
	"gcc: C compiler, for the libraries below"
	"g++: C++ compiler, for OpenCV"
	"pkg-config: finds the libraries below"
	"libopencv-dev: OpenCV, for cameras and networks"
	"libopencv-contrib-dev: OpenCV's further modules, which its Go binding includes"
	"opencv-data: OpenCV's data files"
	"libtesseract-dev: Tesseract, the second reader"
	"libleptonica-dev: pictures for Tesseract"
	"tesseract-ocr: Tesseract's data folders"
	"tesseract-ocr-eng: Tesseract's letters and digits"
	"libgl1-mesa-dev: OpenGL, for the window"
	"libgl1-mesa-dri: OpenGL drivers, for the window"
	"xorg-dev: X11, for the window"
	"libasound2-dev: ALSA, for sounds"
	"espeak-ng: speaks alerts and notices, in English and French"
)
# shellcheck disable=SC2034
test_packages=(
	"xvfb: a display for the tests"
	"xdotool: clicks and keys for the tests"
	"x11-utils: looks at windows in the tests"
	"imagemagick: screenshots in the tests"
	"strace: sees what reaches the disk, for the power cuts in the tests"
	"ffmpeg: video files for the tests"
	"dbus-daemon: a message bus for the notification tests"
	"postgresql: a database for the tests of where the records go next"
	"gnome-keyring: a key store for the tests of the machine's key store"
)

say() { printf '%s\n' "$*" >&2; }

die() {
	say "$*"
	exit 1
}

# missing ENTRY... prints the entries whose package is not installed.
missing() {
	local entry status
	for entry in "$@"; do
		status=$(dpkg-query -W -f '${db:Status-Status}' "${entry%%:*}" 2>/dev/null) || status=absent
		[[ $status == installed ]] || printf '%s\n' "$entry"
	done
}

# install_missing ENTRY... installs what is not there, and says which and why.
# With everything there it neither prints anything nor calls apt.
install_missing() {
	command -v dpkg-query >/dev/null ||
		die "This script installs packages on Debian and Ubuntu; elsewhere, install OpenCV 4.6, Tesseract 5, X11, OpenGL and ALSA with their headers, and run: go build ."
	local entries entry names=()
	entries=$(missing "$@")
	[[ -n $entries ]] || return 0
	while IFS= read -r entry; do
		names+=("${entry%%:*}")
		say "Installing ${entry%%:*} (${entry#*: })"
	done <<<"$entries"
	may_install || die "Installing needs root: as root, run: apt-get install --no-install-recommends ${names[*]}"
	local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300)
	as_root "${apt[@]}" update >&2 || die "apt-get update failed: check the network and /etc/apt/sources.list, then run this again."
	as_root "${apt[@]}" install --no-install-recommends "${names[@]}" >&2 ||
		die "apt-get install failed: see above. On Ubuntu, these packages need the universe component."
}

# may_install is true if as_root can work.
may_install() { ((EUID == 0)) || command -v sudo >/dev/null; }

# as_root COMMAND... runs a command as root.
as_root() {
	if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

# install_runtime installs ONNX Runtime, which runs the networks in a third of
# OpenCV's time. No distribution has it; its npm package does. The version is the
# one that the Go binding in go.mod was made for. Without it OpenCV does the work,
# so that a failure is said and passed over.
install_runtime() {
	local version=1.24.3 file=libonnxruntime.so.1 folder=/usr/local/lib/secondlook platform digest scratch
	case $(uname -m) in
	x86_64) platform=x64 digest=92ba8e44d31b80a34f5e805076a044122c3be1fffe0d88ed790de7267b0b2682 ;;
	aarch64) platform=arm64 digest=33032cb5b91c12edbf028d7c69fa40a31848d66c0095448758af237d5e0b07db ;;
	*) return 0 ;;
	esac
	! sha256sum --check --status 2>/dev/null <<<"$digest  $folder/$file" || return 0
	say "Installing ONNX Runtime $version (runs the networks, three times as fast as OpenCV)"
	may_install || {
		say "Installing needs root: run this once as root. Until then OpenCV runs the networks."
		return 0
	}
	# In a shell of its own: what cannot be installed ends it, and nothing else.
	command -v npm >/dev/null || (install_missing "npm: fetches ONNX Runtime") || true
	scratch=$(mktemp -d)
	if (cd "$scratch" &&
		npm pack --silent --fetch-retries=1 --fetch-retry-mintimeout=1000 "onnxruntime-node@$version" >/dev/null &&
		tar -xzf onnxruntime-node-*.tgz --strip-components=5 "package/bin/napi-v6/linux/$platform/$file" &&
		sha256sum --check --status <<<"$digest  $file") >&2; then
		as_root install -D -m 0644 "$scratch/$file" "$folder/$file"
	else
		say "ONNX Runtime could not be fetched: OpenCV runs the networks. Run this again with a network."
	fi
	rm -rf "$scratch"
}

# find_go ROOT puts a Go that is new enough for ROOT/go.mod on PATH.
find_go() {
	local dir needed have
	needed=$(awk '$1 == "go" { print $2; exit }' "$1/go.mod")
	if ! command -v go >/dev/null; then
		for dir in /usr/local/go/bin "${HOME:-/root}/go/bin" "${HOME:-/root}/sdk/go$needed/bin" /snap/bin "/usr/lib/go-${needed%.*}/bin"; do
			if [[ -x $dir/go ]]; then
				PATH=$dir:$PATH
				break
			fi
		done
	fi
	command -v go >/dev/null || die "Go is missing: install Go $needed or later from https://go.dev/dl/ and run this again."
	have=$(GOTOOLCHAIN=local go env GOVERSION)
	have=${have#go}
	have=${have%% *}
	[[ $(printf '%s\n' "$needed" "$have" | sort -V | head -n 1) == "$needed" ]] ||
		die "Go $have is too old: install Go $needed or later from https://go.dev/dl/ and run this again."
}

# use_module has Go build with a frozen cryptographic module: the first in which all
# that SecondLook uses, HPKE too, is approved; see docs/cryptography.md.
use_module() { export GOFIPS140=v1.26.0; }

# set_home gives Go a home folder where the caller has none, as under some CI.
set_home() {
	[[ -n ${HOME:-} ]] || HOME=$(getent passwd "$(id -u)" | cut -d: -f6)
	export HOME
}
