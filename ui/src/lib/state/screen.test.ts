import { expect, test } from 'vitest'

import { screen } from '$lib/state/screen.svelte'

test('what is named by a search, the agenda or a notice is opened, from any page', () => {
  const check = (kind: string, id: string, expected: Record<string, unknown>): void => {
    screen.go('board')
    screen.open(kind, id)
    const { view, panel, clash } = screen
    expect({ view, panel: panel && `${panel.kind}/${panel.id}`, clash }).toEqual({ view: 'board', panel: null, clash: null, ...expected })
    screen.panel = null
    screen.clash = null
  }
  check('campaign', 'c1', { panel: 'campaign/c1' })
  check('clash', 'x1', { view: 'clashes', clash: 'x1' })
  check('standup', '2026-11-23', { view: 'today' })
})

test('what a notice calls to is not hidden by a dialog', () => {
  for (const kind of ['clash', 'standup']) {
    screen.dialog = { name: 'palette' }
    screen.open(kind, 'x1')
    expect(screen.dialog, kind).toBeNull()
  }
})
