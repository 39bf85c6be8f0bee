// What is going on between the inbox and the known complaints: a complaint in the making, tickets on their way to one. What
// they are made of is a group, or tickets that somebody chose.
import type { MatchDto, NearestDto } from '$lib/ipc/types'

import { inbox } from './inbox.svelte'
import { lens } from './lens.svelte'
import { Nearest } from './nearest.svelte'

export type KnownTab = 'open' | 'watching' | 'solved'
export type InboxSide = 'groups' | 'tickets'

/** What is hardly likely is no hint, and more of them are a list to read. */
const LEAST_ALIKE = 0.15
const MOST_ALIKE = 3

class Triage {
  /** Which of the inbox's two lists the keys act on. */
  side = $state<InboxSide>('tickets')
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
  /** Titles that were typed and left, by what they began with: Esc never loses one. */
  readonly #typed = new Map<string, string>()
  readonly #near = new Nearest()

  /** What an action is about. */
  get chosen(): string[] {
    return this.side === 'groups' ? (lens.current?.group.reports ?? []) : inbox.chosen
  }

  /** The current ticket, or the group, by its id. */
  get subject(): string | null {
    return this.side === 'groups' ? (lens.current?.group.fingerprint ?? null) : (inbox.current?.id ?? null)
  }

  /** How it stands to the known complaints; nothing while that is not known. */
  get nearest(): NearestDto | null {
    return this.side === 'groups' && !lens.isStale ? (lens.current?.nearest ?? null) : this.#near.found
  }

  /** Those that it may belong to, the best first, also where it is likelier new. */
  get alike(): readonly MatchDto[] {
    return (this.nearest?.matches ?? []).filter((match) => match.score >= LEAST_ALIKE).slice(0, MOST_ALIKE)
  }

  /** The current ticket is held against what is known; of a group that was looked at before something changed, its middle. */
  compare(): void {
    const group = lens.isStale ? lens.current : null
    const report = this.side === 'groups' ? group?.samples[0] : inbox.current
    this.#near.ask([report?.title, report?.body].filter(Boolean).join('\n'))
  }

  make(): void {
    const { subject } = this
    if (subject === null) return
    this.isAdding = false
    this.error = ''
    this.title = this.#typed.get(subject) ?? this.#proposed()
  }

  #proposed(): string {
    if (this.side === 'groups') return lens.current?.group.title ?? ''
    return inbox.current?.title ?? firstWords(inbox.current?.body ?? null) ?? ''
  }

  type(title: string): void {
    this.title = title
    if (this.subject !== null) this.#typed.set(this.subject, title)
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
