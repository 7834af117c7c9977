/** Where an S3 store lies, and how its server is reached. */
export interface S3Address {
  readonly bucket: string;
  /** Beginning of every key, without slashes at its ends; empty for the whole bucket. */
  readonly prefix: string;
  /** Server other than Amazon's, such as `https://minio.example:9000`. */
  readonly endpoint?: string;
  readonly region?: string;
  /** Whether the bucket stands in the path instead of the host name, as most other servers want it. */
  readonly pathStyle: boolean;
}

/**
 * Reads `s3://BUCKET[/PREFIX][?endpoint=URL][&region=NAME][&path-style=true|false]`. Credentials are no part of it: the
 * client takes them from where all AWS tools do (environment, profile, instance role).
 *
 * @param text  address
 * @returns its parts; path style is on by default where there is an endpoint
 * @throws RangeError naming everything that is wrong
 */
export function parseS3Address(text: string): S3Address {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const problems = url === undefined ? ['no URL'] : addressProblems(url);
  if (url === undefined || problems.length > 0) {
    throw new RangeError(
      `parseS3Address: address must be s3://BUCKET[/PREFIX][?endpoint=URL&region=NAME&path-style=true|false], got ${problems.join('; ')}.`,
    );
  }
  const endpoint = url.searchParams.get('endpoint');
  const region = url.searchParams.get('region');
  const pathStyle = url.searchParams.get('path-style');
  return {
    bucket: url.hostname,
    prefix: decodeURIComponent(url.pathname).replace(/^\/+|\/+$/gu, ''),
    ...(endpoint === null ? {} : { endpoint }),
    ...(region === null ? {} : { region }),
    pathStyle: pathStyle === null ? endpoint !== null : pathStyle === 'true',
  };
}

function addressProblems(url: URL): string[] {
  const problems: string[] = [];
  if (url.protocol !== 's3:') problems.push(`protocol ${url.protocol}`);
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/u.test(url.hostname)) problems.push(`bucket "${url.hostname}"`);
  if (url.username !== '' || url.password !== '') {
    problems.push('credentials in the address (put them into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY)');
  }
  const endpoint = url.searchParams.get('endpoint');
  if (endpoint !== null && !/^https?:\/\/[^@/]+\/?$/u.test(endpoint))
    problems.push('endpoint without http(s)://HOST');
  const pathStyle = url.searchParams.get('path-style');
  if (pathStyle !== null && pathStyle !== 'true' && pathStyle !== 'false') {
    problems.push(`path-style "${pathStyle}"`);
  }
  const unknown = [...url.searchParams.keys()].filter(
    (key) => !['endpoint', 'region', 'path-style'].includes(key),
  );
  problems.push(...unknown.map((key) => `unknown setting "${key}"`));
  return problems;
}
