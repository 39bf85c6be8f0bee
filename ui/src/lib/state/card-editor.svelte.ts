// What a panel edits: one field where it stands, or the whole form. Esc backs out and keeps what was typed; only Save and
// Discard end it.
import { tick } from 'svelte'

import { saveFields } from '$lib/card-actions'
import type { Card } from '$lib/fields'
import { FORM } from '$lib/fields'
import { deskError } from '$lib/ipc/call'
import type { CardKind } from '$lib/ipc/types'
import { errorAlone, errorWords } from '$lib/words'

import { desk } from './desk.svelte'
import { drafts, type Draft } from './drafts.svelte'

export class CardEditor {
  readonly kind: CardKind
  readonly id: string
  draft = $state.raw<Draft>() as Draft
  /** The field that is open. */
  editing = $state<string | null>(null)
  /** The whole form is open. */
  isAll = $state(false)
  error = $state.raw<{ field: string | null; words: string } | null>(null)
  isBusy = $state(false)

  constructor(kind: CardKind, id: string) {
    this.kind = kind
    this.id = id
    this.draft = drafts.open(kind, id)
  }

  /** Fields that hold something that is not on the card, in the form's order. */
  get dirty(): string[] {
    const names = FORM[this.kind].map((field) => field.name)
    return names.filter((name) => this.draft.cells[name]?.value !== this.draft.cells[name]?.base)
  }

  isDirty(name: string): boolean {
    return this.draft.cells[name]?.value !== this.draft.cells[name]?.base
  }

  follow(of: Card): void {
    this.draft.follow(of, desk.zone)
  }

  edit(name: string): void {
    this.error = null
    this.editing = name
  }

  editAll(): void {
    this.error = null
    this.editing = null
    this.isAll = true
  }

  /** Out of the field or the form; what was typed stays. */
  back(): void {
    const name = this.editing
    this.error = null
    this.editing = null
    this.isAll = false
    void this.#focus(name)
  }

  /** Whether one level was left. */
  leave(): boolean {
    if (this.editing === null && !this.isAll) return false
    this.back()
    return true
  }

  /** Saves these fields, or everything that was typed. */
  async save(of: Card, names: readonly string[] = this.dirty): Promise<boolean> {
    if (this.isBusy) return false
    this.isBusy = true
    this.error = null
    try {
      await saveFields(this.draft, names, of)
      this.back()
      return true
    } catch (thrown) {
      const error = deskError(thrown)
      const isShown = this.isAll || this.editing === error.field
      this.error = { field: isShown ? error.field : null, words: isShown ? errorWords(error) : errorAlone(error) }
      return false
    } finally {
      this.isBusy = false
    }
  }

  discard(): void {
    drafts.drop(this.draft)
    this.draft = drafts.open(this.kind, this.id)
    this.back()
  }

  /** The panel closes. An untouched draft is nothing to keep. */
  close(): void {
    if (!this.draft.isDirty) drafts.drop(this.draft)
  }

  /** The way back to where the field was opened. */
  async #focus(name: string | null): Promise<void> {
    await tick()
    const panel = document.querySelector<HTMLElement>(`[data-panel="${CSS.escape(this.id)}"]`)
    if (!panel || (document.activeElement !== document.body && document.activeElement !== null)) return
    const button = name === null ? null : panel.querySelector<HTMLElement>(`[data-edit="${name}"]`)
    ;(button ?? panel).focus()
  }
}
