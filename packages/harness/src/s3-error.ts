import { StorageError } from './storage-error.js';

const REMEDIES: Readonly<Record<string, string>> = {
  NoSuchBucket: 'Make the bucket, or correct its name.',
  NotFound: 'Make the bucket, or correct its name.',
  AccessDenied: 'Ask for read, write, list and delete on this bucket and prefix.',
  Forbidden: 'Ask for read, write, list and delete on this bucket and prefix.',
  InvalidAccessKeyId: 'Correct AWS_ACCESS_KEY_ID.',
  SignatureDoesNotMatch: 'Correct AWS_SECRET_ACCESS_KEY.',
  CredentialsProviderError:
    'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, as for all AWS tools.',
  ECONNREFUSED: 'Start the server, or correct the endpoint.',
  ENOTFOUND: 'Correct the endpoint or the region.',
};

/**
 * Turns an error of the S3 client into one for the user. The client's own text is left out where it could name keys of
 * the account.
 *
 * @param error  what was thrown
 * @param location  of the store, without credentials
 * @returns a StorageError; programming errors are returned as they are
 * @internal
 */
export function s3StorageError(error: unknown, location: string): Error {
  if (error instanceof StorageError) return error;
  if (!(error instanceof Error)) return new Error(String(error));
  const code = codeOf(error);
  if (code === undefined) return error;
  const remedy = REMEDIES[code] ?? 'Look at the server.';
  const message = `store: ${location} must be readable and writable, got ${code}. ${remedy}`;
  return new StorageError(message, { code, path: location, cause: error });
}

/** Code of the network, else the protocol's name of the error; undefined for errors of this program. */
function codeOf(error: Error): string | undefined {
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error.name === 'CredentialsProviderError') return error.name;
  if (error.message === 'Region is missing') return 'a missing region';
  if (!('$metadata' in error)) return undefined;
  if (error.name !== 'UnknownError' && error.name !== 'Unknown') return error.name;
  const status = (error.$metadata as { httpStatusCode?: number }).httpStatusCode;
  return status === 403 ? 'Forbidden' : `HTTP ${status ?? 'without status'}`;
}
