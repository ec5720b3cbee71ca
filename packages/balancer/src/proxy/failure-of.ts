import type { UpstreamFailure } from '../errors.js';
import { UpstreamError } from '../errors.js';

/** How an attempt failed, by the error that a transport tells. `connected`: it had a connection to write to. */
export function failureOf(error: Error, connected: boolean): UpstreamFailure {
  if (error instanceof UpstreamError) return error.failure;
  if (!connected) return 'connect';
  const { code = '' } = error as { code?: string };
  return /^HPE_|^UND_ERR_(?:HEADERS_OVERFLOW|RES_)/.test(code) || error.name === 'HTTPParserError'
    ? 'protocol'
    : 'broken';
}

/**
 * Whether the server had accepted a connection that then came to nothing in its TLS handshake, as with a certificate
 * that is not accepted. Nothing was sent, but to come back later won't help the client.
 */
export function isHandshakeFailure(error: Error): boolean {
  const { code = '' } = error as { code?: string };
  return /^(?:ERR_TLS|ERR_SSL|EPROTO|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERROR_IN_|HOSTNAME_|INVALID_|PATH_LENGTH_)/.test(
    code,
  );
}

/** Whether a transport refuses a request before it has a connection, which says nothing about the server. */
export function isUnsendable(error: Error): boolean {
  const { code = '' } = error as { code?: string };
  return /^(?:UND_ERR_(?:INVALID_ARG|NOT_SUPPORTED)|ERR_INVALID_(?:CHAR|HTTP_TOKEN)|ERR_UNESCAPED_CHARACTERS)$/.test(
    code,
  );
}
