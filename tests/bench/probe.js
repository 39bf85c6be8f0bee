// Put into the page: how long after a key press the next frame is on the screen, and how long each frame takes.
// A frame counts from the callback in which it is drawn to the task after it.
const probe = { keys: [], frames: [] }
window.probe = probe

const painted = (tell) =>
  requestAnimationFrame(() => {
    const channel = new MessageChannel()
    channel.port1.onmessage = () => tell(performance.now())
    channel.port2.postMessage(0)
  })

addEventListener('keydown', (event) => painted((at) => probe.keys.push(at - event.timeStamp)), true)

let last = 0
const frame = (at) => {
  if (probe.watching && last > 0) probe.frames.push(at - last)
  last = at
  requestAnimationFrame(frame)
}
requestAnimationFrame(frame)

// Scrolls the first lane's fullest column down and up again, a step in every frame.
probe.scroll = (steps, done) => {
  const columns = [...document.querySelectorAll('[data-scroller]')]
  const column = columns.toSorted((a, b) => b.scrollHeight - a.scrollHeight)[0]
  probe.frames = []
  probe.watching = true
  let left = steps
  const step = () => {
    column.scrollTop += left > steps / 2 ? 60 : -60
    left -= 1
    if (left > 0) return requestAnimationFrame(step)
    probe.watching = false
    done(column.scrollHeight > column.clientHeight)
  }
  requestAnimationFrame(step)
}
