// What a person does, with the words that follow it. Rules are judged in Rust; here is only what the window says.
import * as ipc from '$lib/ipc/desk'
import { deskError } from '$lib/ipc/call'
import type { CardKind, UndoneDto } from '$lib/ipc/types'
import { m } from '$lib/paraglide/messages'
import { told } from '$lib/proposal-words'
import { desk } from '$lib/state/desk.svelte'
import { drafts, type Draft } from '$lib/state/drafts.svelte'
import { announcer, toasts, type Toast } from '$lib/state/toasts.svelte'
import { jobWords } from '$lib/sync-words'
import { actionWord, errorAlone } from '$lib/words'

/** Runs `act`; what goes wrong is said and leaves everything as it was. */
export async function attempt<T>(act: () => Promise<T>): Promise<T | null> {
  try {
    return await act()
  } catch (error) {
    toasts.problem(errorAlone(deskError(error)))
    return null
  }
}

export async function undo(): Promise<void> {
  const done = await attempt(ipc.undo)
  if (done) say(undoneWords(done), m.redo(), redo)
}

export async function redo(): Promise<void> {
  const done = await attempt(ipc.redo)
  if (done) say(m.redone({ action: actionWord(done.name) }), m.undo(), undo)
}

function undoneWords(done: UndoneDto): string {
  const words = m.undone({ action: actionWord(done.name) })
  return done.left > 0 ? `${words} ${m.undone_left({ count: done.left })}` : words
}

function say(words: string, label: string, act: () => Promise<void>, more: Toast['action'] = null): void {
  toasts.say(words, { label, run: () => void act() }, more)
  announcer.say(words)
}

/** Says what was done, with Undo. */
export function sayDone(words: string): void {
  say(words, m.undo(), undo)
}

/** Answers whether it is deleted; the other function's is only proposed to be. */
export async function remove(kind: CardKind, id: string, name: string): Promise<boolean> {
  const done = await attempt(() => ipc.remove(kind, id))
  if (done) sayDone(told(kind, name, done, m.deleted_name({ name })))
  return done?.proposed === false
}

/** Brings back what was deleted, and says so where its name is known. Answers whether it is back. */
export async function restore(kind: CardKind | 'report', id: string, name: string | null, more: Toast['action'] = null): Promise<boolean> {
  const done = await attempt(() => ipc.restore(kind, id))
  const words = name === null ? '' : m.restored_name({ name })
  if (done && name !== null) say(kind === 'report' ? words : told(kind, name, done, words), m.undo(), undo, more)
  return done?.proposed === false
}

/** Stops the long work under way; what it was is said. */
export async function stopJob(): Promise<void> {
  const job = desk.status?.job
  if (!job) return
  const done = await attempt(async () => {
    await ipc.cancelJob()
    return true
  })
  if (!done) return
  const words = m.job_stopped({ name: jobWords(job).name })
  toasts.say(words)
  announcer.say(words)
}

/** Chooses one of the values that two people wrote. */
export async function keep(kind: CardKind | 'board', id: string, seen: number, field: string, value: string | null): Promise<void> {
  await attempt(() => ipc.setSettings(kind, id, seen, [{ field, value }]))
}

/** Saves a draft. A refusal is thrown, for the form to show beside what was typed. */
export async function save(draft: Draft): Promise<void> {
  if (draft.id === null) {
    await ipc.add(draft.kind, draft.filled())
  } else {
    for (const edit of draft.edits()) await ipc.set(draft.kind, draft.id, edit.seen, edit.fields)
  }
  drafts.drop(draft)
}
