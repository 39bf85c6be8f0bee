// What becomes of tickets in the inbox. One undo takes each step back.
import { attempt, sayDone } from '$lib/actions'
import { deskError } from '$lib/ipc/call'
import * as ipc from '$lib/ipc/desk'
import type { SortedDto } from '$lib/ipc/types'
import { m } from '$lib/paraglide/messages'
import { number } from '$lib/format'
import { inbox, MOST_SELECTED } from '$lib/state/inbox.svelte'
import { lens } from '$lib/state/lens.svelte'
import { screen } from '$lib/state/screen.svelte'
import { announcer, toasts } from '$lib/state/toasts.svelte'
import { triage } from '$lib/state/triage.svelte'
import { errorWords } from '$lib/words'

/** Sorts these; `words` say what was done with as many as were free. */
async function run(reports: readonly string[], act: () => Promise<SortedDto>, words: (counts: Counts) => string): Promise<boolean> {
  if (triage.isBusy) return false
  triage.isBusy = true
  const group = triage.side === 'groups' ? triage.subject : null
  try {
    const done = await act()
    triage.done()
    if (group !== null) lens.decided(group)
    inbox.sorted(reports)
    const left = leftWords(done.left)
    if (done.sorted > 0) sayDone(`${words({ count: done.sorted, shown: number(done.sorted) })} ${left}`.trim())
    else if (left !== '') say(left)
    return true
  } catch (thrown) {
    triage.error = errorWords(deskError(thrown))
    return false
  } finally {
    triage.isBusy = false
  }
}

interface Counts {
  count: number
  shown: string
}

/** What somebody else sorted meanwhile. */
function leftWords(left: SortedDto['left']): string {
  const count = left.reduce((sum, one) => sum + one.count, 0)
  const [only] = left
  if (!only) return ''
  const counts = { count, shown: number(count) }
  return left.length === 1 && only.title !== '' ? m.tickets_left({ ...counts, title: only.title }) : m.tickets_left_many(counts)
}

function say(words: string): void {
  toasts.say(words)
  announcer.say(words)
}

/** One complaint of everything that is chosen. What it is about comes from the tickets. */
export async function makeComplaint(): Promise<boolean> {
  const [reports, title] = [triage.chosen, triage.title?.trim() ?? '']
  if (reports.length === 0 || title === '') return false
  return run(reports, () => ipc.makeComplaint(reports, [{ field: 'title', value: title }]), (counts) => m.complaint_made({ title, ...counts }))
}

export async function addTo(complaint: { id: string; title: string }): Promise<boolean> {
  const reports = triage.chosen
  if (reports.length === 0) return false
  return run(reports, () => ipc.addReports(complaint.id, reports), (counts) => m.tickets_added({ title: complaint.title, ...counts }))
}

/** The known complaints are asked where it belongs. They stand on their own page. */
export function addToKnown(): void {
  if (screen.view !== 'complaints') screen.go('complaints')
  triage.add()
}

export function putOff(): void {
  const group = triage.side === 'groups' ? lens.current : null
  if (group) {
    lens.putOff(group.group.fingerprint)
    return toasts.say(m.group_put_off({ title: group.group.title }), { label: m.show_again(), run: () => lens.showLater() })
  }
  const count = inbox.putOff()
  if (count > 0) toasts.say(m.put_off({ count, shown: number(count) }), { label: m.show_again(), run: () => inbox.showLater() })
}

/** The tickets stay; they are not suggested together again, to nobody on the board. */
export async function refuseGroup(): Promise<void> {
  const group = lens.current?.group
  if (!group) return
  const done = await attempt(async () => {
    await ipc.refuseGroup(group.fingerprint)
    return true
  })
  if (!done) return
  lens.decided(group.fingerprint)
  lens.refused += 1
  sayDone(m.group_refused({ title: group.title }))
}

/** What was refused is suggested again. */
export async function recallGroups(): Promise<void> {
  const count = await attempt(ipc.recallGroups)
  if (count === null) return
  sayDone(m.groups_recalled({ count, shown: number(count) }))
  await lens.look(true)
}

/** The current group in tighter parts, in its place. */
export async function splitGroup(): Promise<void> {
  const group = lens.current?.group
  if (!group) return
  const parts = await attempt(() => ipc.splitGroup(group.reports))
  if (!parts) return
  if (parts.length < 2) return say(m.group_whole({ title: group.title }))
  lens.replace(group.fingerprint, parts)
  say(m.group_split({ count: parts.length, shown: number(parts.length) }))
}

export function select(id: string): void {
  if (!inbox.toggle(id)) toasts.say(m.select_most({ most: number(MOST_SELECTED) }))
}
