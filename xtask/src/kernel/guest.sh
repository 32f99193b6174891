# Functions for the cases. Each case is its own `sh -eu`, in an empty folder of its own.

# Where `rawcd serve` takes orders and tells what it does. A case with two recorders sets another DRIVE for the second.
DRIVE=one

fail() {
    echo "FAILED: $*"
    exit 1
}

# until_true SECONDS COMMAND...: waits until the command succeeds.
until_true() {
    { set +x; } 2>/dev/null
    deadline=$(($(date +%s) + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$(date +%s)" -le "$deadline" ] || fail "not in time: $*"
        sleep 0.05
    done
    set -x
}

# plug [DISC] [OPTIONS]: plugs the recorder in; sets SG, SR and SERVE, its process.
plug() {
    [ -p "$DRIVE.orders" ] || mkfifo "$DRIVE.orders"
    # Held open both ways, so that neither side waits for the other or sees an end.
    exec 3<>"$DRIVE.orders"
    rawcd serve --name "$DRIVE" "$@" <"$DRIVE.orders" >"$DRIVE.said" 2>&1 3>&- &
    SERVE=$!
    until_true 10 plugged_or_ended
    kill -0 $SERVE || fail "rawcd serve ended: $(cat "$DRIVE.said")"
    SG=$(grep -o '/dev/sg[0-9]*' "$DRIVE.said" | head -n 1)
    SR=$(grep -o '/dev/sr[0-9]*' "$DRIVE.said" | head -n 1)
}

plugged_or_ended() {
    grep '^plugged in:' "$DRIVE.said" || ! kill -0 $SERVE
}

# order TEXT PATTERN: types TEXT to the recorder and waits until it says PATTERN.
order() {
    n_before=$(wc -l <"$DRIVE.said")
    echo "$1" >"$DRIVE.orders"
    until_true 10 answered "$2"
    tail -n "+$((n_before + 1))" "$DRIVE.said"
}

answered() {
    tail -n "+$((n_before + 1))" "$DRIVE.said" | grep -e "$1"
}

# written DISC: the recording of this disc has begun.
written() {
    [ "$(stat -c %s "$1")" -gt 4096 ]
}

# unplug: takes the recorder away in order.
unplug() {
    echo quit >"$DRIVE.orders"
    code=0
    wait "$SERVE" || code=$?
    cat "$DRIVE.said"
    [ $code -eq 0 ] || fail "rawcd serve ended with $code"
}

# expect CODE COMMAND...: the command ends with that exit code. What it says is kept in the file `said`.
expect() {
    expected=$1
    shift
    echo "\$ $*"
    code=0
    "$@" >said 2>&1 || code=$?
    cat said
    [ $code -eq "$expected" ] || fail "exit code $code, not $expected: $*"
}

# same A B: two files are equal.
same() {
    cmp "$1" "$2" || fail "$1 is not $2"
}

# said PATTERN: the last command of `expect` said it.
said() {
    grep -q -e "$1" said || fail "it did not say '$1'"
}
