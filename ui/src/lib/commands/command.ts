// What a command is. The registry is in index.ts; each area of the app lists its own commands in a file of its own.
export interface Command {
  id: string
  name: () => string
  /** `mod` is Ctrl, or ⌘ on a Mac; `g b` is G, then B. Absent: reached by the palette and by its button only. */
  key?: string
  /** Where the palette and the key sheet list it. */
  group: 'go' | 'new' | 'item' | 'decide' | 'standup' | 'edit' | 'window'
  /** Keys are unique in a scope; `standup` is the only one beside `app` (product §9.4). */
  scope: 'app' | 'standup'
  when: () => boolean
  run: () => void
  /** It also works while somebody types: only keys with `mod`, and Esc. */
  whileTyping?: boolean
  /** It is not listed by the palette: it makes no sense there. */
  hidden?: boolean
}
