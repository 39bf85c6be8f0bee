// The projection of the board that the window shows: one load, then whatever the events say.
import * as ipc from '$lib/ipc/desk'
import { deskError } from '$lib/ipc/call'
import { onEvent } from '$lib/ipc/events'
import type {
  BoardDto,
  CardKind,
  ChangedDto,
  ClashDto,
  ClashesDto,
  ErrorDto,
  OpenDto,
  RecordRefDto,
  StatusDto,
} from '$lib/ipc/types'
import type { Card } from '$lib/fields'
import { m } from '$lib/paraglide/messages'
import { errorWords } from '$lib/words'

import { imports } from './imports.svelte'
import { screen } from './screen.svelte'
import { announcer, toasts } from './toasts.svelte'

/** The first change is read at once; those that follow in one breath, an import's for example, are read together. */
const GATHER_MS = 60
/** More changed records than this, and the whole board is read instead. */
const PATCHED = 100
/** Clashes are computed as of whole minutes; the passing of one sends no event. */
const MINUTE_MS = 60_000

/** The board is sound, and its keys cannot be had: asking again may help. */
const NO_KEYS = new Set([
  'passphrase_needed',
  'passphrase_wrong',
  'keyring_locked',
  'keyring_gone',
  'keyring_silent',
  'keyring_failed',
  'keyring_missing',
  'keyring_foreign',
])
/** What was typed is not it. */
const WRONG = new Set(['passphrase_wrong', 'passphrase_empty', 'passphrase_long'])

class DeskState {
  phase = $state<'opening' | 'locked' | 'trouble' | 'first_run' | 'ready'>('opening')
  trouble = $state<ErrorDto | null>(null)
  open = $state.raw<OpenDto | null>(null)
  board = $state.raw<BoardDto | null>(null)
  clashes = $state.raw<ClashesDto | null>(null)
  status = $state.raw<StatusDto | null>(null)
  /** Counts what happened to the team; whoever lists members reads them again. */
  teamChanges = $state(0)
  /** Counts what happened to anything; whoever reads more than the board (an agenda, a history) reads it again. */
  changes = $state(0)
  /** The desk's clock, as of the last reading: when clashes were computed, and what "in 4 h" counts from. */
  now = $state(Date.now())
  /** How far the desk's clock is ahead of this page's. */
  #ahead = 0
  #gather: ReturnType<typeof setTimeout> | undefined
  #lastRead = 0
  #reading = false
  #all = false
  #isStale = false
  readonly #changed = new Map<string, RecordRefDto>()

  get zone(): string {
    return this.board?.zone || this.open?.zone || 'UTC'
  }

  /** The desk's clock at this moment: for timers, which must not wait for the next reading. */
  clock(): number {
    return Date.now() + this.#ahead
  }

  async start(): Promise<void> {
    try {
      await onEvent((event) => {
        if (event.kind === 'status') this.status = event.data
        else if (event.kind === 'import') imports.hear(event.data)
        else if (event.kind === 'open') screen.open(event.data.kind, event.data.id)
        else this.#heard(event.data)
      })
      this.#tick()
      await this.entered(await ipc.state())
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Tries again to open a board whose keys could not be had; throws why not. */
  async unlock(passphrase: string | null): Promise<void> {
    try {
      await this.entered(await ipc.unlock(passphrase))
    } catch (error) {
      // Another reason than before, the keyring instead of the passphrase for one, is another page.
      if (!WRONG.has(deskError(error).code)) this.#fail(error)
      throw error
    }
  }

  /** A board was opened, made or joined. */
  async entered(open: OpenDto): Promise<void> {
    this.open = open
    this.#ahead = open.now_ms - Date.now()
    this.now = this.clock()
    if (!open.exists) {
      this.phase = 'first_run'
      return
    }
    this.status = await ipc.status()
    this.#all = true
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

  clash(id: string): ClashDto | null {
    return this.clashes?.clashes.find((clash) => clash.id === id) ?? null
  }

  #heard(changed: ChangedDto): void {
    if (changed.all || changed.records.some((record) => record.kind === 'member')) this.teamChanges += 1
    if (!this.open?.exists) return
    if (changed.all || changed.records.length + this.#changed.size > PATCHED) this.#all = true
    else for (const record of changed.records) this.#changed.set(`${record.kind}/${record.id}`, record)
    this.#soon()
  }

  /** Reads again when the next minute begins: volumes, and with them clashes, are as of whole minutes. */
  #tick(): void {
    setTimeout(
      () => {
        if (this.open?.exists) {
          this.#all = true
          this.#soon()
        }
        this.#tick()
      },
      MINUTE_MS - (this.clock() % MINUTE_MS),
    )
  }

  #soon(): void {
    if (this.#gather !== undefined) return
    const wait = Math.max(0, this.#lastRead + GATHER_MS - Date.now())
    this.#gather = setTimeout(() => {
      this.#gather = undefined
      this.#read().then(
        () => (this.#isStale = false),
        (error: unknown) => this.#stale(error),
      )
    }, wait)
  }

  /** One reader at a time; what comes meanwhile is read once more afterwards. */
  async #read(): Promise<void> {
    if (this.#reading) return
    this.#reading = true
    try {
      while (this.#all || this.#changed.size > 0) {
        this.#lastRead = Date.now()
        const records = [...this.#changed.values()]
        const all = this.#all || this.board === null
        this.#changed.clear()
        this.#all = false
        if (all) this.board = await ipc.board()
        else await this.#patch(records)
        this.changes += 1
        const before = this.clashes
        this.clashes = await ipc.clashes()
        this.now = this.clock()
        if (before) announce(before, this.clashes)
      }
    } finally {
      this.#reading = false
    }
  }

  /**
   * A few cards changed: only they are read. The card is on the screen before its clashes are computed. A member's name is
   * on many cards, and a change of it can be taken back like any other.
   */
  async #patch(records: RecordRefDto[]): Promise<void> {
    if (records.some((record) => record.kind === 'board' || record.kind === 'member')) {
      this.board = await ipc.board()
      return
    }
    const known = records.filter((record) => ['campaign', 'complaint', 'report', 'decision', 'standup'].includes(record.kind))
    if (known.length === 0 || !this.board) return
    const cards = await ipc.cards(known)
    const gone = new Set(cards.gone.map((record) => record.id))
    this.board = {
      ...this.board,
      campaigns: merged(this.board.campaigns, cards.campaigns, gone),
      complaints: merged(this.board.complaints, cards.complaints, gone),
      counts: cards.counts,
      undo: cards.undo,
      redo: cards.redo,
    }
  }

  /** What is shown stays, said once to be old; the next change or minute reads everything again. */
  #stale(error: unknown): void {
    this.#all = true
    if (!this.#isStale) toasts.problem(errorWords(deskError(error)))
    this.#isStale = true
  }

  #fail(error: unknown): void {
    const { code, message, detail, field, value } = deskError(error)
    this.trouble = { code, message, detail, field, value }
    this.phase = NO_KEYS.has(code) ? 'locked' : 'trouble'
  }
}

/** `old` with the changed cards in their places, new ones at the end, and without those that are gone. */
function merged<T extends { id: string }>(old: T[], changed: T[], gone: Set<string>): T[] {
  if (changed.length === 0 && gone.size === 0) return old
  const fresh = new Map(changed.map((card) => [card.id, card]))
  const kept = old.filter((card) => !gone.has(card.id)).map((card) => fresh.get(card.id) ?? card)
  const known = new Set(old.map((card) => card.id))
  return [...kept, ...changed.filter((card) => !known.has(card.id))]
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
