use cd_sector::{Pq16, PwRows, PwSubcode, Q, QFrame, TocCollector};

/// Q frames of twelve bytes, one after the other.
///
/// A frame that decodes is written as it was, or [`QFrame::findings`] says why not; all of them together make a table of
/// contents that is written and read as the same, or none.
pub fn q(bytes: &[u8]) {
    let mut collector = TocCollector::new();
    for frame in bytes.chunks(12).map(|chunk| QFrame(crate::padded(chunk))) {
        let [payload @ .., _, _] = frame.0;
        let right = QFrame::with_crc(payload);
        assert!(right.crc_ok());
        one_frame(&frame);
        one_frame(&right);
        collector.push(&right);
    }
    let Ok(toc) = collector.finish() else { return };
    assert!(!toc.to_string().is_empty());
    let mut again = TocCollector::new();
    for (control, point) in toc.points() {
        let running = toc.lead_out();
        again.push(
            &Q::Toc {
                control,
                point,
                running,
            }
            .encode(),
        );
    }
    assert_eq!(again.finish(), Ok(toc));
}

fn one_frame(frame: &QFrame) {
    let findings = frame.findings();
    assert!(
        findings
            .iter()
            .all(|finding| !finding.to_string().is_empty())
    );
    match frame.decode() {
        Ok(q) => {
            let written = q.encode();
            assert!(written.crc_ok());
            assert!(written == *frame || !findings.is_empty(), "{q:?}");
            let again = match q {
                // The CRC is made right, and is part of these bytes.
                Q::Other(_) => Q::Other(written),
                q => q,
            };
            assert_eq!(written.decode(), Ok(again));
        }
        Err(error) => {
            assert!(!findings.is_empty(), "{error}");
        }
    }
    if let Some(Ok(point)) = frame.multisession() {
        assert_eq!(point.encode(frame.control()).0[..10], frame.0[..10]);
    }
    in_subcode(frame);
}

/// The frame comes out of every form of subcode as it was put in.
fn in_subcode(frame: &QFrame) {
    for p in [false, true] {
        let symbols = PwSubcode::from_pq(p, frame);
        assert_eq!((symbols.q(), symbols.p_level()), (*frame, Some(p)));
        let rows = PwRows::from(&symbols);
        assert_eq!(rows.q(), *frame);
        assert_eq!(PwSubcode::from(&rows), symbols);
        let pq = Pq16::new(p, frame);
        assert_eq!(Pq16::try_from(&symbols), Ok(pq));
        assert_eq!(PwSubcode::try_from(&pq), Ok(symbols));
    }
}
