// The known complaints as the complaints' page lists them: by what is open, watched and solved, by state within, those that
// come most often first.
import { COMPLAINT_STATES } from '$lib/fields'
import type { ComplaintDto, MatchDto } from '$lib/ipc/types'
import type { KnownTab } from '$lib/state/triage.svelte'

/** What is being worked on stands before what nobody looked at yet. */
const OPEN = ['confirmed', 'fixing', 'new'] as const

export function tabOf(state: string): KnownTab {
  if (state === 'watching' || state === 'solved') return state
  return 'open'
}

export interface KnownGroup {
  state: string
  complaints: ComplaintDto[]
}

const often = (a: ComplaintDto, b: ComplaintDto): number => b.last7 - a.last7 || b.reports - a.reports

function fits(complaint: ComplaintDto, words: string): boolean {
  const text = [complaint.title, ...Object.values(complaint.scope).flat()].join(' ').toLocaleLowerCase()
  return words.toLocaleLowerCase().split(/\s+/).every((word) => text.includes(word))
}

export function known(complaints: readonly ComplaintDto[], tab: KnownTab, words: string): KnownGroup[] {
  const shown = complaints.filter((one) => !one.deleted && tabOf(one.state) === tab && fits(one, words.trim()))
  const states = new Set<string>([...OPEN, ...COMPLAINT_STATES, ...shown.map((one) => one.state)])
  return [...states]
    .map((state) => ({ state, complaints: shown.filter((one) => one.state === state).sort(often) }))
    .filter((group) => group.complaints.length > 0)
}

/** Where tickets may go: everything that fits, open or not; what is like them first, then the most frequent. */
export function places(complaints: readonly ComplaintDto[], words: string, alike: readonly MatchDto[] = []): ComplaintDto[] {
  const score = new Map(alike.map((match) => [match.complaint, match.score]))
  const likely = (a: ComplaintDto, b: ComplaintDto): number => (score.get(b.id) ?? 0) - (score.get(a.id) ?? 0) || often(a, b)
  return complaints.filter((one) => !one.deleted && fits(one, words.trim())).sort(likely)
}

export function counts(complaints: readonly ComplaintDto[]): Record<KnownTab, number> {
  const found: Record<KnownTab, number> = { open: 0, watching: 0, solved: 0 }
  for (const one of complaints) if (!one.deleted) found[tabOf(one.state)] += 1
  return found
}
