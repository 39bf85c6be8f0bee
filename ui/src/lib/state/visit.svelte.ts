// When this person last had Today in front of them, what the other function did since, and what it proposed. Leaving the page is what counts as
// having seen it: a page that is open in the background shows more and more until somebody goes on.
import * as ipc from '$lib/ipc/desk'
import type { AnswerDto, SinceListDto } from '$lib/ipc/types'

import { desk } from './desk.svelte'
import { places } from './places.svelte'

class Visit {
  list = $state.raw<SinceListDto | null>(null)
  /** What waits for this person's answer. */
  proposed = $state.raw<AnswerDto[]>([])
  /** As of the beginning of this visit; null at the very first one, which has no before. */
  #since: number | null = null

  enter(): void {
    const last = places.of('today')?.['seen_ms']
    this.#since = typeof last === 'number' ? last : null
    this.list = null
  }

  async loadProposed(): Promise<void> {
    try {
      this.proposed = (await ipc.proposals()).filter(({ proposal }) => proposal.can_take && !proposal.own)
    } catch {
      // The cards say it too.
    }
  }

  async load(): Promise<void> {
    const since = this.#since
    if (since === null) return
    try {
      const list = await ipc.since(since)
      if (since === this.#since) this.list = list
    } catch {
      // It is beside the agenda and not worth a word of its own.
    }
  }

  leave(): void {
    places.put('today', { seen_ms: desk.clock() })
  }
}

export const visit = new Visit()
