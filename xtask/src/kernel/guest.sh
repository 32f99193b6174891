# Functions for the cases. Each case is its own `sh -eu`, in an empty folder of its own.

# Where `rawcd serve` takes orders and tells what it does. A case with two recorders sets another DRIVE for the second.
DRIVE=one

fail() {
    echo "FAILED: $*"
    exit 1
}

# To start a program takes longer in this kernel than most programs take: what is done often, the shell does itself, and without
# telling each step (`set +x`).

# says FILE TEXT [N]: the text stands in a line of the file, after the first N. That is `line` then.
says() {
    line_idx=0
    while IFS= read -r line || [ -n "$line" ]; do
        line_idx=$((line_idx + 1))
        [ $line_idx -gt "${3:-0}" ] || continue
        case $line in *"$2"*) return 0 ;; esac
    done <"$1"
    return 1
}

# count_lines FILE: how many it has is `n_lines` then.
count_lines() {
    n_lines=0
    while IFS= read -r line; do
        n_lines=$((n_lines + 1))
    done <"$1"
}

# show FILE: prints it.
show() {
    while IFS= read -r line || [ -n "$line" ]; do
        printf '%s\n' "$line"
    done <"$1"
}

# until_true SECONDS COMMAND...: waits until the command succeeds.
until_true() {
    { set +x; } 2>/dev/null
    read -r now rest </proc/uptime
    deadline=$((${now%.*} + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        read -r now rest </proc/uptime
        [ "${now%.*}" -le "$deadline" ] || fail "not in time: $*"
        sleep 0.1
    done
    set -x
}

# plug [DISC] [OPTIONS]: plugs the recorder in; sets SG, SR and SERVE, its process.
plug() {
    [ -p "$DRIVE.orders" ] || mkfifo "$DRIVE.orders"
    # Held open both ways, so that neither side waits for the other or sees an end.
    exec 3<>"$DRIVE.orders"
    # What an earlier one said is not taken for this one's.
    : >"$DRIVE.said"
    rawcd serve --name "$DRIVE" "$@" <"$DRIVE.orders" >"$DRIVE.said" 2>&1 3>&- &
    SERVE=$!
    until_true 10 plugged_or_ended
    kill -0 $SERVE || fail "rawcd serve ended: $(cat "$DRIVE.said")"
    for word in $line; do
        case $word in
            /dev/sg*) SG=${word%,} ;;
            /dev/sr*) SR=${word%,} ;;
        esac
    done
}

plugged_or_ended() {
    says "$DRIVE.said" 'plugged in:' || ! kill -0 $SERVE
}

# order TEXT ANSWER: types TEXT to the recorder and waits until it says ANSWER.
order() {
    { set +x; } 2>/dev/null
    echo "order: $1"
    count_lines "$DRIVE.said"
    echo "$1" >"$DRIVE.orders"
    until_true 10 says "$DRIVE.said" "$2" "$n_lines"
    echo "$line"
}

# written DISC: the recording of this disc has begun.
written() {
    [ "$(stat -c %s "$1")" -gt 4096 ]
}

# stop_serving: stops the recorder's process; `has_given_up` tells when the kernel has given up a command that waits for it. The
# program that sent it learns of that only when the process goes on.
stop_serving() {
    n_given_up=$(dmesg | grep -c ABORT_TASK || true)
    kill -STOP "$SERVE"
}

has_given_up() {
    [ "$(dmesg | grep -c ABORT_TASK)" -gt "$n_given_up" ]
}

# unplug: takes the recorder away in order.
unplug() {
    echo quit >"$DRIVE.orders"
    code=0
    wait "$SERVE" || code=$?
    show "$DRIVE.said"
    [ $code -eq 0 ] || fail "rawcd serve ended with $code"
}

# expect CODE COMMAND...: the command ends with that exit code. What it says is kept in the file `said`.
expect() {
    { set +x; } 2>/dev/null
    expected=$1
    shift
    echo "\$ $*"
    code=0
    read -r began rest </proc/uptime
    "$@" >said 2>&1 || code=$?
    read -r ended rest </proc/uptime
    show said
    echo "($((${ended%.*}${ended#*.} - ${began%.*}${began#*.})) hundredths of a second)"
    [ $code -eq "$expected" ] || fail "exit code $code, not $expected: $*"
    set -x
}

