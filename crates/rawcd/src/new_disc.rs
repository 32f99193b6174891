use cd_address::Lba;
use cd_emulator::{Disc, Medium};
use serde_json::json;

use crate::cli::NewDiscArgs;
use crate::exit::{Exit, Failure};
use crate::explain;
use crate::output::Output;

pub(crate) fn run(args: &NewDiscArgs, output: &Output) -> Result<Exit, Failure> {
    if !args.lead_in.to_lba().is_lead_in() {
        let what = format!("a lead-in cannot begin at {}", args.lead_in);
        return Err(Failure::new(Exit::Unreadable, what)
            .advise("--lead-in takes 90:00:00 to 99:59:74; media have 95:00:00 to 97:59:74."));
    }
    let last_lead_out = args.last_lead_out.to_lba();
    if last_lead_out.is_lead_in() || last_lead_out <= Lba::ZERO {
        let what = format!("a lead-out cannot begin at {}", args.last_lead_out);
        return Err(Failure::new(Exit::Unreadable, what)
            .advise("--last-lead-out takes 00:02:01 to 89:59:74; 79:59:74 is an 80-minute disc."));
    }
    let kind = if args.rw {
        Medium::cd_rw_74()
    } else {
        Medium::cd_r_80()
    };
    let medium = Medium {
        lead_in_start: args.lead_in,
        last_lead_out: args.last_lead_out,
        ..kind
    };
    Disc::create_file(&args.disc, medium).map_err(|error| explain::disc_file(&error))?;
    let shown = args.disc.display().to_string();
    output.line(format!(
        "{shown} is a blank {}, lead-in from {}, lead-out at {} at the latest",
        if args.rw { "CD-RW" } else { "CD-R" },
        args.lead_in,
        args.last_lead_out
    ));
    output.event("result", json!({ "exit": 0, "disc": shown }));
    Ok(Exit::Done)
}
