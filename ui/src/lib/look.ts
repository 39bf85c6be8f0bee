// How the window looks, written where the styles read it. Follows the system until somebody chooses.
export type Theme = 'system' | 'light' | 'dark'
export type Contrast = 'system' | 'high'
export type Density = 'default' | 'compact'

export interface Look {
  theme: Theme
  contrast: Contrast
  density: Density
}

/** Read by public/first-paint.js. */
const COPY = 'look'

const dark = window.matchMedia?.('(prefers-color-scheme: dark)')
const more = window.matchMedia?.('(prefers-contrast: more)')

export function wear(look: Look): void {
  const root = document.documentElement.dataset
  root['theme'] = look.theme === 'system' ? (dark?.matches ? 'dark' : 'light') : look.theme
  root['contrast'] = look.contrast === 'high' || more?.matches ? 'high' : 'normal'
  root['density'] = look.density
  const chosen = { theme: look.theme === 'system' ? null : look.theme, contrast: look.contrast, density: look.density }
  try {
    localStorage.setItem(COPY, JSON.stringify(chosen))
  } catch {
    // Without the copy the next start paints the system's look first.
  }
}

/** The system changes its mind while the window is open. */
export function onSystemLook(changed: () => void): void {
  for (const query of [dark, more]) query?.addEventListener('change', changed)
}
