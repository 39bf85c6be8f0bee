// Two complaints that are one: merged, and parted again. Who counts with whom is Rust's.
import { attempt, sayDone, undo } from '$lib/actions'
import * as ipc from '$lib/ipc/desk'
import { m } from '$lib/paraglide/messages'
import { told } from '$lib/proposal-words'
import { screen } from '$lib/state/screen.svelte'
import { announcer, toasts } from '$lib/state/toasts.svelte'

export interface Named {
  id: string
  title: string
}

/** One counts with the other from now on. Answers whether it does. */
export async function merge(duplicate: Named, head: Named): Promise<boolean> {
  const done = await attempt(() => ipc.mergeComplaint(duplicate.id, head.id))
  if (!done) return false
  const words = told('complaint', duplicate.title, done, m.merged_name({ name: duplicate.title, head: head.title }))
  toasts.say(words, { label: m.undo(), run: () => void undo() }, { label: m.open_it(), run: () => screen.card('complaint', head.id) })
  announcer.say(words)
  return !done.proposed
}

/** It counts by itself again. Answers whether it does. */
export async function part(duplicate: Named): Promise<boolean> {
  const done = await attempt(() => ipc.partComplaint(duplicate.id))
  if (done) sayDone(told('complaint', duplicate.title, done, m.parted_name({ name: duplicate.title })))
  return done?.proposed === false
}
