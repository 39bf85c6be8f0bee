//! The operating system: which packages, how to ask for them, how to install them.

use std::process::Command;

use super::For;
use crate::process;

/// A Debian package, and the program by which it is recognised when it came from elsewhere.
struct Package {
    name: &'static str,
    program: Option<&'static str>,
}

const fn package(name: &'static str) -> Package {
    Package { name, program: None }
}

const fn program(name: &'static str, program: &'static str) -> Package {
    Package {
        name,
        program: Some(program),
    }
}

const TO_RUN: [Package; 3] = [
    package("libwebkit2gtk-4.1-dev"),
    package("build-essential"),
    program("pkg-config", "pkg-config"),
];

const TO_TEST: [Package; 13] = [
    program("webkit2gtk-driver", "WebKitWebDriver"), // drives the windows
    program("xvfb", "Xvfb"),                         // the screen they are on
    program("dbus", "dbus-run-session"),
    program("dunst", "dunst"), // shows notifications and presses their buttons
    program("gnome-keyring", "gnome-keyring-daemon"),
    program("libsecret-tools", "secret-tool"),
    package("fonts-dejavu-core"),
    package("fonts-noto-cjk"),
    package("fonts-noto-color-emoji"),
    package("libayatana-appindicator3-1"), // the tray
    package("postgresql"),                 // the hub's second database
    program("imagemagick", "convert"),     // compares pictures
    program("strace", "strace"),           // records what reaches a disk, and lets calls fail
];

/// The package under trial brings its own libraries; what is left is a screen and eyes.
const TO_TRY: [Package; 3] = [
    program("xvfb", "Xvfb"),
    program("xdotool", "xdotool"),    // finds the window
    program("imagemagick", "import"), // sees whether it is empty
];

fn packages(purpose: For) -> impl Iterator<Item = &'static Package> {
    let (to_run, more): (&[Package], &[Package]) = match purpose {
        For::Run => (&TO_RUN, &[]),
        For::Test => (&TO_RUN, &TO_TEST),
        For::Trial => (&[], &TO_TRY),
    };
    to_run.iter().chain(more)
}

/// The system, as far as packages go.
pub enum System {
    Debian(Debian),
    OtherLinux,
    MacOs,
    Windows,
}

impl System {
    pub fn this() -> System {
        match std::env::consts::OS {
            "macos" => System::MacOs,
            "windows" => System::Windows,
            _ if process::in_path("apt-get").is_some() && process::in_path("dpkg-query").is_some() => {
                System::Debian(Debian)
            }
            _ => System::OtherLinux,
        }
    }

    /// What is missing, where it cannot be installed for the user.
    pub fn sentence(&self, purpose: For) -> Option<String> {
        match self {
            System::Debian(_) => None,
            System::OtherLinux => {
                let has_webkit = process::succeeds("pkg-config", &["--exists", "webkit2gtk-4.1"]);
                other_linux_sentence(has_webkit, purpose, &|program| process::in_path(program).is_some())
            }
            System::MacOs if process::succeeds("xcode-select", &["-p"]) => None,
            System::MacOs => Some("The compiler is missing. Type:\n\n    xcode-select --install".to_owned()),
            // Rust for Windows already asks for the compiler, and WebView2 comes with the system.
            System::Windows => None,
        }
    }
}

fn other_linux_sentence(has_webkit: bool, purpose: For, has: &dyn Fn(&str) -> bool) -> Option<String> {
    let programs = packages(purpose)
        .filter_map(|package| package.program)
        .filter(|program| !has(program));
    let mut missing: Vec<&str> = programs.collect();
    if !has_webkit {
        missing.insert(0, "the development files of WebKitGTK 4.1");
    }
    if missing.is_empty() {
        return None;
    }
    Some(format!(
        "Missing on this system: {}. The package names for each distribution are on \
         https://v2.tauri.app/start/prerequisites/#linux; install them and run the same command again.",
        missing.join(", ")
    ))
}

/// Debian and everything that grew from it.
pub struct Debian;

