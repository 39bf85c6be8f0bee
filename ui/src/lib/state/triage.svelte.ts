// What is going on between the inbox and the known complaints: a complaint in the making, tickets on their way to one.
import type { ReportDto } from '$lib/ipc/types'

import { inbox } from './inbox.svelte'

export type KnownTab = 'open' | 'watching' | 'solved'

class Triage {
  /** The title of the complaint that is being made; nothing while none is. */
  title = $state<string | null>(null)
  /** The known complaints are asked where the tickets go. */
  isAdding = $state(false)
  tab = $state<KnownTab>('open')
  /** Narrows the known complaints. */
  words = $state('')
  /** The complaint in the preview; nothing while it shows the ticket. */
  shown = $state<string | null>(null)
  error = $state('')
  isBusy = $state(false)
  /** Titles that were typed and left, by the ticket they began with: Esc never loses one. */
  readonly #typed = new Map<string, string>()

  make(report: ReportDto): void {
    this.isAdding = false
    this.error = ''
    this.title = this.#typed.get(report.id) ?? report.title ?? firstWords(report.body) ?? ''
  }

  type(title: string): void {
    this.title = title
    const id = inbox.current?.id
    if (id) this.#typed.set(id, title)
  }

  add(): void {
    this.title = null
    this.error = ''
    this.words = ''
    this.tab = 'open'
    this.isAdding = true
  }

  /** One level back. Says whether there was one. */
  back(): boolean {
    if (this.title === null && !this.isAdding) return false
    this.done()
    return true
  }

  done(): void {
    this.title = null
    this.isAdding = false
    this.words = ''
    this.error = ''
  }
}

const TITLE_LEN = 120

/** The first line of a ticket without a subject. */
function firstWords(body: string | null): string | null {
  const line = body?.trim().split('\n', 1)[0]?.trim()
  if (!line) return null
  return line.length > TITLE_LEN ? `${line.slice(0, TITLE_LEN - 1)}…` : line
}

export const triage = new Triage()
