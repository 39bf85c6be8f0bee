// The day's standup as this window shows it. Everybody looks at the same item; only a person who is typing is not pulled away
// from what they type.
import { attempt } from '$lib/actions'
import * as ipc from '$lib/ipc/desk'
import type { AgendaItemDto, StandupDto } from '$lib/ipc/types'

import { agenda } from './agenda.svelte'
import { composer } from './composer.svelte'
import { screen } from './screen.svelte'

class Standup {
  /** A command is on its way. */
  busy = $state(false)
  /** What this window still shows although everybody else went on. */
  #held = $state<string | null>(null)
  /** Where everybody was when this window last looked. */
  #seen: string | null = null

  get of(): StandupDto | null {
    return agenda.standup
  }

  get isEnded(): boolean {
    return this.of !== null && this.of.ended_ms !== null
  }

  /** The item that this window shows; null when all are through. */
  get shown(): AgendaItemDto | null {
    const key = this.#held ?? this.of?.current ?? null
    return this.of?.items.find((item) => item.key === key) ?? null
  }

  get index(): number {
    const shown = this.shown
    return shown ? (this.of?.items.indexOf(shown) ?? -1) : (this.of?.items.length ?? 0)
  }

  /** Others went on while somebody typed here: where they are now, or null. */
  get ahead(): { index: number } | null {
    if (this.#held === null || !this.of || this.#held === this.of.current) return null
    const index = this.of.items.findIndex((item) => item.key === this.of?.current)
    return { index: index < 0 ? this.of.items.length : index }
  }

  /** Looks where everybody is now. What is being typed here holds this window where it is. */
  look(): void {
    const now = this.of?.current ?? null
    if (now === this.#seen) return
    const before = this.of?.items.find((item) => item.key === this.#seen)
    if (this.#held === null && before && !this.busy && composer.is(before.about_kind as 'clash', before.about) && composer.isTyped) {
      this.#held = before.key
    }
    this.#seen = now
  }

  follow(): void {
    this.#held = null
  }

  /** Starts today's standup, or goes on with it. */
  async start(): Promise<void> {
    const started = await this.#run(ipc.startStandup)
    if (!started) return
    this.#seen = started.current
    screen.go('standup')
  }

  /** One item on or back, from what is shown here. After the last one everything is through. */
  async step(by: 1 | -1): Promise<void> {
    const items = this.of?.items ?? []
    const next = items[this.index + by]
    if (by === -1 && !next) return
    await this.moveTo(next?.key ?? null)
  }

  async moveTo(key: string | null): Promise<void> {
    if (this.isEnded) return
    this.#held = null
    composer.close()
    const moved = await this.#run(() => ipc.moveStandup(key))
    if (moved) this.#seen = moved.current
  }

  async end(): Promise<void> {
    if (this.isEnded) return
    await this.#run(ipc.endStandup)
  }

  /** The same by itself, on every screen at once: the one that comes second has nothing left to end. */
  async endQuietly(): Promise<void> {
    if (this.isEnded || this.busy) return
    this.busy = true
    try {
      agenda.answered(await ipc.endStandup())
    } catch {
      await agenda.load()
    }
    this.busy = false
  }

  async #run(command: () => Promise<StandupDto>): Promise<StandupDto | null> {
    if (this.busy) return null
    this.busy = true
    const answer = await attempt(command)
    if (answer) {
      // The very first one comes before the agenda was ever read.
      if (agenda.agenda === null) await agenda.load()
      agenda.answered(answer)
    }
    this.busy = false
    return answer
  }
}

export const standup = new Standup()
