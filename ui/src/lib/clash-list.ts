// Which clashes stand on which tab, and in which order. Rust says how far each one is.
import type { Fn } from '$lib/decisions'
import type { ClashDto, ClashesDto, PastClashDto } from '$lib/ipc/types'
import { m } from '$lib/paraglide/messages'
import { functionWord } from '$lib/words'

export const TABS = ['open', 'waiting', 'decided'] as const
export type Tab = (typeof TABS)[number]

export type Row =
  | { kind: 'heading'; key: string; words: string }
  | { kind: 'clash'; key: string; clash: ClashDto }
  | { kind: 'past'; key: string; past: PastClashDto }

export const tabOf = (clash: ClashDto): Tab => TABS.find((tab) => tab === clash.state) ?? 'open'

export function counts(all: ClashesDto | null): Record<Tab, number> {
  const of = (tab: Tab): number => (all?.clashes ?? []).filter((clash) => tabOf(clash) === tab).length
  return { open: of('open'), waiting: of('waiting'), decided: of('decided') + (all?.past.length ?? 0) }
}

const heading = (words: string): Row => ({ kind: 'heading', key: `heading/${words}`, words })
const row = (clash: ClashDto): Row => ({ kind: 'clash', key: clash.id, clash })
const under = (words: string, clashes: ClashDto[]): Row[] => (clashes.length > 0 ? [heading(words), ...clashes.map(row)] : [])

/**
 * The rows of a tab. `held` stays where it is although it has just been signed: whoever signed sees the signature before the
 * row goes to another tab.
 */
export function rowsOf(tab: Tab, all: ClashesDto, mine: Fn[], held: string | null): Row[] {
  const here = all.clashes.filter((clash) => tabOf(clash) === tab || clash.id === held)
  if (tab === 'open') {
    const [quiet, loud] = [here.filter((clash) => clash.strength === 'info'), here.filter((clash) => clash.strength !== 'info')]
    return [...loud.map(row), ...under(m.for_information(), quiet)]
  }
  if (tab === 'waiting') {
    const forMe = (clash: ClashDto): boolean => clash.waits_for.some((fn) => mine.includes(fn as Fn))
    const others = (fn: Fn): ClashDto[] => here.filter((clash) => !forMe(clash) && clash.waits_for.includes(fn))
    const done = here.filter((clash) => clash.waits_for.length === 0)
    return [
      ...under(m.waits_for_you(), here.filter(forMe)),
      ...under(m.waits_for({ fn: functionWord('marketing') }), others('marketing')),
      ...under(m.waits_for({ fn: functionWord('support') }), others('support')),
      ...done.map(row),
    ]
  }
  const past = all.past.map((one): Row => ({ kind: 'past', key: one.id, past: one }))
  return [...here.map(row), ...(past.length > 0 ? [heading(m.no_clash_now()), ...past] : [])]
}

/** The rows that can be chosen. */
export const chosenRows = (rows: Row[]): Exclude<Row, { kind: 'heading' }>[] => rows.filter((one) => one.kind !== 'heading')
