// Runs before the first paint, so that a chosen theme never flashes the other one. What was chosen is kept by the shell;
// this copy is only as good as the last start, and the page puts it right when the settings are read.
;(() => {
  let look = {}
  try {
    look = JSON.parse(localStorage.getItem('look') ?? '{}')
  } catch {
    // No copy: the system's look.
  }
  const root = document.documentElement
  const isDark = look.theme ? look.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches
  root.dataset.theme = isDark ? 'dark' : 'light'
  root.dataset.contrast = look.contrast === 'high' || matchMedia('(prefers-contrast: more)').matches ? 'high' : 'normal'
  root.dataset.density = look.density === 'compact' ? 'compact' : 'default'
})()
