// Dates, spans and numbers by the reader's language and the board's zone.
import { m } from '$lib/paraglide/messages'
import { getLocale } from '$lib/paraglide/runtime'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** English as most of the world writes dates: day before month, 24 hours. */
function tag(): string {
  return getLocale() === 'en' ? 'en-GB' : getLocale()
}

/** Making a formatter takes as long as drawing a card. Each is made once for its language, zone and options. */
const dates = new Map<string, Intl.DateTimeFormat>()
const numbers = new Map<string, Intl.NumberFormat>()

function dateFormat(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(options)
  const made = dates.get(key) ?? new Intl.DateTimeFormat(language, options)
  dates.set(key, made)
  return made
}

function numberFormat(language: string, options: Intl.NumberFormatOptions = {}): Intl.NumberFormat {
  const key = language + JSON.stringify(options)
  const made = numbers.get(key) ?? new Intl.NumberFormat(language, options)
  numbers.set(key, made)
  return made
}

function parts(ms: number, zone: string, options: Intl.DateTimeFormatOptions): string {
  return dateFormat(tag(), { timeZone: zone, ...options }).format(ms).replace(',', '')
}

const yearOf = (ms: number, zone: string): string => parts(ms, zone, { year: 'numeric' })
/** `2026-11-21`, for comparing days. */
const dayKey = (ms: number, zone: string): string => wall(ms, zone).slice(0, 10)

export const isSameDay = (ms: number, other: number, zone: string): boolean => dayKey(ms, zone) === dayKey(other, zone)

export function time(ms: number, zone: string): string {
  return parts(ms, zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
}

/** `10:42:03`, where the second tells that something was just done. */
export function exactTime(ms: number, zone: string): string {
  return parts(ms, zone, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })
}

/** `Sat 21 Nov`, with the year where it is not this one. */
export function day(ms: number, zone: string, now = Date.now()): string {
  const year = yearOf(ms, zone) === yearOf(now, zone) ? {} : { year: 'numeric' as const }
  return parts(ms, zone, { weekday: 'short', day: 'numeric', month: 'short', ...year })
}

/** `Thursday, 19 November`: the headline of a day. */
export function longDay(ms: number, zone: string): string {
  return `${parts(ms, zone, { weekday: 'long' })}, ${parts(ms, zone, { day: 'numeric', month: 'long' })}`
}

/** `today 15:00`, `Sat 15:00` within a week, else `Sat 21 Nov 15:00`. */
export function moment(ms: number, zone: string, now = Date.now()): string {
  const at = time(ms, zone)
  if (dayKey(ms, zone) === dayKey(now, zone)) return m.today_at({ time: at })
  if (ms > now && ms - now < 6 * DAY) return `${parts(ms, zone, { weekday: 'short' })} ${at}`
  return `${day(ms, zone, now)} ${at}`
}

/** From and until; the end is the first instant outside, so a midnight end means the day before. */
export function span(start: number | null, end: number | null, zone: string, now = Date.now()): string {
  if (start === null && end === null) return m.no_dates()
  const last = end === null ? null : day(end - 1, zone, now)
  if (start === null) return m.until_day({ day: last ?? '' })
  const first = day(start, zone, now)
  if (last === null) return m.from_day({ day: first })
  return first === last ? first : m.day_to_day({ from: first, to: last })
}

/** From now on without weekdays: nobody plans by them that far ahead. */
const FAR = 60 * DAY

/** A span as short as a card's face needs it: `until Sun 22 Nov` while it runs, `Sat 21 to Sat 28 Nov`, `8 Mar to 14 Mar`. */
export function spanShort(start: number | null, end: number | null, zone: string, now = Date.now()): string {
  if (start === null || end === null) return span(start, end, zone, now)
  const last = end - 1
  if (start <= now && now < end) return m.until_day({ day: day(last, zone, now) })
  if (isSameDay(start, last, zone)) return day(start, zone, now)
  const [from, to] = [wall(start, zone), wall(last, zone)]
  const isFar = Math.abs(start - now) > FAR
  const yearIf = (isSaid: boolean): Intl.DateTimeFormatOptions => (isSaid ? { year: 'numeric' } : {})
  const [thisYear, fromYear, toYear] = [yearOf(now, zone), from.slice(0, 4), to.slice(0, 4)]
  const weekday = isFar ? {} : { weekday: 'short' as const }
  const month = from.slice(0, 7) === to.slice(0, 7) && !isFar ? {} : { month: 'short' as const }
  // With both months the second weekday is one word too many for a face.
  const second = month.month ? {} : weekday
  return m.day_to_day({
    from: parts(start, zone, { ...weekday, day: 'numeric', ...month, ...yearIf(fromYear !== thisYear && fromYear !== toYear) }),
    to: parts(last, zone, { ...second, day: 'numeric', month: 'short', ...yearIf(toYear !== thisYear) }),
  })
}

/** What is typed into a date field: `2026-11-21 15:00` in the board's zone. */
export function wall(ms: number, zone: string): string {
  const options: Intl.DateTimeFormatOptions = {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }
  const found = dateFormat('en-GB', options).formatToParts(ms)
  const get = (type: string): string => found.find((part) => part.type === type)?.value ?? ''
  return `${get('year').padStart(4, '0')}-${get('month')}-${get('day')} ${get('hour')}:${get('minute')}`
}

/** `2:41`: minutes and seconds of a timer. */
export function clockWords(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}

/** `2 d 4 h`, `4 h 18`, `12 min`: what remains, two figures at most. */
export function remaining(minutes: number): string {
  const whole = Math.max(0, Math.floor(minutes))
  const [days, hours, rest] = [Math.floor(whole / 1440), Math.floor((whole % 1440) / 60), whole % 60]
  if (days > 0) return hours > 0 ? m.left_days_hours({ days, hours }) : m.left_days({ days })
  if (hours > 0) return rest > 0 ? m.left_hours_minutes({ hours, minutes: rest }) : m.left_hours({ hours })
  return m.left_minutes({ minutes: rest })
}

export function number(value: number): string {
  const shown = numberFormat(tag()).format(value)
  // A space between thousands is read alike in every country; a comma is not.
  return getLocale() === 'en' ? shown.replaceAll(',', '\u00a0') : shown
}

/** `83 %` of 0.834. */
export function percent(share: number): string {
  return numberFormat(tag(), { style: 'percent', maximumFractionDigits: 0 }).format(share)
}

/** `Boots, EU and web`. */
export function list(values: string[]): string {
  return new Intl.ListFormat(tag(), { type: 'conjunction' }).format(values)
}

/** Basis points of the score as points with at most one decimal: 1392 → 13.9. */
export function points(basis: number): string {
  return numberFormat(tag(), { maximumFractionDigits: 1 }).format(basis / 100)
}

/** `Marketing lead` → `ML`; initials stay as they are. */
export function initials(name: string): string {
  if (/^\p{Lu}{2,3}$/u.test(name.trim())) return name.trim()
  const words = name.trim().split(/\s+/).filter(Boolean)
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : [words[0]]
  const found = letters.map((word) => [...(word ?? '')][0] ?? '').join('')
  return (found || '?').toLocaleUpperCase(tag())
}
