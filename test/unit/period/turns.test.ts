import { expect, test } from 'vitest';
import { inLanes } from '../../../src/model/lanes.ts';
import { openTurns } from '../../../src/period/turns.ts';

/** Work that is open until it is told to end. */
function openWork(log: string[], name: string): { readonly work: () => Promise<string>; readonly end: () => void } {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return {
    work: async () => {
      log.push(`begin ${name}`);
      await ended;
      log.push(`end ${name}`);
      return name;
    },
    end: () => end(),
  };
}

test('a large one runs alone, and nobody who asks later goes before it', async () => {
  const log: string[] = [];
  const turns = openTurns(2);
  const [small, large, later] = ['small', 'large', 'later'].map((name) => openWork(log, name));
  const all = [turns.take('one', small!.work), turns.take('all', large!.work), turns.take('one', later!.work)];
  await Promise.resolve();
  expect(log).toEqual(['begin small']);
  later!.end();
  small!.end();
  await all[0];
  large!.end();
  await expect(Promise.all(all)).resolves.toEqual(['small', 'large', 'later']);
  expect(log).toEqual(['begin small', 'end small', 'begin large', 'end large', 'begin later', 'end later']);
});

test('small ones run beside each other', async () => {
  const log: string[] = [];
  const turns = openTurns(2);
  const works = ['a', 'b', 'c'].map((name) => openWork(log, name));
  const all = works.map(({ work }) => turns.take('one', work));
  await Promise.resolve();
  expect(log).toEqual(['begin a', 'begin b']);
  for (const { end } of works) end();
  await expect(Promise.all(all)).resolves.toEqual(['a', 'b', 'c']);
});

test('work that fails gives its turn back', async () => {
  const turns = openTurns(2);
  await expect(turns.take('all', () => Promise.reject(new Error('disk')))).rejects.toThrow('disk');
  await expect(turns.take('all', () => Promise.resolve('next'))).resolves.toBe('next');
});

test('results stand in the order of the items, whoever is done first', async () => {
  const log: string[] = [];
  const slow = openWork(log, 'slow');
  const done = inLanes(['slow', 'fast', 'last'], 2, (name) => (name === 'slow' ? slow.work() : Promise.resolve(name)));
  slow.end();
  await expect(done).resolves.toEqual(['slow', 'fast', 'last']);
});

test('after a failure nothing new begins, and what runs is waited for', async () => {
  const log: string[] = [];
  const running = openWork(log, 'running');
  const done = inLanes(['fails', 'running', 'never'], 2, (name) => {
    if (name === 'fails') return Promise.reject(new Error('disk'));
    if (name === 'running') return running.work();
    log.push(name);
    return Promise.resolve(name);
  });
  running.end();
  await expect(done).rejects.toThrow('disk');
  expect(log).toEqual(['begin running', 'end running']);
});
