//! A desktop session of a test's own: a message bus, a home, and GNOME's keyring over it. Nothing of whoever runs the test
//! is asked or touched.
//!
//! The bus starts nothing by itself, so a keyring that was not started is not there, and a locked one has nobody who could
//! ask for its password.

use crate::device::Device;
use crate::process::{Running, run};
use crate::wait::until;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;
/// The keyring's own password.
const PASSWORD: &str = "opened at login";

/// A session. Everything in it ends when this is dropped.
#[derive(Debug)]
pub struct Session {
    home: TempDir,
    address: String,
    keyring: Option<Running>,
    _bus: Running,
}

impl Session {
    /// With a bus, and no keyring on it.
    pub fn without_keyring() -> Self {
        let home = tempfile::tempdir().unwrap();
        let config = home.path().join("bus.conf");
        std::fs::write(&config, BUS).unwrap();
        let mut command = Command::new("dbus-daemon");
        command.arg("--config-file").arg(&config);
        command.args(["--nofork", "--nopidfile", "--print-address=1"]);
        let mut bus = Running::start(&mut command);
        let address = bus.says("unix:");
        Self {
            home,
            address,
            keyring: None,
            _bus: bus,
        }
    }

    /// With a keyring that is open, as after a login.
    pub fn new() -> Self {
        let mut session = Self::without_keyring();
        session.start_keyring(true);
        session
    }

    /// The bus, as programs are told of it.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What programs find in this session.
    pub fn variables(&self) -> Vec<(String, String)> {
        let home = self.home.path().to_string_lossy().into_owned();
        vec![
            ("HOME".into(), home.clone()),
            ("XDG_RUNTIME_DIR".into(), home),
            ("DBUS_SESSION_BUS_ADDRESS".into(), self.address.clone()),
        ]
    }

    /// Starts the keyring, open or locked.
    pub fn start_keyring(&mut self, open: bool) {
        self.stop_keyring();
        let mut command = Command::new("gnome-keyring-daemon");
        command.args(["--foreground", "--components=secrets"]);
        if open {
            command.arg("--unlock");
        }
        command.env_remove("DISPLAY").env_remove("XDG_DATA_HOME");
        command.envs(self.variables());
        let mut keyring = Running::start(&mut command);
        if open {
            // Without a line's end: that would be part of it.
            keyring.tell_all(PASSWORD);
        }
        self.keyring = Some(keyring);
        until("the keyring answers", || self.has_keyring().then_some(()));
    }

    /// It is gone, as after its crash.
    pub fn stop_keyring(&mut self) {
        if let Some(keyring) = self.keyring.take() {
            keyring.kill();
            until("the keyring is gone", || (!self.has_keyring()).then_some(()));
        }
    }

    fn has_keyring(&self) -> bool {
        let mut command = Command::new("dbus-send");
        command
            .arg(format!("--bus={}", self.address))
            .args(["--print-reply=literal", "--dest=org.freedesktop.DBus"])
            .args(["/org/freedesktop/DBus", "org.freedesktop.DBus.NameHasOwner"])
            .arg("string:org.freedesktop.secrets");
        run(&mut command).stdout.contains("boolean true")
    }

    /// Stops it in its tracks, as one that hangs; `CONT` lets it go on.
    pub fn signal_keyring(&self, name: &str) {
        crate::process::signal(self.keyring.as_ref().unwrap().id(), name);
    }

    fn secret_tool(&self, args: &[&str]) -> Command {
        let mut command = Command::new("secret-tool");
        command.args(args).env_remove("DISPLAY").envs(self.variables());
        command
    }

    /// The names of this program's entries.
    pub fn entries(&self) -> Vec<String> {
        let found = run(&mut self.secret_tool(&["search", "--all", "application", "sidedesk"]));
        let said = format!("{}{}", found.stdout, found.stderr);
        let names = said.lines().filter_map(|line| line.strip_prefix("attribute.entry = "));
        names.map(str::to_owned).collect()
    }

    /// What an entry holds.
    pub fn lookup(&self, entry: &str) -> String {
        run(&mut self.secret_tool(&["lookup", "entry", entry])).stdout
    }

    /// Removes an entry behind the program's back.
    pub fn remove(&self, entry: &str) {
        let done = run(&mut self.secret_tool(&["clear", "application", "sidedesk", "entry", entry]));
        assert_eq!(done.code, Some(0), "{done:?}");
    }

    /// Puts something else into an entry.
    pub fn overwrite(&self, entry: &str, text: &str) {
        if !self.lookup(entry).is_empty() {
            self.remove(entry);
        }
        let attributes = ["application", "sidedesk", "entry", entry];
        let mut storing = Running::start(self.secret_tool(&["store", "--label=x"]).args(attributes));
        storing.tell_all(text);
        assert_eq!(storing.says_all(), [] as [&str; 0]);
    }

    /// A device in this session, with keys as everybody has them.
    pub fn device(&self) -> Device {
        self.take_in(Device::new())
    }

    /// Brings a device into this session.
    pub fn take_in(&self, device: Device) -> Device {
        let variables = self.variables().into_iter();
        let device = variables.fold(device, |device, (name, value)| device.with(&name, &value));
        device.with("SIDEDESK_KEYS", "auto")
    }
}

impl Default for Session {
    fn default() -> Self {
        Self::new()
    }
}

/// Every way in which a secret could stand in a file: as it is, in hexadecimal, in base 32 and in base 64, the latter two
/// wherever they begin.
pub fn shapes_of(secret: &[u8]) -> Vec<Vec<u8>> {
    use data_encoding::{BASE32_NOPAD, BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};
    let mut shapes = vec![
        secret.to_vec(),
        HEXLOWER.encode(secret).into(),
        HEXUPPER.encode(secret).into(),
    ];
    for (encoding, group) in [(&BASE32_NOPAD, 5), (&BASE64_NOPAD, 3), (&BASE64URL_NOPAD, 3)] {
        for skipped in 0..group {
            // Whole groups only: what stands beside them changes the letters at the ends.
            let whole = &secret[skipped..];
            let whole = &whole[..whole.len() / group * group];
            let letters = encoding.encode(whole);
            shapes.push(letters.to_lowercase().into());
            shapes.push(letters.into());
        }
    }
    shapes
}

/// The files under a folder in which one of these stands.
pub fn files_with(dir: &Path, shapes: &[Vec<u8>]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, shapes));
            continue;
        }
        // A lock or a socket holds nothing.
        let Ok(bytes) = std::fs::read(&path) else { continue };
        if shapes.iter().any(|shape| contains(&bytes, shape)) {
            found.push(path.to_string_lossy().into_owned());
        }
    }
    found
}

/// Does this stand in there?
pub fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
