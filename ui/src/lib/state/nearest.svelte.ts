// What somebody types about a complaint, held against those that are known: asked when the typing rests, the newest answer
// wins. Nothing is filed by itself.
import * as ipc from '$lib/ipc/desk'
import type { NearestDto } from '$lib/ipc/types'

/** Typing rests this long. */
const PAUSE_MS = 200

export class Nearest {
  /** Of the newest text; null while nothing is known of it. */
  found = $state.raw<NearestDto | null>(null)
  #asked = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  ask(text: string): void {
    clearTimeout(this.#timer)
    this.#asked += 1
    const mine = this.#asked
    if (text.trim() === '') {
      this.found = null
      return
    }
    this.#timer = setTimeout(() => {
      ipc.nearest(text).then(
        (found) => mine === this.#asked && (this.found = found),
        // A hint that cannot be had is none.
        () => mine === this.#asked && (this.found = null),
      )
    }, PAUSE_MS)
  }
}
