import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { freePort, serviceProgram, startService, type Service } from '@opi-snn/test-utils';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { contentAddress, executeJobs, jsonKind, type ArtifactStore, type Damage } from '../src/index.js';
import { openS3Store, parseS3Address } from '../src/s3-store.js';

const moto = serviceProgram('moto_server', {
  variable: 'OPI_TEST_MOTO',
  remedy: "pip install 'moto[server]'",
});
const content = { value: { answer: 42 }, files: { 'data.bin': Uint8Array.of(1, 2, 3) } };

describe.skipIf(moto.path === undefined)(`openS3Store${moto.note}`, () => {
  let service: Service;
  let client: S3Client;
  let address: string;

  beforeAll(async () => {
    const port = await freePort();
    service = await startService(moto.path!, ['-H', '127.0.0.1', '-p', String(port)], { port });
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'not-a-secret');
    const endpoint = `http://127.0.0.1:${port}`;
    client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true });
    await client.send(new CreateBucketCommand({ Bucket: 'runs' }));
    address = `s3://runs/PREFIX?endpoint=${endpoint}&region=us-east-1`;
  });

  afterAll(async () => {
    vi.unstubAllEnvs();
    await service.kill();
  });

  let opened = 0;
  const open = async (): Promise<{ store: ArtifactStore; prefix: string; damages: Damage[] }> => {
    const damages: Damage[] = [];
    const prefix = `team/${(opened += 1)}`;
    const onDamage = (damage: Damage): number => damages.push(damage);
    const store = await openS3Store(address.replace('PREFIX', prefix), { onDamage });
    return { store, prefix, damages };
  };
  const keys = async (prefix: string): Promise<string[]> => {
    const { Contents } = await client.send(
      new ListObjectsV2Command({ Bucket: 'runs', Prefix: `${prefix}/` }),
    );
    return (Contents ?? []).map(({ Key }) => Key!);
  };

  test('gives back what was put, under the hash of what went in', async () => {
    const { store, damages } = await open();
    expect(await store.get('input')).toBeUndefined();
    const id = await store.put('input', content, { node: 'v20' });
    expect(id).toBe(contentAddress('input'));
    await store.put('input', { value: 'another', files: {} });
    const read = (await store.get('input'))!;
    expect(read).toMatchObject({ address: id, value: { answer: 42 }, provenance: { node: 'v20' } });
    expect([...read.files['data.bin']!]).toEqual([1, 2, 3]);
    expect([await store.list(), await store.inspect(id)]).toEqual([[id], []]);
    expect(await store.summary(id)).toEqual({
      address: id,
      input: 'input',
      provenance: { node: 'v20' },
      bytes: 3,
    });
    expect(damages).toEqual([]);
  });

  test('finds one altered byte in any object, and makes the artifact again', async () => {
    const { store, prefix, damages } = await open();
    const id = await store.put('input', content);
    for (const Key of await keys(prefix)) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: 'runs', Key }));
      const bytes = await Body!.transformToByteArray();
      bytes[bytes.length - 2]! ^= 1;
      await client.send(new PutObjectCommand({ Bucket: 'runs', Key, Body: bytes }));
      expect(await store.inspect(id), Key).toHaveLength(1);
      expect(await store.get('input')).toBeUndefined();
      await store.put('input', content);
      expect((await store.get('input'))?.value).toEqual({ answer: 42 });
    }
    expect(damages).toHaveLength(2);
    expect(damages[0]!.folder).toBe(`s3://runs/${prefix}/objects/${id.slice(0, 2)}/${id}/`);
  });

  test('shows nothing of a writer that was killed before the description, and removes it once it is old', async () => {
    const { store, prefix } = await open();
    const id = await store.put('input', content);
    const orphan = `${prefix}/objects/aa/${'a'.repeat(64)}/${'b'.repeat(64)}.data.bin`;
    await client.send(new PutObjectCommand({ Bucket: 'runs', Key: orphan, Body: 'part' }));
    expect(await store.list()).toEqual([id]);
    expect(await store.removeStale(3_600_000)).toBe(0);
    expect(await store.removeStale(0)).toBe(1);
    await store.remove(id);
    await store.remove(id);
    expect([await store.list(), await keys(prefix)]).toEqual([[], []]);
  });

  test('serves several writers of the same artifacts at once', async () => {
    const { store } = await open();
    const again = await open();
    const second = await openS3Store(address.replace('PREFIX', again.prefix));
    const inputs = Array.from({ length: 20 }, (_, i) => i);
    await Promise.all(
      [again.store, second].flatMap((writer) => inputs.map((i) => writer.put(i, { ...content, value: i }))),
    );
    expect(await again.store.list()).toEqual(inputs.map(contentAddress).sort());
    for (const i of inputs) expect((await second.get(i))?.value).toBe(i);
    expect(await store.list()).toEqual([]);
  });

  test('lets a run continue where another one was, as a local store does', async () => {
    const { store } = await open();
    const options = {
      store,
      kind: jsonKind<{ n: number }, number>('square', z.number()),
      execute: ({ n }: { n: number }) => Promise.resolve(n * n),
    };
    await executeJobs([{ n: 1 }, { n: 2 }], options);
    const finished = await executeJobs([{ n: 2 }, { n: 3 }], options);
    expect(finished.map(({ result, source }) => [result, source])).toEqual([
      [4, 'stored'],
      [9, 'executed'],
    ]);
  });

  test('says what is wrong with a bucket or a server, without a secret', async () => {
    await expect(openS3Store(address.replace('runs', 'no-such-bucket'))).rejects.toThrow(
      'store: s3://no-such-bucket/PREFIX must be readable and writable, got NotFound. Make the bucket, or correct its name.',
    );
    const port = await freePort();
    const closed = openS3Store(`s3://runs?endpoint=http://127.0.0.1:${port}&region=us-east-1`);
    await expect(closed).rejects.toThrow(
      'store: s3://runs/ must be readable and writable, got ECONNREFUSED. Start the server, or correct the endpoint.',
    );
  });
});

describe('parseS3Address', () => {
  test('reads bucket, prefix, server and region', () => {
    expect(parseS3Address('s3://runs')).toEqual({ bucket: 'runs', prefix: '', pathStyle: false });
    expect(parseS3Address('s3://runs/a/b/?endpoint=https://minio.example:9000&region=eu-1')).toEqual({
      bucket: 'runs',
      prefix: 'a/b',
      endpoint: 'https://minio.example:9000',
      region: 'eu-1',
      pathStyle: true,
    });
    expect(parseS3Address('s3://runs?endpoint=http://h&path-style=false').pathStyle).toBe(false);
  });

  test('names everything that is wrong', () => {
    expect(() => parseS3Address('runs')).toThrow(/^parseS3Address: address must be s3:.*, got no URL\.$/u);
    expect(() => parseS3Address('http://R/?endpoint=x&path-style=1&key=2')).toThrow(
      /got protocol http:; bucket "r"; endpoint without http\(s\):\/\/HOST; path-style "1"; unknown setting "key"\.$/u,
    );
    expect(() => parseS3Address('s3://key:secret@runs')).toThrow(
      /got credentials in the address \(put them into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY\)\.$/u,
    );
  });
});
