const WIDTH = 30;

/** Draws one line on a terminal; elsewhere says only when it begins and ends. */
export function progressBar(title: string, out: NodeJS.WriteStream): (done: number, total: number) => void {
  let shown = -1;
  return (done, total) => {
    const percent = Math.floor((100 * done) / total);
    if (percent === shown) return;
    const first = shown === -1;
    shown = percent;
    if (out.isTTY) {
      const filled = Math.round((WIDTH * done) / total);
      out.write(
        `\r${title} ${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${percent} %${done === total ? '\n' : ''}`,
      );
    } else if (first || done === total) out.write(`${title} ${percent} %\n`);
  };
}
