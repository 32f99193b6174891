//! Raw CD recording: probe, plan, burn and proof over any transport.
