// What becomes of tickets in the inbox. One undo takes each step back.
import { sayDone } from '$lib/card-actions'
import { deskError } from '$lib/ipc/call'
import * as ipc from '$lib/ipc/desk'
import { m } from '$lib/paraglide/messages'
import { number } from '$lib/format'
import { inbox, MOST_SELECTED } from '$lib/state/inbox.svelte'
import { toasts } from '$lib/state/toasts.svelte'
import { triage } from '$lib/state/triage.svelte'
import { errorWords } from '$lib/words'

async function run(reports: readonly string[], act: () => Promise<unknown>, words: string): Promise<boolean> {
  if (triage.isBusy) return false
  triage.isBusy = true
  try {
    await act()
    triage.done()
    inbox.sorted(reports)
    sayDone(words)
    return true
  } catch (thrown) {
    triage.error = errorWords(deskError(thrown))
    return false
  } finally {
    triage.isBusy = false
  }
}

/** One complaint of everything that is chosen. What it is about comes from the tickets. */
export async function makeComplaint(): Promise<boolean> {
  const [reports, title] = [inbox.chosen, triage.title?.trim() ?? '']
  if (reports.length === 0 || title === '') return false
  const words = m.complaint_made({ title, count: reports.length, shown: number(reports.length) })
  return run(reports, () => ipc.makeComplaint(reports, [{ field: 'title', value: title }]), words)
}

export async function addTo(complaint: { id: string; title: string }): Promise<boolean> {
  const reports = inbox.chosen
  if (reports.length === 0) return false
  const words = m.tickets_added({ title: complaint.title, count: reports.length, shown: number(reports.length) })
  return run(reports, () => ipc.addReports(complaint.id, reports), words)
}

export function putOff(): void {
  const count = inbox.putOff()
  if (count > 0) toasts.say(m.put_off({ count, shown: number(count) }), { label: m.show_again(), run: () => inbox.showLater() })
}

export function select(id: string): void {
  if (!inbox.toggle(id)) toasts.say(m.select_most({ most: number(MOST_SELECTED) }))
}
