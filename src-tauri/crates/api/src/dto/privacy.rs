//! What leaves the board, and what is taken out of it.

dto! {
    /// A file of the board's records.
    pub struct ExportDto {
        /// One of [`crate::EXPORTS`].
        pub what: String,
        /// One of [`crate::EXPORT_FORMATS`].
        pub format: String,
        /// Rows in it.
        #[ts(type = "number")]
        pub rows: u64,
        /// Campaigns without a start, which no calendar holds.
        #[ts(type = "number")]
        pub left_out: u64,
        /// It says what customers wrote and who they are; everybody on the board sees that it was made.
        pub personal_data: bool,
        /// What it may be called.
        pub file_name: String,
    }

    /// What somebody erased.
    pub struct ErasedDto {
        /// Records in which something was.
        #[ts(type = "number")]
        pub records: u64,
        /// The board has a hub: it keeps the sealed entries, as every device does.
        pub shared: bool,
    }
}
