// What the top bar says beside the page's name. A page sets it while it is shown:
//
//   $effect(() => page.show(m.board_filtered({ count })))
class Page {
  subtitle = $state('')

  /** Shows it; what comes back takes it away again, unless the next page has said something meanwhile. */
  show(subtitle: string): () => void {
    this.subtitle = subtitle
    return () => {
      if (this.subtitle === subtitle) this.subtitle = ''
    }
  }
}

export const page = new Page()
