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

/** A value as a form's field has it typed: instants by the board's clock. */
export function typedField(field: string, value: string, zone: string): string {
  const ms = field === 'start' || field === 'end' ? Date.parse(value) : NaN
  return Number.isNaN(ms) ? value : wall(ms, zone)
}

/** Another value, written as the one in the line was: with its sign, and in quotes where it has blanks. */
export function written(field: string, old: string, value: string): string {
  // A region may stand bare; another one is sure to be read only with its sign.
  const sign = /^[#@^!~]/.exec(old)?.[0] ?? (field === 'region' ? '~' : '')
  return sign !== '' && /\s/.test(value) ? `${sign}"${value}"` : sign + value
}
