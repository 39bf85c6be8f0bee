// What is to be decided today, and the day's standup once it is started. Read again whenever anything changes; the board's
// own reading of every new minute is such a change.
import { deskError } from '$lib/ipc/call'
import * as ipc from '$lib/ipc/desk'
import type { AgendaDto, AgendaItemDto, ErrorDto, StandupDto } from '$lib/ipc/types'

import { desk } from './desk.svelte'

class AgendaState {
  agenda = $state.raw<AgendaDto | null>(null)
  error = $state.raw<Pick<ErrorDto, 'code' | 'message'> | null>(null)
  #isReading = false
  #hasMore = false

  constructor() {
    $effect.root(() => {
      $effect(() => {
        void desk.changes
        if (desk.phase === 'ready') void this.load()
      })
    })
  }

  get items(): AgendaItemDto[] {
    return this.agenda?.items ?? []
  }

  /** How many things wait for a decision: the figure in the rail. */
  get count(): number {
    return this.items.filter((item) => item.state !== 'settled').length
  }

  get standup(): StandupDto | null {
    return this.agenda?.standup ?? null
  }

  /** The date to write beside decisions that are made now, in the standup. */
  get standupDate(): string | null {
    return this.standup && this.standup.ended_ms === null ? this.standup.date : null
  }

  item(kind: string, id: string): AgendaItemDto | null {
    const is = (item: AgendaItemDto): boolean => item.about_kind === kind && item.about === id
    return this.items.find(is) ?? this.standup?.items.find(is) ?? null
  }

  /** One reader at a time; what changes meanwhile is read once more afterwards. */
  async load(): Promise<void> {
    this.#hasMore = true
    if (this.#isReading) return
    this.#isReading = true
    while (this.#hasMore) {
      this.#hasMore = false
      try {
        this.agenda = await ipc.agenda()
        this.error = null
      } catch (error) {
        this.error = deskError(error)
      }
    }
    this.#isReading = false
  }

  /** The standup as the last command answered it: on the screen before the agenda is read again. */
  answered(standup: StandupDto): void {
    if (this.agenda) this.agenda = { ...this.agenda, standup }
  }
}

export const agenda = new AgendaState()
