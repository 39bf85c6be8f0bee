// A card's history as it is read: the newest first, by days; what one line was, what stands now, and what would have to be
// typed to bring the old value back.
import { FORM, typed, type Card } from '$lib/fields'
import { day, wall } from '$lib/format'
import type { FieldInputDto, HistoryDto } from '$lib/ipc/types'

export interface DatedLine {
  key: string
  line: HistoryDto
  /** The day that begins with this line. */
  day: string | null
}

/** Newest first; the first line of each day says it, in the board's zone. */
export function dated(lines: readonly HistoryDto[], zone: string, now: number): DatedLine[] {
  const seen = new Map<string, number>()
  let last = ''
  return lines.toReversed().map((line) => {
    const date = wall(line.at_ms, zone).slice(0, 10)
    const isNext = date !== last
    last = date
    // The same change twice in a millisecond is two lines.
    const same = `${line.at_ms}/${line.field}/${line.old}/${line.new}`
    const times = seen.get(same) ?? 0
    seen.set(same, times + 1)
    return { key: `${same}/${times}`, line, day: isNext ? day(line.at_ms, zone, now) : null }
  })
}

/** The fields that changed most often, with how often, for narrowing the list. */
export function mostChanged(lines: readonly HistoryDto[], atMost: number): { field: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const line of lines) counts.set(line.field, (counts.get(line.field) ?? 0) + 1)
  const found = [...counts].map(([field, count]) => ({ field, count }))
  return found.filter((one) => one.count > 1).sort((a, b) => b.count - a.count).slice(0, atMost)
}

const isList = (of: Card, field: string): boolean => FORM[of.kind].some((one) => one.name === field && one.list === true)

/** Elements of a list field as they stand. */
function elements(of: Card, field: string, zone: string): string[] {
  return typed(of, field, zone)
    .split(', ')
    .filter((one) => one !== '')
}

/** What stands on the card now, as a history line would say it. */
export function standing(of: Card, field: string, zone: string): string | null {
  if (field === 'deleted') return of.card.deleted ? 'yes' : 'no'
  if (field === 'archived') return of.kind === 'campaign' && of.card.archived ? 'yes' : 'no'
  const now = typed(of, field, zone)
  return now === '' ? null : now
}

/**
 * What brings the old value of a line back, as it is typed: of a list only this element, of everything else the value.
 * Nothing where it stands already, or where it cannot be typed.
 */
export function toRestore(of: Card, line: HistoryDto, zone: string): FieldInputDto | null {
  const { field, old } = line
  if (field === 'archived') return standing(of, field, zone) === (old ?? 'no') ? null : { field, value: old ?? 'no' }
  const form = FORM[of.kind].find((one) => one.name === field)
  if (!form || (form.required && old === null)) return null
  if (isList(of, field)) return listToRestore(of, line, zone)
  const value = old !== null && form.instant ? instant(old, zone) : old
  return (value ?? '') === typed(of, field, zone) ? null : { field, value }
}

function listToRestore(of: Card, { field, old, new: added }: HistoryDto, zone: string): FieldInputDto | null {
  const now = elements(of, field, zone)
  // A comma inside an element would be read as two of them.
  if ([...now, old ?? ''].some((one) => /[,;]/.test(one))) return null
  const wanted = old === null ? now.filter((one) => one !== added) : [...now, old]
  const isSame = old === null ? wanted.length === now.length : now.includes(old)
  return isSame ? null : { field, value: wanted.length === 0 ? null : wanted.join(', ') }
}

function instant(text: string, zone: string): string {
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? text : wall(ms, zone)
}
