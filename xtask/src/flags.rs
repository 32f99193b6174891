//! The command line of `cargo xtask`.

use std::ffi::OsString;

xflags::xflags! {
    /// The developers' door to rawcd. Start with `cargo xtask burn`: it needs no drive, no disc and
    /// no image, and shows the whole of rawcd at work in a few seconds.
    cmd xtask {
        /// Burn an image and prove that the disc holds it.
        ///
        /// Without arguments: burns fixtures/ruler.iso onto a fresh emulated disc, reads the disc
        /// back and compares. With arguments: all of them go to `rawcd burn`, with --verify added:
        ///
        ///   cargo xtask burn my.iso                      an emulated disc, forgotten afterwards
        ///   cargo xtask burn my.iso --disc my.disc       an emulated disc, kept in a file
        ///   cargo xtask burn my.iso --device /dev/sr0    a real drive with a blank disc in it
        ///
        /// The exit code is rawcd's own. `cargo run -p rawcd -- burn --help` lists its options.
        cmd burn {
            /// An image and options, for `rawcd burn`
            repeated args: OsString
        }

        /// Run all tests: unit, integration and documentation tests, and the tidy rules.
        ///
        /// Needs nothing but Rust: no drive, no network, no other program. Arguments go to
        /// `cargo test`:
        ///
        ///   cargo xtask test -p cd-sector                one crate
        ///   cargo xtask test pregap                      tests with `pregap` in their name
        cmd test {
            /// Options and names, for `cargo test`
            repeated args: OsString
        }

        /// Run the whole gate that a change has to pass, step by step, as the server does.
        ///
        /// Steps: fmt, tidy, clippy, doc, addresses, test, no-std, burn, real-input, cd-text, sectors, sheets, mixed-mode, kernel.
        /// Those from real-input on need programs and files from Debian packages; `.ci/run` installs what is
        /// missing and calls this.
        cmd ci {
            /// Names of steps; only these are run
            repeated steps: String
        }

        /// Measure speed, each figure beside this machine's plain memory-read speed.
        ///
        ///   cargo xtask bench drives                     one group
        ///   cargo xtask bench --kernel                   burns through a real kernel, beside wodim and cdrdao
        ///
        /// The latter needs what `kernel-test` needs, and the Debian packages wodim, cdrdao and time.
        cmd bench {
            /// Groups to run beside `memory`; all when none is named
            repeated groups: String
            /// Have rawcd, wodim and cdrdao burn the same disc through a kernel, and nothing else
            optional --kernel
            /// Print one JSON object instead of a table
            optional --json
        }

        /// Look for bytes that a parser does not stand, each target for a minute.
        ///
        /// Needs a C++ compiler (Debian: g++) for libFuzzer. Targets are the files in fuzz/fuzz_targets;
        /// all are run when none is named:
        ///
        ///   cargo xtask fuzz q sector --seconds 600      two of them, ten minutes each
        ///
        /// `cargo xtask test` runs every target over the inputs in fuzz/corpus, without libFuzzer.
        cmd fuzz {
            /// Names of targets; only these are run
            repeated targets: String
            /// How long each target is run; 60 if not given
            optional --seconds seconds: u64
        }

        /// Run the emulated recorder as a drive of a real Linux kernel, and programs against it.
        ///
        /// The kernel is User Mode Linux: a program, without rights and without effect on this computer. Needs the Debian
        /// packages user-mode-linux and kmod, and the programs of the cases; says what is missing. Ends within two minutes:
        ///
        ///   cargo xtask kernel-test info                 one case
        cmd kernel-test {
            /// Names of cases; only these are run
            repeated cases: String
            /// Say which cases there are
            optional --list
            /// Keep logs and scripts even if all goes well
            optional --keep
        }

        /// Check what the compiler cannot: layers between crates, paths in documents, house rules.
        cmd tidy {}
    }
}

/// Every subcommand: documents may name these and no others.
pub(crate) const SUBCOMMANDS: [&str; 7] =
    ["burn", "test", "ci", "bench", "fuzz", "kernel-test", "tidy"];

/// Subcommands whose arguments belong to another program and are handed on unread.
const HANDED_ON: [&str; 2] = ["burn", "test"];

/// Parses the arguments after `cargo xtask`; none at all asks for help.
pub(crate) fn parse(mut args: Vec<OsString>) -> xflags::Result<Xtask> {
    if args.is_empty() {
        args.push("--help".into());
    }
    let hands_on = args[0]
        .to_str()
        .is_some_and(|name| HANDED_ON.contains(&name));
    let asks_for_help = args.len() == 2 && (args[1] == "--help" || args[1] == "-h");
    if hands_on && !asks_for_help {
        args.insert(1, "--".into());
    }
    Xtask::from_vec(args)
}

#[cfg(test)]
mod tests;
