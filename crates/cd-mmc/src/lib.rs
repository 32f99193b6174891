//! MMC commands, mode pages, responses and sense data, bytes both ways.
