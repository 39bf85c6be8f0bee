// The geometry and the words of the chart of a complaint: teal bars for weeks, campaigns as violet bands behind them. Pure,
// so that what is drawn can be checked without drawing.
import { number, span } from '$lib/format'
import type { TouchedDto, TrendDto } from '$lib/ipc/types'
import { m } from '$lib/paraglide/messages'

const WEEK_MS = 7 * 24 * 3_600_000
/** Room for names above the bars, for dates below them, and for the numbers at the left. */
export const TOP = 22
export const BOTTOM = 20
export const LEFT = 28
const GAP = 6
/** A name narrower than this says nothing. */
const NAME_MIN = 48
/** The width of a letter of 11 px, on average: enough to know which names collide. */
const LETTER = 6

export interface Bar {
  x: number
  y: number
  width: number
  height: number
  count: number
  /** The last seven days. */
  isNow: boolean
}
export interface Band {
  id: string
  name: string
  x: number
  width: number
  /** Where its name begins and how wide it may be; nothing where it would lie on another one. */
  label: { x: number; width: number } | null
}
export interface Drawing {
  bars: Bar[]
  bands: Band[]
  /** Three lines at most, at round numbers. */
  grid: { y: number; value: number }[]
  baseline: number
}

/** How high the highest bar may stand, so that its number has room below the names. */
const FULL = 0.87

/** The highest line: 2, 4, 6, 8, 10, 20 …, so that half of it is whole. */
function roof(most: number): number {
  for (let unit = 1; ; unit *= 10) {
    for (const step of [2, 4, 6, 8, 10]) if (step * unit * FULL >= most) return step * unit
  }
}

export function draw(trend: TrendDto, width: number, height: number): Drawing {
  const [from, plot, baseline] = [trend.weeks[0]?.start_ms ?? 0, Math.max(0, width - LEFT), height - BOTTOM]
  const until = from + trend.weeks.length * WEEK_MS
  const top = roof(Math.max(2, ...trend.weeks.map((week) => week.count)))
  const y = (count: number): number => baseline - (count / top) * (baseline - TOP)
  const slot = trend.weeks.length === 0 ? 0 : plot / trend.weeks.length
  const bars = trend.weeks.map((week, index) => ({
    x: LEFT + index * slot + GAP / 2,
    y: y(week.count),
    width: Math.max(1, slot - GAP),
    height: baseline - y(week.count),
    count: week.count,
    isNow: index === trend.weeks.length - 1,
  }))
  const x = (ms: number): number => LEFT + ((Math.min(Math.max(ms, from), until) - from) / Math.max(1, until - from)) * plot
  const grid = [0, top / 2, top].map((value) => ({ value, y: y(value) }))
  return { bars, bands: labelled(bandsOf(trend.campaigns, from, until, x), width), grid, baseline }
}

function bandsOf(campaigns: TouchedDto[], from: number, until: number, x: (ms: number) => number): Omit<Band, 'label'>[] {
  return campaigns.flatMap(({ id, name, start_ms: start, end_ms: end }) => {
    const [begin, stop] = [start ?? from, end ?? until]
    if (begin >= until || stop <= from) return []
    return [{ id, name, x: x(begin), width: Math.max(2, x(stop) - x(begin)) }]
  })
}

/** Names from the left; one that would lie on another is left to the list below the chart. */
function labelled(bands: Omit<Band, 'label'>[], width: number): Band[] {
  let free = LEFT
  return bands.map((band) => {
    const wanted = band.name.length * LETTER
    const x = Math.max(LEFT, Math.min(band.x, width - Math.min(wanted, NAME_MIN * 2)))
    const room = Math.min(wanted, width - x)
    if (x < free || room < Math.min(NAME_MIN, wanted)) return { ...band, label: null }
    free = x + room + GAP
    return { ...band, label: { x, width: room } }
  })
}

/** What the picture says, for whoever does not see it. */
export function sentence(trend: TrendDto): string {
  const counts = trend.weeks.map((week) => week.count)
  const [last, before] = [counts.at(-1) ?? 0, counts.slice(0, -1)]
  const most = Math.max(0, ...before)
  const words = m.trend_sentence({ last: number(last), weeks: counts.length, least: number(Math.min(...before, most)), most: number(most) })
  const beside = trend.campaigns.filter((campaign) => campaign.when !== 'after').length
  return beside === 0 ? words : `${words} ${m.trend_beside({ count: beside, shown: number(beside) })}`
}

export interface TableRow {
  week: string
  count: string
  campaigns: string
}

/** The same as a table: each week with its campaigns. */
export function table(trend: TrendDto, zone: string, now: number): TableRow[] {
  return trend.weeks.map(({ start_ms: start, count }) => {
    const beside = trend.campaigns.filter((one) => (one.start_ms ?? start) < start + WEEK_MS && (one.end_ms ?? Infinity) > start && one.start_ms !== null)
    return { week: span(start, start + WEEK_MS, zone, now), count: number(count), campaigns: beside.map((one) => one.name).join(', ') }
  })
}

/** The table as text that a sheet takes. A cell never begins like a formula. */
export function copied(rows: TableRow[]): string {
  const cell = (text: string): string => (/^[=+\-@]/.test(text) ? `'${text}` : text).replaceAll(/[\t\r\n]+/g, ' ')
  const head = [m.trend_week(), m.trend_tickets(), m.trend_campaigns()]
  return [head, ...rows.map((row) => [row.week, row.count, row.campaigns].map(cell))].map((line) => line.join('\t')).join('\n')
}
