// The tickets of no complaint yet: what is looked at, what is selected, what is hidden for this visit. One list, one stop.
import * as ipc from '$lib/ipc/desk'
import type { ReportDto } from '$lib/ipc/types'

import { PAGE, TicketPages } from './tickets.svelte'

/** One action takes no more (architecture §4). */
export const MOST_SELECTED = 500
/** Typing is asked about together. */
const PAUSE_MS = 150

class Inbox {
  /** What is typed into the filter. */
  words = $state('')
  /** How many match; nothing before the first answer. */
  total = $state<number | null>(null)
  /** The current ticket went to another place by itself: others came above it, or went. */
  moved = $state.raw<{ from: number; to: number } | null>(null)
  selected = $state.raw<ReadonlySet<string>>(new Set())
  later = $state.raw<ReadonlySet<string>>(new Set())
  pages = $state.raw(this.#fresh(''))
  #typing: ReturnType<typeof setTimeout> | undefined
  /** Where Shift and the arrows began. */
  #anchor: number | null = null
  #at = $state(0)
  /** The ticket that the keys act on. Its place follows it, never the other way round. */
  #held = $state.raw<ReportDto | null>(null)
  /** Tickets that came since the current one was seen at its place. */
  #came = 0

  /** The place of the ticket that the keys act on. */
  get at(): number {
    return this.#at
  }

  set at(place: number) {
    this.#at = place
    this.#hold(this.pages.at(place) ?? null)
  }

  get current(): ReportDto | null {
    return this.#held ?? this.pages.at(this.#at) ?? null
  }

  #hold(report: ReportDto | null): void {
    this.#held = report
    this.#came = 0
  }

  /** What an action is about: everything selected, else the current one. */
  get chosen(): string[] {
    if (this.selected.size > 0) return [...this.selected]
    return this.current && !this.later.has(this.current.id) ? [this.current.id] : []
  }

  #fresh(words: string): TicketPages {
    const pages: TicketPages = new TicketPages(
      async (offset) => {
        const found = await ipc.looseReports(words, offset)
        if (this.pages === pages) {
          this.#came += found.total - (this.total ?? found.total)
          this.total = found.total
        }
        return found.reports
      },
      (offset, rows) => {
        if (this.pages === pages) this.#follow(offset, rows)
      },
    )
    return pages
  }

  /** Rows were read anew: the current ticket stays the current one, wherever it stands now. */
  #follow(offset: number, rows: ReportDto[]): void {
    const index = this.#held ? rows.findIndex((row) => row.id === this.#held?.id) : -1
    if (index >= 0) {
      const [from, to] = [this.#at, offset + index]
      this.#hold(rows[index] ?? null)
      if (from === to) return
      if (this.#anchor !== null) this.#anchor = Math.max(0, this.#anchor + to - from)
      this.#at = to
      this.moved = { from, to }
      return
    }
    const last = Math.max(0, (this.total ?? 0) - 1)
    const near = this.#held ? [this.#at, this.#at + this.#came].flatMap((place) => [place, place - PAGE, place + PAGE]) : [this.#at]
    const unread = near.map((place) => Math.max(0, Math.min(place, last))).filter((place) => !this.pages.isFresh(place))
    for (const place of unread) this.pages.see(place, place)
    if (unread.length > 0) return
    // It is nowhere near: somebody sorted it. Whatever stands in its place is next.
    this.at = Math.min(this.#at, last)
  }

  type(words: string): void {
    this.words = words
    clearTimeout(this.#typing)
    this.#typing = setTimeout(() => {
      this.#at = 0
      this.#hold(null)
      this.#anchor = null
      this.pages = this.#fresh(words.trim())
      this.pages.see(0, 0)
    }, PAUSE_MS)
  }

  /** These are sorted: the next one is current as soon as the list is read. */
  sorted(ids: readonly string[]): void {
    if (this.#held && ids.includes(this.#held.id)) this.#hold(null)
    this.unselect()
    this.stale()
  }

  /** Something changed on the board. */
  stale(): void {
    this.pages.stale()
    this.pages.see(this.at, this.at)
  }

  /** Moves by arrows; over what is hidden for this visit it goes past. `extend` selects on the way. */
  move(to: number, extend: boolean): void {
    const last = (this.total ?? 0) - 1
    const step = to > this.at ? 1 : -1
    let next = Math.max(0, Math.min(to, last))
    while (this.#isHidden(next) && next + step >= 0 && next + step <= last) next += step
    if (this.#isHidden(next)) return
    if (extend) this.#extend(next)
    else this.#anchor = null
    this.at = next
  }

  #isHidden(place: number): boolean {
    const row = this.pages.at(place)
    return row !== undefined && this.later.has(row.id)
  }

  #extend(to: number): void {
    this.#anchor ??= this.at
    const [from, until] = [Math.min(this.#anchor, to), Math.max(this.#anchor, to)]
    const ids = new Set(this.selected)
    for (let place = from; place <= until && ids.size < MOST_SELECTED; place += 1) {
      const row = this.pages.at(place)
      if (row && !this.later.has(row.id)) ids.add(row.id)
    }
    this.selected = ids
  }

  /** Says whether there was room. */
  toggle(id: string): boolean {
    const ids = new Set(this.selected)
    if (ids.has(id)) ids.delete(id)
    else if (ids.size >= MOST_SELECTED) return false
    else ids.add(id)
    this.selected = ids
    return true
  }

  unselect(): void {
    this.selected = new Set()
    this.#anchor = null
  }

  /** Hides what is chosen until the window is opened again. Answers how many. */
  putOff(): number {
    const ids = this.chosen
    this.later = new Set([...this.later, ...ids])
    this.unselect()
    this.move(this.at, false)
    return ids.length
  }

  showLater(): void {
    this.later = new Set()
  }
}

export const inbox = new Inbox()
