// Signing, agreeing, taking back: what a person does about a decision, with the words that follow it.
import { tick } from 'svelte'

import { attempt, undo } from '$lib/actions'
import { choices, wordName, type Word } from '$lib/decisions'
import * as ipc from '$lib/ipc/desk'
import type { DecisionDto } from '$lib/ipc/types'
import { m } from '$lib/paraglide/messages'
import { composer, type About } from '$lib/state/composer.svelte'
import { proposals, subjectOf } from '$lib/state/proposals.svelte'
import { screen } from '$lib/state/screen.svelte'
import { announcer, toasts } from '$lib/state/toasts.svelte'

/** Who had the focus before the composer took it. */
let opener: HTMLElement | null = null

/** Opens the composer for one way to decide. */
export function decide(about: About, word: Word, standup: string | null = null): void {
  const focused = document.activeElement
  if (focused instanceof HTMLElement && !focused.closest('[data-testid="composer"]')) opener = focused
  composer.open(about, word, standup)
}

export function leaveComposer(): void {
  composer.close()
  giveBack()
}

/** The focus goes back to where it was, else to the item the decision is about. */
function giveBack(): void {
  const target = opener
  opener = null
  void tick().then(() => {
    if (document.activeElement && document.activeElement !== document.body) return
    const stop = target?.isConnected ? target : document.querySelector<HTMLElement>('#sheet [data-stop][tabindex="0"]')
    stop?.focus({ preventScroll: true })
  })
}

/** Signs what is being written. Says whether it is signed. */
export async function sign(): Promise<boolean> {
  const signed = await composer.sign()
  if (!signed) return false
  const names = { word: wordName(signed.decision.word), name: signed.about.name }
  say(signed.decision.signed ? m.settled_toast(names) : m.signed_toast(names))
  giveBack()
  return true
}

/** Signs the proposal that was read. Where none was, it is shown, and nothing is signed. */
export async function agree(about: About): Promise<boolean> {
  const read = proposals.read(subjectOf(about))
  if (read === null) {
    if (about.kind === 'clash' && !composer.hasPlace(about.kind, about.id)) screen.toClash(about.id)
    toasts.problem(m.error_newer_proposal())
    return false
  }
  const agreed = await attempt(() => ipc.agree(read))
  if (agreed) say(m.agreed_toast({ word: wordName(agreed.word), name: about.name }))
  return agreed !== null
}

/** One's own proposal is gone, unless somebody signed it meanwhile. */
export async function takeBack(decision: DecisionDto): Promise<void> {
  const done = await attempt(() => ipc.takeBack(decision.id).then(() => true))
  if (done) say(m.taken_back({ word: wordName(decision.word) }))
}

/** In the standup the decision stands on the page with its own way back; a toast would lie over the next step. */
function say(words: string): void {
  if (screen.view !== 'standup') toasts.say(words, { label: m.undo(), run: () => void undo() })
  announcer.say(words)
}

/** Another proposal that begins with the words of theirs. */
export function counter(about: About, theirs: DecisionDto, standup: string | null = null): void {
  const word = choices(about.kind).find((one) => one === theirs.word) ?? choices(about.kind)[0]
  if (!word) return
  decide(about, word, standup)
  composer.counter(about, word, theirs.text ?? '', standup)
}
