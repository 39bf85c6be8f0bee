// Where a draft is typed, so that "1 draft" leads there. The keys: drafts.svelte.ts.
import type { CardKind } from '$lib/ipc/types'

import { current } from './current.svelte'
import { drafts, NEW } from './drafts.svelte'
import { screen } from './screen.svelte'
import { settings, toSettings } from './settings.svelte'

interface Place {
  what: string
  kind: string
  id: string
}

/** `what/kind/id`, whatever more there is: the fields of one form are one draft. */
function placeOf(key: string): Place {
  const [what = '', kind = '', id = ''] = key.split('/')
  return { what, kind, id }
}

const isCard = (kind: string): kind is CardKind => kind === 'campaign' || kind === 'complaint'

/** It is in front of the person who types it. */
function isInSight({ what, kind, id }: Place): boolean {
  const { dialog, panel } = screen
  if (dialog?.name === 'quick' && what === 'quick') return dialog.kind === kind
  if (dialog?.name === 'new' && id === NEW) return dialog.kind === kind
  if (what === 'settings') return screen.view === 'settings' && settings.page === kind
  if (panel?.kind === kind && panel.id === id) return true
  if (kind === 'clash' && screen.view === 'clashes' && screen.clash === id) return true
  return current.item?.kind === kind && current.item.id === id
}

/** Drafts that are not in sight, the newest last. */
export function draftsAside(): string[] {
  const places = new Map<string, string>()
  for (const key of drafts.keys) {
    const place = placeOf(key)
    if (!isInSight(place)) places.set(`${place.what}/${place.kind}/${place.id}`, key)
  }
  return [...places.keys()]
}

export function toDraft(key: string): void {
  const { what, kind, id } = placeOf(key)
  screen.dialog = null
  if (what === 'settings') toSettings(kind === 'you' || kind === 'team' ? kind : 'board')
  else if (isCard(kind) && what === 'quick') screen.dialog = { name: 'quick', kind }
  else if (isCard(kind) && id === NEW) screen.dialog = { name: 'new', kind }
  else screen.open(kind, id)
}
