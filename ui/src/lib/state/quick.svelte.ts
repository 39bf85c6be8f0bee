// The one-line composer: what is typed is read while it is typed, and the newest answer wins. The line is a draft, so
// closing the dialog or the window loses nothing.
import { deskError } from '$lib/ipc/call'
import * as ipc from '$lib/ipc/desk'
import type { CardKind, ChipDto, QuickDto, RecordRefDto } from '$lib/ipc/types'
import { written } from '$lib/quick-words'
import { errorAlone } from '$lib/words'

import { drafts } from './drafts.svelte'

/** Typing is read this often. */
const PAUSE_MS = 40

/** A chip that is being changed: its values in a ring, and which of them stands in the line. */
interface Ring {
  values: string[]
  at: number
}

export class Quick {
  readonly kind: CardKind
  readonly #key: string
  /** What was understood, and of which line. */
  read = $state.raw<{ line: string; dto: QuickDto } | null>(null)
  error = $state('')
  isBusy = $state(false)
  #asked = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #ring: Ring | null = null

  constructor(kind: CardKind) {
    this.kind = kind
    this.#key = `quick/${kind}`
    if (this.line.trim() !== '') void this.#ask()
  }

  get line(): string {
    return drafts.text(this.#key)
  }

  type(line: string): void {
    this.#ring = null
    this.#put(line)
    this.#timer ??= setTimeout(() => void this.#ask(), PAUSE_MS)
  }

  /** The chip at a place in the line, if what was understood is of this very line. */
  chipAt(place: number): ChipDto | null {
    const read = this.read
    if (!read || read.line !== this.line) return null
    return read.dto.chips.find((chip) => chip.start <= place && place <= chip.end) ?? null
  }

  /** Puts the next value that is near into the line. Answers where it ends; null when there is no other. */
  fix(chip: ChipDto): number | null {
    if (this.read?.line !== this.line) return null
    const old = this.line.slice(chip.start, chip.end)
    if (!this.#ring || this.#ring.values[this.#ring.at] !== old) {
      const others = chip.others.map((value) => written(chip.field, old, value)).filter((value) => value !== old)
      this.#ring = { values: [old, ...others], at: 0 }
    }
    const ring = this.#ring
    if (ring.values.length < 2) return null
    ring.at = (ring.at + 1) % ring.values.length
    const value = ring.values[ring.at] ?? old
    this.#put(this.line.slice(0, chip.start) + value + this.line.slice(chip.end))
    void this.#ask()
    return chip.start + value.length
  }

  /** Adds the card. Answers which it is and what it is called; nothing when it was refused: the words are at the line. */
  async add(): Promise<{ record: RecordRefDto; name: string } | null> {
    if (this.isBusy || this.line.trim() === '') return null
    this.isBusy = true
    try {
      const { line } = this
      const dto = await this.understood()
      const record = await ipc.add(this.kind, dto.fields)
      // Whatever was typed meanwhile is the next card's.
      if (this.line === line) this.clear()
      return { record, name: dto.title }
    } catch (thrown) {
      this.error = errorAlone(deskError(thrown))
      return null
    } finally {
      this.isBusy = false
    }
  }

  /** What the line says as it stands now, however fast it was typed. */
  async understood(): Promise<QuickDto> {
    const { line } = this
    return this.read?.line === line ? this.read.dto : await ipc.quick(this.kind, line)
  }

  clear(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#asked += 1
    this.read = null
    this.error = ''
    drafts.forget(this.#key)
  }

  #put(line: string): void {
    drafts.put(this.#key, line)
    this.error = ''
  }

  async #ask(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#asked += 1
    const [mine, line] = [this.#asked, this.line]
    if (line.trim() === '') {
      this.read = null
      return
    }
    try {
      const dto = await ipc.quick(this.kind, line)
      if (mine === this.#asked) this.read = { line, dto }
    } catch (thrown) {
      if (mine === this.#asked) this.error = errorAlone(deskError(thrown))
    }
  }
}
