// A rival's value as it would stand on the card.
import { nameOf } from '$lib/fields'
import { moment } from '$lib/format'
import { m } from '$lib/paraglide/messages'
import { desk } from '$lib/state/desk.svelte'
import { severityWord, stateWord } from '$lib/words'

const INSTANTS = new Set(['start', 'end', 'opened'])

/** A value of a history line or a rival as it would stand on the card. */
export function rivalText(field: string, value: string | null, zone: string, now?: number): string {
  if (field === 'deleted') return value === 'yes' || value === 'true' ? m.deleted() : m.not_deleted()
  if (field === 'archived') return value === 'yes' ? m.archived_chip() : m.not_archived()
  if (value === null || value === '') return m.left_empty()
  if (INSTANTS.has(field)) {
    const ms = Date.parse(value)
    return Number.isNaN(ms) ? value : moment(ms, zone, now)
  }
  if (field === 'state') return stateWord(value)
  if (field === 'severity') return severityWord(value)
  if (field === 'duplicate_of') {
    const head = desk.card('complaint', value)
    return head ? nameOf(head) : m.another_complaint()
  }
  return value
}
