// Sends the requests of a trial and shows them with what came back.
const SHOWN = [
  'x-cache',
  'cache-status',
  'age',
  'etag',
  'idempotent-replayed',
  'location',
  'retry-after',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'ratelimit',
];
const MOST_ROWS = 15;

async function send(path, options = {}) {
  const start = performance.now();
  const method = options.method ?? 'GET';
  try {
    // Past the browser's own cache. Left to itself it would tell the servers' caches, too, to stay out of it (no-cache).
    const headers = { 'Cache-Control': 'max-age=60', ...options.headers };
    const response = await fetch(path, { cache: 'no-store', ...options, headers });
    const body = await response.text();
    const shown = SHOWN.filter((name) => response.headers.has(name)).map(
      (name) => `${name}: ${response.headers.get(name)}`,
    );
    return {
      request: `${method} /${path}`,
      status: response.status,
      time: performance.now() - start,
      headers: shown,
      body,
    };
  } catch {
    return {
      request: `${method} /${path}`,
      status: 0,
      time: performance.now() - start,
      headers: [],
      body: '',
    };
  }
}

const isHit = ({ headers }) => headers.includes('x-cache: HIT');
const count = (replies, test) => replies.filter(test).length;

const trials = {
  async search() {
    const path = `cities?q=${'abcdefghijklmnoprstuvwz'[Math.floor(Math.random() * 23)]}a&minPopulation=${Math.floor(Math.random() * 1e5)}&limit=3`;
    const replies = [await send(path), await send(path)];
    // Rarely the other worker is asked before the level that both share has the answer.
    while (!isHit(replies.at(-1)) && replies.length < 5) replies.push(await send(path));
    return [
      replies,
      'The last answer says X-Cache: HIT: it came from a cache, with an Age, and with an ETag to ask again by.',
    ];
  },
  async trip() {
    const body = JSON.stringify({ cities: [745044, 2643743, 2988507] });
    const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': `"${crypto.randomUUID()}"` };
    const submit = () => send('trips', { method: 'POST', body, headers });
    const replies = await Promise.all([submit(), submit()]);
    replies.push(await submit());
    return [
      replies,
      'One of the clicks is processed; one that arrives meanwhile is told so (409), and a retry gets the stored answer, marked Idempotent-Replayed. One trip is stored.',
    ];
  },
  async burst() {
    const replies = await Promise.all(Array.from({ length: 15 }, () => send('try/burst')));
    const refused = count(replies, ({ status }) => status === 429);
    return [
      replies,
      `${replies.length - refused} were let through, ${refused} were refused with 429 and told when to come back.`,
    ];
  },
  async kill() {
    const cities = [745044, 2643743, 2950159]; // Istanbul, London, Berlin
    const load = () => Promise.all(Array.from({ length: 20 }, (_, i) => send(`cities/${cities[i % 3]}`)));
    const before = load();
    const killed = await send('try/kill-worker', { method: 'POST', headers: { 'X-Demo': 'kill' } });
    const replies = [killed, ...(await before), ...(await load())];
    const failed = count(replies, ({ status }) => status === 0 || status >= 500);
    return [
      replies,
      `Worker ${JSON.parse(killed.body || '{}').killed ?? '(none: it is the last one)'} was killed. Of ${replies.length - 1} requests ${failed} failed: the balancer sent what it had begun to the other worker, and a new one is starting.`,
    ];
  },
};

const title = document.getElementById('result-title');
const meaning = document.getElementById('result-meaning');
const table = document.querySelector('.result table');

function cell(row, text, className) {
  const td = row.insertCell();
  if (className) td.className = className;
  td.textContent = text;
  return td;
}

function show(name, replies, text) {
  title.textContent = name;
  meaning.textContent = text;
  table.hidden = false;
  const body = table.tBodies[0];
  body.replaceChildren();
  for (const reply of replies.slice(0, MOST_ROWS)) {
    const row = body.insertRow();
    cell(row, reply.request);
    const good = reply.status >= 200 && reply.status < 400;
    cell(row, reply.status === 0 ? 'failed' : String(reply.status), good ? 'good' : 'bad');
    cell(row, `${reply.time.toFixed(1)} ms`);
    const code = document.createElement('code');
    code.textContent = reply.headers.join('\n');
    row.insertCell().append(code);
  }
}

for (const button of document.querySelectorAll('button[data-trial]')) {
  button.addEventListener('click', async () => {
    button.disabled = true;
    try {
      const [replies, text] = await trials[button.dataset.trial]();
      show(button.closest('article').querySelector('h3').textContent, replies, text);
    } finally {
      button.disabled = false;
    }
  });
}
