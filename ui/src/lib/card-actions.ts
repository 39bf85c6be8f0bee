// What a key or a menu does to one card. Each says what it did, by name, with the way back.
import { attempt, remove, sayDone } from '$lib/actions'
import { nameOf, type Card } from '$lib/fields'
import * as ipc from '$lib/ipc/desk'
import type { FieldInputDto, SavedDto } from '$lib/ipc/types'
import { m } from '$lib/paraglide/messages'
import { told } from '$lib/proposal-words'
import { desk } from '$lib/state/desk.svelte'
import { drafts, type Draft } from '$lib/state/drafts.svelte'
import { fieldWord, severityWord, stateWord } from '$lib/words'

/** Writes fields of a card as it was seen, and says so. Answers whether it was written. */
async function write(of: Card, fields: FieldInputDto[], words: string): Promise<boolean> {
  const done = await attempt(() => ipc.set(of.kind, of.card.id, of.card.seen, fields))
  if (done) sayDone(told(of.kind, nameOf(of), done, words))
  return done !== null
}

export async function setState(of: Card, state: string): Promise<void> {
  if (of.card.state === state) return
  await write(of, [{ field: 'state', value: state }], m.moved_to({ name: nameOf(of), state: stateWord(state) }))
}

/** Closes a complaint that has been quiet for long. Nothing but a person does. */
export async function closeQuiet(of: Card): Promise<void> {
  if (of.kind === 'complaint' && of.card.quiet_days !== undefined) await setState(of, 'solved')
}

export async function setSeverity(of: Card, severity: string): Promise<void> {
  if (of.kind !== 'complaint' || String(of.card.severity) === severity) return
  const words = m.severity_set({ name: nameOf(of), severity: severityWord(severity) })
  await write(of, [{ field: 'severity', value: severity }], words)
}

export async function assign(of: Card, owner: string): Promise<void> {
  const name = owner.trim()
  if ((of.card.owner ?? '') === name) return
  const words = name === '' ? m.unassigned({ name: nameOf(of) }) : m.assigned_to({ name: nameOf(of), owner: name })
  await write(of, [{ field: 'owner', value: name || null }], words)
}

export const assignToMe = (of: Card): Promise<void> => assign(of, desk.open?.me ?? '')

export async function archive(of: Card): Promise<void> {
  if (of.kind !== 'campaign') return
  const words = of.card.archived ? m.unarchived({ name: nameOf(of) }) : m.archived_name({ name: nameOf(of) })
  await write(of, [{ field: 'archived', value: of.card.archived ? 'no' : 'yes' }], words)
}

export async function putAway(of: Card): Promise<void> {
  if (await remove(of.kind, of.card.id, nameOf(of))) drafts.drop(drafts.open(of.kind, of.card.id))
}

/** Writes one value of the history back. */
export async function writeBack(of: Card, field: string, value: string | null): Promise<boolean> {
  return write(of, [{ field, value }], m.value_restored({ name: nameOf(of), field: fieldWord(field) }))
}

/**
 * Saves some fields of a draft, each with the place it was read at. What stays typed in other fields stays. A refusal is
 * thrown, for the form to show beside what was typed.
 */
export async function saveFields(draft: Draft, names: readonly string[], of: Card): Promise<void> {
  if (draft.id === null) return
  const saved: string[] = []
  let outcome: SavedDto = { proposed: false }
  for (const edit of draft.edits()) {
    const fields = edit.fields.filter((one) => names.includes(one.field))
    if (fields.length === 0) continue
    const sent = fields.map((one) => ({ name: one.field, value: draft.value(one.field) }))
    outcome = await ipc.set(draft.kind, draft.id, edit.seen, fields)
    for (const { name, value } of sent) draft.saved(name, value)
    saved.push(...sent.map((one) => one.name))
  }
  if (saved.length === 0) return
  const words = m.field_saved({ name: nameOf(of), field: fieldWord(saved[0] ?? ''), count: saved.length })
  sayDone(told(of.kind, nameOf(of), outcome, words))
}
