use super::*;

#[test]
fn cases_are_chosen_by_name_and_no_two_have_the_same() {
    let all = choose(&[]).unwrap();
    for case in &all {
        let found = choose(&[case.name.to_owned()]).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].what, case.what);
        let is_good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(case.name.chars().all(is_good), "{}", case.name);
    }
    let mut names: Vec<_> = all.iter().map(|case| case.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all.len());
    let error = choose(&["no-such".to_owned()]).err().unwrap().to_string();
    assert!(
        error.contains("`no-such`") && error.contains("info"),
        "{error}"
    );
}

#[test]
fn each_case_is_run_once_and_no_kernel_has_all_the_work() {
    let all = choose(&[]).unwrap();
    let shares = share(&all, 4);
    assert_eq!(shares.len(), 4);
    let mut names: Vec<_> = shares.iter().flatten().map(|case| case.name).collect();
    names.sort_unstable();
    let mut expect: Vec<_> = all.iter().map(|case| case.name).collect();
    expect.sort_unstable();
    assert_eq!(names, expect);
    let seconds = |share: &Vec<&Case>| share.iter().map(|case| case.seconds).sum::<u32>();
    let longest = all.iter().map(|case| case.seconds).max().unwrap_or(0);
    let (least, most) = (
        shares.iter().map(seconds).min(),
        shares.iter().map(seconds).max(),
    );
    assert!(most.unwrap_or(0) - least.unwrap_or(0) <= longest);
    assert_eq!(share(&all[..1], 4).len(), 1);
    assert!(share(&[], 4).is_empty());
}
