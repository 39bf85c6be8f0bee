//! Where a device's secret lies. No key is in here.

dto! {
    /// Where this device's secret lies.
    pub struct KeysDto {
        /// `keyring`, `passphrase`, or `file`: in the clear.
        pub place: String,
        /// The name of the keyring's entry.
        pub entry: Option<String>,
        /// The device.
        pub device: String,
        /// Files of the folder that are older copies of the identity, and may hold a secret in the clear.
        pub old_copies: Vec<String>,
    }
}
