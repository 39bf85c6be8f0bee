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

/** One polite live region for what the eye sees and the ear would miss. */
class Announcer {
  words = $state('')

  say(words: string): void {
    this.words = words
  }
}

export const announcer = new Announcer()
