use super::Case;

pub(crate) const CASE: Case = Case {
    name: "xorriso-sessions",
    what: "xorriso burns one session and appends another; both are mounted, listed, read and checked",
    needs: &[
        ("xorriso", "xorriso"),
        ("cdrdao", "cdrdao"),
        ("cd-info", "libcdio-utils"),
    ],
    seconds: 60,
    script: r#"
mkdir one two
head -c 200000 /bin/bash >one/file
head -c 300000 /bin/bash >two/file
plug a.disc --unlimited
expect 0 xorriso -dev $SR -map one /one -commit
said 'sectors'
expect 0 xorriso -dev $SR -map two /two -close on -commit
expect 0 xorriso -dev $SR -toc
said 'Media summary: 2 sessions'
order eject ejected
order 'load a.disc' loaded
mkdir -p /run/mounted
mount -t iso9660 -o ro $SR /run/mounted
diff -r one /run/mounted/one
diff -r two /run/mounted/two
umount /run/mounted

# Every session with its track, as another program has them too.
expect 0 rawcd info --device $SG
said '2 sessions are closed'
said 'table of contents of session 2'
second=$(rawcd info --device $SG --json | sed -n 's/.*"session":2,"start":\([0-9]*\).*/\1/p')
expect 0 timeout 20 cd-info --no-cddb --no-device-info -C $SR
said "session #2 starts at track *2, LSN: *$second"
expect 0 timeout 20 cdrdao read-toc --device $SG --driver generic-mmc --session 2 two.toc
expect 0 timeout 20 xorriso -indev $SR -toc
said "$second"

# No drive reads what lies between them.
expect 27 rawcd read --device $SG all
said 'the disc has 2 sessions'
dd if=$SR of=two.iso bs=2048 skip="$second" count=150 status=none
for way in '--session 2' '--track 2'; do
    expect 0 rawcd read --device $SG --user-data --force back.iso $way
    cmp -n $((150 * 2048)) back.iso two.iso || fail "$way did not read the second session"
done
unplug

# Nothing is wrong with either; the blocks that link tracks recorded one at a time are named.
finds a.disc 'linking-block'
[ "$(grep -c '"event":"session"' found.json)" -eq 2 ] || fail 'the check does not tell two sessions'
"#,
};
