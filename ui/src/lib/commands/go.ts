// Where one can go: the rail, the search, the palette.
import { tick } from 'svelte'

import { m } from '$lib/paraglide/messages'
import { screen, type View } from '$lib/state/screen.svelte'

import type { Command } from './command'
import { hasBoard, isClear } from './when'

/** Shows a view, with the focus on its first stop. */
export function goTo(view: View): void {
  screen.dialog = null
  screen.go(view)
  void tick().then(() => {
    const sheet = document.getElementById('sheet')
    const stop = sheet?.querySelector<HTMLElement>('[data-stop][tabindex="0"]') ?? sheet
    stop?.focus()
  })
}

const go = (view: View, key: string, name: () => string): Command => ({
  id: `go_${view}`,
  name,
  key,
  group: 'go',
  scope: 'app',
  when: isClear,
  run: () => goTo(view),
})

export const GO: readonly Command[] = [
  go('today', 'g t', m.today),
  go('board', 'g b', m.board),
  go('complaints', 'g k', m.complaints),
  go('clashes', 'g x', m.clashes),
  { id: 'go_search', name: m.search_everything, group: 'go', scope: 'app', when: isClear, run: () => goTo('search') },
  { id: 'go_deleted', name: m.deleted_things, group: 'go', scope: 'app', when: isClear, run: () => goTo('deleted') },
  go('import', 'g i', m.import_verb),
  go('settings', 'g ,', m.settings),
  {
    id: 'palette',
    name: m.search_or_do,
    key: 'mod+k',
    group: 'go',
    scope: 'app',
    when: hasBoard,
    run: () => (screen.dialog = { name: 'palette' }),
    whileTyping: true,
    hidden: true,
  },
]