impl Debian {
    pub fn missing(&self, purpose: For) -> Vec<&'static str> {
        let mut query = vec!["-W", "-f", "${db:Status-Status} ${Package}\n"];
        query.extend(packages(purpose).map(|package| package.name));
        missing(purpose, &process::answer("dpkg-query", &query), &|program| {
            process::in_path(program).is_some()
        })
    }
}

/// `installed`: what dpkg-query answered, a line `installed NAME` for each package that is there.
fn missing(purpose: For, installed: &str, has: &dyn Fn(&str) -> bool) -> Vec<&'static str> {
    let is_installed = |name: &str| {
        installed
            .lines()
            .any(|line| line.strip_prefix("installed ") == Some(name))
    };
    packages(purpose)
        .filter(|package| !is_installed(package.name) && !package.program.is_some_and(has))
        .map(|package| package.name)
        .collect()
}

pub fn line_to_type(missing: &[&str]) -> String {
    format!(
        "System packages are missing. Type:\n\n    \
         sudo apt-get update && sudo apt-get install --no-install-recommends {}",
        missing.join(" ")
    )
}

/// The words before `apt-get` that give the right to install without a question; none if there is no such way.
pub fn right_to_install() -> Option<&'static [&'static str]> {
    if process::answer("id", &["-u"]).trim() == "0" {
        return Some(&[]);
    }
    process::succeeds("sudo", &["-n", "true"]).then_some(&["sudo", "-n"])
}

pub fn apt_get(prefix: &[&str], words: &[&str]) -> Command {
    // `env`, because sudo drops the environment; without the variable a package may stop to ask a question.
    let all = prefix
        .iter()
        .chain(&["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"])
        .chain(words);
    let mut all = all.copied();
    let mut command = Command::new(all.next().unwrap_or("apt-get"));
    command.args(all);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: &dyn Fn(&str) -> bool = &|_| false;

    #[test]
    fn only_what_is_not_there_is_missing() {
        let installed = "installed libwebkit2gtk-4.1-dev\nnot-installed build-essential\nconfig-files pkg-config\n";
        assert_eq!(missing(For::Run, installed, NOTHING), ["build-essential", "pkg-config"]);
        assert_eq!(missing(For::Run, "", NOTHING).len(), 3);
        assert_eq!(missing(For::Test, "", NOTHING).len(), 16);
        assert_eq!(missing(For::Trial, "", NOTHING).len(), 3);
    }

    #[test]
    fn a_program_from_elsewhere_counts_as_its_package() {
        let missing = missing(For::Test, "", &|program| program == "Xvfb" || program == "pkg-config");
        assert!(!missing.contains(&"xvfb") && !missing.contains(&"pkg-config"));
        assert!(missing.contains(&"dunst"));
    }

    #[test]
    fn the_line_to_type_is_one_line() {
        let said = line_to_type(&["xvfb", "dunst"]);
        let lines: Vec<&str> = said.lines().filter(|line| line.contains("apt-get")).collect();
        assert_eq!(
            lines,
            ["    sudo apt-get update && sudo apt-get install --no-install-recommends xvfb dunst"],
            "{said}"
        );
    }

    #[test]
    fn installing_never_stops_to_ask() {
        let command = apt_get(&["sudo", "-n"], &["install", "--yes", "xvfb"]);
        let words: Vec<_> = command
            .get_args()
            .map(|word| word.to_string_lossy().into_owned())
            .collect();
        assert_eq!(command.get_program(), "sudo");
        assert_eq!(
            words.join(" "),
            "-n env DEBIAN_FRONTEND=noninteractive apt-get install --yes xvfb"
        );
        assert_eq!(apt_get(&[], &["update"]).get_program(), "env");
    }

    #[test]
    fn other_systems_get_names_and_an_address() {
        let said = other_linux_sentence(false, For::Test, &|program| program != "Xvfb").unwrap();
        assert!(
            said.contains("WebKitGTK 4.1") && said.contains("Xvfb") && !said.contains("dunst"),
            "{said}"
        );
        assert_eq!(other_linux_sentence(true, For::Run, &|_| true), None);
    }
}
