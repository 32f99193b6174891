//! Who the drive is and what it can do.

use cd_mmc::response::{AsciiField, Configuration, DeviceType, InquiryData, PeripheralQualifier};
use cd_mmc::{GetConfiguration, Inquiry, List, RequestedFeatures};
use cd_transport::Data;

use super::{Outcome, bad_field, reply};
use crate::condition::Condition;
use crate::features::{current_profile, features, profiles};
use crate::state::Drive;

/// SPC-3.
const VERSION: u8 = 5;
/// Room for the header and all features.
const CONFIGURATION_BYTES: usize = 512;

impl Drive {
    pub(super) fn inquiry(&self, command: &Inquiry, data: Data<'_>) -> Outcome {
        if command.vital_product_page.is_some() {
            return Err(bad_field(1, 0));
        }
        let answer = InquiryData {
            qualifier: PeripheralQualifier::CONNECTED,
            device_type: DeviceType::MMC,
            removable: true,
            version: VERSION,
            vendor: AsciiField::new(&self.profile.vendor),
            product: AsciiField::new(&self.profile.product),
            revision: AsciiField::new(&self.profile.revision),
        };
        let mut bytes = [0; InquiryData::BYTES];
        answer.encode_into(&mut bytes);
        Ok(reply(&bytes, command.allocation_length.into(), data))
    }

    pub(super) fn get_configuration(&self, command: &GetConfiguration, data: Data<'_>) -> Outcome {
        let is_hidden = self.condition().is_some_and(Condition::hides_disc);
        let disc = self.disc().filter(|_| !self.is_tray_open && !is_hidden);
        let profiles = profiles(disc);
        let from = command.starting_feature;
        let all = features(&self.profile, disc, &profiles);
        let listed: Vec<_> = all
            .into_iter()
            .filter(|descriptor| match command.requested {
                RequestedFeatures::ONE => descriptor.feature.code().code() == from,
                RequestedFeatures::CURRENT => {
                    descriptor.current && descriptor.feature.code().code() >= from
                }
                _ => descriptor.feature.code().code() >= from,
            })
            .collect();
        if command.requested > RequestedFeatures::ONE {
            return Err(bad_field(1, 1));
        }
        let configuration = Configuration {
            current_profile: current_profile(disc),
            features: List::of(&listed),
        };
        let mut bytes = [0; CONFIGURATION_BYTES];
        let len = configuration.encode_into(&mut bytes);
        Ok(reply(&bytes[..len], command.allocation_length.into(), data))
    }
}
