// What was understood of a typed line, in words.
import { span, wall } from '$lib/format'
import type { ChipDto } from '$lib/ipc/types'
import { severityWord, stateWord } from '$lib/words'

export function quickValue({ field, value }: ChipDto, zone: string, now: number): string {
  if (field === 'start' || field === 'end') return instants(value, zone, now)
  if (field === 'state') return stateWord(value)
  if (field === 'severity') return severityWord(value)
  return value
}

/** One instant, or two with a slash between them. A midnight says only the day. */
function instants(value: string, zone: string, now: number): string {
  const [start = NaN, end] = value.split('/').map((one) => Date.parse(one))
  if (Number.isNaN(start)) return value
  const clock = wall(start, zone).slice(11)
  return `${span(start, end ?? start + 1, zone, now)}${clock === '00:00' ? '' : `, ${clock}`}`
}
