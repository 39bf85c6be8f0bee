//! The window of Sidedesk: Tauri over `sidedesk-api`, nothing else.
//!
//! A command parses, calls one function of the api, and maps its error to `{code, message, detail}`. What changed is
//! pushed to the page as events; the page never polls. No rule about campaigns or complaints lives here.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod commands;
mod data_dir;
mod error;
mod events;
mod shell;
mod window;

use std::process::ExitCode;

use tauri::{Manager, RunEvent};
use tracing_subscriber::EnvFilter;

use crate::data_dir::DataDir;
use crate::shell::Shell;

fn main() -> ExitCode {
    log_to_stderr();
    let data = match DataDir::from_args(std::env::args_os().skip(1), std::env::var_os("SIDEDESK_DATA")) {
        Ok(data) => data,
        Err(usage) => return refuse(&usage, 2),
    };
    let built = tauri::Builder::default()
        .invoke_handler(commands::handler())
        .setup(move |app| {
            let dir = data.resolve(app.path().data_dir().ok())?;
            app.manage(Shell::new(dir.clone()));
            window::open(app, &dir)?;
            events::forward(app.handle().clone());
            Ok(())
        })
        .build(tauri::generate_context!());
    match built {
        Ok(app) => {
            app.run(|app, event| {
                if let RunEvent::Exit = event {
                    tauri::async_runtime::block_on(app.state::<Shell>().close());
                }
            });
            ExitCode::SUCCESS
        }
        Err(error) => refuse(&format!("Sidedesk cannot start: {error}"), 1),
    }
}

fn refuse(sentence: &str, code: u8) -> ExitCode {
    tracing::error!("{sentence}");
    ExitCode::from(code)
}

/// Warnings and errors, or what `RUST_LOG` asks for.
fn log_to_stderr() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}
