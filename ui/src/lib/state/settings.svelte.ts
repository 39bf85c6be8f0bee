// What this person chose for this window: look, language, keys. The board's own settings are the board's.
import { isRecord, Keeper } from '$lib/kept'
import { onSystemLook, wear, type Contrast, type Density, type Theme } from '$lib/look'
import { getLocale, locales, overwriteGetLocale, type Locale } from '$lib/paraglide/runtime'

import { screen } from './screen.svelte'

export type Language = 'system' | Locale

export interface Choices {
  theme: Theme
  contrast: Contrast
  density: Density
  language: Language
  /** `on`: a letter is a command; `off`: only keys with Ctrl, Esc and arrows are. */
  singleKeys: 'on' | 'off'
}

/** Every choice with what it may be; the first is what nobody chose. */
export const CHOICES: { readonly [Name in keyof Choices]: readonly Choices[Name][] } = {
  theme: ['system', 'light', 'dark'],
  contrast: ['system', 'high'],
  density: ['default', 'compact'],
  language: ['system', ...locales],
  singleKeys: ['on', 'off'],
}

/** The pages of the settings. */
export type SettingsPage = 'board' | 'you' | 'comfort' | 'team' | 'keys'

class Settings {
  choices = $state<Choices>({ theme: 'system', contrast: 'system', density: 'default', language: 'system', singleKeys: 'on' })
  page = $state<SettingsPage>('board')
  readonly #keeper = new Keeper('settings', () => $state.snapshot(this.choices))

  /** Once, before anything is shown. */
  async load(): Promise<void> {
    const kept = await this.#keeper.load()
    if (isRecord(kept)) for (const name of Object.keys(CHOICES) as (keyof Choices)[]) this.#take(name, kept[name])
    this.#apply()
    onSystemLook(() => this.#apply())
  }

  choose<Name extends keyof Choices>(name: Name, value: string): void {
    this.#take(name, value)
    this.#apply()
    this.#keeper.soon()
  }

  /** A value from a file or a form; what is not one of the choices changes nothing. */
  #take<Name extends keyof Choices>(name: Name, value: unknown): void {
    const found = CHOICES[name].find((choice) => choice === value)
    if (found !== undefined) this.choices[name] = found
  }

  #apply(): void {
    const { theme, contrast, density, singleKeys } = this.choices
    wear({ theme, contrast, density })
    document.documentElement.dataset['singleKeys'] = singleKeys
    document.documentElement.lang = getLocale()
  }
}

export const settings = new Settings()

/** What the system prefers, asked each time: it may change while the window is open. */
const systemLocale = getLocale
overwriteGetLocale(() => (settings.choices.language === 'system' ? systemLocale() : settings.choices.language))

export function toSettings(page: SettingsPage): void {
  settings.page = page
  screen.dialog = null
  screen.go('settings')
}
