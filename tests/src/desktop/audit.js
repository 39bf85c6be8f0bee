// What a program can see of a bad page: text that is cut off without a sign, parts outside the window, targets too small
// to hit. Contrast and names are axe's business.
const faults = []
const say = (what, element) => faults.push(`${what}: ${element.outerHTML.slice(0, 160)}`)
const isHidden = (element) => element.closest('.visually-hidden, .skip') !== null || element.getClientRects().length === 0
/** The nearest around it that shows only a part of what is in it, as it is meant: a line that ends in "…", the board's columns. */
const isWithinMeant = (element) => {
  for (let at = element.parentElement; at !== null; at = at.parentElement) {
    const { overflowX, textOverflow } = getComputedStyle(at)
    if (at.matches('[data-sideways]') || (overflowX === 'hidden' && textOverflow === 'ellipsis')) return true
  }
  return false
}
/** Whether some of an element's own text lies beyond what shows it. Of text in columns, `scrollWidth` knows nothing. */
const isTextCut = (element) => {
  const texts = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== '')
  if (texts.length === 0) return false
  const range = document.createRange()
  const rects = texts.flatMap((text) => (range.selectNodeContents(text), [...range.getClientRects()]))
  for (let at = element; at !== null; at = at.parentElement) {
    const { overflowX, textOverflow } = getComputedStyle(at)
    if (textOverflow === 'ellipsis' || ['auto', 'scroll'].includes(overflowX)) return false
    const { left, right } = at.getBoundingClientRect()
    if (overflowX !== 'visible' && rects.some((rect) => rect.right > right + 1 || rect.left < left - 1)) return true
  }
  return false
}
const modal = document.querySelector('dialog[open]')

if (document.scrollingElement.scrollWidth > innerWidth) say('the page is wider than the window', document.body)
for (const element of (modal ?? document.body).querySelectorAll('*')) {
  if (isHidden(element) || element.closest('svg') !== null) continue
  const style = getComputedStyle(element)
  const box = element.getBoundingClientRect()
  const isCut = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0
  const hides = ['hidden', 'clip'].includes(style.overflowX)
  if (isCut && hides && style.textOverflow !== 'ellipsis' && !element.matches('input, textarea, select')) say('cut off', element)
  else if (isTextCut(element)) say('text cut off', element)
  if (isCut && ['auto', 'scroll'].includes(style.overflowX) && !element.matches('[data-sideways]')) say('scrolls sideways', element)
  if ((box.right > innerWidth + 1 || box.left < -1) && !isWithinMeant(element)) say('outside the window', element)
  if (element.matches('button, select, input:not([type="file"])')) {
    const target = element.closest('label') ?? element
    if (target.getBoundingClientRect().height < 23.5) say('lower than 24', element)
  }
}
return faults
