// Two complaints that are one: merged, and parted again. Who counts with whom is Rust's.
import { attempt, undo } from '$lib/actions'
import { sayDone } from '$lib/card-actions'
import * as ipc from '$lib/ipc/desk'
import { m } from '$lib/paraglide/messages'
import { screen } from '$lib/state/screen.svelte'
import { announcer, toasts } from '$lib/state/toasts.svelte'

export interface Named {
  id: string
  title: string
}

/** One counts with the other from now on. Answers whether it does. */
export async function merge(duplicate: Named, head: Named): Promise<boolean> {
  const done = await attempt(async () => {
    await ipc.mergeComplaint(duplicate.id, head.id)
    return true
  })
  if (!done) return false
  const words = m.merged_name({ name: duplicate.title, head: head.title })
  toasts.say(words, { label: m.undo(), run: () => void undo() }, { label: m.open_it(), run: () => screen.card('complaint', head.id) })
  announcer.say(words)
  return true
}

/** It counts by itself again. Answers whether it does. */
export async function part(duplicate: Named): Promise<boolean> {
  const done = await attempt(async () => {
    await ipc.partComplaint(duplicate.id)
    return true
  })
  if (done) sayDone(m.parted_name({ name: duplicate.title }))
  return done === true
}
