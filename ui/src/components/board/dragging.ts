// A card under the pointer. Pointer events and not the system's drag and drop: that one draws the card itself, cannot tilt
// it, stops the wheel, and no driver can play it in WebKit.
export interface Grip {
  /** The card that is taken up. */
  article: HTMLElement
  /** Where in the card the pointer holds it. */
  dx: number
  dy: number
}

export interface Hand {
  /** The pointer went far enough: answers whether the card can be taken up. */
  take: (grip: Grip) => boolean
  move: (x: number, y: number) => void
  drop: () => void
  putBack: () => void
}

/** A press that moves less than this is a click. */
const SLACK = 5

/** Follows one press on a card until it ends. */
export function follow(down: PointerEvent, hand: Hand): void {
  const article = down.target instanceof Element ? down.target.closest<HTMLElement>('[data-id]') : null
  if (!article || down.button !== 0 || down.pointerType === 'touch') return
  const box = article.getBoundingClientRect()
  const grip = { article, dx: down.clientX - box.left, dy: down.clientY - box.top }
  let isTaken = false
  const ends = new AbortController()
  const on = <Name extends keyof WindowEventMap>(name: Name, heard: (event: WindowEventMap[Name]) => void): void =>
    window.addEventListener(name, heard, { signal: ends.signal, capture: true })

  const end = (finish: () => void): void => {
    ends.abort()
    if (!isTaken) return
    // The release is also a click on whatever lies there; this one is not meant.
    window.addEventListener('click', swallow, { capture: true, once: true })
    setTimeout(() => window.removeEventListener('click', swallow, { capture: true }))
    finish()
  }
  on('pointermove', (event) => {
    if (event.pointerId !== down.pointerId) return
    if (!isTaken) {
      if (Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) < SLACK) return
      if (!hand.take(grip)) return end(() => undefined)
      isTaken = true
    }
    hand.move(event.clientX, event.clientY)
  })
  on('pointerup', (event) => event.pointerId === down.pointerId && end(hand.drop))
  on('pointercancel', () => end(hand.putBack))
  // Every field that loses the focus is heard here too; only the window counts.
  on('blur', (event) => event.target === window && end(hand.putBack))
  on('keydown', (event) => {
    if (!isTaken || event.key !== 'Escape') return
    event.preventDefault()
    event.stopPropagation()
    end(hand.putBack)
  })
}

function swallow(event: MouseEvent): void {
  event.preventDefault()
  event.stopPropagation()
}
