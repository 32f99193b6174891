use cd_emulator::{Disc, Medium};
use serde_json::json;

use crate::cli::NewDiscArgs;
use crate::exit::{Exit, Failure};
use crate::explain;
use crate::output::Output;

pub(crate) fn run(args: &NewDiscArgs, output: &Output) -> Result<Exit, Failure> {
    let refuse = |what: String| Err(Failure::new(Exit::Unreadable, what));
    if !args.lead_in.to_lba().is_lead_in() {
        return refuse(format!(
            "a lead-in cannot begin at {}: 90:00:00 to 99:59:74",
            args.lead_in
        ));
    }
    if args.last_lead_out.to_lba().is_lead_in() {
        return refuse(format!(
            "a lead-out cannot begin at {}: 00:02:00 to 89:59:74",
            args.last_lead_out
        ));
    }
    let medium = Medium {
        lead_in_start: args.lead_in,
        last_lead_out: args.last_lead_out,
        ..Medium::cd_r_80()
    };
    Disc::create_file(&args.disc, medium).map_err(|error| explain::disc_file(&error))?;
    output.line(format!(
        "{} is a blank CD-R, lead-in from {}, lead-out at {} at the latest",
        args.disc.display(),
        args.lead_in,
        args.last_lead_out
    ));
    output.event("result", json!({ "exit": 0, "disc": args.disc }));
    Ok(Exit::Done)
}
