// Short words about what was done, with the way back. They leave by themselves, but not while one has the focus.
export interface Toast {
  id: number
  text: string
  tone: 'plain' | 'problem'
  action: { label: string; run: () => void } | null
  /** A second way on. */
  more?: Toast['action']
}

const SHOWN_MS = 8_000
const AT_MOST = 3

class Toasts {
  list = $state<Toast[]>([])
  #next = 1
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>()

  say(text: string, action: Toast['action'] = null, more: Toast['action'] = null): void {
    this.#add({ id: this.#next++, text, tone: 'plain', action, more })
  }

  problem(text: string): void {
    announcer.warn(text)
    this.#add({ id: this.#next++, text, tone: 'problem', action: null })
  }

  #add(toast: Toast): void {
    for (const old of this.list.slice(0, Math.max(0, this.list.length - AT_MOST + 1))) this.close(old.id)
    this.list.push(toast)
    this.resume(toast.id)
  }

  hold(id: number): void {
    clearTimeout(this.#timers.get(id))
  }

  resume(id: number): void {
    this.hold(id)
    this.#timers.set(
      id,
      setTimeout(() => this.close(id), SHOWN_MS),
    )
  }

  close(id: number): void {
    this.hold(id)
    this.#timers.delete(id)
    this.list = this.list.filter((toast) => toast.id !== id)
  }
}

export const toasts = new Toasts()

/** What the eye sees and the ear would miss: one region that waits its turn, one that does not. */
class Announcer {
  words = $state('')
  urgent = $state('')

  say(words: string): void {
    this.words = again(this.words, words)
  }

  warn(words: string): void {
    this.urgent = again(this.urgent, words)
  }
}

/** The same words once more are spoken once more only if something about them changes. */
function again(before: string, words: string): string {
  return before === words ? `${words}\u00a0` : words
}

export const announcer = new Announcer()
