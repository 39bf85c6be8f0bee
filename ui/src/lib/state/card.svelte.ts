// One card as a panel shows it: the board's own where it is on its first page, else read by itself and again after every
// change.
import * as ipc from '$lib/ipc/desk'
import { deskError, type DeskError } from '$lib/ipc/call'
import type { CardKind } from '$lib/ipc/types'
import type { Card } from '$lib/fields'

import { desk } from './desk.svelte'

/** Nothing is drawn for an answer that comes at once. */
const SLOW_MS = 200

export class CardReading {
  readonly kind: CardKind
  readonly id: string
  #read = $state.raw<Card | null>(null)
  /** Nobody has this card, or not any more. */
  isGone = $state(false)
  error = $state.raw<DeskError | null>(null)
  /** It takes so long that the wait needs a picture. */
  isSlow = $state(false)
  #asked = 0

  constructor(kind: CardKind, id: string) {
    this.kind = kind
    this.id = id
  }

  get of(): Card | null {
    return desk.card(this.kind, this.id) ?? this.#read
  }

  /** Whether the card was put away: it is shown, and can come back. */
  get isDeleted(): boolean {
    return this.of?.card.deleted ?? false
  }

  /** Reads the card where the board does not have it. */
  async read(): Promise<void> {
    const asked = ++this.#asked
    const slow = setTimeout(() => (this.isSlow = true), SLOW_MS)
    try {
      const { kind, id } = this
      const of: Card = kind === 'campaign' ? { kind, card: await ipc.campaign(id) } : { kind, card: await ipc.complaint(id) }
      if (asked !== this.#asked) return
      this.#read = of
      this.isGone = false
      this.error = null
    } catch (thrown) {
      if (asked !== this.#asked) return
      const error = deskError(thrown)
      this.isGone = error.code === 'not_found'
      this.error = this.isGone ? null : error
      if (this.isGone) this.#read = null
    } finally {
      clearTimeout(slow)
      if (asked === this.#asked) this.isSlow = false
    }
  }
}
