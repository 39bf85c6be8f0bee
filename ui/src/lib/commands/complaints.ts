// The inbox: a few keys empty it. They act on the ticket that has the focus, or on all that are selected, or on the group.
import { m } from '$lib/paraglide/messages'
import { current } from '$lib/state/current.svelte'
import { inbox } from '$lib/state/inbox.svelte'
import { lens } from '$lib/state/lens.svelte'
import { screen } from '$lib/state/screen.svelte'
import { triage } from '$lib/state/triage.svelte'
import { addToKnown, putOff, refuseGroup, select, splitGroup } from '$lib/triage-actions'

import type { Command } from './command'
import { isClear } from './when'

const isTicket = (): boolean =>
  isClear() && screen.view === 'complaints' && screen.panel === null && current.is('report') && inbox.current !== null
/** Groups are decided about where an import has just brought them, too. */
const isGroup = (): boolean =>
  isClear() && (screen.view === 'complaints' || screen.view === 'import') && screen.panel === null && current.is('group') && lens.current !== null
const isEither = (): boolean => isTicket() || isGroup()

const one = (id: string, key: string, name: () => string, when: () => boolean, run: () => void): Command => ({
  id,
  name,
  key,
  group: 'decide',
  scope: 'app',
  when,
  run,
})

export const COMPLAINTS: readonly Command[] = [
  one('inbox_make', '1', m.inbox_make, isEither, () => triage.make()),
  one('inbox_add', '2', m.inbox_add, isEither, addToKnown),
  one('inbox_refuse', '3', m.not_a_group, isGroup, () => void refuseGroup()),
  one('inbox_later', 'z', m.inbox_later, isEither, putOff),
  one('inbox_split', 'shift+s', m.split_group, isGroup, () => void splitGroup()),
  { ...one('inbox_select', 'x', m.inbox_select, isTicket, () => inbox.current && select(inbox.current.id)), group: 'item' },
]
