//! A real PostgreSQL for tests: made by `initdb` in a temporary directory, reached over a Unix socket there, and gone with
//! the process that started it, however that ends.
//!
//! PostgreSQL refuses to run as root, as which tests run in a fresh container. Then the server runs as another user of the
//! system: `postgres`, which its package makes, or else `nobody`.

use std::ffi::OsStr;
use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A machine that builds something else meanwhile takes a while for the first start.
const START: Duration = Duration::from_secs(60);
/// The usual one, where nothing else is said.
const PORT: &str = "5432";
/// Where Debian and its kin keep the server's programs; they are in nobody's path.
const DEBIAN: &str = "/usr/lib/postgresql";
/// Ends the server, at once and without a checkpoint, when the other end of its standard input is closed, and removes its
/// directory; that happens even when the test is killed.
const KEEPER: &str = r#"
dir=$1; shift
"$@" & server=$!
cat >/dev/null
kill -QUIT $server
wait $server
rm -rf "$dir"
"#;

/// The server of this process; it lives as long as the process.
#[derive(Debug)]
pub struct Server {
    dir: TempDir,
    /// Its socket has this number in its name.
    port: String,
    /// Holding its standard input keeps the server alive.
    _keeper: Child,
}

/// The one server of this test program, started when it is first needed.
pub fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(Server::start)
}

/// An empty database of its own for a test; its address.
pub fn database() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("board_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let server = server();
    let made = server.psql("postgres", &format!("create database {name}"));
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    server.url(&name)
}

/// The user the server runs as, when this process may not run it itself.
struct Other {
    uid: u32,
    gid: u32,
}

impl Server {
    fn start() -> Self {
        Self::start_with(|_| Vec::new())
    }

    /// One more, which is also reached at this port of this computer, and shows this certificate there.
    pub fn encrypted(port: u16, chain: &str, key: &str) -> Self {
        let port = port.to_string();
        Self::start_with(|dir| {
            std::fs::write(dir.join("server.crt"), chain).unwrap();
            let key_file = dir.join("server.key");
            std::fs::write(&key_file, key).unwrap();
            std::fs::set_permissions(&key_file, Permissions::from_mode(0o600)).unwrap();
            if let Some(Other { uid, gid }) = other_user() {
                chown(&key_file, Some(uid), Some(gid)).unwrap();
            }
            let file = |name: &str, file: &str| format!("{name}={}", dir.join(file).display());
            let (chain, key) = (file("ssl_cert_file", "server.crt"), file("ssl_key_file", "server.key"));
            let settings = [
                "listen_addresses=127.0.0.1",
                &format!("port={port}"),
                "ssl=on",
                &chain,
                &key,
            ];
            settings.map(str::to_owned).to_vec()
        })
    }

    fn start_with(settings: impl FnOnce(&Path) -> Vec<String>) -> Self {
        let other = other_user();
        // Short, because a socket's path may have 107 bytes.
        let dir = tempfile::Builder::new().prefix("sd-pg-").tempdir_in("/tmp").unwrap();
        if let Some(other) = &other {
            chown(dir.path(), Some(other.uid), Some(other.gid)).unwrap();
            std::fs::set_permissions(dir.path(), Permissions::from_mode(0o755)).unwrap();
        }
        let data = dir.path().join("data");
        let mut initdb = as_user(other.as_ref(), &program("initdb"));
        initdb.arg("--pgdata").arg(&data);
        initdb.args([
            "--username=sidedesk",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
        ]);
        let made = initdb.current_dir("/").output().unwrap();
        assert!(
            made.status.success(),
            "initdb: {}{}",
            String::from_utf8_lossy(&made.stdout),
            String::from_utf8_lossy(&made.stderr)
        );
        let mut server = as_user(other.as_ref(), Path::new("/bin/sh"));
        server
            .args(["-c", KEEPER, "keeper"])
            .arg(dir.path())
            .arg(program("postgres"));
        server.arg("-D").arg(&data).arg("-k").arg(dir.path());
        server.args(["-c", "listen_addresses=", "-c", "max_connections=200"]);
        let settings = settings(dir.path());
        server.args(settings.iter().flat_map(|setting| ["-c", setting]));
        let port = settings.iter().find_map(|setting| setting.strip_prefix("port="));
        let port = port.unwrap_or(PORT).to_owned();
        let log = std::fs::File::create(dir.path().join("log")).unwrap();
        let keeper = server
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let server = Self {
            dir,
            port,
            _keeper: keeper,
        };
        server.wait_until_it_answers();
        server
    }

    #[expect(clippy::disallowed_methods, reason = "between two looks, with a deadline")]
    fn wait_until_it_answers(&self) {
        let end = Instant::now() + START;
        while !self.psql("postgres", "select 1").status.success() {
            assert!(
                Instant::now() < end,
                "PostgreSQL does not answer: {}",
                std::fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Address of a database.
    pub fn url(&self, name: &str) -> String {
        let socket = self.dir.path().to_string_lossy().replace('/', "%2F");
        format!("postgres://sidedesk@{socket}/{name}")
    }

    /// Runs a statement by PostgreSQL's own client.
    pub fn psql(&self, database: &str, statement: &str) -> std::process::Output {
        Command::new(program("psql"))
            .args(["--no-psqlrc", "--quiet", "--username=sidedesk", "--dbname", database])
            .args(["--no-align", "--tuples-only", "--command", statement])
            .arg("--host")
            .arg(self.dir.path())
            .args(["--port", &self.port])
            .output()
            .unwrap()
    }
}

fn other_user() -> Option<Other> {
    if std::fs::metadata("/proc/self").ok()?.uid() != 0 {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").unwrap();
    let find = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut numbers = line.split(':').skip(2).map(|part| part.parse().ok());
        let (uid, gid) = (numbers.next()??, numbers.next()??);
        Some(Other { uid, gid })
    };
    let found = find("postgres").or_else(|| find("nobody"));
    Some(found.unwrap_or_else(|| panic!("no user that PostgreSQL could run as")))
}

fn as_user(other: Option<&Other>, program: &Path) -> Command {
    let Some(other) = other else {
        return Command::new(program);
    };
    // Part of util-linux, which every Debian has; it asks for no password and starts no session.
    let mut command = Command::new("setpriv");
    command.args([format!("--reuid={}", other.uid), format!("--regid={}", other.gid)]);
    command.arg("--clear-groups").arg("--").arg(program);
    command
}

/// One of PostgreSQL's programs.
fn program(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let in_path = || {
        std::env::split_paths(&path)
            .map(|dir| dir.join(name))
            .find(|file| file.exists())
    };
    in_debian(name).or_else(in_path).unwrap_or_else(|| {
        panic!(
            "{name} is not installed; `cargo xtask test` installs PostgreSQL, or type: sudo apt-get install postgresql"
        )
    })
}

/// The newest one there.
fn in_debian(name: &str) -> Option<PathBuf> {
    let version = |path: &Path| path.file_name().and_then(OsStr::to_str)?.parse::<u32>().ok();
    let versions = std::fs::read_dir(DEBIAN)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()));
    let mut versions: Vec<(u32, PathBuf)> = versions.filter_map(|path| Some((version(&path)?, path))).collect();
    versions.sort();
    let found = versions.into_iter().rev().map(|(_, path)| path.join("bin").join(name));
    found.into_iter().find(|file| file.exists())
}
