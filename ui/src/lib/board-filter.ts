// What the board's filter lets through. Every part that is set must hold.
import { isRecord } from '$lib/kept'
import { nameOf, type Card } from '$lib/fields'
import { needs, type Context } from '$lib/board-columns'

export interface Filter {
  /** All of these words, anywhere on the card. */
  words: string
  product: string
  region: string
  owner: string
  /** Owned by whoever sits here. */
  mine: boolean
  /** Two answers, or a clash that is not decided. */
  needs: boolean
  /** Not compared: something is missing. */
  unchecked: boolean
}

export const NO_FILTER: Filter = { words: '', product: '', region: '', owner: '', mine: false, needs: false, unchecked: false }

export function isFiltering(filter: Filter): boolean {
  return Object.values(filter).some((value) => (typeof value === 'string' ? value.trim() !== '' : value))
}

const lower = (text: string): string => text.toLocaleLowerCase()

/** What a person may stand as in an owner's field: the name, or the initials of two words and more. */
function namesOf(me: string): string[] {
  const words = me.split(/\s+/).filter(Boolean)
  const short = words.map((word) => [...word][0] ?? '').join('')
  return [me.trim(), ...(words.length > 1 ? [short] : [])].filter(Boolean).map(lower)
}

/** The filter as a question to ask of every card. */
export function asking(filter: Filter, me: string, context: Context): (of: Card) => boolean {
  const words = lower(filter.words).split(/\s+/).filter(Boolean)
  const [owner, mine] = [lower(filter.owner), namesOf(me)]
  return (of) => {
    const { scope } = of.card
    const by = lower(of.card.owner?.trim() ?? '')
    if (filter.product && !scope.product.includes(filter.product)) return false
    if (filter.region && !scope.region.includes(filter.region)) return false
    if (owner && by !== owner) return false
    if (filter.mine && !mine.includes(by)) return false
    if (filter.needs && needs(of, context) === 0) return false
    if (filter.unchecked && !context.unchecked.has(of.card.id)) return false
    if (words.length === 0) return true
    const text = lower([nameOf(of), by, ...Object.values(scope).flat(), ...(of.kind === 'campaign' ? of.card.labels : [])].join('\n'))
    return words.every((word) => text.includes(word))
  }
}

/** What cards have of a dimension, the commonest first. */
export function valuesOf(cards: Card[], field: 'product' | 'region' | 'owner'): string[] {
  const found = new Map<string, number>()
  for (const of of cards) {
    const values = field === 'owner' ? [of.card.owner?.trim() ?? ''] : of.card.scope[field]
    for (const value of values) if (value !== '') found.set(value, (found.get(value) ?? 0) + 1)
  }
  return [...found].sort(([a, m], [b, n]) => n - m || a.localeCompare(b)).map(([value]) => value)
}

/** A filter that was kept; it is a file, so every part is looked at. */
export function readFilter(kept: unknown): Filter {
  const found = isRecord(kept) ? kept : {}
  const text = (key: string): string => (typeof found[key] === 'string' ? found[key] : '')
  return {
    words: text('words'),
    product: text('product'),
    region: text('region'),
    owner: text('owner'),
    mine: found['mine'] === true,
    needs: found['needs'] === true,
    unchecked: found['unchecked'] === true,
  }
}
