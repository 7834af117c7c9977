import { realpathSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, relative } from 'node:path';

const ROOT = realpathSync(join(import.meta.dirname, '../../../..'));
const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** What makes a page cross-origin isolated, so that it may share memory with its workers. */
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** Folder of a dependency of one of the packages, as a path on the server. */
function dependency(of: string, name: string): string {
  return `/${relative(ROOT, realpathSync(join(ROOT, 'packages', of, 'node_modules', name)))}`;
}

/** An empty page in which the packages can be imported by name, as published: no bundler comes between. */
function page(): string {
  const own = ['network', 'neuron-kernels', 'simulation', 'theory'].map(
    (name) => [`@opi-snn/${name}`, `/packages/${name}/dist/index.js`] as const,
  );
  const imports = {
    ...Object.fromEntries(own),
    '@noble/hashes/': `${dependency('simulation', '@noble/hashes')}/`,
    zod: `${dependency('network', 'zod')}/index.js`,
  };
  return `<!doctype html><title>opi-snn</title><script type="importmap">${JSON.stringify({ imports })}</script>`;
}

/** Serves the repository on a free port of this machine. */
export async function servePackages({
  isolated,
}: {
  readonly isolated: boolean;
}): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://localhost');
    const headers = isolated ? ISOLATION : {};
    if (pathname === '/') {
      response.writeHead(200, { ...headers, 'Content-Type': 'text/html' }).end(page());
      return;
    }
    const type = TYPES[extname(pathname)];
    readFile(join(ROOT, pathname)).then(
      (content) => response.writeHead(200, { ...headers, 'Content-Type': type ?? 'text/plain' }).end(content),
      () => response.writeHead(404, headers).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server };
}
