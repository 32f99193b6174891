//! Who the drive is and what it can do.

use cd_mmc::response::{
    AsciiField, Configuration, DeviceType, InquiryData, PeripheralQualifier, VitalProductPage,
};
use cd_mmc::{GetConfiguration, Inquiry, List, RequestedFeatures};
use cd_transport::Data;

use super::{Outcome, bad_field, reply};
use crate::condition::Condition;
use crate::features::{current_profile, features, profiles, reading_features, serial_number};
use crate::state::Drive;

/// SPC-3.
const VERSION: u8 = 5;
/// Room for the header and all features.
const CONFIGURATION_BYTES: usize = 512;

impl Drive {
    pub(super) fn inquiry(&self, command: &Inquiry, data: Data<'_>) -> Outcome {
        if let Some(code) = command.vital_product_page {
            return self.vital_product_page(code, command.allocation_length, data);
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

    fn vital_product_page(&self, code: u8, allocation_length: u16, data: Data<'_>) -> Outcome {
        const ALL: [u8; 3] = [
            VitalProductPage::SUPPORTED,
            VitalProductPage::SERIAL_NUMBER,
            VitalProductPage::IDENTIFICATION,
        ];
        let serial_number = self.profile.serial_number.as_str();
        let is_numbered = !serial_number.is_empty();
        let page = match code {
            VitalProductPage::SUPPORTED if is_numbered => VitalProductPage::Supported(&ALL),
            VitalProductPage::SUPPORTED => VitalProductPage::Supported(&ALL[..1]),
            VitalProductPage::SERIAL_NUMBER if is_numbered => {
                VitalProductPage::SerialNumber(serial_number)
            }
            VitalProductPage::IDENTIFICATION if is_numbered => VitalProductPage::Identification {
                vendor: AsciiField::new(&self.profile.vendor),
                product: AsciiField::new(&self.profile.product),
                serial_number,
            },
            _ => return Err(bad_field(2, 7)),
        };
        let mut bytes = [0; 512];
        let len = page.encode_into(&mut bytes);
        Ok(reply(&bytes[..len], allocation_length.into(), data))
    }

    pub(super) fn get_configuration(&self, command: &GetConfiguration, data: Data<'_>) -> Outcome {
        let is_hidden = self.condition().is_some_and(Condition::hides_disc);
        let mounted = self.mounted().ok().filter(|_| !is_hidden);
        let disc = mounted.map(|mounted| &mounted.disc);
        let profiles = profiles(disc);
        let from = command.starting_feature;
        let serial_number = serial_number(&self.profile);
        let mut all = features(&self.profile, mounted, &profiles).to_vec();
        all.extend(reading_features(mounted, &serial_number));
        all.sort_by_key(|descriptor| descriptor.feature.code());
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
