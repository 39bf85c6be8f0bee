// The projection of the board that the window shows: one load, then whatever the events say.
import * as ipc from '$lib/ipc/desk'
import { deskError } from '$lib/ipc/call'
import { onEvent } from '$lib/ipc/events'
import type { BoardDto, CardKind, ChangedDto, ClashesDto, ErrorDto, OpenDto, StatusDto } from '$lib/ipc/types'
import type { Card } from '$lib/fields'
import { m } from '$lib/paraglide/messages'

import { announcer } from './toasts.svelte'

/** Changes that come in one breath, an import's for example, are read once. */
const GATHER_MS = 60
/** Clashes are computed as of whole minutes; the passing of one sends no event. */
const MINUTE_MS = 60_000

class DeskState {
  phase = $state<'opening' | 'trouble' | 'first_run' | 'ready'>('opening')
  trouble = $state<ErrorDto | null>(null)
  open = $state.raw<OpenDto | null>(null)
  board = $state.raw<BoardDto | null>(null)
  clashes = $state.raw<ClashesDto | null>(null)
  status = $state.raw<StatusDto | null>(null)
  /** Counts what happened to the team; whoever lists members reads them again. */
  teamChanges = $state(0)
  /** When clashes were last computed, and what "in 4 h" counts from. */
  now = $state(Date.now())
  #gather: ReturnType<typeof setTimeout> | undefined
  #reading = false
  #again = false

  get zone(): string {
    return this.board?.zone || this.open?.zone || 'UTC'
  }

  async start(): Promise<void> {
    try {
      await onEvent((event) => {
        if (event.kind === 'status') this.status = event.data
        else this.#changed(event.data)
      })
      await this.entered(await ipc.state())
      this.#tick()
    } catch (error) {
      this.#fail(error)
    }
  }

  /** A board was opened, made or joined. */
  async entered(open: OpenDto): Promise<void> {
    this.open = open
    if (!open.exists) {
      this.phase = 'first_run'
      return
    }
    this.status = await ipc.status()
    await this.#read()
    this.phase = 'ready'
  }

  card(kind: CardKind, id: string): Card | null {
    if (kind === 'campaign') {
      const card = this.board?.campaigns.find((campaign) => campaign.id === id)
      return card ? { kind, card } : null
    }
    const card = this.board?.complaints.find((complaint) => complaint.id === id)
    return card ? { kind, card } : null
  }

  #changed(changed: ChangedDto): void {
    if (changed.all || changed.records.some((record) => record.kind === 'member')) this.teamChanges += 1
    const isShown = changed.all || changed.records.some((record) => record.kind !== 'member')
    if (isShown && this.open?.exists) this.#soon()
  }

  /** Reads again when the next minute begins. */
  #tick(): void {
    setTimeout(() => {
      if (this.open?.exists) this.#soon()
      this.#tick()
    }, MINUTE_MS - (Date.now() % MINUTE_MS))
  }

  #soon(): void {
    if (this.#gather !== undefined) return
    this.#gather = setTimeout(() => {
      this.#gather = undefined
      this.#read().catch((error: unknown) => this.#fail(error))
    }, GATHER_MS)
  }

  /** One reader at a time; what comes meanwhile is read once more afterwards. */
  async #read(): Promise<void> {
    if (this.#reading) {
      this.#again = true
      return
    }
    this.#reading = true
    try {
      const [board, clashes] = await Promise.all([ipc.board(), ipc.clashes()])
      const before = this.clashes
      this.board = board
      this.clashes = clashes
      this.now = Date.now()
      if (before) announce(before, clashes)
    } finally {
      this.#reading = false
    }
    if (this.#again) {
      this.#again = false
      await this.#read()
    }
  }

  #fail(error: unknown): void {
    const { code, message, detail } = deskError(error)
    this.trouble = { code, message, detail }
    this.phase = 'trouble'
  }
}

/** Says which clashes opened and closed. */
function announce(before: ClashesDto, after: ClashesDto): void {
  const had = new Set(before.clashes.map((clash) => clash.id))
  const has = new Set(after.clashes.map((clash) => clash.id))
  const opened = after.clashes.find((clash) => !had.has(clash.id))
  const closed = before.clashes.find((clash) => !has.has(clash.id))
  const names = (clash: { campaign_name: string; complaint_title: string }): { campaign: string; complaint: string } => ({
    campaign: clash.campaign_name,
    complaint: clash.complaint_title,
  })
  if (opened) announcer.say(m.said_clash_opened({ ...names(opened), score: opened.score }))
  else if (closed) announcer.say(m.said_clash_closed(names(closed)))
}

export const desk = new DeskState()
