// What is being typed. A draft outlives its dialog, its page and the window: backing out with Esc never loses a word, and
// neither does a window that is closed or killed.
//
// A whole form is a Draft: `drafts.open(kind, id)`, and `drafts.drop(draft)` once it is saved or discarded.
//
// A single field (a composer's line, a reason) is a text under a key:
//
//   <textarea value={drafts.text(key)} oninput={(event) => drafts.put(key, event.currentTarget.value)}>
//   drafts.forget(key)   // once it was sent or discarded
//
// `text` is reactive; an empty text is no draft. A key is `what/kind/id` and says where "1 draft" in the top bar leads:
//   quick/campaign, quick/complaint     the one-line composer
//   reason/clash/<id>                   the clash on its page
//   <anything>/<campaign|complaint>/<id>  the card's panel (several fields: reason/complaint/<id>, note/complaint/<id>)
//   <anything>/<view>                   a page, such as filter/board; pages' own fields that are no work need no draft
import { SvelteMap } from 'svelte/reactivity'

import type { CardKind, FieldInputDto } from '$lib/ipc/types'
import { FORM, typed, type Card } from '$lib/fields'
import { isRecord, Keeper } from '$lib/kept'

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
  readonly #changed: () => void

  constructor(kind: CardKind, id: string | null, changed: () => void = () => undefined) {
    this.kind = kind
    this.id = id
    this.#changed = changed
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
    if (!cell) return
    cell.value = value
    this.#changed()
  }

  /** This is on the card now. What was typed since then stays typed. */
  saved(field: string, value: string): void {
    const cell = this.cells[field]
    if (!cell) return
    cell.base = value
    this.#changed()
  }

  get isDirty(): boolean {
    // While one panel goes and the next comes, the cells of the new one cannot be read yet; nobody has typed into them.
    return Object.values<Cell | undefined>(this.cells).some((cell) => cell !== undefined && cell.value !== cell.base)
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

  /** What was typed, for the disk. */
  kept(): Record<string, Cell> {
    return Object.fromEntries(Object.entries(this.cells).filter(([, cell]) => cell.value !== cell.base))
  }

  /** Puts back what was kept. Fields that this form no longer has are left out. */
  put(kept: Record<string, unknown>): void {
    for (const [name, cell] of Object.entries(kept)) if (this.cells[name] && isCell(cell)) this.cells[name] = { ...cell }
  }
}

function isCell(cell: unknown): cell is Cell {
  return isRecord(cell) && typeof cell['base'] === 'string' && typeof cell['value'] === 'string' && typeof cell['seen'] === 'number'
}

class Drafts {
  readonly #forms = new Map<string, Draft>()
  readonly #texts = new SvelteMap<string, string>()
  /** Counts what happens to forms. Opening one changes nothing, so that it may happen anywhere. */
  #changes = $state(0)
  readonly #keeper = new Keeper('drafts', () => this.#all())

  /** Once, before anything is shown. */
  async load(): Promise<void> {
    const kept = await this.#keeper.load()
    if (isRecord(kept?.['texts'])) {
      for (const [key, text] of Object.entries(kept['texts'])) if (typeof text === 'string') this.#texts.set(key, text)
    }
    if (isRecord(kept?.['cards'])) {
      for (const [key, cells] of Object.entries(kept['cards'])) {
        const [kind, id] = key.split('/')
        if ((kind === 'campaign' || kind === 'complaint') && id && isRecord(cells)) {
          this.open(kind, id === NEW ? null : id).put(cells)
        }
      }
    }
    this.#changes += 1
  }

  open(kind: CardKind, id: string | null): Draft {
    const key = keyOf(kind, id)
    const draft = this.#forms.get(key) ?? new Draft(kind, id, () => this.#changed())
    this.#forms.set(key, draft)
    return draft
  }

  /** Saved or discarded: gone from the disk at once, so that a killed window does not offer it a second time. */
  drop(draft: Draft): void {
    this.#forms.delete(keyOf(draft.kind, draft.id))
    this.#changed()
    void this.#keeper.flush()
  }

  text(key: string): string {
    return this.#texts.get(key) ?? ''
  }

  put(key: string, text: string): void {
    if (text === '') this.#texts.delete(key)
    else this.#texts.set(key, text)
    this.#keeper.soon()
  }

  /** Sent or discarded, as in {@link drop}. */
  forget(key: string): void {
    this.put(key, '')
    void this.#keeper.flush()
  }

  /** Where something is typed and not saved: keys of texts, and `form/kind/id` for forms. */
  get keys(): string[] {
    void this.#changes
    const forms = [...this.#forms].filter(([, draft]) => draft.isDirty).map(([key]) => `form/${key}`)
    const texts = [...this.#texts].filter(([, text]) => text.trim() !== '').map(([key]) => key)
    return [...forms, ...texts]
  }

  #changed(): void {
    this.#changes += 1
    this.#keeper.soon()
  }

  #all(): unknown {
    const dirty = [...this.#forms].filter(([, draft]) => draft.isDirty).map(([key, draft]) => [key, draft.kept()] as const)
    return { texts: Object.fromEntries(this.#texts), cards: Object.fromEntries(dirty) }
  }
}

/** Stands for the id of a card that is not there yet. */
export const NEW = 'new'

function keyOf(kind: CardKind, id: string | null): string {
  return `${kind}/${id ?? NEW}`
}

export const drafts = new Drafts()
