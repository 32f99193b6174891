use super::*;

#[test]
fn an_authored_stream_is_clean_in_every_layout() {
    let files = Files::new();
    for disc in &[iso_disc(&files, N_SECTORS), mixed_disc(&files)] {
        for layout in [RAW, SectorLayout::PackedPw96, SectorLayout::Pq16] {
            let stream = authored(disc, START, layout);
            let report = check_stream(&stream, &mut |_, _| ControlFlow::Continue(())).unwrap();
            assert_eq!(report.findings, [], "{layout:?}");
            assert_eq!(report.counts, []);
            assert_eq!(report.range, stream.range());
            assert_eq!((report.worst(), report.n_runs()), (None, 0));
            assert_eq!(report.n_mode1, report.n_data);
        }
    }
    assert_eq!(Stream::iso().check().n_data, 250 + N_SECTORS + 6_750);
    // Without the two audio tracks and the long pregap.
    assert_eq!(
        Stream::mixed().check().n_data,
        250 + 1_527 + 6_750 - 225 - 301 - 400
    );
}

#[test]
fn a_stream_of_mode_2_is_clean() {
    let files = Files::new();
    let mut bytes = Vec::new();
    for n in 0..N_SECTORS.cast_signed() {
        let mut sector = [0; MAIN_BYTES];
        let form_1 = cd_sector::Payload::Mode2Form1 {
            subheader: cd_sector::Subheader::DATA,
            user: &[7; 2048],
        };
        let form_2 = cd_sector::Payload::Mode2Form2 {
            subheader: cd_sector::Subheader::EMPTY_FORM_2,
            user: &[7; 2324],
            has_edc: true,
        };
        let payload = if n % 3 == 0 { form_2 } else { form_1 };
        cd_sector::encode(msf_of(n), payload, &mut sector);
        bytes.extend(sector);
    }
    let file = files.open("xa", &bytes);
    let run = packed(&file, FilePayload::PlainSector, 0..N_SECTORS);
    let disc = disc_of(vec![Track::new(TrackKind::Mode2Xa, vec![run])]);
    let stream = authored(&disc, START, RAW);
    let report = check_stream(&stream, &mut |_, _| ControlFlow::Continue(())).unwrap();
    assert_eq!(report.findings, []);
    assert_eq!(report.n_mode1, 0);
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let mut stream = Stream::mixed();
    for at in (0..41).map(|n| n * n - 200) {
        stream.sector(at)[700] ^= 4;
        stream.sector(at + 3)[MAIN_BYTES + 60] ^= 0x40;
        stream.set_p(at + 7, at % 2 == 0);
        stream.change_q(at + 11, |payload| payload[5] ^= 1);
    }
    let on = |n_threads| {
        let n_threads = NonZeroUsize::new(n_threads).unwrap();
        check_stream_on(&stream.0, n_threads, &mut |_, _| ControlFlow::Continue(())).unwrap()
    };
    let one = on(1);
    assert!(one.n_runs() > 20);
    for n_threads in [2, 5] {
        assert_eq!(on(n_threads), one, "{n_threads} threads");
    }
}

#[test]
fn a_check_can_be_stopped() {
    let stream = Stream::iso();
    let mut n_told = 0;
    let stop = &mut |_, _| {
        n_told += 1;
        ControlFlow::Break(())
    };
    let report = check_stream(&stream.0, stop).unwrap();
    assert_eq!(n_told, 1);
    assert_eq!(report.range, range(START, parallel::CHUNK.count()));
    assert_eq!(report.findings, []);
}

#[test]
fn a_source_that_fails_is_an_error() {
    let mut stream = Stream::iso();
    stream.0.fails_from = Some(500);
    let mut told = Vec::new();
    let result = check_stream(&stream.0, &mut |done, _| {
        told.push(done.count());
        ControlFlow::Continue(())
    });
    assert!(matches!(result, Err(SourceError::Changed { .. })));
    assert_eq!(
        told,
        [256, 512],
        "chunks before the one that fails are delivered"
    );
}

/// Whatever Q says, with a right CRC: findings, and no panic.
#[test]
fn rubbish_gives_a_page() {
    for seed in 0..30 {
        let mut stream = Stream::iso();
        stream.cut(350);
        let bytes = noise(600 * 12, seed);
        for (at, bytes) in (START..350).zip(bytes.as_chunks::<12>().0) {
            // Numbers that can be, mostly: the rules behind the decoder are meant.
            let digits = |byte: u8, limit: u8| cd_address::bcd_encode(byte % limit).unwrap();
            let [a, b, c, d, e, f, g, h, i, j, k, l] = *bytes;
            let tno = match a % 4 {
                0 => 0,
                1 => 0xAA,
                _ => digits(a, 100),
            };
            let head = b & 0xF0 | if c % 16 == 0 { c % 7 } else { 1 };
            let payload = [
                head,
                tno,
                if d % 8 == 0 {
                    0xA0 | d >> 6
                } else {
                    digits(d, 4)
                },
                digits(e, 100),
                digits(f, 60),
                digits(g, 75),
                h / 250,
                digits(i, 100),
                digits(j, 60),
                digits(k, 75),
            ];
            if l % 8 > 0 {
                stream.set_q(at, &QFrame::with_crc(payload));
            }
        }
        let report = stream.check();
        assert!(report.worst() >= Some(Severity::Misread));
        assert!(report.findings.iter().all(|finding| finding.n_sectors > 0));
    }
    let bytes = noise(700 * RAW.sector_bytes(), 99);
    for layout in [RAW, SectorLayout::PackedPw96] {
        for start in [START, -150, 0] {
            let report = Stream(Memory::new(start, layout, bytes.clone())).check();
            assert!(report.n_runs() > 0);
            assert!(report.n_runs() < 5_000);
        }
    }
}
