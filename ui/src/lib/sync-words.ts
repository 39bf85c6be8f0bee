// The status pill in words: only what is known.
import { number, time } from '$lib/format'
import type { JobDto, StatusDto } from '$lib/ipc/types'
import { m } from '$lib/paraglide/messages'

export interface SyncWords {
  pill: string
  title: string
  text: string
  tone: 'quiet' | 'warn' | 'clash'
}

export function syncWords(status: StatusDto, zone: string): SyncWords {
  const words = linkWords(status, zone)
  // What stands in the way of working is said first, then what is wrong for good, then what takes long.
  if (words.tone !== 'quiet' && status.state !== 'offline') return words
  if (status.alarm) return { ...words, pill: m.pill_alarm(), tone: 'clash' }
  if (status.job && words.tone === 'quiet') return { ...words, pill: jobPill(status.job) }
  return words
}

/** What the way to the others is like. */
function linkWords(status: StatusDto, zone: string): SyncWords {
  const at = status.since_ms === null ? '' : time(status.since_ms, zone)
  const waiting = { count: status.waiting, shown: number(status.waiting) }
  const with_waiting = (words: string): string => (status.waiting > 0 ? `${words} · ${m.pill_waiting(waiting)}` : words)
  switch (status.state) {
    case 'local':
      return { pill: m.pill_local(), title: m.sync_local_title(), text: m.sync_local_text(), tone: 'quiet' }
    case 'connecting':
      return { pill: with_waiting(m.pill_connecting()), title: m.sync_connecting_title(), text: m.sync_saved_text(), tone: 'quiet' }
    case 'synced':
      if (status.waiting > 0) {
        return { pill: with_waiting(m.pill_synced({ at })), title: m.sync_waiting_title(waiting), text: m.sync_waiting_text(), tone: 'quiet' }
      }
      return { pill: m.pill_synced({ at }), title: m.sync_synced_title(), text: m.sync_synced_text({ at }), tone: 'quiet' }
    case 'offline':
      if (status.problem !== null) {
        return { pill: with_waiting(m.pill_declined({ at })), title: m.sync_declined_title(), text: m.sync_declined_text({ why: status.problem }), tone: 'warn' }
      }
      return {
        pill: with_waiting(m.pill_offline({ at })),
        title: m.sync_offline_title(),
        text: status.waiting > 0 ? m.sync_offline_waiting(waiting) : m.sync_offline_text(),
        tone: 'warn',
      }
    case 'waiting_for_lead':
      return { pill: m.pill_lead(), title: m.sync_lead_title(), text: m.sync_lead_text(), tone: 'warn' }
    default:
      return {
        pill: m.pill_problem({ problem: status.problem ?? status.state }),
        title: m.sync_problem_title(),
        text: status.problem ?? status.state,
        tone: 'clash',
      }
  }
}

const JOBS: Readonly<Record<string, { name: () => string; hint: () => string }>> = {
  first_sync: { name: m.job_first_sync, hint: m.job_first_sync_hint },
  history: { name: m.job_history, hint: m.job_history_hint },
  check: { name: m.job_check, hint: m.job_check_hint },
  snapshot: { name: m.job_snapshot, hint: m.job_snapshot_hint },
  refold: { name: m.job_refold, hint: m.job_refold_hint },
}

/** What the long work is called, and what it means for whoever works meanwhile. */
export function jobWords(job: JobDto): { name: string; hint: string } {
  const words = JOBS[job.kind] ?? { name: m.job_other, hint: m.job_other_hint }
  return { name: words.name(), hint: words.hint() }
}

/** How far the long work is, from 0 to 100; nothing while that is not known. */
export function jobPercent({ done, total }: JobDto): number | null {
  return total > 0 ? Math.min(100, Math.floor((done * 100) / total)) : null
}

function jobPill(job: JobDto): string {
  const [{ name }, percent] = [jobWords(job), jobPercent(job)]
  return percent === null ? name : m.job_at({ name, percent })
}

/** Why the board's files are in danger where they lie; nothing where they are not. */
export function placeWords({ place, place_warning }: StatusDto): string | null {
  if (place?.risk === 'network') return m.place_network({ by: place.by })
  if (place?.risk === 'synchronised') return m.place_synchronised({ by: place.by })
  return place_warning ?? null
}

/** What is known about the hub, in a word or two. */
export function hubWord(status: StatusDto): string {
  switch (status.state) {
    case 'synced':
      return status.waiting > 0 ? m.hub_answers() : m.hub_has_all()
    case 'connecting':
      return m.hub_asked()
    case 'waiting_for_lead':
      return m.hub_answers()
    case 'offline':
      return status.problem === null ? m.hub_silent() : m.hub_answers()
    default:
      return ''
  }
}
