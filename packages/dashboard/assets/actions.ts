import { showProfile } from './show-profile.js';

/** Carries out the forms of actions without leaving the page: a profile is drawn, a snapshot is saved. */
export function followActions(): void {
  document.addEventListener('submit', (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.hasAttribute('data-action')) return;
    // A snapshot is a file of gigabytes: the browser saves it itself.
    if (form.dataset['task'] === 'heap-snapshot') return;
    event.preventDefault();
    void perform(form);
  });
}

async function perform(form: HTMLFormElement): Promise<void> {
  const { task } = form.dataset;
  const button = form.querySelector('button');
  const fields = new FormData(form);
  const seconds = Number(fields.get('seconds') ?? 0);
  if (button?.disabled === true) return;
  if (button !== null) button.disabled = true;
  const stop = task === undefined ? () => {} : countdown(seconds);
  try {
    const response = await fetch(form.action, {
      method: 'POST',
      headers: { Accept: 'application/json', 'X-Spark-Token': String(fields.get('token')) },
      body: new URLSearchParams([...fields].map(([name, value]) => [name, String(value)])),
    });
    const answer: unknown = await response.json();
    stop();
    if (!response.ok) say('bad', (answer as { error?: string }).error ?? 'It did not work');
    else if (task !== undefined) showProfile(place(), task, answer, fileName(response, task));
    form.querySelector('details')?.removeAttribute('open');
    form.closest('details')?.removeAttribute('open');
  } catch {
    stop();
    say('bad', 'The server did not answer');
  } finally {
    if (button !== null) button.disabled = false;
  }
}

function place(): HTMLElement {
  const result = document.getElementById('result')!;
  result.hidden = false;
  return result;
}

function say(level: string, text: string): void {
  const line = document.createElement('p');
  line.className = `status ${level}`;
  line.textContent = text;
  place().replaceChildren(line);
  line.scrollIntoView({ block: 'nearest' });
}

function countdown(seconds: number): () => void {
  const end = performance.now() + seconds * 1_000;
  say('info', `Measuring for ${seconds} s…`);
  const bar = document.createElement('progress');
  bar.max = seconds;
  bar.setAttribute('aria-label', 'Progress of the profile');
  place().append(bar);
  const timer = window.setInterval(
    () => (bar.value = seconds - Math.max(0, end - performance.now()) / 1_000),
    100,
  );
  return () => window.clearInterval(timer);
}

function fileName(response: Response, task: string): string {
  return /filename="([\w.-]+)"/.exec(response.headers.get('Content-Disposition') ?? '')?.[1] ?? task;
}
