// What a program can see of a bad page: text that is cut off without a sign, parts outside the window, targets too small
// to hit. Contrast and names are axe's business.
const faults = []
const say = (what, element) => faults.push(`${what}: ${element.outerHTML.slice(0, 160)}`)
const isHidden = (element) => element.closest('.visually-hidden, .skip') !== null || element.getClientRects().length === 0
const modal = document.querySelector('dialog[open]')

if (document.scrollingElement.scrollWidth > innerWidth) say('the page is wider than the window', document.body)
for (const element of (modal ?? document.body).querySelectorAll('*')) {
  if (isHidden(element) || element.closest('svg') !== null) continue
  const style = getComputedStyle(element)
  const box = element.getBoundingClientRect()
  const isCut = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0
  const hides = ['hidden', 'clip'].includes(style.overflowX)
  if (isCut && hides && style.textOverflow !== 'ellipsis' && !element.matches('input, textarea, select')) say('cut off', element)
  if (isCut && ['auto', 'scroll'].includes(style.overflowX)) say('scrolls sideways', element)
  if (box.right > innerWidth + 1 || box.left < -1) say('outside the window', element)
  if (element.matches('button, select, input:not([type="file"])')) {
    const target = element.closest('label') ?? element
    if (target.getBoundingClientRect().height < 23.5) say('lower than 24', element)
  }
}
return faults
