# shellcheck shell=sh
# Sourced by the build scripts of the rig: where built things are kept, and
# how a build is found again.  Nothing here writes into the checkout.

rig_cache=${NETPOLL_SHIM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/netpoll-shim}
# shellcheck disable=SC2034  # used by the scripts that source this
rig_jobs=${JOBS:-$(nproc)}

say() { echo "rig: $*" >&2; }
die() { echo "rig: error: $*" >&2; exit 1; }

# inputs_hash FILE... : a short hash over the files' contents and over
# standard input, where the caller writes versions of packages and tools.
inputs_hash() {
    { cat "$@" -; } | sha256sum | cut -c1-16
}

# run_logged LOG COMMAND... : the log's end is shown if the command fails.
run_logged() {
    log=$1
    shift
    "$@" >"$log" 2>&1 || {
        grep -nE '(error|Error|FAILED)' "$log" | head -n 20 >&2
        tail -n 20 "$log" >&2
        die "failed: $* (whole log: $log)"
    }
}

# lock_cache NAME : two runs at once must not build into the same folder.
lock_cache() {
    mkdir -p "$rig_cache"
    exec 9>"$rig_cache/$1.lock"
    flock -n 9 || { say "waiting for another build of $1"; flock 9; }
}
