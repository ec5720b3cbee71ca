import { connect } from 'node:net';

/** A reply as plain data; an error reply rejects instead. */
export type RedisReply = string | number | null | RedisReply[];

/**
 * Sends one command over a connection of its own, for set-up and assertions that must not go through the client under
 * test.
 *
 * @param options.password is sent first, with AUTH.
 * @throws Error on an error reply, a refused connection, or after `options.timeout` ms (5000).
 */
export function redisCommand(
  port: number,
  args: readonly (string | number)[],
  options: { readonly password?: string | undefined; readonly timeout?: number | undefined } = {},
): Promise<RedisReply> {
  const { password, timeout = 5000 } = options;
  const commands = password === undefined ? [args] : [['AUTH', password], args];
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const socket = connect({ host: '127.0.0.1', port });
    const settle = (finish: () => void): void => {
      clearTimeout(timer);
      socket.destroy();
      finish();
    };
    const fail = (message: string): void => settle(() => reject(new Error(`${args[0]}: ${message}`)));
    const timer = setTimeout(() => fail(`no reply within ${timeout} ms`), timeout);
    socket.once('connect', () => socket.write(commands.map(encode).join('')));
    socket.once('error', (error) => fail(error.message));
    socket.once('close', () => fail('the connection was closed'));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      let at = 0;
      let last: Decoded | undefined;
      for (let done = 0; done < commands.length; done++) {
        last = decode(received, at);
        if (!last) return;
        if (last.error !== undefined) return fail(last.error);
        at = last.next;
      }
      const value = last?.value ?? null;
      settle(() => resolve(value));
    });
  });
}

interface Decoded {
  readonly value: RedisReply;
  readonly error?: string | undefined;
  readonly next: number;
}

const encode = (args: readonly (string | number)[]): string =>
  `*${args.length}\r\n${args.map((arg) => `$${Buffer.byteLength(String(arg))}\r\n${arg}\r\n`).join('')}`;

/** RESP2 from an offset on; `undefined` while it is incomplete. */
function decode(buffer: Buffer, at: number): Decoded | undefined {
  const end = buffer.indexOf('\r\n', at);
  if (end === -1) return undefined;
  const line = buffer.toString('utf8', at + 1, end);
  const next = end + 2;
  switch (String.fromCharCode(buffer[at] ?? 0)) {
    case '+':
      return { value: line, next };
    case '-':
      return { value: null, error: line, next };
    case ':':
      return { value: Number(line), next };
    case '$': {
      const length = Number(line);
      if (length === -1) return { value: null, next };
      if (buffer.length < next + length + 2) return undefined;
      return { value: buffer.toString('utf8', next, next + length), next: next + length + 2 };
    }
    case '*':
      return decodeArray(buffer, Number(line), next);
    default:
      return { value: null, error: `unexpected reply "${line}"`, next };
  }
}

function decodeArray(buffer: Buffer, length: number, from: number): Decoded | undefined {
  if (length === -1) return { value: null, next: from };
  const values: RedisReply[] = [];
  let next = from;
  let error: string | undefined;
  for (let index = 0; index < length; index++) {
    const item = decode(buffer, next);
    if (!item) return undefined;
    values.push(item.value);
    error ??= item.error;
    next = item.next;
  }
  return { value: values, error, next };
}
