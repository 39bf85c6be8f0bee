// The decision that is being written: one at a time, inline where its item is shown. Backing out keeps what was typed.
import { SvelteSet } from 'svelte/reactivity'

import { deskError } from '$lib/ipc/call'
import * as ipc from '$lib/ipc/desk'
import type { AboutKind, DecisionDto } from '$lib/ipc/types'
import { fieldsOf, type DecisionField, type Word } from '$lib/decisions'
import { isRecord } from '$lib/kept'
import { errorAlone, errorWords } from '$lib/words'

import { drafts } from './drafts.svelte'
import { toasts } from './toasts.svelte'

export interface About {
  kind: AboutKind
  id: string
  /** What toasts and announcements call it. */
  name: string
}

interface Refusal {
  /** Absent where the refusal is about no field of the form. */
  field: DecisionField | null
  words: string
}

type Values = Record<DecisionField, string>
const NOTHING: Values = { text: '', owner: '', due: '' }
const draftKey = (about: About): string => `reason/${about.kind}/${about.id}`

/** The three fields of one item lie in one draft, so that they count as one. */
function fromDraft(text: string): Values {
  try {
    const kept: unknown = text === '' ? null : JSON.parse(text)
    if (!isRecord(kept)) return { ...NOTHING }
    const value = (field: DecisionField): string => (typeof kept[field] === 'string' ? kept[field] : '')
    return { text: value('text'), owner: value('owner'), due: value('due') }
  } catch {
    return { ...NOTHING, text }
  }
}

function toDraft(values: Values): string {
  return Object.values(values).every((value) => value.trim() === '') ? '' : JSON.stringify(values)
}

class Composer {
  about = $state.raw<About | null>(null)
  word = $state<Word>('decide')
  values = $state<Values>({ ...NOTHING })
  refusal = $state.raw<Refusal | null>(null)
  busy = $state(false)
  /** Items on the screen that have a place for it: keys act only on those. */
  readonly places = new SvelteSet<string>()
  /** Date of the standup in which it is signed. */
  #standup: string | null = null

  is(kind: AboutKind, id: string): boolean {
    return this.about?.kind === kind && this.about.id === id
  }

  hasPlace(kind: string, id: string): boolean {
    return this.places.has(`${kind}/${id}`)
  }

  /** Something was typed that is not signed yet. */
  get isTyped(): boolean {
    return this.about !== null && fieldsOf(this.word).some((field) => this.values[field].trim() !== '')
  }

  /** The words of a proposal as a start for a counter-proposal, unless something else was begun. */
  counter(about: About, word: Word, text: string, standup: string | null = null): void {
    this.open(about, word, standup)
    if (!this.isTyped) this.type('text', text)
  }

  /** Opens it, or changes the word of the one that is open: the text stays. */
  open(about: About, word: Word, standup: string | null = null): void {
    if (!this.is(about.kind, about.id)) this.values = fromDraft(drafts.text(draftKey(about)))
    this.about = about
    this.word = word
    this.refusal = null
    this.#standup = standup
  }

  type(field: DecisionField, value: string): void {
    if (!this.about) return
    this.values[field] = value
    if (this.refusal?.field === field) this.refusal = null
    drafts.put(draftKey(this.about), toDraft(this.values))
  }

  close(): void {
    this.about = null
    this.refusal = null
  }

  /** Signs. Nothing, when it was refused: the words are at the field then. */
  async sign(): Promise<{ about: About; decision: DecisionDto } | null> {
    const about = this.about
    if (!about || this.busy) return null
    const [signed, word] = [drafts.text(draftKey(about)), this.word]
    this.busy = true
    this.refusal = null
    try {
      const decision = await ipc.decide(this.#dto(about))
      // What was typed meanwhile is signed by nobody: it stays a draft.
      if (drafts.text(draftKey(about)) === signed) drafts.forget(draftKey(about))
      if (this.is(about.kind, about.id)) this.close()
      return { about, decision }
    } catch (thrown) {
      const error = deskError(thrown)
      const field = fieldsOf(word).find((one) => one === error.field) ?? null
      // Another item may be open by now: it was not that one which was refused.
      if (this.is(about.kind, about.id)) this.refusal = { field, words: errorWords(error) }
      else toasts.problem(errorAlone(error))
      return null
    } finally {
      this.busy = false
    }
  }

  #dto(about: About): Parameters<typeof ipc.decide>[0] {
    const asked = fieldsOf(this.word)
    const value = (field: DecisionField): string | null => (asked.includes(field) && this.values[field].trim()) || null
    return {
      about_kind: about.kind,
      about: about.id,
      word: this.word,
      text: value('text'),
      owner: value('owner'),
      due: value('due'),
      standup: this.#standup,
    }
  }
}

export const composer = new Composer()
