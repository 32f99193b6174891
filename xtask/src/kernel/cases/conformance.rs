use super::Case;

pub(crate) const CASE: Case = Case {
    name: "conformance",
    what: "our SG_IO keeps the contract of a transport, on sg and on sr",
    needs: &[],
    seconds: 20,
    script: r#"
plug a.disc --unlimited
for node in $SG $SR; do
    expect 0 conformance $node
    said 'keeps the transport contract'
done
expect 1 conformance /dev/null
said 'no such device'
expect 1 conformance /dev/sg77
said 'no such device'
unplug
"#,
};
