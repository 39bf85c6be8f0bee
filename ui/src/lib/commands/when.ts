// When a command applies. Conditions that several areas share.
import { desk } from '$lib/state/desk.svelte'
import { screen } from '$lib/state/screen.svelte'

/** A board is open, whatever lies over it. */
export const hasBoard = (): boolean => desk.phase === 'ready'
/**
 * A board is open and no dialog lies over it. A card's panel may be open: it is beside the sheet, not over it. The palette
 * does not count: it lists what applies to what is under it.
 */
export const isClear = (): boolean => hasBoard() && (screen.dialog === null || screen.dialog.name === 'palette')
export const notInStandup = (): boolean => screen.view !== 'standup'
