use cd_sector::{
    CdText, CdTextCharset, CdTextCollector, CdTextError, CdTextFinding, CdTextPack, CdTextRepair,
    CdTextRepeats,
};

/// Packs of CD-Text of 18 bytes, one after the other.
///
/// Decoding takes any packs. Text out of packs without a finding can be written again; whatever can be written reads as
/// the same, with nothing found but a character code that has no meaning.
pub fn cd_text(bytes: &[u8]) {
    let packs: Vec<_> = bytes
        .chunks(18)
        .map(|chunk| CdTextPack(crate::padded(chunk)))
        .collect();
    packs.iter().for_each(one_pack);
    read(&packs);
    let right: Vec<_> = packs.iter().map(with_right_crc).collect();
    read(&right);
    // In place of whatever numbers stand there, those that make a block of them.
    let numbered: Vec<_> = (0..=u8::MAX)
        .zip(&packs)
        .map(|(sequence, pack)| {
            let mut pack = *pack;
            pack.0[2] = sequence;
            pack.0[3] &= 0x8F;
            with_right_crc(&pack)
        })
        .collect();
    read(&numbered);
}

fn with_right_crc(pack: &CdTextPack) -> CdTextPack {
    let [bytes @ .., _, _] = pack.0;
    CdTextPack::with_crc(bytes)
}

fn one_pack(pack: &CdTextPack) {
    assert_eq!(CdTextPack::from_symbols(&pack.to_symbols()), *pack);
    match pack.repair() {
        CdTextRepair::Sound => assert!(pack.crc_ok()),
        CdTextRepair::Repaired {
            pack: repaired,
            bit,
        } => {
            assert!(!pack.crc_ok() && repaired.crc_ok());
            let mut broken = repaired;
            broken.0[usize::from(bit / 8)] ^= 0x80 >> (bit % 8);
            assert_eq!(broken, *pack);
        }
        CdTextRepair::Beyond => assert!(!pack.crc_ok()),
    }
}

fn read(packs: &[CdTextPack]) {
    let mut collector = CdTextCollector::new();
    for fault in packs.iter().filter_map(|pack| collector.push(pack)) {
        assert!(!fault.to_string().is_empty());
    }
    let collected = collector.packs();
    assert!(collected.iter().all(CdTextPack::crc_ok));
    let _ = CdText::decode(&collected);

    let (text, findings) = CdText::decode(packs);
    assert!(
        findings
            .iter()
            .all(|finding| !finding.to_string().is_empty())
    );
    for repeats in [CdTextRepeats::Tab, CdTextRepeats::InFull] {
        match text.encode(repeats) {
            Ok(written) => {
                let (again, new_findings) = CdText::decode(&written);
                same(&again, &text);
                // A character code without a meaning is kept, and found once more.
                let is_kept = |finding: &CdTextFinding| {
                    matches!(finding, CdTextFinding::CharacterCode { .. })
                };
                assert!(new_findings.iter().all(is_kept), "{new_findings:?}");
            }
            // Written in full, text can take more room than a block has; no packs at all are no CD-Text.
            Err(CdTextError::Packs { .. } | CdTextError::Blocks { .. }) => {}
            // MS-JIS is read with characters of one byte among those of two, and with those of the users' own rows.
            Err(CdTextError::HalfWidth { .. }) => {}
            Err(CdTextError::Character {
                charset: CdTextCharset::MsJis { .. },
                ..
            }) => {}
            Err(error) => assert!(!findings.is_empty(), "{error}"),
        }
    }
}

/// The same in all that packs can tell: that MS-JIS has two bytes a character stands in packs of text only.
fn same(again: &CdText, text: &CdText) {
    assert_eq!(again.blocks.len(), text.blocks.len());
    for (again, block) in again.blocks.iter().zip(&text.blocks) {
        assert_eq!(again.charset().code(), block.charset().code());
        if block.texts().any(|(kind, ..)| kind.has_block_charset()) {
            assert_eq!(again, block);
        }
        assert!(again.texts().eq(block.texts()));
        assert_eq!(again.language, block.language);
        assert_eq!(again.genre, block.genre);
        assert_eq!(again.binary, block.binary);
    }
}
