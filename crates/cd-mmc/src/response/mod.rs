//! What a drive answers, both ways.
//!
//! A decoder takes the bytes of the whole answer, header included. Bytes behind those it knows are
//! ignored, and so are bytes behind the length the answer declares. An encoder writes what it has room
//! for and tells how many bytes it wrote; the lengths in it count the whole answer.
//!
//! Where an answer is a list, it must be there as a whole: [`crate::DecodeError::TooShort`] says how many
//! bytes to ask for.

mod atip;
mod capacity;
mod configuration;
mod device;
mod disc_information;
mod event_status;
mod feature;
mod inquiry;
mod performance;
mod sub_channel;
#[cfg(test)]
mod tests;
mod toc;
mod track_information;
mod vital_product;

pub use atip::{Atip, DiscSubType, ReferenceSpeed, WritePower};
pub use capacity::{BufferCapacity, Capacity};
pub use configuration::{
    Configuration, Feature, FeatureCode, FeatureDescriptor, FeatureVersion, Profile,
    ProfileDescriptor,
};
pub use device::{BufferDescriptor, LunList, MechanismState, MechanismStatus, SectorHeader};
pub use disc_information::{DiscInformation, DiscStatus, DiscType, OpcEntry, SessionState};
pub use event_status::{Event, EventClass, EventStatus, MediaEvent, MediaEventCode};
pub use feature::{
    CdMastering, CdRead, CdRwMediaWriteSupport, CdTrackAtOnce, Core, LoadingMechanism,
    MasteringFlags, RemovableMedium, TrackAtOnceFlags,
};
pub use inquiry::{AsciiField, DeviceType, InquiryData, PeripheralQualifier};
pub use performance::{
    Performance, PerformanceDescriptor, Streaming, WriteSpeedDescriptor, WriteSpeedList,
};
pub use sub_channel::{AudioStatus, SubChannel, SubChannelData};
pub use toc::{
    AdrControl, CdText, FullToc, FullTocEntry, Pma, SessionInformation, Toc, TocAddress, TocTrack,
};
pub use track_information::{DataMode, TrackFlags, TrackInformation};
pub use vital_product::VitalProductPage;
