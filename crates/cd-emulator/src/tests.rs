mod burning;
mod discs;
mod host;
mod image;
mod reading;
mod refusals;
mod timing;
mod tray;
