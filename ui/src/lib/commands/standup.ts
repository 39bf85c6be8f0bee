// The standup's own keys: on, back, finish in writing. Deciding has the same keys as everywhere.
import { m } from '$lib/paraglide/messages'
import { screen } from '$lib/state/screen.svelte'
import { standup } from '$lib/state/standup.svelte'

import type { Command } from './command'
import { isClear } from './when'

const isRunning = (): boolean => isClear() && screen.view === 'standup' && standup.of !== null && !standup.isEnded
const hasItem = (): boolean => isRunning() && standup.shown !== null

export const STANDUP: readonly Command[] = [
  { id: 'start_standup', name: m.start_standup, group: 'go', scope: 'app', when: () => isClear() && screen.view !== 'standup', run: () => void standup.start() },
  { id: 'standup_next', name: m.standup_next_item, key: 'n', group: 'standup', scope: 'standup', when: hasItem, run: () => void standup.step(1) },
  {
    id: 'standup_back',
    name: m.standup_previous_item,
    key: 'b',
    group: 'standup',
    scope: 'standup',
    when: () => isRunning() && standup.index > 0,
    run: () => void standup.step(-1),
  },
  { id: 'standup_leave', name: m.standup_in_writing, key: 'p', group: 'standup', scope: 'standup', when: isRunning, run: () => screen.go('today') },
]
