//! How much of a complaint there is: reports by time and the people behind them, counted in the index alone.
//!
//! What is counted by time is read where it lies: a board looks back a few weeks. How many there are in all, and of how many
//! people, would cost a look at every report there ever was; the table `heard` keeps it, from when the board last rested until a
//! report of the complaint changes.

use crate::error::Error;
use crate::open::Store;
use crate::read::record_id;
use sidedesk_domain::clash::Volume;
use sidedesk_domain::fields::report;
use sidedesk_domain::{Millis, RecordId};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row as _, Sqlite};
use std::collections::{BTreeMap, BTreeSet};

/// Weeks of a trend.
pub const WEEKS: usize = 8;
/// Reports in each of these weeks, the oldest first.
pub type Weeks = [i64; WEEKS];

/// A week of a trend: 168 h, whatever the clocks do.
const WEEK_MS: i64 = Volume::LAST_MS;
/// Complaints in one statement.
const IDS_PER_STATEMENT: usize = 2000;
/// Lines of history looked at for the complaints that reports belonged to before: a change names 200 records at most.
const LINES: usize = 2000;

/// Reports of one complaint.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct VolumeOf {
    /// By ticket time, as of the asked minute.
    pub volume: Volume,
    /// All there are, whenever.
    pub total: i64,
    /// Different customers among those whose customer is known.
    pub customers: i64,
    /// By ticket time too.
    pub weeks: Weeks,
    /// Ticket time of the newest, as of the asked minute.
    pub last: Option<Millis>,
}

impl Store {
    /// Volumes of every complaint, as of `at`. Neither customers nor weeks are counted: see [`Store::customers`] and
    /// [`Store::weeks_of`].
    pub async fn volumes(&self, at: Millis) -> Result<BTreeMap<RecordId, VolumeOf>, Error> {
        let last_from = at.saturating_sub(Volume::LAST_MS);
        let rows = sqlx::query(
            "select complaint.id as complaint, 0 as customers,
                    coalesce(heard.total, (select count(*)
                                           from report indexed by report_volume
                                           where report.hidden = 0 and report.complaint = complaint.id)) as total,
                    (select min(at_ms)
                     from report indexed by report_volume
                     where report.hidden = 0 and report.complaint = complaint.id and at_ms > 0 and at_ms <= ?1) as first,
                    (select max(at_ms)
                     from report indexed by report_volume
                     where report.hidden = 0 and report.complaint = complaint.id and at_ms > 0 and at_ms <= ?1) as last,
                    (select count(*)
                     from report indexed by report_volume
                     where report.hidden = 0 and report.complaint = complaint.id and at_ms > ?2 and at_ms <= ?1) as last7,
                    (select count(*)
                     from report indexed by report_volume
                     where report.hidden = 0 and report.complaint = complaint.id and at_ms > ?3 and at_ms <= ?2) as prev28
             from complaint left join heard on heard.complaint = complaint.id",
        )
        .bind(at)
        .bind(last_from)
        .bind(last_from.saturating_sub(Volume::PREV_MS))
        .fetch_all(&self.inner.view)
        .await?;
        rows.iter().map(volume_of).collect()
    }

    /// Volumes of these complaints as far as they have reports, as of `at`, whole.
    pub async fn volumes_of(&self, complaints: &[RecordId], at: Millis) -> Result<BTreeMap<RecordId, VolumeOf>, Error> {
        let mut volumes = BTreeMap::new();
        for chunk in complaints.chunks(IDS_PER_STATEMENT) {
            let mut select = volumes_until(at, "count(distinct nullif(customer, ''))");
            select.push("complaint in ");
            push_ids(&mut select, chunk);
            select.push(" group by complaint");
            for row in select.build().persistent(false).fetch_all(&self.inner.view).await? {
                volumes.extend([volume_of(&row)?]);
            }
        }
        for (id, weeks) in self.weeks_of(complaints, at).await? {
            volumes.entry(id).or_default().weeks = weeks;
        }
        Ok(volumes)
    }

    /// Different customers per complaint, of those that are known.
    pub async fn customers(&self) -> Result<BTreeMap<RecordId, i64>, Error> {
        let rows = sqlx::query(
            "select complaint.id as complaint,
                    coalesce(heard.customers, (select count(distinct nullif(customer, ''))
                                               from report indexed by report_volume
                                               where report.hidden = 0 and report.complaint = complaint.id)) as customers
             from complaint left join heard on heard.complaint = complaint.id",
        )
        .fetch_all(&self.inner.view)
        .await?;
        rows.iter()
            .map(|row| Ok((record_id(row, "complaint")?, row.try_get("customers")?)))
            .collect()
    }

