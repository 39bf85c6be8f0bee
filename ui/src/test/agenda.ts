// Agenda items for tests.
import type { AgendaItemDto } from '$lib/ipc/types'
import { decision, signature } from '$test/decisions'
import { clash, complaint } from '$test/samples'

export function item(change: Partial<AgendaItemDto> = {}): AgendaItemDto {
  return {
    key: 'complaint/k1',
    kind: 'growing',
    about_kind: 'complaint',
    about: 'k1',
    title: 'Late parcels North',
    speaker: 'support',
    clash: null,
    complaint: complaint(),
    campaign: null,
    due_ms: null,
    decision: null,
    state: 'open',
    ...change,
  }
}

export const clashItem = (change: Partial<AgendaItemDto> = {}): AgendaItemDto =>
  item({
    key: 'clash/x1',
    kind: 'clash',
    about_kind: 'clash',
    about: 'x1',
    title: 'Free shipping EU',
    speaker: 'marketing',
    clash: clash(),
    complaint: null,
    due_ms: Date.parse('2026-11-19T14:00:00Z'),
    ...change,
  })

/** Settled by a decision with one signature. */
export const settled = (word: string, change: Parameters<typeof decision>[0] = {}): Partial<AgendaItemDto> => ({
  state: 'settled',
  decision: decision({ about_kind: 'complaint', word, owner: null, due_ms: null, score: null, signed: true, support: signature({ me: true }), ...change }),
})
