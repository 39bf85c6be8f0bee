// The board's page: how it is grouped, what is filtered, which card is being moved. The cards themselves are the desk's.
import { asking, isFiltering, NO_FILTER, readFilter, type Filter } from '$lib/board-filter'
import { columnOf, GROUPS, intoLanes, isEnded, needs, type Context, type Group, type Lanes } from '$lib/board-columns'
import type { Card } from '$lib/fields'
import type { CardKind, ClashDto } from '$lib/ipc/types'

import { desk } from './desk.svelte'
import { places } from './places.svelte'

/** A card in the hand, of the pointer or of the keys. */
export interface Moving {
  kind: CardKind
  id: string
  name: string
  /** The column it came from, and the one it is over. */
  from: string
  to: string
  how: 'pointer' | 'keys'
}

/** A state that was chosen here and that the card does not say yet. */
interface Patch {
  state: string
  /** The card as it was. */
  base: Card['card']
  /** It is saved: from now on the card itself knows better as soon as it is read again. */
  isSaved: boolean
}

/** A card that was added is on the board within a moment, or a filter hides it. */
const WANTED_MS = 3_000

class BoardState {
  group = $state<Group>('function')
  filter = $state.raw<Filter>(NO_FILTER)
  filterOpen = $state(false)
  showEnded = $state(false)
  moving = $state.raw<Moving | null>(null)
  /** A card that gets the focus as soon as it is there; see `want`. */
  wanted = $state.raw<{ kind: CardKind; id: string } | null>(null)
  #wanting: ReturnType<typeof setTimeout> | undefined
  #patches = $state.raw<ReadonlyMap<string, Patch>>(new Map())
  /** The columns as they were when a card was taken up: nothing jumps under a hand. */
  #held = $state.raw<Lanes | null>(null)
  #restored = false

  readonly cards: Card[] = $derived.by(() => {
    const campaigns = (desk.board?.campaigns ?? []).map((card) => this.#patched({ kind: 'campaign' as const, card }))
    const complaints = (desk.board?.complaints ?? []).map((card) => this.#patched({ kind: 'complaint' as const, card }))
    return [...campaigns, ...complaints]
  })
  readonly context: Context = $derived.by(() => ({
    strongest: new Map((desk.clashes?.strongest ?? []).map((clash) => [clash.card, clash])),
    unchecked: new Set((desk.clashes?.not_checked ?? []).map((record) => record.id)),
    now: desk.now,
    zone: desk.zone,
  }))
  readonly clashes: ReadonlyMap<string, ClashDto> = $derived(new Map((desk.clashes?.clashes ?? []).map((clash) => [clash.id, clash])))
  readonly #sorted: Lanes = $derived(
    intoLanes(this.cards, this.group, this.showEnded, asking(this.filter, desk.open?.me ?? '', this.context), this.context),
  )

  get lanes(): Lanes {
    return this.#held ?? this.#sorted
  }

  get isFiltering(): boolean {
    return isFiltering(this.filter)
  }

  /** How many campaigns are over and stand aside. */
  get ended(): number {
    return this.cards.filter(isEnded).length
  }

  /** How many cards of a lane wait for somebody. */
  needing(kind: CardKind): number {
    return this.cards.filter((of) => of.kind === kind && needs(of, this.context) > 0).length
  }

  card(kind: CardKind, id: string): Card | null {
    return this.cards.find((of) => of.kind === kind && of.card.id === id) ?? null
  }

  /** The page as it was left, once. */
  restore(): void {
    if (this.#restored) return
    this.#restored = true
    const place = places.of('board')
    if (!place) return
    this.group = GROUPS.find((group) => group === place['group']) ?? 'function'
    this.filter = readFilter(place['filter'])
    this.filterOpen = this.isFiltering
    this.showEnded = place['ended'] === true
  }

  /** Whoever comes later than this finds the focus elsewhere, and it stays there. */
  want(kind: CardKind, id: string): void {
    clearTimeout(this.#wanting)
    this.wanted = { kind, id }
    this.#wanting = setTimeout(() => (this.wanted = null), WANTED_MS)
  }

  groupBy(group: Group): void {
    this.group = group
    this.#keep()
  }

  narrow(change: Partial<Filter>): void {
    this.filter = { ...this.filter, ...change }
    if (this.isFiltering) this.filterOpen = true
    this.#keep()
  }

  /** Everything is shown again. */
  clear(): void {
    this.filter = NO_FILTER
    this.filterOpen = false
    this.#keep()
  }

  toggleEnded(): void {
    this.showEnded = !this.showEnded
    this.#keep()
  }

  /** Takes a card up; the columns stand still until it is put down. */
  hold(of: Card, name: string, how: Moving['how']): void {
    const from = columnOf(of)
    this.#held = this.#sorted
    this.moving = { kind: of.kind, id: of.card.id, name, from, to: from, how }
  }

  over(to: string): void {
    if (this.moving && this.moving.to !== to) this.moving = { ...this.moving, to }
  }

  letGo(): void {
    this.moving = null
    this.#held = null
  }

  /** Shows a state before it is saved. Answers with the two ways it can end. */
  expect(of: Card, state: string): { saved: () => void; refused: () => void } {
    const patch = { state, base: of.card, isSaved: false }
    const put = (change: Patch | null): void => {
      const patches = new Map(this.#patches)
      if (change) patches.set(of.card.id, change)
      else patches.delete(of.card.id)
      this.#patches = patches
    }
    put(patch)
    // The card may have been moved on before the answer came: what it says then is about a state that nobody waits for.
    const isLast = (): boolean => this.#patches.get(of.card.id) === patch
    return { saved: () => isLast() && put({ ...patch, isSaved: true }), refused: () => isLast() && put(null) }
  }

  #patched(of: Card): Card {
    const patch = this.#patches.get(of.card.id)
    if (!patch || of.card.state === patch.state || (patch.isSaved && of.card !== patch.base)) return of
    return { ...of, card: { ...of.card, state: patch.state, pending: true } } as Card
  }

  #keep(): void {
    places.put('board', { group: this.group, filter: { ...this.filter }, ended: this.showEnded })
  }
}

export const board = new BoardState()
