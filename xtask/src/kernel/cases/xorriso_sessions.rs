use super::Case;

pub(crate) const CASE: Case = Case {
    name: "xorriso-sessions",
    what: "xorriso burns one session and appends another; the kernel mounts both sessions' files",
    needs: &[("xorriso", "xorriso")],
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
order eject '^ejected'
order 'load a.disc' '^loaded'
mkdir -p /run/mounted
mount -t iso9660 -o ro $SR /run/mounted
diff -r one /run/mounted/one
diff -r two /run/mounted/two
umount /run/mounted
unplug
"#,
};
