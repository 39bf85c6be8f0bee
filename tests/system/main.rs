//! Real programs and real files: two devices and a hub, driven over the command line alone.

#[cfg(test)]
mod aftermath;
#[cfg(test)]
mod away;
#[cfg(test)]
mod breaking;
#[cfg(test)]
mod broken_files;
#[cfg(test)]
mod cards;
#[cfg(test)]
mod certificates;
#[cfg(target_os = "linux")]
#[cfg(test)]
mod ciphertext;
#[cfg(test)]
mod copied;
#[cfg(test)]
mod damage;
#[cfg(test)]
mod disk_full;
#[cfg(test)]
mod doors;
#[cfg(test)]
mod imports;
#[cfg(target_os = "linux")]
#[cfg(test)]
mod keys;
#[cfg(test)]
mod lost_hub;
#[cfg(target_os = "linux")]
#[cfg(test)]
mod lost_keyring;
#[cfg(test)]
mod malice;
#[cfg(test)]
mod manners;
#[cfg(test)]
mod one_code;
#[cfg(test)]
mod people;
#[cfg(test)]
mod privacy;
#[cfg(test)]
mod proposals;
#[cfg(test)]
mod quick;
#[cfg(test)]
mod recurrence;
#[cfg(test)]
mod sharing;
#[cfg(test)]
mod standup;
mod story;
#[cfg(test)]
mod turned_away;
#[cfg(test)]
mod two_devices;
#[cfg(test)]
mod verify;
