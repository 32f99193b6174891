//! Rust text without its comments and its quoted text, so that a rule sees code only.

/// `text` with every comment, string and character literal blanked out, line for line.
///
/// Not a parser: enough of Rust's lexical grammar (nested comments, raw strings, lifetimes) that code
/// stays and all else goes. Text that does not end a literal is blank from there on.
pub(super) fn mask(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let rest = &chars[at..];
        let follows_word = at > 0 && is_word(chars[at - 1]);
        let (n_code, n_blank) = match rest {
            ['/', '/', ..] => (0, length_until(rest, 0, |rest| rest[0] == '\n')),
            ['/', '*', ..] => (0, block_comment(rest)),
            ['"', ..] => (0, quoted(rest, 1, '"')),
            ['b' | 'c', '"', ..] if !follows_word => (0, quoted(rest, 2, '"')),
            ['b' | 'c', 'r', '"' | '#', ..] if !follows_word => raw_string(rest, 2),
            ['r', '"' | '#', ..] if !follows_word => raw_string(rest, 1),
            ['\'', '\\', ..] | ['\'', _, '\'', ..] => (0, quoted(rest, 1, '\'')),
            _ => (1, 0),
        };
        let (code, blank) = (&rest[..n_code], &rest[n_code..n_code + n_blank]);
        out.extend(code);
        out.extend(blank.iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
        at += n_code + n_blank;
    }
    out
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// How many characters there are before `ends` holds, looking from `start` on.
fn length_until(chars: &[char], start: usize, ends: impl Fn(&[char]) -> bool) -> usize {
    (start..chars.len())
        .find(|at| ends(&chars[*at..]))
        .unwrap_or(chars.len())
}

fn block_comment(chars: &[char]) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < chars.len() {
        match &chars[at..] {
            ['/', '*', ..] => (depth, at) = (depth + 1, at + 2),
            ['*', '/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

/// Length of a literal that begins with `n_open` characters and ends with `close`, escapes heeded.
fn quoted(chars: &[char], n_open: usize, close: char) -> usize {
    let mut at = n_open;
    while at < chars.len() {
        match chars[at] {
            '\\' => at += 2,
            c if c == close => return at + 1,
            _ => at += 1,
        }
    }
    chars.len()
}

/// Code and blank characters of a raw string after a prefix of `n_prefix`; of `r#name`, code alone.
fn raw_string(chars: &[char], n_prefix: usize) -> (usize, usize) {
    let n_hashes = chars[n_prefix..].iter().take_while(|c| **c == '#').count();
    let n_open = n_prefix + n_hashes + 1;
    if chars.get(n_open - 1) != Some(&'"') {
        return (n_prefix + n_hashes, 0);
    }
    let closes = |rest: &[char]| {
        rest[0] == '"' && rest.len() > n_hashes && rest[1..=n_hashes].iter().all(|c| *c == '#')
    };
    let n = length_until(chars, n_open, closes);
    (0, (n + 1 + n_hashes).min(chars.len()))
}

#[cfg(test)]
mod tests;