# same A B: two files are equal.
same() {
    cmp "$1" "$2" || fail "$1 is not $2"
}

# said PATTERN: the last command of `expect` said it.
said() {
    grep -q -e "$1" said || fail "it did not say '$1'"
}

# make_tracks: data.iso, one.wav and two.wav, of whole sectors, and n_data, the sectors of data.iso.
make_tracks() {
    cp "$ROOT/fixtures/ruler.iso" data.iso
    n_data=330
    # 588 samples are a sector.
    sox -D -r 44100 -n -c 2 -b 16 one.wav synth $((588 * 400))s sine 300-3300
    sox -D -r 44100 -n -c 2 -b 16 two.wav synth $((588 * 450))s whitenoise
}

# plug_blank DISC [OPTIONS]: plugs the recorder in with a blank disc whose lead-in is shorter than most, to save time.
plug_blank() {
    expect 0 rawcd new-disc "$1" --lead-in 98:50:00
    plug "$@" --unlimited
}

# plug_short DISC [OPTIONS]: the same with the shortest lead-in that rawcd burns; other programs want more of it.
plug_short() {
    expect 0 rawcd new-disc "$1" --lead-in 99:59:00
    plug "$@"
}

# reload DISC: out and in again, so that everybody forgets what they know of the disc.
reload() {
    order eject ejected
    order "load $1" loaded
}

# make_large: large.iso, which takes so long to burn that anything can be done meanwhile.
make_large() {
    cp "$ROOT/fixtures/ruler.iso" large.iso
    truncate -s 600M large.iso
}

# same_sound A.wav B: the samples are equal; B is a WAV too, or the samples alone.
same_sound() {
    case $2 in
        *.wav) cmp -i 44 "$1" "$2" || fail "$1 sounds other than $2" ;;
        *) cmp -i 44:0 "$1" "$2" || fail "$1 sounds other than $2" ;;
    esac
}

# tracks_come_back: the disc in the drive holds what `make_tracks` made, as tracks 1 to 3.
tracks_come_back() {
    rm -f back.*
    expect 0 rawcd read --device "$SG" --track 1 --user-data back.iso
    # What follows the data are sectors that fill the track up.
    cmp -n $((n_data * 2048)) back.iso data.iso || fail 'the data are not those that were burned'
    expect 0 rawcd read --device "$SG" --track 2 --main back.one
    same_sound one.wav back.one
    expect 0 rawcd read --device "$SG" --track 3 --main back.two
    same_sound two.wav back.two
}

# burn_every_way IMAGE RAW: the image authored on the way and the raw file that was made of it, each by the sg and by the sr
# node: each is verified, and the four discs are the one that a burn without the kernel makes. That is in the drive then.
burn_every_way() {
    plug --unlimited
    for way in sg-authored sr-authored sg-raw sr-raw; do
        case $way in sg-*) node=$SG ;; *) node=$SR ;; esac
        case $way in *-raw) image=$2 ;; *) image=$1 ;; esac
        expect 0 rawcd new-disc $way.disc --lead-in 99:59:00
        order "load $way.disc" loaded
        expect 0 rawcd burn "$image" --device "$node" --yes --verify
        said 'read back equal'
        order eject ejected
    done
    expect 0 rawcd new-disc without-kernel.disc --lead-in 99:59:00
    expect 0 rawcd burn "$1" --disc without-kernel.disc
    for way in sg-authored sr-authored sg-raw sr-raw; do
        same without-kernel.disc $way.disc
    done
    order 'load without-kernel.disc' loaded
}

# recorded DISC: what a disc file holds, as `recorded.raw`. No recorder may have it.
recorded() {
    # Behind its header a disc file is the raw stream.
    dd if="$1" of=recorded.raw bs=1M iflag=skip_bytes skip=4096 status=none
}

# finds DISC KINDS: `rawcd check` of every sector of a disc file finds these kinds, in the order of the alphabet, and no other.
finds() {
    recorded "$1"
    rawcd check --json recorded.raw >found.json || [ $? -eq 1 ]
    found=$(sed -n '/"event":"finding"/s/.*"kind":"\([^"]*\)".*/\1/p' found.json | sort -u | tr '\n' ' ')
    [ "$found" = "$2 " ] || {
        rawcd check recorded.raw || true
        fail "found: $found; expected: $2"
    }
}
