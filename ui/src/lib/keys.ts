// Key presses become commands. A single key does nothing while somebody is typing.
import type { Command } from '$lib/commands'
import { m } from '$lib/paraglide/messages'

/** How long G waits for the second key. */
const SECOND_KEY_MS = 1_500

const isMac = /mac/i.test(navigator.userAgent)

interface Press {
  key: string
  ctrlKey: boolean
  metaKey: boolean
  shiftKey: boolean
  altKey: boolean
}

/** The press as the registry spells it. */
export function spell(press: Press): string {
  const mod = press.ctrlKey || press.metaKey
  const key = press.key.toLowerCase()
  if (press.altKey) return ''
  if (!mod) return press.shiftKey && /^[a-z]$/.test(key) ? `shift+${key}` : key
  return press.shiftKey ? `mod+shift+${key}` : `mod+${key}`
}

export class Keys {
  #first: string | null = null
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #commands: readonly Command[]
  readonly #hasSingleKeys: () => boolean

  /** `hasSingleKeys`: whether a letter alone is a command. Some people switch that off (WCAG 2.1.4). */
  constructor(commands: readonly Command[], hasSingleKeys: () => boolean = () => true) {
    this.#commands = commands
    this.#hasSingleKeys = hasSingleKeys
  }

  press(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing) return
    const typing = isTyping(event.target)
    const applies = (one: Command): boolean => one.when() && (!typing || Boolean(one.whileTyping)) && (!isSingle(one.key) || this.#hasSingleKeys())
    const spelt = spell(event)
    // A letter with Shift is the letter, where it means nothing of its own.
    const pressed = this.#commands.some((one) => one.key === spelt && applies(one)) ? spelt : spelt.replace(/^shift\+/, '')
    const chord = this.#first === null ? pressed : `${this.#first} ${pressed}`
    this.#forget()
    const command = this.#commands.find((one) => one.key === chord && applies(one))
    if (command) {
      event.preventDefault()
      command.run()
    } else if (this.#commands.some((one) => one.key?.startsWith(`${chord} `) && applies(one))) {
      this.#first = chord
      this.#timer = setTimeout(() => this.#forget(), SECOND_KEY_MS)
    }
  }

  #forget(): void {
    clearTimeout(this.#timer)
    this.#first = null
  }
}

/** Letters, digits and signs, alone or one after the other. Not Esc, Enter, Space and arrows, whose names are longer. */
export function isSingle(key: string | undefined): boolean {
  return key !== undefined && !key.startsWith('mod+') && key.split(' ').some((part) => [...part.replace(/^shift\+/, '')].length === 1)
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]')
}

/** A key as it is printed on a keyboard. */
export function shown(key: string): string[] {
  const one = (part: string): string => {
    if (part === 'mod') return isMac ? '⌘' : m.key_ctrl()
    if (part === 'escape') return 'Esc'
    return part.length === 1 ? part.toUpperCase() : part.charAt(0).toUpperCase() + part.slice(1)
  }
  return key.split(key.includes(' ') ? ' ' : '+').map(one)
}

/** A key for `aria-keyshortcuts`; nothing for a sequence, which it cannot say. */
export function pressed(key: string): string | undefined {
  if (key.includes(' ')) return undefined
  return key.replace('mod', isMac ? 'Meta' : 'Control').replace('shift', 'Shift').replace('escape', 'Escape')
}
