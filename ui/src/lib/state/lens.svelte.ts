// What keeps coming back among the tickets of no complaint: groups to decide about, one after the other. The look is Rust's;
// here is only which group is current, which are put off, and when it is worth another look.
import { deskError } from '$lib/ipc/call'
import * as ipc from '$lib/ipc/desk'
import type { SuggestedDto } from '$lib/ipc/types'
import { errorWords } from '$lib/words'

/** A look that takes no longer is taken after every change; a longer one when somebody asks. */
const QUICK_MS = 2_000
/** Changes come in bursts; and the pause is never shorter than the look. */
const PAUSE_MS = 300

class Lens {
  /** Everything that was seen last; what is decided is taken out at once. */
  #groups = $state.raw<readonly SuggestedDto[]>([])
  /** Put off until the window is opened again. */
  later = $state.raw<ReadonlySet<string>>(new Set())
  /** Nothing before the first look. */
  lookedAt = $state<number | null>(null)
  /** So many tickets that nobody looked yet: somebody has to ask. */
  waiting = $state<number | null>(null)
  /** Groups of which somebody said that they are none. */
  refused = $state(0)
  isLooking = $state(false)
  /** The board has changed, and a look will follow. */
  isDue = $state(false)
  /** The board has changed since, and a look takes time. */
  isStale = $state(false)
  error = $state('')
  /** What was taken apart stays so at the next look, which finds the whole again. */
  readonly #parts = new Map<string, readonly SuggestedDto[]>()
  #at = $state(0)
  /** The central ticket of the current group: the group is followed by it. */
  #held: string | null = null
  #tookMs = 0
  #asked = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  get groups(): readonly SuggestedDto[] {
    return this.#groups.filter((one) => !this.later.has(one.group.fingerprint))
  }

  get hidden(): number {
    return this.#groups.length - this.groups.length
  }

  get at(): number {
    return Math.max(0, Math.min(this.#at, this.groups.length - 1))
  }

  set at(place: number) {
    this.#at = place
    this.#held = this.current?.group.samples[0] ?? null
  }

  get current(): SuggestedDto | null {
    return this.groups[this.at] ?? null
  }

  /** Looks, and waits for the answer. Among very many tickets only when somebody asked. */
  async look(isAsked = false): Promise<void> {
    clearTimeout(this.#timer)
    const asked = ++this.#asked
    // Whether it still waits is asked under the question, not instead of it.
    this.isLooking = isAsked || this.waiting === null
    this.isDue = false
    try {
      const lens = await ipc.lens(isAsked)
      if (asked !== this.#asked) return
      this.error = ''
      // What was seen before stays, as what it is: a look of before.
      this.isStale = lens.waiting !== null && this.lookedAt !== null
      this.waiting = this.isStale ? null : lens.waiting
      if (lens.waiting !== null) return
      this.#tookMs = lens.took_ms
      this.lookedAt = lens.looked_at
      this.refused = lens.refused
      this.#show(this.#apart(lens.groups))
    } catch (error) {
      if (asked === this.#asked) this.error = errorWords(deskError(error))
    } finally {
      if (asked === this.#asked) this.isLooking = false
    }
  }

  /** Something changed on the board. */
  changed(): void {
    if (this.lookedAt === null && this.waiting === null) return
    clearTimeout(this.#timer)
    this.isDue = this.#tookMs <= QUICK_MS
    if (!this.isDue) this.isStale = true
    else this.#timer = setTimeout(() => void this.look(), Math.max(PAUSE_MS, this.#tookMs))
  }

  /** These tickets have found their place, or the group is none: it goes, and the next one is current. */
  decided(fingerprint: string): void {
    const isLeft = (one: SuggestedDto): boolean => one.group.fingerprint !== fingerprint
    for (const [whole, parts] of this.#parts) this.#parts.set(whole, parts.filter(isLeft))
    this.#show(this.#groups.filter(isLeft))
  }

  /** Several in the place of one. */
  replace(fingerprint: string, parts: readonly SuggestedDto[]): void {
    this.#parts.set(fingerprint, parts)
    this.#show(this.#groups.flatMap((one) => (one.group.fingerprint === fingerprint ? parts : [one])))
  }

  putOff(fingerprint: string): void {
    this.later = new Set([...this.later, fingerprint])
    this.at = Math.min(this.#at, this.groups.length - 1)
  }

  showLater(): void {
    this.later = new Set()
  }

  #apart(groups: readonly SuggestedDto[]): SuggestedDto[] {
    return groups.flatMap((one) => {
      const parts = this.#parts.get(one.group.fingerprint)
      return parts ? this.#apart(parts) : [one]
    })
  }

  #show(groups: readonly SuggestedDto[]): void {
    this.#groups = groups
    const followed = this.groups.findIndex((one) => this.#held !== null && one.group.reports.includes(this.#held))
    this.at = followed >= 0 ? followed : this.at
  }
}

export const lens = new Lens()
