// The inbox: four keys empty it. They act on the ticket that has the focus, or on all that are selected.
import { m } from '$lib/paraglide/messages'
import { current } from '$lib/state/current.svelte'
import { inbox } from '$lib/state/inbox.svelte'
import { screen } from '$lib/state/screen.svelte'
import { triage } from '$lib/state/triage.svelte'
import { putOff, select } from '$lib/triage-actions'

import type { Command } from './command'
import { isClear } from './when'

const isInbox = (): boolean =>
  isClear() && screen.view === 'complaints' && screen.panel === null && current.is('report') && inbox.current !== null

const one = (id: string, key: string, name: () => string, run: () => void): Command => ({
  id,
  name,
  key,
  group: 'decide',
  scope: 'app',
  when: isInbox,
  run,
})

export const COMPLAINTS: readonly Command[] = [
  one('inbox_make', '1', m.inbox_make, () => inbox.current && triage.make(inbox.current)),
  one('inbox_add', '2', m.inbox_add, () => triage.add()),
  one('inbox_later', 'z', m.inbox_later, putOff),
  { ...one('inbox_select', 'x', m.inbox_select, () => inbox.current && select(inbox.current.id)), group: 'item' },
]
