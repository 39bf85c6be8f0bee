// What this window keeps on the computer beside the board: drafts, settings, places. One keeper for each of them; what it
// is told is on the disk a moment later, in order, so a window that is killed in mid-word loses less than a word.
import * as ipc from '$lib/ipc/desk'
import { deskError } from '$lib/ipc/call'
import { toasts } from '$lib/state/toasts.svelte'
import { errorWords } from '$lib/words'

/** Typing is written together this often. */
const PAUSE_MS = 200

const keepers: Keeper[] = []

export class Keeper {
  readonly #name: ipc.Kept
  readonly #read: () => unknown
  #timer: ReturnType<typeof setTimeout> | undefined
  #written = ''
  #isWriting = false
  #hasMore = false
  #hasFailed = false
  /** What is on the disk could not be read: it is not known what would be lost by writing over it. */
  #isUnread = false

  /** `read` is asked for everything that is to be kept, whenever it is written. */
  constructor(name: ipc.Kept, read: () => unknown) {
    this.#name = name
    this.#read = read
    keepers.push(this)
  }

  /**
   * What was kept last; null for none. What has another shape counts as none: the shell has put a damaged file aside. Where
   * the disk does not give it at all, nothing is written either until the window is opened again.
   */
  async load(): Promise<Record<string, unknown> | null> {
    let text: string | null
    try {
      text = await ipc.kept(this.#name)
    } catch (error) {
      this.#isUnread = true
      toasts.problem(errorWords(deskError(error)))
      return null
    }
    try {
      const found: unknown = text === null ? null : JSON.parse(text)
      return isRecord(found) ? found : null
    } catch {
      return null
    }
  }

  /** Something changed. */
  soon(): void {
    this.#timer ??= setTimeout(() => void this.flush(), PAUSE_MS)
  }

  /** Writes what is waiting, at once. One write at a time, and the last word wins. */
  async flush(): Promise<void> {
    if (this.#timer === undefined) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#hasMore = true
    if (this.#isWriting) return
    this.#isWriting = true
    while (this.#hasMore) {
      this.#hasMore = false
      await this.#write()
    }
    this.#isWriting = false
  }

  async #write(): Promise<void> {
    const text = JSON.stringify(this.#read())
    if (this.#isUnread || text === this.#written) return
    try {
      await ipc.keep(this.#name, text)
      this.#written = text
      this.#hasFailed = false
    } catch (error) {
      // Said once, not at every word.
      if (!this.#hasFailed) toasts.problem(errorWords(deskError(error)))
      this.#hasFailed = true
    }
  }
}

/** The window is left or hidden: whatever waits is written now. */
export function flushKept(): void {
  for (const keeper of keepers) void keeper.flush()
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
