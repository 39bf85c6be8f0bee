// A rival's value as it would stand on the card.
import { moment } from '$lib/format'
import type { RivalDto, RivalValueDto } from '$lib/ipc/types'
import { m } from '$lib/paraglide/messages'
import { severityWord, stateWord } from '$lib/words'

/** The value that a digit key chooses: digits always decide. */
export function byDigit(event: KeyboardEvent, rival: RivalDto | undefined): RivalValueDto | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null
  return rival?.values[Number(event.key) - 1] ?? null
}

const INSTANTS = new Set(['start', 'end', 'opened'])

export function rivalText(field: string, value: string | null, zone: string): string {
  if (field === 'deleted') return value === 'true' ? m.deleted() : m.not_deleted()
  if (value === null || value === '') return m.left_empty()
  if (INSTANTS.has(field)) {
    const ms = Date.parse(value)
    return Number.isNaN(ms) ? value : moment(ms, zone)
  }
  if (field === 'state') return stateWord(value)
  if (field === 'severity') return severityWord(value)
  return value
}
