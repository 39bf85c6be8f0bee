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

dto! {
    /// Something that waits and never got to the others.
    pub struct UnsentDto {
        /// When it was done, RFC 3339.
        pub at: String,
        /// What was done.
        pub action: String,
        /// To which kind of record.
        pub kind: String,
        /// To which.
        pub id: String,
        /// `field=value` of each change.
        pub changes: Vec<String>,
    }
}
