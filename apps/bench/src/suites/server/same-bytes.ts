/** Fails unless every server sends the same status, fields and body, less the date. */
export async function assertSameBytes(servers: Readonly<Record<string, { port: number }>>): Promise<void> {
  const answers = new Map<string, string>();
  for (const [name, { port }] of Object.entries(servers)) {
    const response = await fetch(`http://127.0.0.1:${port}/plain`);
    const fields = [...response.headers].filter(([field]) => field !== 'date').sort();
    answers.set(name, JSON.stringify([response.status, fields, await response.text()]));
  }
  if (new Set(answers.values()).size > 1) {
    const list = [...answers].map(([name, answer]) => `${name}: ${answer}`);
    throw new Error(`The servers do not send the same:\n${list.join('\n')}`);
  }
}
