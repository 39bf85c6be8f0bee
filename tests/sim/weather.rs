//! What goes wrong, and how often: every seed has its own climate.

use crate::agenda::Task;
use crate::dice::Dice;
use crate::world::World;

/// Ten years.
const DECADE_MS: u64 = 3_652 * 86_400_000;

/// How much goes wrong in this story.
#[derive(Debug)]
pub struct Trouble {
    /// Longest pause of a person between two deeds.
    pub pause: u64,
    /// Longest pause between two faults.
    pub faults: u64,
    /// Lightning between two effects, per thousand.
    pub strike: u64,
    /// A device's disk refuses a write, per thousand.
    pub disk: u64,
    /// Somebody imports a hundred records at once.
    pub imports: bool,
    /// How long people and faults go on.
    pub until: u64,
    /// Some connections are very slow.
    pub slow: bool,
}

impl Trouble {
    /// From mild to wild.
    pub fn of(dice: &mut Dice) -> Self {
        Self {
            pause: *dice.pick(&[2_000, 5_000, 10_000]),
            faults: *dice.pick(&[1_500, 6_000, 20_000]),
            strike: *dice.pick(&[0, 2, 8]),
            disk: *dice.pick(&[0, 0, 5, 20]),
            imports: dice.chance(150),
            until: dice.within(30_000, 90_000),
            slow: dice.chance(300),
        }
    }
}

impl World {
    /// Something breaks, and will again.
    pub fn weather(&mut self) {
        if self.calm {
            return;
        }
        let pause = self.dice.within(1, self.trouble.faults);
        self.agenda.put(self.now + pause, Task::Weather);
        let device = self.dice.any() as usize % self.devices.len();
        if self.beyond.is_some() && self.dice.chance(300) {
            self.beyond(device);
        }
        match self.dice.any() % 29 {
            20..22 => self.device_sleeps(device),
            22 => self.partition(),
            23..29 => self.device_roams(device),
            0..8 => {
                let alive: Vec<usize> = (0..self.conns.len()).filter(|conn| self.conns[*conn].alive()).collect();
                if !alive.is_empty() {
                    let conn = *self.dice.pick(&alive);
                    self.note(|| format!("connection {conn} breaks"));
                    self.break_conn(conn);
                }
            }
            8..12 => self.device_crash(device),
            12..15 => self.hub_crash(),
            15..17 => {
                let back = self.now + self.dice.within(2_000, 30_000);
                self.cut_off(device, back);
            }
            17 => {
                self.hub.full = true;
                let room = self.now + self.dice.within(500, 10_000);
                self.agenda.put(room, Task::HubHasRoom);
                self.note(|| "the hub's disk is full".into());
            }
            18 => {
                self.hub.skew += self.dice.within(0, 20_000) as i64 - 10_000;
                self.note(|| "the hub's clock jumps".into());
            }
            _ => {
                self.devices[device].skew = years(&mut self.dice);
                self.stats.happened("clocks that jump", 1);
                self.note(|| format!("the clock of device {device} jumps"));
            }
        }
    }

    /// No way to the hub for a while.
    fn cut_off(&mut self, device: usize, until: u64) {
        self.devices[device].reachable = false;
        self.agenda.put(until, Task::Reachable { device });
        let of_device = |conn: &usize| self.conns[*conn].device == device && self.conns[*conn].alive();
        let cut: Vec<usize> = (0..self.conns.len()).filter(of_device).collect();
        self.note(|| format!("device {device} is cut off"));
        cut.into_iter().for_each(|conn| self.break_conn(conn));
    }

    /// Half of the devices lose the hub together.
    fn partition(&mut self) {
        let back = self.now + self.dice.within(2_000, 30_000);
        let away: Vec<usize> = (0..self.devices.len()).filter(|_| self.dice.chance(500)).collect();
        self.stats.happened("partitions", u64::from(away.len() > 1));
        away.into_iter().for_each(|device| self.cut_off(device, back));
    }

    /// Lightning between two effects.
    pub fn strikes(&mut self) -> bool {
        !self.calm && self.dice.chance(self.trouble.strike)
    }
}

/// A clock that is wrong by up to ten years.
pub fn years(dice: &mut Dice) -> i64 {
    match dice.any() % 8 {
        0..2 => 0,
        2..5 => dice.within(0, 4_000) as i64 - 2_000,
        5 | 6 => dice.within(0, 20 * 3_600_000) as i64 - 10 * 3_600_000,
        _ => dice.within(0, 2 * DECADE_MS) as i64 - DECADE_MS as i64,
    }
}
