//! Embeds the built pages. `cargo check` and `cargo clippy` work in a clone whose pages are not built yet: a page that
//! says so stands in for them until `npm --prefix ui run build`, which empties the folder first, or `cargo xtask run`.

use std::fs;
use std::path::Path;

const PAGES: &str = "../ui/dist";
const NOT_BUILT: &str = "<!doctype html><title>Sidedesk</title><p>The pages are not built. Run: cargo xtask run";

fn main() {
    let pages = Path::new(PAGES);
    if !pages.join("index.html").exists() {
        let written = fs::create_dir_all(pages).and_then(|()| fs::write(pages.join("index.html"), NOT_BUILT));
        if let Err(error) = written {
            println!("cargo:warning=ui/dist cannot be written: {error}");
        }
    }
    // The pages are part of the binary: a new build of them is a new binary.
    println!("cargo:rerun-if-changed={PAGES}");
    tauri_build::build();
}
