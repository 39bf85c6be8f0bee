// What is being typed. A draft outlives its dialog, so backing out with Esc never loses a word.
import type { CardKind, FieldInputDto } from '$lib/ipc/types'
import { FORM, typed, type Card } from '$lib/fields'

interface Cell {
  /** As the card had it when the person last saw it. */
  base: string
  /** As it stands in the form. */
  value: string
  /** The place in the log that `base` was read at: what an edit sends back, so a foreign change is never overwritten. */
  seen: number
}

/** One edit to send: fields that were read at the same place. */
export interface Edit {
  seen: number
  fields: FieldInputDto[]
}

export class Draft {
  readonly kind: CardKind
  /** Absent for a new card. */
  readonly id: string | null
  cells = $state<Record<string, Cell>>({})

  constructor(kind: CardKind, id: string | null) {
    this.kind = kind
    this.id = id
    for (const field of FORM[kind]) {
      const value = id === null ? (field.initial ?? '') : ''
      this.cells[field.name] = { base: value, value, seen: 0 }
    }
  }

  value(field: string): string {
    return this.cells[field]?.value ?? ''
  }

  type(field: string, value: string): void {
    const cell = this.cells[field]
    if (cell) cell.value = value
  }

  get isDirty(): boolean {
    return Object.values(this.cells).some((cell) => cell.value !== cell.base)
  }

  /** The card changed under the form: what was not touched follows, what was typed stays with the place it began at. */
  follow(of: Card, zone: string): void {
    for (const [name, cell] of Object.entries(this.cells)) {
      if (cell.value !== cell.base) continue
      const now = typed(of, name, zone)
      if (now === cell.base && cell.seen === of.card.seen) continue
      this.cells[name] = { base: now, value: now, seen: of.card.seen }
    }
  }

  /** For a new card: everything that was filled in. */
  filled(): FieldInputDto[] {
    return Object.entries(this.cells)
      .filter(([, cell]) => cell.value.trim() !== '')
      .map(([field, cell]) => ({ field, value: cell.value.trim() }))
  }

  /** For a card that is there: only what changed. */
  edits(): Edit[] {
    const bySeen = new Map<number, FieldInputDto[]>()
    for (const [field, cell] of Object.entries(this.cells)) {
      if (cell.value === cell.base) continue
      const value = cell.value.trim() === '' ? null : cell.value.trim()
      bySeen.set(cell.seen, [...(bySeen.get(cell.seen) ?? []), { field, value }])
    }
    return [...bySeen].map(([seen, fields]) => ({ seen, fields }))
  }
}

class Drafts {
  readonly #kept = new Map<string, Draft>()

  open(kind: CardKind, id: string | null): Draft {
    const key = keyOf(kind, id)
    const draft = this.#kept.get(key) ?? new Draft(kind, id)
    this.#kept.set(key, draft)
    return draft
  }

  drop(draft: Draft): void {
    this.#kept.delete(keyOf(draft.kind, draft.id))
  }
}

function keyOf(kind: CardKind, id: string | null): string {
  return `${kind}/${id ?? 'new'}`
}

export const drafts = new Drafts()
