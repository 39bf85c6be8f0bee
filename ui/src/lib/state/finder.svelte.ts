// One field's search: asked at every stop of typing, and only the answer to the last question counts.
import { attempt } from '$lib/actions'
import * as ipc from '$lib/ipc/desk'
import type { SearchDto } from '$lib/ipc/types'

/** A stop of typing. */
const PAUSE_MS = 60

export class Finder {
  text = $state('')
  answer = $state.raw<SearchDto | null>(null)
  /** What the answer is for. */
  asked = $state('')
  /** How long the answer took, in milliseconds. */
  took = $state(0)
  #timer: ReturnType<typeof setTimeout> | undefined

  type(text: string): void {
    this.text = text
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.ask(), PAUSE_MS)
  }

  async ask(): Promise<void> {
    clearTimeout(this.#timer)
    const words = this.text.trim()
    const began = performance.now()
    const answer = words === '' ? null : await attempt(() => ipc.search(words))
    if (words !== this.text.trim()) return
    this.answer = answer
    this.asked = words
    this.took = Math.round(performance.now() - began)
  }

  /** The last question has its answer. */
  get isAnswered(): boolean {
    return this.asked === this.text.trim()
  }

  stop(): void {
    clearTimeout(this.#timer)
  }
}
