// The status pill in words: only what is known.
import { number, time } from '$lib/format'
import type { StatusDto } from '$lib/ipc/types'
import { m } from '$lib/paraglide/messages'

export interface SyncWords {
  pill: string
  title: string
  text: string
  tone: 'quiet' | 'warn' | 'clash'
}

export function syncWords(status: StatusDto, zone: string): SyncWords {
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
      return m.hub_silent()
    default:
      return ''
  }
}
