// The board as columns: which cards stand where and in which order. Nothing here knows a clock or the screen; what the
// order and the grouping depend on comes in as the context.
import type { Card } from '$lib/fields'
import { wall } from '$lib/format'
import type { CardKind, StrongestDto } from '$lib/ipc/types'

/** By function the columns are states, and only there cards can be moved. */
export const GROUPS = ['function', 'product', 'risk', 'week', 'owner'] as const
export type Group = (typeof GROUPS)[number]

export interface Column {
  /** A state, or a value of the grouping; `''` for cards without one, `REST` for values beyond the first ones. */
  key: string
  cards: Card[]
  /** How many there are without the filter. */
  total: number
}

export type Lanes = Record<CardKind, Column[]>

export interface Context {
  /** The strongest clash of every card that has one. */
  strongest: ReadonlyMap<string, StrongestDto>
  /** Cards that could not be compared. */
  unchecked: ReadonlySet<string>
  now: number
  zone: string
}

/** More values than this share the last column: nobody reads a hundred columns. */
const VALUES_SHOWN = 24
/** The key of that column. No value can be called so: values are trimmed. */
export const REST = ' '

/** The first state is the one that a card gets which is dropped there. */
const STATES: Record<CardKind, readonly (readonly string[])[]> = {
  campaign: [['idea'], ['draft'], ['ready', 'teaser'], ['live', 'throttled', 'extended', 'paused'], ['winding_down'], ['ended']],
  complaint: [['new'], ['confirmed'], ['fixing'], ['watching'], ['solved']],
}
export const ENDED = 'ended'
const RISKS = ['block', 'warn', 'info', 'decided', 'none', 'unchecked'] as const
const WEEKS = ['earlier', 'this', 'next', 'after', 'later', ''] as const

/** The column that a card stands in by function. What a newer version calls a state unknown here stands in the first. */
export function columnOf(of: Card): string {
  if (of.kind === 'campaign' && of.card.archived) return ENDED
  const states = STATES[of.kind]
  return (states.find((some) => some.includes(of.card.state)) ?? states[0])?.[0] ?? of.card.state
}

/** It is over: not among the five columns until somebody asks for it. */
export function isEnded(of: Card): boolean {
  return of.kind === 'campaign' && columnOf(of) === ENDED
}

/** How much a card needs somebody: two answers before clashes, the stronger ones first; what is decided is quiet. */
export function needs(of: Card, context: Pick<Context, 'strongest'>): number {
  if (of.card.rivals.length > 0 || of.card.deleted || of.card.proposals?.some((one) => one.can_take)) return 1000
  const clash = context.strongest.get(of.card.id)
  if (!clash || clash.state === 'decided' || clash.strength === 'info') return 0
  return clash.score
}

/** Cards into columns, in order. `fits` is the filter; cards that do not fit are only counted. */
export function intoLanes(
  cards: Card[],
  group: Group,
  showEnded: boolean,
  fits: (card: Card) => boolean,
  context: Context,
): Lanes {
  const keys = columnKeys(showEnded ? cards : cards.filter((of) => !isEnded(of)), group, context)
  const lanes: Lanes = { campaign: [], complaint: [] }
  const columns = new Map<string, Column>()
  for (const kind of ['campaign', 'complaint'] as const) {
    for (const key of group === 'function' ? stateKeys(kind, showEnded) : keys) {
      const column = { key, cards: [], total: 0 }
      lanes[kind].push(column)
      columns.set(`${kind}/${key}`, column)
    }
  }
  for (const of of cards) {
    if (isEnded(of) && !showEnded) continue
    const isShown = fits(of)
    for (const key of keysOf(of, group, context)) {
      const column = columns.get(`${of.kind}/${key}`) ?? columns.get(`${of.kind}/${REST}`)
      if (!column) continue
      column.total += 1
      if (isShown && column.cards.at(-1) !== of) column.cards.push(of)
    }
  }
  for (const column of columns.values()) sort(column.cards, context)
  return lanes
}

function stateKeys(kind: CardKind, showEnded: boolean): string[] {
  const keys = STATES[kind].map((states) => states[0] ?? '')
  return showEnded ? keys : keys.filter((key) => key !== ENDED)
}

function keysOf(of: Card, group: Group, context: Context): string[] {
  if (group === 'function') return [columnOf(of)]
  if (group === 'product') return of.card.scope.product.length > 0 ? of.card.scope.product : ['']
  if (group === 'owner') return [of.card.owner?.trim() ?? '']
  if (group === 'risk') return [riskOf(of, context)]
  return [felt(of, context)]
}

/** The week in which customers feel a card: a campaign when it starts, or now that it runs; a complaint now that it comes in. */
function felt(of: Card, context: Context): string {
  const { now } = context
  if (of.kind === 'complaint') return of.card.last7 > 0 ? 'this' : weekOf(of.card.opened_ms, context)
  const { start_ms, end_ms } = of.card
  const runs = start_ms !== null && start_ms <= now && (end_ms ?? 0) > now
  return runs ? 'this' : weekOf(start_ms, context)
}

function riskOf(of: Card, context: Context): string {
  const clash = context.strongest.get(of.card.id)
  if (clash) return clash.state === 'decided' ? 'decided' : clash.strength
  return context.unchecked.has(of.card.id) ? 'unchecked' : 'none'
}

const DAY_MS = 86_400_000

/** Days since 1970-01-01 on the board's own calendar. */
function dayNumber(ms: number, zone: string): number {
  return Math.floor(Date.parse(`${wall(ms, zone).slice(0, 10)}T00:00:00Z`) / DAY_MS)
}

/** Weeks begin on Monday; 1970-01-01 was a Thursday. */
const weekNumber = (ms: number, zone: string): number => Math.floor((dayNumber(ms, zone) + 3) / 7)

function weekOf(ms: number | null, { now, zone }: Context): string {
  if (ms === null) return ''
  const weeks = weekNumber(ms, zone) - weekNumber(now, zone)
  if (weeks < 0) return 'earlier'
  return WEEKS[Math.min(weeks, 3) + 1] ?? 'later'
}

/** Both lanes have the same columns, so that what belongs together stands one above the other. */
function columnKeys(cards: Card[], group: Group, context: Context): string[] {
  if (group === 'function') return []
  const found = new Map<string, number>()
  for (const of of cards) for (const key of keysOf(of, group, context)) found.set(key, (found.get(key) ?? 0) + 1)
  if (group === 'risk') return RISKS.filter((key) => found.has(key))
  if (group === 'week') return WEEKS.filter((key) => key !== '' || found.has(key))
  const values = [...found].filter(([key]) => key !== '').sort(([a, m], [b, n]) => n - m || a.localeCompare(b))
  const keys = values.slice(0, VALUES_SHOWN).map(([key]) => key)
  if (values.length > VALUES_SHOWN) keys.push(REST)
  if (found.has('')) keys.push('')
  return keys
}

/** What needs somebody first; then campaigns by start and complaints by the tickets of the last week. */
function sort(cards: Card[], context: Context): void {
  const keys = new Map(cards.map((of) => [of, [-needs(of, context), urgency(of)] as const]))
  cards.sort((a, b) => {
    const [x, y] = [keys.get(a), keys.get(b)]
    if (!x || !y) return 0
    return x[0] - y[0] || x[1] - y[1] || (a.card.id < b.card.id ? -1 : 1)
  })
}

function urgency(of: Card): number {
  return of.kind === 'campaign' ? (of.card.start_ms ?? Number.MAX_SAFE_INTEGER) : -of.card.last7 - of.card.reports / 1e9
}