    /// Counts the reports of one complaint that were not counted since they changed; false when there is none.
    pub async fn count_some(&self) -> Result<bool, Error> {
        let mut writer = self.writer().await?;
        let done = sqlx::query(
            "insert into heard (complaint, total, customers)
             select next.id, count(report.at_ms), count(distinct nullif(report.customer, ''))
             from (select id from complaint where id not in (select complaint from heard) limit 1) as next
                  left join report indexed by report_volume on report.hidden = 0 and report.complaint = next.id
             group by next.id",
        )
        .execute(&mut writer.view)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Reports of these complaints in each of the last weeks, as of `at`.
    pub async fn weeks_of(&self, complaints: &[RecordId], at: Millis) -> Result<BTreeMap<RecordId, Weeks>, Error> {
        self.counts_in(complaints, at, WEEK_MS).await
    }

    /// Reports of these complaints in each of the last `N` stretches of this length, the last of which ends at `at`. One search
    /// of the index per stretch: the few reports of a week are counted where they lie, which for a page of complaints takes half
    /// of what grouping takes.
    pub(crate) async fn counts_in<const N: usize>(
        &self,
        complaints: &[RecordId],
        at: Millis,
        stretch_ms: i64,
    ) -> Result<BTreeMap<RecordId, [i64; N]>, Error> {
        let mut counts: BTreeMap<RecordId, [i64; N]> = BTreeMap::new();
        for chunk in complaints.chunks(IDS_PER_STATEMENT) {
            let mut select = QueryBuilder::<Sqlite>::new("with stretch (k, after, until) as (");
            select.push_values(0..N as i64, |mut row, k| {
                row.push_bind(k)
                    .push_bind(at.saturating_sub((N as i64 - k) * stretch_ms))
                    .push_bind(at.saturating_sub((N as i64 - 1 - k) * stretch_ms));
            });
            select.push(
                ")
                select complaint.id, stretch.k,
                       (select count(*)
                        from report indexed by report_volume
                        where report.hidden = 0 and report.complaint = complaint.id
                              and report.at_ms > stretch.after and report.at_ms <= stretch.until) as count
                from complaint cross join stretch
                where complaint.id in ",
            );
            push_ids(&mut select, chunk);
            for row in select.build().persistent(false).fetch_all(&self.inner.view).await? {
                let of = counts.entry(record_id(&row, "id")?).or_insert([0; N]);
                let k = usize::try_from(row.try_get::<i64, _>("k")?).unwrap_or(N);
                if let Some(count) = of.get_mut(k) {
                    *count = row.try_get("count")?;
                }
            }
        }
        Ok(counts)
    }

    /// Complaints that these reports belonged to before, as far as their newest history says.
    pub async fn complaints_before(&self, reports: &[RecordId]) -> Result<BTreeSet<RecordId>, Error> {
        let mut before = BTreeSet::new();
        for chunk in reports.chunks(IDS_PER_STATEMENT) {
            let mut select = QueryBuilder::<Sqlite>::new("select changes from activity where record in ");
            push_ids(&mut select, chunk);
            select.push(" order by id desc limit ").push_bind(LINES as i64);
            for row in select.build().persistent(false).fetch_all(&self.inner.view).await? {
                let changes = crate::activity::decode_changes(row.try_get("changes")?)?;
                let of_complaint = changes.iter().filter(|changed| changed.field == report::COMPLAINT);
                before.extend(of_complaint.filter_map(|changed| changed.old.as_id()));
            }
        }
        Ok(before)
    }
}

/// The beginning of a count as of `at`, up to its condition on complaints. `customers` says how people are counted.
fn volumes_until(at: Millis, customers: &'static str) -> QueryBuilder<Sqlite> {
    let last_from = at.saturating_sub(Volume::LAST_MS);
    let prev_from = last_from.saturating_sub(Volume::PREV_MS);
    let mut select = QueryBuilder::new("select complaint, count(*) as total, min(case when at_ms > 0 and at_ms <= ");
    select
        .push_bind(at)
        .push(" then at_ms end) as first, max(case when at_ms > 0 and at_ms <= ");
    select.push_bind(at).push(" then at_ms end) as last, sum(at_ms > ");
    select.push_bind(last_from).push(" and at_ms <= ").push_bind(at);
    select.push(") as last7, sum(at_ms > ").push_bind(prev_from);
    select.push(" and at_ms <= ").push_bind(last_from);
    select.push(") as prev28, ").push(customers);
    select.push(" as customers from report where hidden = 0 and ");
    select
}

fn push_ids(select: &mut QueryBuilder<Sqlite>, ids: &[RecordId]) {
    select.push("(");
    let mut list = select.separated(", ");
    for id in ids {
        list.push_bind(id.0.to_vec());
    }
    select.push(")");
}

fn volume_of(row: &SqliteRow) -> Result<(RecordId, VolumeOf), Error> {
    let volume = Volume {
        first: row.try_get("first")?,
        last7: row.try_get("last7")?,
        prev28: row.try_get("prev28")?,
    };
    let of = VolumeOf {
        volume,
        total: row.try_get("total")?,
        customers: row.try_get("customers")?,
        weeks: Weeks::default(),
        last: row.try_get("last")?,
    };
    Ok((record_id(row, "complaint")?, of))
}
