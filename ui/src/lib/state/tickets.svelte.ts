// A long list of tickets that is read as far as it is looked at: pages are asked for once, and only where somebody scrolls.
import { deskError } from '$lib/ipc/call'
import type { ReportDto } from '$lib/ipc/types'
import { errorWords } from '$lib/words'

/** Rust answers as many at a time. */
export const PAGE = 100

export class TicketPages {
  /** By place; a place that was not read yet holds nothing. */
  #rows = $state.raw<ReadonlyMap<number, ReportDto>>(new Map())
  error = $state('')
  /** Counts how often everything was read anew: whoever shows a row looks at it again then. */
  #generation = $state(0)
  readonly #asked = new Set<number>()
  /** Pages that are as they stand now. */
  readonly #fresh = new Set<number>()
  readonly #read: (offset: number) => Promise<ReportDto[]>
  readonly #onread: (offset: number, rows: ReportDto[]) => void

  constructor(read: (offset: number) => Promise<ReportDto[]>, onread: (offset: number, rows: ReportDto[]) => void = () => undefined) {
    this.#read = read
    this.#onread = onread
  }

  get generation(): number {
    return this.#generation
  }

  at(index: number): ReportDto | undefined {
    return this.#rows.get(index)
  }

  /** Whether what stands at this place was read since the last change. */
  isFresh(index: number): boolean {
    return this.#fresh.has(Math.floor(index / PAGE))
  }

  /** Somebody looks at the rows from here to there. */
  see(from: number, to: number): void {
    for (let page = Math.floor(from / PAGE); page <= Math.floor(to / PAGE); page += 1) void this.#ask(page)
  }

  /** What was read may have changed: it is read again when it is looked at. The old rows stay until the new ones are there. */
  stale(): void {
    this.#generation += 1
    this.#asked.clear()
    this.#fresh.clear()
  }

  async #ask(page: number): Promise<void> {
    if (this.#asked.has(page)) return
    this.#asked.add(page)
    const generation = this.#generation
    try {
      const found = await this.#read(page * PAGE)
      if (generation !== this.#generation) return
      const rows = new Map(this.#rows)
      for (let index = 0; index < PAGE; index += 1) {
        const row = found[index]
        if (row) rows.set(page * PAGE + index, row)
        else rows.delete(page * PAGE + index)
      }
      this.#rows = rows
      this.error = ''
      this.#fresh.add(page)
      this.#onread(page * PAGE, found)
    } catch (thrown) {
      if (generation !== this.#generation) return
      this.#asked.delete(page)
      this.error = errorWords(deskError(thrown))
    }
  }
}
