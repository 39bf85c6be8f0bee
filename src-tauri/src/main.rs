//! The window of Sidedesk: Tauri over `sidedesk-api`, nothing else.
//!
//! A command parses, calls one function of the api, and maps its error to `{code, message, detail}`. What changed is
//! pushed to the page as events; the page never polls. No rule about campaigns or complaints lives here.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod arguments;
mod commands;
mod display;
mod durable;
mod error;
mod events;
mod incoming;
mod instance;
mod kept;
mod links;
mod notify;
mod place;
mod revive;
mod sample;
mod shell;
mod tray;
mod window;
mod words;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use tauri::{Manager, RunEvent};
use tracing_subscriber::EnvFilter;

use crate::arguments::{Arguments, USAGE};
use crate::instance::{Instance, Start};
use crate::kept::Drawer;
use crate::shell::Shell;

fn main() -> ExitCode {
    log_to_stderr();
    let variables = [std::env::var_os("SIDEDESK_DATA"), std::env::var_os("SIDEDESK_KEYS")];
    let asked = match Arguments::read(std::env::args_os().skip(1), variables) {
        Ok(asked) => asked,
        Err(sentence) => return said(&format!("{sentence}\n{USAGE}"), 2),
    };
    if asked.help {
        return said(USAGE, 0);
    }
    let folders = asked
        .folder(sidedesk_api::default_data_dir())
        .and_then(|dir| instance::window_dir(&dir).map(|window_dir| (dir, window_dir)));
    let (dir, window_dir) = match folders {
        Ok(folders) => folders,
        Err(error) => return said(&format!("Sidedesk cannot start: {error}"), 1),
    };
    match instance::start(&window_dir, &instance::activation_token()) {
        Start::First(instance) => open(&asked, &dir, window_dir, instance),
        Start::Shown => {
            let sentence = format!(
                "Sidedesk is already open on {}; its window is in front now.",
                dir.display()
            );
            said(&sentence, 0)
        }
        Start::Silent => {
            let sentence = format!(
                "Sidedesk is already open on {}, but does not answer. End it and start again.",
                dir.display()
            );
            said(&sentence, 1)
        }
    }
}

/// Opens the window and stays until it is closed.
fn open(asked: &Arguments, dir: &Path, window_dir: PathBuf, mut instance: Instance) -> ExitCode {
    if let Err(sentence) = display::check() {
        return said(sentence, 1);
    }
    let shell = Shell::new(dir.to_owned(), asked.clock(), asked.sample, asked.keys());
    let data = dir.to_owned();
    let built = tauri::Builder::default()
        .invoke_handler(commands::handler())
        .manage(shell)
        .manage(Arc::new(Drawer::new(window_dir.clone())))
        .setup(move |app| {
            app.state::<Shell>()
                .watch_refold(events::watch_refold(app.handle().clone()));
            window::open(app, &data, &window_dir)?;
            events::forward(app.handle().clone());
            notify::watch(app.handle().clone());
            tray::offer(app.handle(), window_dir.clone());
            Ok(())
        })
        .build(tauri::generate_context!());
    let app = match built {
        Ok(app) => app,
        Err(error) => return said(&format!("Sidedesk cannot start: {error}"), 1),
    };
    let handle = app.handle().clone();
    instance.answer(move |token| window::show(&handle, token));
    app.run(move |app, event| {
        if let RunEvent::Exit = event {
            instance.leave();
            tauri::async_runtime::block_on(app.state::<Shell>().close());
        }
    });
    ExitCode::SUCCESS
}

/// One sentence for whoever started the program, and its exit code.
fn said(sentence: &str, code: u8) -> ExitCode {
    // With nobody at the other end there is nobody to tell.
    let _ = writeln!(std::io::stderr(), "{sentence}");
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
